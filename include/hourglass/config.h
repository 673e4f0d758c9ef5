#pragma once
// Every option there is, as typed structs. Read top to bottom, this page is the manual of a run.
// The range and help text of each field stand in src/config/fields.cpp, from which the TOML reader, `--set`,
// the error messages and docs/options.md are made.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "hourglass/tensor.h"

namespace hourglass {

/// Which samples, and what is done to each value before the model sees it. TOML table [data].
/// What is empty or auto of variable, labels, header, orientation, layout, shape and values is inferred from the file.
struct DataConfig {
  std::string name = "synthetic-digits";  ///< a named set, see dataset_names(), or the path of a file or folder
  std::string dir;                        ///< folder to look in first; empty: $HOURGLASS_DATA, then the cache folder
  std::string variable = "";              ///< the array of samples in an npz, MATLAB or HDF5 file
  std::string labels = "";                ///< an array in the same file, or a file of labels; none: there are none
  std::string label_column = "";          ///< of a table, by name or number
  std::vector<std::string> ignored_columns = {};  ///< of a table, by name or number
  std::string header = "auto";               ///< auto | yes | no: whether a table starts with the names of its columns
  std::string orientation = "auto";          ///< auto | rows | columns: whether samples are the first or last dimension
  std::string layout = "auto";               ///< auto | nhwc | nchw: whether the channels of images are last or first
  std::string shape = "";                    ///< of a sample, 28x28 or 32x32x3 or 30
  std::string values = "auto";               ///< auto | bytes (0...255 for 0...1) | numbers (as they are)
  bool skip_undecodable = false;             ///< leave out images that do not decode
  std::vector<std::string> preprocess = {};  ///< steps before the model, see hourglass/preprocessing.h
  double test = 0.2;                 ///< share of the samples that is the test part, of a set that has none of its own
  double validation = 0;             ///< share of the training part that is held out of it for choices while training
  std::string train_rows = "";       ///< the training part, as "0:1800" or ":1800"; empty: what no other part takes
  std::string validation_rows = "";  ///< the validation part, of the rows of the training part as it was given
  std::string test_rows = "";        ///< the test part; of a set without one, of all its rows
  bool stratify = true;              ///< draw by label where there are labels
  int64_t split_seed = 1;            ///< of the draw
  int64_t synthetic_train = 20000;   ///< training images of synthetic-digits
  int64_t synthetic_test = 4000;     ///< test images of synthetic-digits
  int64_t synthetic_seed = 1;        ///< seed of synthetic-digits
  int64_t patches = 10000;           ///< of natural-patches, training and test part together
  int64_t patch_size = 16;           ///< their height and width
  int64_t patch_seed = 1;            ///< of the places they are cut from
};

/// Which layers. TOML table [model].
struct ModelConfig {
  std::string name = "fc";  ///< for people: the preset or file it came from
  std::vector<std::string> encoder = {"linear 128", "relu", "linear 64", "relu"};
  std::string latent = "plain";  ///< between encoder and decoder: plain | gaussian N
  int64_t latent_dim = 0;        ///< N of the latent, or of the encoder's last layer, in place of what stands there
  std::vector<std::string> decoder = {"linear 128", "relu", "linear output", "sigmoid"};  ///< output: sample size
  std::string initializer = "auto";  ///< one initialiser for all layers, or auto: chosen by layer
};

/// What is minimised: the reconstruction loss plus every penalty whose weight is above 0. TOML table [objective].
struct ObjectiveConfig {
  std::string reconstruction = "mse";     ///< mse | bce | gaussian
  std::string reduction = "mean";         ///< mean | sum over the values of a sample; always the mean over samples
  double reconstruction_weight = 1;       ///< times the reconstruction loss; 1/2 where a cost is written with halves
  std::string penalized_weights = "all";  ///< those that weight_l1 and weight_l2 count: all | encoder | decoder
  double min_log_variance = -8;           ///< of a value, where reconstruction is gaussian; the highest is 5
  double weight_l1 = 0;                   ///< times the sum of |w| over all weights (biases never)
  double weight_l2 = 0;                   ///< times the sum of w^2 over all weights (biases never)
  double latent_l1 = 0;                   ///< times the sum of |z| over the latent units, mean over samples
  double latent_kl_beta = 0;              ///< times the sum over units of KL(rho || mean activation)
  double latent_kl_rho = 0.05;            ///< the mean activation it asks for
  double kl_weight = 1;                   ///< times the KL of a Gaussian latent, summed over units, mean over samples
  double kl_warmup_epochs = 0;            ///< over which kl_weight grows from 0
  double kl_free_nats = 0;                ///< what each unit's KL may cost for free
};

/// What is done to the input, anew in every step; the target stays clean. TOML table [corruption].
struct CorruptionConfig {
  double gaussian_variance = 0;  ///< of normal noise added to every value
  bool clamp = true;             ///< noisy values are cut to the data's scale (Autoencoder::value_scale)
  double mask = 0;               ///< part of the values set to 0
  double salt_and_pepper = 0;    ///< part of the values set to the ends of the data's scale, each half
  /// Parts of an image of which one, drawn for every sample, is set to 0: right | left | top | bottom | centre, as Mask
  /// has them, or nothing. Empty: none is.
  std::vector<std::string> hide;
};

/// How it is minimised. TOML table [train].
struct TrainConfig {
  std::string optimizer = "adam";  ///< sgd | adam | adamw | lbfgs
  double learning_rate = 1e-3;
  double momentum = 0;                ///< sgd
  bool nesterov = false;              ///< sgd
  double beta1 = 0.9;                 ///< adam, adamw
  double beta2 = 0.999;               ///< adam, adamw
  double epsilon = 1e-8;              ///< adam, adamw
  double weight_decay = 0.01;         ///< adamw (decoupled)
  int64_t lbfgs_iterations = 50;      ///< lbfgs: iterations an epoch, after which its memory starts anew
  int64_t lbfgs_memory = 10;          ///< lbfgs: steps it remembers
  std::string schedule = "constant";  ///< constant | exponential | step | cosine | plateau
  double schedule_factor = 0.1;       ///< exponential, step, plateau: times this at every drop
  int64_t schedule_every = 10000;     ///< steps (exponential), epochs (step) or epochs without a better loss (plateau)
  double warmup_epochs = 0;           ///< over which the learning rate grows from 0
  double clip_norm = 0;               ///< the gradient's largest norm; 0: any
  double clip_value = 0;              ///< the largest value of its elements; 0: any
  int64_t batch_size = 128;           ///< 0: the whole training part is one batch
  int64_t accumulate = 1;             ///< batches whose gradients make one step
  int64_t epochs = 50;
  int64_t patience = 0;  ///< epochs without a better validation loss until training ends; 0: it does not
  double min_delta = 0;  ///< how much lower a better validation loss is
  int64_t seed = 1;      ///< of the initial weights and the order of the samples
  int64_t threads = 0;   ///< workers a batch is split over; 0: one a core
};

struct Config {
  DataConfig data;
  ModelConfig model;
  ObjectiveConfig objective;
  CorruptionConfig corruption;
  TrainConfig train;
};

/// Reads TOML text. `source` names it in messages. Keys that are left out keep the values of `base`.
/// Throws Error(kUsage) with the line, what was found, what is expected and, for an unknown key, the nearest known one.
Config parse_config(const std::string& toml, const std::string& source, const Config& base = {});

/// Reads a TOML file. Throws Error(kIo) where it cannot be read, else as parse_config.
Config load_config(const std::filesystem::path& path);

/// The whole config as TOML: every key, so that a run can be repeated from it. parse_config(to_toml(c)) equals c.
std::string to_toml(const Config& config);

/// Sets one option from text such as "train.epochs=5" or "model.encoder=linear 32, relu".
/// Throws Error(kUsage) as parse_config does.
void set_option(Config& config, const std::string& assignment);

/// Throws Error(kUsage) for the first value outside its range or list of choices.
void check_ranges(const Config& config);

/// One row of the option reference.
struct OptionInfo {
  std::string key;            ///< "train.epochs"
  std::string type;           ///< "integer", "number", "text", "true or false", "list of text"
  std::string default_value;  ///< as it is written in TOML
  std::string range;          ///< "above 0", "mse | bce", or empty
  std::string help;           ///< one line
};

/// Every option, in the order of the structs above.
std::vector<OptionInfo> options();

/// A named config that reproduces a model of a published study.
struct Preset {
  std::string name;
  std::string study;    ///< the published system it comes from; presets of one study stand together
  std::string summary;  ///< one line: what it is
  Shape sample_shape;   ///< of the study's data; the layers of most presets fit other shapes too
  Config config;
};

/// All presets, study by study.
const std::vector<Preset>& presets();

/// A preset's config. Throws Error(kUsage) for an unknown name, with the nearest known one.
Config preset_config(const std::string& name);

}  // namespace hourglass
