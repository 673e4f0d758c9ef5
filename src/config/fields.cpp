#include "config/fields.h"

#include <fmt/format.h>

#include <cmath>

#include "core/text.h"

namespace hourglass {
namespace {

template <auto table, auto member>
ValuePointer at(Config& config) {
  return &(config.*table.*member);
}

Rule anything() { return {}; }

Rule at_least(double low) {
  Rule rule{.text = fmt::format("at least {}", low)};
  rule.low = low;
  rule.low_included = true;
  return rule;
}

Rule above(double low) {
  Rule rule{.text = fmt::format("above {}", low)};
  rule.low = low;
  return rule;
}

Rule from_to_below(double low, double high) {
  Rule rule{.text = fmt::format("at least {}, below {}", low, high)};
  rule.low = low;
  rule.low_included = true;
  rule.high = high;
  return rule;
}

/// Both ends excluded.
Rule between(double low, double high) {
  Rule rule = above(low);
  rule.text = fmt::format("above {}, below {}", low, high);
  rule.high = high;
  return rule;
}

Rule from_to(double low, double high) {
  Rule rule = at_least(low);
  rule.text = fmt::format("{} to {}", low, high);
  rule.high = high;
  rule.high_included = true;
  return rule;
}

Rule one_of(std::vector<std::string> choices) {
  Rule rule{.text = join(choices, " | ")};
  rule.choices = std::move(choices);
  return rule;
}

Rule renamed(Rule rule, std::vector<std::pair<std::string, std::string>> names) {
  rule.renamed = std::move(names);
  return rule;
}

Rule layers() { return {.text = "at least one layer"}; }

std::vector<Field> data_fields() {
  constexpr auto kTable = &Config::data;
  return {
      {"data", "name", at<kTable, &DataConfig::name>, anything(),
       "name of a dataset, or path of an IDX, npy, npz, MATLAB, HDF5, safetensors, CSV or TSV file or of a folder of "
       "images"},
      {"data", "dir", at<kTable, &DataConfig::dir>, anything(),
       "folder of the datasets; empty: $HOURGLASS_DATA, then the user's cache folder"},
      {"data", "variable", at<kTable, &DataConfig::variable>, anything(),
       "array with the samples in an npz, MATLAB, HDF5 or safetensors file; empty: X, or the only array that fits"},
      {"data", "labels", at<kTable, &DataConfig::labels>, anything(),
       "labels: an array, or a column such as obs/kind, of the same file, or a separate file; empty: an array or file "
       "with a common name; none: no labels"},
      {"data", "label_column", at<kTable, &DataConfig::label_column>, anything(),
       "column of a table with the labels, by name or number (-1: the last)"},
      {"data", "ignored_columns", at<kTable, &DataConfig::ignored_columns>, anything(),
       "columns of a table to leave out, by name or number"},
      {"data", "columns", at<kTable, &DataConfig::columns>, anything(),
       "kinds of columns of a table, such as \"state: category\"; kinds: number, category, time, id, text, ignore, "
       "label; other columns are inferred"},
      {"data", "decimal", at<kTable, &DataConfig::decimal>, one_of({"auto", "point", "comma"}),
       "decimal separator of the numbers of a table; auto: inferred for each column"},
      {"data", "date_order", at<kTable, &DataConfig::date_order>, one_of({"auto", "day", "month"}),
       "what is first in dates of a table such as 03/04/2025; auto: inferred for each column"},
      {"data", "time_features", at<kTable, &DataConfig::time_features>, anything(),
       "features of each column of times: hour (of the day, as written), weekday; as sine and cosine"},
      {"data", "on_bad_value", at<kTable, &DataConfig::on_bad_value>, one_of({"error", "missing"}),
       "text in a column of numbers: an error, or a missing value that is counted"},
      {"data", "header", at<kTable, &DataConfig::header>, one_of({"auto", "yes", "no"}),
       "whether the first line of a table has the column names; auto: yes if no field in it is a number, or if the "
       "numbers count the columns"},
      {"data", "orientation", at<kTable, &DataConfig::orientation>, one_of({"auto", "rows", "columns"}),
       "samples of an array are its rows (first dimension) or columns (last dimension); auto: the dimension with as "
       "many entries as labels, else rows, or in a MATLAB file the larger dimension"},
      {"data", "layout", at<kTable, &DataConfig::layout>, one_of({"auto", "nhwc", "nchw"}),
       "channels of an image are its last dimension (nhwc) or its first (nchw); auto: the dimension of size 1, 3 or 4"},
      {"data", "shape", at<kTable, &DataConfig::shape>, anything(),
       "shape of a sample, such as 28x28, 32x32x3 or 30; empty: the shape in the file"},
      {"data", "values", at<kTable, &DataConfig::values>, one_of({"auto", "bytes", "numbers"}),
       "bytes: divide values by 255; numbers: do not change values; auto: bytes for images whose values are integers "
       "from 0 to 255"},
      {"data", "skip_undecodable", at<kTable, &DataConfig::skip_undecodable>, anything(),
       "leave out images of a folder that cannot be decoded"},
      {"data", "preprocess", at<kTable, &DataConfig::preprocess>, renamed(anything(), {{"grey", "gray"}}),
       "preprocessing steps, applied in this order and fitted on the training set: none, impute "
       "mean|median|X, scale LOW HIGH, minmax [LOW HIGH], standardize, robust, remove_mean image|global, clip K "
       "image|global, gray, resize H W area|bilinear, crop H W, pad N [value=0], whiten pca|zca [epsilon=1e-5] "
       "[components=N], binarize T, bernoulli"},
      {"data", "test", at<kTable, &DataConfig::test>, from_to_below(0, 1),
       "share of the samples drawn as the test set, if the dataset has none; 0: no test set"},
      {"data", "validation", at<kTable, &DataConfig::validation>, from_to_below(0, 1),
       "share of the training set drawn as the validation set, for decisions during training"},
      {"data", "train_rows", at<kTable, &DataConfig::train_rows>, anything(),
       "rows of the training set, such as \"0:1800\" or \"1800:\"; without a test set, the other rows are the test "
       "set. "
       "Empty: all rows that are in no other set"},
      {"data", "validation_rows", at<kTable, &DataConfig::validation_rows>, anything(),
       "rows of the validation set, counted in the training set before it is split"},
      {"data", "test_rows", at<kTable, &DataConfig::test_rows>, anything(),
       "rows of the test set; counted in all rows if the dataset has no test set"},
      {"data", "stratify", at<kTable, &DataConfig::stratify>, anything(),
       "draw the same share of each class, if there are labels"},
      {"data", "split_seed", at<kTable, &DataConfig::split_seed>, at_least(0), "seed of the split and of the subset"},
      {"data", "subset", at<kTable, &DataConfig::subset>, at_least(0),
       "number of training samples, drawn at random after the split; 0: all"},
      {"data", "synthetic_train", at<kTable, &DataConfig::synthetic_train>, at_least(1),
       "number of training images of synthetic-digits"},
      {"data", "synthetic_test", at<kTable, &DataConfig::synthetic_test>, at_least(1),
       "number of test images of synthetic-digits"},
      {"data", "synthetic_seed", at<kTable, &DataConfig::synthetic_seed>, at_least(0), "seed of synthetic-digits"},
      {"data", "patches", at<kTable, &DataConfig::patches>, at_least(1),
       "number of patches of natural-patches, training and test set together"},
      {"data", "patch_size", at<kTable, &DataConfig::patch_size>, from_to(1, 1024), "height and width of a patch"},
      {"data", "patch_seed", at<kTable, &DataConfig::patch_seed>, at_least(0), "seed of the patch positions"},
  };
}

std::vector<Field> model_fields() {
  constexpr auto kTable = &Config::model;
  return {
      {"model", "name", at<kTable, &ModelConfig::name>, anything(), "display name: the preset or file of the config"},
      {"model", "encoder", at<kTable, &ModelConfig::encoder>, layers(), "layers from a sample to its latent values"},
      {"model", "latent", at<kTable, &ModelConfig::latent>, anything(),
       "between encoder and decoder: plain, or gaussian N for a variational autoencoder with N latents"},
      {"model", "latent_dim", at<kTable, &ModelConfig::latent_dim>, at_least(0),
       "size of the latent: overrides N in gaussian N or in the encoder's last linear N; 0: no override"},
      {"model", "decoder", at<kTable, &ModelConfig::decoder>, layers(),
       "layers from the latent to a sample; \"linear output\" has the size of the sample"},
      {"model", "initializer", at<kTable, &ModelConfig::initializer>,
       one_of({"auto", "pca", "glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "torch_uniform"}),
       "initial weights; auto: chosen per layer; pca: those of principal components of the training set, with linear "
       "layers and relu between them (of categories they start as logits); glorot_uniform: uniform within +-sqrt(6 / "
       "(in + out)), also the rule "
       "of the natural-image patch study; torch_uniform: uniform within +-1 / sqrt(in), also for biases"},
  };
}

std::vector<Field> objective_fields() {
  constexpr auto kTable = &Config::objective;
  return {
      {"objective", "reconstruction", at<kTable, &ObjectiveConfig::reconstruction>, one_of({"mse", "bce", "gaussian"}),
       "loss: squared error, binary cross-entropy, or Gaussian likelihood with a learned variance for every value"},
      {"objective", "reduction", at<kTable, &ObjectiveConfig::reduction>, one_of({"mean", "sum"}),
       "mean or sum of the reconstruction loss over the values of a sample; over samples always the mean"},
      {"objective", "reconstruction_weight", at<kTable, &ObjectiveConfig::reconstruction_weight>, above(0),
       "factor of the reconstruction loss; 0.5 with reduction sum gives half the squared error"},
      {"objective", "trim", at<kTable, &ObjectiveConfig::trim>, from_to_below(0, 1),
       "share of the samples of a training batch that do not count: those with the largest reconstruction loss"},
      {"objective", "min_log_variance", at<kTable, &ObjectiveConfig::min_log_variance>, between(-20, 0),
       "lowest log variance of a value with reconstruction gaussian; the highest is 5"},
      {"objective", "penalized_weights", at<kTable, &ObjectiveConfig::penalized_weights>,
       one_of({"all", "encoder", "decoder"}), "weights in the penalties weight_l1 and weight_l2"},
      {"objective", "weight_l1", at<kTable, &ObjectiveConfig::weight_l1>, at_least(0),
       "penalty: factor of the sum of |w| over the weights, without biases"},
      {"objective", "weight_l2", at<kTable, &ObjectiveConfig::weight_l2>, at_least(0),
       "penalty: factor of the sum of w^2 over the weights, without biases"},
      {"objective", "latent_l1", at<kTable, &ObjectiveConfig::latent_l1>, at_least(0),
       "penalty: factor of the sum of |z| over the latent units, mean over samples"},
      {"objective", "latent_kl_beta", at<kTable, &ObjectiveConfig::latent_kl_beta>, at_least(0),
       "penalty: factor of the sum over latent units of KL(rho || mean activation); the encoder must end in sigmoid"},
      {"objective", "latent_kl_rho", at<kTable, &ObjectiveConfig::latent_kl_rho>, between(0, 1),
       "rho, the target of the mean activation in the penalty latent_kl_beta"},
      {"objective", "kl_weight", at<kTable, &ObjectiveConfig::kl_weight>, at_least(0),
       "factor of the KL divergence of a Gaussian latent, sum over units, mean over samples"},
      {"objective", "kl_warmup_epochs", at<kTable, &ObjectiveConfig::kl_warmup_epochs>, at_least(0),
       "epochs over which kl_weight grows from 0"},
      {"objective", "kl_free_nats", at<kTable, &ObjectiveConfig::kl_free_nats>, at_least(0),
       "KL divergence of each latent unit below which it has no gradient"},
  };
}

std::vector<Field> corruption_fields() {
  constexpr auto kTable = &Config::corruption;
  return {
      {"corruption", "gaussian_variance", at<kTable, &CorruptionConfig::gaussian_variance>, at_least(0),
       "variance of normal noise added to every value of the input"},
      {"corruption", "clamp", at<kTable, &CorruptionConfig::clamp>, anything(),
       "clamp noisy values to the range of the data ([0, 1] if all values are in it)"},
      {"corruption", "mask", at<kTable, &CorruptionConfig::mask>, from_to_below(0, 1),
       "fraction of the values set to 0"},
      {"corruption", "salt_and_pepper", at<kTable, &CorruptionConfig::salt_and_pepper>, from_to_below(0, 1),
       "fraction of the values set to the lowest or the highest value of the data, half to each"},
      {"corruption", "hide", at<kTable, &CorruptionConfig::hide>,
       renamed(one_of({"right", "left", "top", "bottom", "center", "nothing"}), {{"centre", "center"}}),
       "regions of an image; one of them is drawn for every sample and set to 0, to train image completion"},
  };
}

std::vector<Field> train_fields() {
  constexpr auto kTable = &Config::train;
  return {
      {"train", "optimizer", at<kTable, &TrainConfig::optimizer>, one_of({"sgd", "adam", "adamw", "lbfgs"}),
       "optimizer; lbfgs needs batch_size 0 and a model without noise"},
      {"train", "learning_rate", at<kTable, &TrainConfig::learning_rate>, above(0), "step size of the optimizer"},
      {"train", "momentum", at<kTable, &TrainConfig::momentum>, from_to_below(0, 1), "momentum of sgd"},
      {"train", "nesterov", at<kTable, &TrainConfig::nesterov>, anything(), "Nesterov momentum in sgd"},
      {"train", "beta1", at<kTable, &TrainConfig::beta1>, from_to_below(0, 1),
       "decay of the first moment in adam and adamw"},
      {"train", "beta2", at<kTable, &TrainConfig::beta2>, from_to_below(0, 1),
       "decay of the second moment in adam and adamw"},
      {"train", "epsilon", at<kTable, &TrainConfig::epsilon>, above(0), "added to the denominator in adam and adamw"},
      {"train", "weight_decay", at<kTable, &TrainConfig::weight_decay>, at_least(0), "decoupled weight decay of adamw"},
      {"train", "lbfgs_iterations", at<kTable, &TrainConfig::lbfgs_iterations>, from_to(1, 1000000),
       "iterations of lbfgs per epoch; its memory is cleared after each epoch"},
      {"train", "lbfgs_memory", at<kTable, &TrainConfig::lbfgs_memory>, from_to(1, 1000),
       "number of past steps that lbfgs stores"},
      {"train", "schedule", at<kTable, &TrainConfig::schedule>,
       one_of({"constant", "exponential", "step", "cosine", "plateau"}), "schedule of the learning rate"},
      {"train", "schedule_factor", at<kTable, &TrainConfig::schedule_factor>, between(0, 1),
       "factor of the learning rate at each drop of exponential, step and plateau"},
      {"train", "schedule_every", at<kTable, &TrainConfig::schedule_every>, at_least(1),
       "interval between drops: steps (exponential), epochs (step), or epochs without a better validation loss "
       "(plateau)"},
      {"train", "warmup_epochs", at<kTable, &TrainConfig::warmup_epochs>, at_least(0),
       "epochs over which the learning rate grows from 0"},
      {"train", "clip_norm", at<kTable, &TrainConfig::clip_norm>, at_least(0),
       "largest norm of the gradient; a larger gradient is scaled down to it; 0: no limit"},
      {"train", "clip_value", at<kTable, &TrainConfig::clip_value>, at_least(0),
       "elements of the gradient are clamped to +- this value; 0: no limit"},
      {"train", "batch_size", at<kTable, &TrainConfig::batch_size>, at_least(0),
       "samples per batch; 0: the whole training set, processed in slices"},
      {"train", "accumulate", at<kTable, &TrainConfig::accumulate>, at_least(1),
       "batches whose gradients are added for one optimizer step"},
      {"train", "epochs", at<kTable, &TrainConfig::epochs>, at_least(1), "passes over the training set"},
      {"train", "patience", at<kTable, &TrainConfig::patience>, at_least(0),
       "early stopping: training ends after this many epochs without a better validation loss and keeps the model of "
       "the best epoch; 0: train all epochs and keep the last model"},
      {"train", "min_delta", at<kTable, &TrainConfig::min_delta>, at_least(0),
       "smallest decrease of the validation loss that counts as better"},
      {"train", "seed", at<kTable, &TrainConfig::seed>, at_least(0),
       "seed of the initial weights and of the sample order"},
      {"train", "threads", at<kTable, &TrainConfig::threads>, from_to(0, 1024),
       "number of worker threads; 0: one per core"},
  };
}

std::vector<Field> detect_fields() {
  constexpr auto kTable = &Config::detect;
  return {
      {"detect", "folds", at<kTable, &DetectConfig::folds>, from_to(2, 100),
       "parts of the training set; the samples of a part are scored by networks that were trained on the other parts"},
      {"detect", "members", at<kTable, &DetectConfig::members>, from_to(1, 100),
       "networks per fold and number of latents; their scores are averaged"},
      {"detect", "latents", at<kTable, &DetectConfig::latents>, from_to(1, 1000),
       "the networks have 1, 2, ... latents in turn, up to this number and a quarter of the features"},
      {"detect", "extrapolation", at<kTable, &DetectConfig::extrapolation>, at_least(0),
       "how far a latent can lie outside its usual range (the 5 % to the 95 % quantile), in widths of this range"},
      {"detect", "floor", at<kTable, &DetectConfig::floor>, at_least(0),
       "added to the mean squared residual of a feature (preprocessed), so that small residuals do not count"},
      {"detect", "rows", at<kTable, &DetectConfig::rows>, at_least(1),
       "largest number of samples that a network is trained on; they are drawn at random"},
  };
}

}  // namespace

bool Rule::allows(double value) const {
  return std::isfinite(value) && (low_included ? value >= low : value > low) &&
         (high_included ? value <= high : value < high);
}

const std::vector<Field>& fields() {
  static const std::vector<Field> kFields = [] {
    std::vector<Field> all;
    for (const auto& table :
         {data_fields(), model_fields(), objective_fields(), corruption_fields(), train_fields(), detect_fields()})
      all.insert(all.end(), table.begin(), table.end());
    return all;
  }();
  return kFields;
}

std::vector<std::string> full_keys() {
  std::vector<std::string> keys;
  for (const Field& field : fields()) keys.push_back(field.full_key());
  return keys;
}

}  // namespace hourglass
