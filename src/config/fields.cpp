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

/// Open at both ends.
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

Rule layers() { return {.text = "at least one layer"}; }

std::vector<Field> data_fields() {
  constexpr auto kTable = &Config::data;
  return {
      {"data", "name", at<kTable, &DataConfig::name>, anything(),
       "named data set, or the path of an IDX, npy, npz, MATLAB, HDF5, CSV or TSV file or of a folder of images"},
      {"data", "dir", at<kTable, &DataConfig::dir>, anything(),
       "folder with the data sets; empty: $HOURGLASS_DATA, then the user's cache folder"},
      {"data", "variable", at<kTable, &DataConfig::variable>, anything(),
       "which array of an npz, MATLAB or HDF5 file has the samples; empty: the only one that can"},
      {"data", "labels", at<kTable, &DataConfig::labels>, anything(),
       "where the labels are: an array of the same file, or a file of their own; empty: one of a usual name; none: "
       "there are none"},
      {"data", "label_column", at<kTable, &DataConfig::label_column>, anything(),
       "column of a table that holds the class, by name or number (-1: the last)"},
      {"data", "ignored_columns", at<kTable, &DataConfig::ignored_columns>, anything(),
       "columns of a table that are left out, by name or number"},
      {"data", "header", at<kTable, &DataConfig::header>, one_of({"auto", "yes", "no"}),
       "whether the first line of a table names its columns; auto: where no field of it is a number"},
      {"data", "orientation", at<kTable, &DataConfig::orientation>, one_of({"auto", "rows", "columns"}),
       "what is one sample of an array: rows (the first dimension counts them) or columns (the last); auto: rows, but "
       "as many as there are labels, and in MATLAB files the larger of both"},
      {"data", "layout", at<kTable, &DataConfig::layout>, one_of({"auto", "nhwc", "nchw"}),
       "whether the channels of an image are its last or its first dimension; auto: the one of 1, 3 or 4"},
      {"data", "shape", at<kTable, &DataConfig::shape>, anything(),
       "shape of a sample, such as 28x28, 32x32x3 or 30; empty: as the file says"},
      {"data", "values", at<kTable, &DataConfig::values>, one_of({"auto", "bytes", "numbers"}),
       "what values are: bytes (0...255 stands for 0...1) or numbers as they are; auto: bytes where images hold whole "
       "numbers of 0...255"},
      {"data", "skip_undecodable", at<kTable, &DataConfig::skip_undecodable>, anything(),
       "leave out images of a folder that do not decode"},
      {"data", "preprocess", at<kTable, &DataConfig::preprocess>, anything(),
       "what is done to samples before the model sees them, in this order, fitted to the training part: impute "
       "mean|median|X, scale LOW HIGH, minmax [LOW HIGH], standardize, robust, remove_mean image|global, clip K "
       "image|global, grey, resize H W area|bilinear, crop H W, pad N [value=0], whiten pca|zca [epsilon=1e-5] "
       "[components=N], binarize T, bernoulli"},
      {"data", "test", at<kTable, &DataConfig::test>, from_to_below(0, 1),
       "share of the samples drawn as the test part, of a set that has none of its own; 0: no test part"},
      {"data", "validation", at<kTable, &DataConfig::validation>, from_to_below(0, 1),
       "share of the training part drawn as the validation part, which choices while training are made on"},
      {"data", "train_rows", at<kTable, &DataConfig::train_rows>, anything(),
       "range of rows that is the training part, \"0:1800\" or \"1800:\"; empty: those that no other part takes"},
      {"data", "validation_rows", at<kTable, &DataConfig::validation_rows>, anything(),
       "range of rows that is the validation part, counted in the training part as it was given"},
      {"data", "test_rows", at<kTable, &DataConfig::test_rows>, anything(),
       "range of rows that is the test part; of a set without a test part, counted in all its rows"},
      {"data", "stratify", at<kTable, &DataConfig::stratify>, anything(),
       "let every class give its share of a part that is drawn, where there are labels"},
      {"data", "split_seed", at<kTable, &DataConfig::split_seed>, at_least(0), "seed of the parts that are drawn"},
      {"data", "synthetic_train", at<kTable, &DataConfig::synthetic_train>, at_least(1),
       "training images of synthetic-digits"},
      {"data", "synthetic_test", at<kTable, &DataConfig::synthetic_test>, at_least(1),
       "test images of synthetic-digits"},
      {"data", "synthetic_seed", at<kTable, &DataConfig::synthetic_seed>, at_least(0), "seed of synthetic-digits"},
      {"data", "patches", at<kTable, &DataConfig::patches>, at_least(1),
       "patches of natural-patches, training and test part together"},
      {"data", "patch_size", at<kTable, &DataConfig::patch_size>, from_to(1, 1024), "height and width of a patch"},
      {"data", "patch_seed", at<kTable, &DataConfig::patch_seed>, at_least(0),
       "seed of the places that patches are cut from"},
  };
}

