#pragma once
// All options, as typed structs. The range and help text of each field are in src/config/fields.cpp. The TOML reader,
// `--set`, the error messages and docs/options.md use them.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "hourglass/context.h"
#include "hourglass/tensor.h"

namespace hourglass {

/// The dataset, its split and its preprocessing. TOML table [data].
/// Empty or auto values of variable, labels, header, orientation, layout, shape and values are inferred from the file.
struct DataConfig {
  std::string name = "synthetic-digits";  ///< a name from dataset_names(), or the path of a file or folder
  std::string dir;                        ///< folder to search first; empty: $HOURGLASS_DATA, then the cache folder
  std::string variable = "";              ///< array of the samples in an npz, MATLAB or HDF5 file
  std::string labels = "";                ///< an array of the same file, or a file of labels; none: no labels
  std::string label_column = "";          ///< column of a table with the labels, by name or number
  std::vector<std::string> ignored_columns = {};  ///< columns of a table to leave out, by name or number
  std::vector<std::string> columns = {};        ///< kinds of columns of a table: "state: category"; others are inferred
  std::string decimal = "auto";                 ///< auto | point | comma: decimal separator of the numbers of a table
  std::string date_order = "auto";              ///< auto | day | month: what is first in dates such as 03/04/2025
  std::vector<std::string> time_features = {};  ///< hour, weekday: features made of each column of times
  std::string on_bad_value = "error";           ///< error | missing: what text in a column of numbers is
  std::string header = "auto";                  ///< auto | yes | no: whether the first line of a table has column names
  std::string orientation = "auto";             ///< auto | rows | columns: samples are the first or the last dimension
  std::string layout = "auto";                  ///< auto | nhwc | nchw: the channels of an image are last or first
  std::string shape = "";                       ///< shape of a sample: 28x28, 32x32x3 or 30
  std::string values = "auto";                  ///< auto | bytes (divided by 255) | numbers (unchanged)
  bool skip_undecodable = false;                ///< leave out images that cannot be decoded
  std::vector<std::string> preprocess = {};     ///< preprocessing steps, see hourglass/preprocessing.h
  double test = 0.2;                            ///< share of the samples drawn as the test set, if the dataset has none
  double validation = 0;                        ///< share of the training set drawn as the validation set
  /// Rows of the training set, "0:1800" or ":1800"; without a test set, the other rows are the test set. Empty: rows
  /// that are in no other set.
  std::string train_rows = "";
  std::string validation_rows = "";  ///< rows of the validation set, counted in the training set before the split
  std::string test_rows = "";        ///< rows of the test set; counted in all rows if the dataset has no test set
  bool stratify = true;              ///< draw the same share of each class, if there are labels
  int64_t split_seed = 1;            ///< seed of the split and of the subset
  int64_t subset = 0;                ///< number of training samples, drawn at random after the split; 0: all
  int64_t synthetic_train = 20000;   ///< number of training images of synthetic-digits
  int64_t synthetic_test = 4000;     ///< number of test images of synthetic-digits
  int64_t synthetic_seed = 1;        ///< seed of synthetic-digits
  int64_t patches = 10000;           ///< number of patches of natural-patches, training and test set together
  int64_t patch_size = 16;           ///< height and width of a patch
  int64_t patch_seed = 1;            ///< seed of the patch positions
};

/// The layers. TOML table [model].
struct ModelConfig {
  std::string name = "fc";  ///< display name: the preset or file of the config
  std::vector<std::string> encoder = {"linear 128", "relu", "linear 64", "relu"};
  std::string latent = "plain";  ///< between encoder and decoder: plain | gaussian N
  int64_t latent_dim = 0;        ///< overrides the N of the latent or of the encoder's last layer; 0: no override
  std::vector<std::string> decoder = {"linear 128", "relu", "linear output", "sigmoid"};  ///< output: sample size
  std::string initializer = "auto";  ///< one initializer for all layers, or auto: chosen per layer
};

/// The loss: the reconstruction loss plus every penalty with a weight above 0. TOML table [objective].
struct ObjectiveConfig {
  std::string reconstruction = "mse";     ///< mse | bce | gaussian
  std::string reduction = "mean";         ///< mean | sum over the values of a sample; always the mean over samples
  double reconstruction_weight = 1;       ///< factor of the reconstruction loss; 0.5 for half the squared error
  double trim = 0;                        ///< share of a batch's samples that do not count: those with the largest loss
  std::string penalized_weights = "all";  ///< weights in weight_l1 and weight_l2: all | encoder | decoder
  double min_log_variance = -8;           ///< lowest log variance of a value with reconstruction gaussian; highest: 5
  double weight_l1 = 0;                   ///< factor of the sum of |w| over the weights, without biases
  double weight_l2 = 0;                   ///< factor of the sum of w^2 over the weights, without biases
  double latent_l1 = 0;                   ///< factor of the sum of |z| over the latent units, mean over samples
  double latent_kl_beta = 0;              ///< factor of the sum over units of KL(rho || mean activation)
  double latent_kl_rho = 0.05;            ///< rho, the target of the mean activation
  double kl_weight = 1;                   ///< factor of the KL of a Gaussian latent, sum over units, mean over samples
  double kl_warmup_epochs = 0;            ///< epochs over which kl_weight grows from 0
  double kl_free_nats = 0;                ///< KL of each unit that is not penalized
};

/// Noise on the input, drawn again in every step. The target stays clean. TOML table [corruption].
struct CorruptionConfig {
  double gaussian_variance = 0;  ///< variance of the normal noise added to every value
  bool clamp = true;             ///< clamp noisy values to the range of the data (Autoencoder::value_scale)
  double mask = 0;               ///< fraction of the values set to 0
  double salt_and_pepper = 0;    ///< fraction of the values set to the ends of the range of the data, half to each end
  /// Regions of an image: right | left | top | bottom | center (see Mask) or nothing. One of them is drawn for every
  /// sample and set to 0. Empty: no region is hidden.
  std::vector<std::string> hide;
};

/// Optimizer and training loop. TOML table [train].
struct TrainConfig {
  std::string optimizer = "adam";  ///< sgd | adam | adamw | lbfgs
  double learning_rate = 1e-3;
  double momentum = 0;                ///< sgd
  bool nesterov = false;              ///< sgd
  double beta1 = 0.9;                 ///< adam, adamw
  double beta2 = 0.999;               ///< adam, adamw
  double epsilon = 1e-8;              ///< adam, adamw
  double weight_decay = 0.01;         ///< adamw (decoupled)
  int64_t lbfgs_iterations = 50;      ///< lbfgs: iterations per epoch; its memory is cleared after each epoch
  int64_t lbfgs_memory = 10;          ///< lbfgs: number of past steps it stores
  std::string schedule = "constant";  ///< constant | exponential | step | cosine | plateau
  double schedule_factor = 0.1;       ///< exponential, step, plateau: factor of the learning rate at every drop
  int64_t schedule_every = 10000;     ///< steps (exponential), epochs (step) or epochs without a better loss (plateau)
  double warmup_epochs = 0;           ///< epochs over which the learning rate grows from 0
  double clip_norm = 0;               ///< largest norm of the gradient; 0: no limit
  double clip_value = 0;              ///< largest absolute value of a gradient element; 0: no limit
  int64_t batch_size = 128;           ///< samples per batch; 0: the whole training set is one batch
  int64_t accumulate = 1;             ///< batches per optimizer step
  int64_t epochs = 50;
  int64_t patience = 0;  ///< early stopping: epochs without a better validation loss; 0: no early stopping
  double min_delta = 0;  ///< smallest decrease of the validation loss that counts as better
  int64_t seed = 1;      ///< seed of the initial weights and of the sample order
  int64_t threads = 0;   ///< worker threads; 0: one per core
};

/// The ensemble of a detector; see hourglass/detector.h. TOML table [detect].
struct DetectConfig {
  int64_t folds = 5;    ///< every sample of the training set is scored by networks that were trained without its fold
  int64_t members = 2;  ///< networks per fold and number of latents
  int64_t latents =
      3;  ///< the networks have 1, 2, ... latents in turn, up to this number and a quarter of the features
  /// How far a latent can lie outside its usual range (the 5 % to the 95 % quantile), in widths of this range
  double extrapolation = 0.5;
  double floor = 0.02;   ///< added to the mean squared residual of each feature, as the model sees it
  int64_t rows = 51200;  ///< largest number of samples that a network trains on; drawn at random
};

struct Config {
  DataConfig data;
  ModelConfig model;
  ObjectiveConfig objective;
  CorruptionConfig corruption;
  TrainConfig train;
  DetectConfig detect;
  /// Keys ("train.epochs") that set_option and parse_config set, also to their defaults: adapt_config keeps these.
  std::vector<std::string> chosen = {};
};

/// Reads TOML text. `source` names it in messages. Missing keys keep the values of `base`.
/// Throws Error(kUsage) with the line, the found and the expected value, and the nearest name for an unknown key.
Config parse_config(const std::string& toml, const std::string& source, const Config& base = {},
                    const Context& context = {});

/// Reads a TOML file. Throws Error(kIo) if it cannot be read, and as parse_config.
Config load_config(const std::filesystem::path& path, const Context& context = {});

/// The config as TOML with all keys. parse_config(to_toml(c)) equals c.
std::string to_toml(const Config& config);

/// Sets one option from text, for example "train.epochs=5" or "model.encoder=linear 32, relu".
/// Throws Error(kUsage) as parse_config does.
void set_option(Config& config, const std::string& assignment, const Context& context = {});

/// Throws Error(kUsage) for the first value outside its range or list of choices.
void check_ranges(const Config& config);

/// One row of the option reference.
struct OptionInfo {
  std::string key;            ///< "train.epochs"
  std::string type;           ///< "integer", "number", "text", "true or false", "list of text"
  std::string default_value;  ///< as TOML
  std::string range;          ///< "above 0", "mse | bce", or empty
  std::string help;           ///< one line
};

/// All options, in the order of the structs above.
std::vector<OptionInfo> options();

/// A named config that reproduces a model of a published study.
struct Preset {
  std::string name;
  std::string study;    ///< the published system it reproduces; presets of one study are adjacent
  std::string summary;  ///< one line
  Shape sample_shape;   ///< sample shape of the study; the layers of most presets fit other shapes too
  Config config;
};

/// All presets, grouped by study.
const std::vector<Preset>& presets();

/// The config of a preset. Throws Error(kUsage) for an unknown name and suggests the nearest one.
Config preset_config(const std::string& name);

/// A preset with layers for samples of this shape. The config is returned unchanged if it is not a preset with its own
/// layers, or its layers fit all shapes. Throws Error(kUsage) if the preset does not fit the shape.
Config fit_preset(const Config& config, const Shape& sample_shape);

}  // namespace hourglass