std::vector<Field> model_fields() {
  constexpr auto kTable = &Config::model;
  return {
      {"model", "name", at<kTable, &ModelConfig::name>, anything(), "name in reports: the preset or file it came from"},
      {"model", "encoder", at<kTable, &ModelConfig::encoder>, layers(), "layers from a sample to its latent"},
      {"model", "latent", at<kTable, &ModelConfig::latent>, anything(),
       "what stands between encoder and decoder: plain, or gaussian N for a variational autoencoder of N latents"},
      {"model", "latent_dim", at<kTable, &ModelConfig::latent_dim>, at_least(0),
       "the size of the latent, in place of the N of gaussian N or of the encoder's last linear N; 0: as they say"},
      {"model", "decoder", at<kTable, &ModelConfig::decoder>, layers(),
       "layers from a latent to a sample; \"linear output\" is as wide as the sample"},
      {"model", "initializer", at<kTable, &ModelConfig::initializer>,
       one_of({"auto", "glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "torch_uniform"}),
       "initial weights: auto chooses by layer; glorot_uniform is uniform within +-sqrt(6 / (in + out)), the rule of "
       "the "
       "natural-image patch study too; torch_uniform within +-1 / sqrt(in), biases too"},
  };
}

std::vector<Field> objective_fields() {
  constexpr auto kTable = &Config::objective;
  return {
      {"objective", "reconstruction", at<kTable, &ObjectiveConfig::reconstruction>, one_of({"mse", "bce", "gaussian"}),
       "squared error, binary cross-entropy, or Gaussian likelihood with a learned variance of every value"},
      {"objective", "reduction", at<kTable, &ObjectiveConfig::reduction>, one_of({"mean", "sum"}),
       "how the reconstruction loss is taken over the values of a sample; over samples it is the mean"},
      {"objective", "reconstruction_weight", at<kTable, &ObjectiveConfig::reconstruction_weight>, above(0),
       "times the reconstruction loss; 0.5 with reduction sum for a cost of half the squared error"},
      {"objective", "min_log_variance", at<kTable, &ObjectiveConfig::min_log_variance>, between(-20, 0),
       "the lowest log variance of a value that reconstruction gaussian learns; the highest is 5"},
      {"objective", "penalized_weights", at<kTable, &ObjectiveConfig::penalized_weights>,
       one_of({"all", "encoder", "decoder"}), "the weights that weight_l1 and weight_l2 count"},
      {"objective", "weight_l1", at<kTable, &ObjectiveConfig::weight_l1>, at_least(0),
       "penalty: times the sum of |w| over the weights, biases left out"},
      {"objective", "weight_l2", at<kTable, &ObjectiveConfig::weight_l2>, at_least(0),
       "penalty: times the sum of w^2 over the weights, biases left out"},
      {"objective", "latent_l1", at<kTable, &ObjectiveConfig::latent_l1>, at_least(0),
       "penalty: times the sum of |z| over the latent units, mean over samples"},
      {"objective", "latent_kl_beta", at<kTable, &ObjectiveConfig::latent_kl_beta>, at_least(0),
       "penalty: times the sum over latent units of KL(rho || mean activation); the encoder must end in sigmoid"},
      {"objective", "latent_kl_rho", at<kTable, &ObjectiveConfig::latent_kl_rho>, between(0, 1),
       "the mean activation that latent_kl_beta asks for"},
      {"objective", "kl_weight", at<kTable, &ObjectiveConfig::kl_weight>, at_least(0),
       "times the KL of a Gaussian latent, summed over units, mean over samples"},
      {"objective", "kl_warmup_epochs", at<kTable, &ObjectiveConfig::kl_warmup_epochs>, at_least(0),
       "epochs over which kl_weight grows from 0"},
      {"objective", "kl_free_nats", at<kTable, &ObjectiveConfig::kl_free_nats>, at_least(0),
       "what each latent unit's KL may cost without a gradient against it"},
  };
}

std::vector<Field> corruption_fields() {
  constexpr auto kTable = &Config::corruption;
  return {
      {"corruption", "gaussian_variance", at<kTable, &CorruptionConfig::gaussian_variance>, at_least(0),
       "variance of normal noise added to every value of the input"},
      {"corruption", "clamp", at<kTable, &CorruptionConfig::clamp>, anything(),
       "cut noisy values to the range of the data ([0, 1] where they keep to it)"},
      {"corruption", "mask", at<kTable, &CorruptionConfig::mask>, from_to_below(0, 1), "part of the values set to 0"},
      {"corruption", "salt_and_pepper", at<kTable, &CorruptionConfig::salt_and_pepper>, from_to_below(0, 1),
       "part of the values set to the lowest or highest of the data, each half"},
      {"corruption", "hide", at<kTable, &CorruptionConfig::hide>,
       one_of({"right", "left", "top", "bottom", "centre", "nothing"}),
       "parts of an image of which one, drawn for every sample, is set to 0; for completion"},
  };
}

std::vector<Field> train_fields() {
  constexpr auto kTable = &Config::train;
  return {
      {"train", "optimizer", at<kTable, &TrainConfig::optimizer>, one_of({"sgd", "adam", "adamw", "lbfgs"}),
       "how the weights are updated; lbfgs needs batch_size 0 and a model without noise"},
      {"train", "learning_rate", at<kTable, &TrainConfig::learning_rate>, above(0), "step size of the optimizer"},
      {"train", "momentum", at<kTable, &TrainConfig::momentum>, from_to_below(0, 1), "momentum of sgd"},
      {"train", "nesterov", at<kTable, &TrainConfig::nesterov>, anything(), "Nesterov's momentum in sgd"},
      {"train", "beta1", at<kTable, &TrainConfig::beta1>, from_to_below(0, 1),
       "decay of the first moment in adam and adamw"},
      {"train", "beta2", at<kTable, &TrainConfig::beta2>, from_to_below(0, 1),
       "decay of the second moment in adam and adamw"},
      {"train", "epsilon", at<kTable, &TrainConfig::epsilon>, above(0), "added to the denominator in adam and adamw"},
      {"train", "weight_decay", at<kTable, &TrainConfig::weight_decay>, at_least(0), "decoupled weight decay of adamw"},
      {"train", "lbfgs_iterations", at<kTable, &TrainConfig::lbfgs_iterations>, from_to(1, 1000000),
       "iterations of lbfgs in an epoch, after which it starts anew from where it is"},
      {"train", "lbfgs_memory", at<kTable, &TrainConfig::lbfgs_memory>, from_to(1, 1000), "steps that lbfgs remembers"},
      {"train", "schedule", at<kTable, &TrainConfig::schedule>,
       one_of({"constant", "exponential", "step", "cosine", "plateau"}), "how the learning rate changes"},
      {"train", "schedule_factor", at<kTable, &TrainConfig::schedule_factor>, between(0, 1),
       "what exponential, step and plateau multiply the learning rate by"},
      {"train", "schedule_every", at<kTable, &TrainConfig::schedule_every>, at_least(1),
       "when: after this many steps (exponential), epochs (step) or epochs without a better loss, of the validation "
       "part where "
       "there is one (plateau)"},
      {"train", "warmup_epochs", at<kTable, &TrainConfig::warmup_epochs>, at_least(0),
       "epochs over which the learning rate grows from 0"},
      {"train", "clip_norm", at<kTable, &TrainConfig::clip_norm>, at_least(0),
       "gradients of a larger norm are scaled down to it; 0: none is"},
      {"train", "clip_value", at<kTable, &TrainConfig::clip_value>, at_least(0),
       "elements of the gradient are cut to within +- this; 0: none is"},
      {"train", "batch_size", at<kTable, &TrainConfig::batch_size>, at_least(0),
       "samples in one batch; 0: the whole training part, taken slice by slice"},
      {"train", "accumulate", at<kTable, &TrainConfig::accumulate>, at_least(1),
       "batches whose gradients are added up to one step"},
      {"train", "epochs", at<kTable, &TrainConfig::epochs>, at_least(1), "passes over the training part"},
      {"train", "patience", at<kTable, &TrainConfig::patience>, at_least(0),
       "epochs without a better validation loss after which training ends; the model is then that of the best epoch. "
       "0: all epochs are trained and the last one's model is kept"},
      {"train", "min_delta", at<kTable, &TrainConfig::min_delta>, at_least(0),
       "by how much a better validation loss is lower"},
      {"train", "seed", at<kTable, &TrainConfig::seed>, at_least(0),
       "seed of the initial weights and of the order of the samples"},
      {"train", "threads", at<kTable, &TrainConfig::threads>, from_to(0, 1024),
       "workers a batch is split over; 0: one a core"},
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
    for (const auto& table : {data_fields(), model_fields(), objective_fields(), corruption_fields(), train_fields()})
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
