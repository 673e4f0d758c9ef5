#include "detect_data.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "formats/csv_fields.h"
#include "hourglass/error.h"
#include "hourglass/run_data.h"
#include "outputs.h"
#include "text.h"

namespace hourglass::cli {
namespace {

namespace fs = std::filesystem;

/// Times and identifiers of a table, files of images and other named samples.
ScoreColumns identity_of(const Dataset& samples) {
  ScoreColumns identity{samples.identity_columns(), {}};
  if (!identity.names.empty()) {
    for (int64_t i = 0; i < samples.size(); ++i) identity.rows.push_back(samples.identity(i));
    return identity;
  }
  if (!samples.has_sample_names()) return identity;
  identity.names = {samples.sample_shape().size() == 3 ? "file" : "name"};
  for (int64_t i = 0; i < samples.size(); ++i) identity.rows.push_back({samples.sample_name(i)});
  return identity;
}

/// Whether two names of classes are equal, also as numbers: 1 and 1.0.
bool same_class(const std::string& a, const std::string& b) {
  const auto x = parse_number(a), y = parse_number(b);
  return a == b || (x && y && *x == *y);
}

}  // namespace

bool is_detector(const std::string& word) {
  std::error_code ignored;
  return fs::path(word).filename() == kDetectorFile || fs::exists(fs::path(word) / kDetectorFile, ignored);
}

fs::path detector_file(const std::string& word) {
  std::error_code ignored;
  return fs::is_directory(word, ignored) ? fs::path(word) / kDetectorFile : fs::path(word);
}

DetectorData load_detector_data(Config& config, const std::string& name, const Context& context) {
  config.data.name = name;
  DataConfig inferred;
  const DataSplit sets = load_dataset(config.data, context, &inferred);
  config.data = inferred;
  const Dataset all = sets.test.size() > 0 ? concatenate(sets.train, sets.test) : sets.train;
  return {all, identity_of(all), ""};
}

DetectorData load_other_detector_data(const Detector& detector, const std::string& name, const ConfigFlags& flags,
                                      const Context& context) {
  DetectorData data;
  const auto overrides = [&](DataConfig& options) {
    Config config = detector.config();
    config.data = options;
    flags.apply(config);
    options = config.data;
  };
  data.samples = load_other_data(detector.config().data, detector.preprocessing(), name, overrides, data.note, context);
  data.identity = identity_of(data.samples);
  return data;
}

std::vector<int64_t> samples_of_class(const Dataset& samples, const std::string& name) {
  std::vector<std::string> names;
  std::vector<int64_t> found;
  for (int64_t i = 0; i < samples.size() && samples.has_labels(); ++i) {
    const std::string own = samples.class_name(samples.labels()[static_cast<size_t>(i)]);
    if (same_class(own, name)) found.push_back(i);
    if (std::ranges::find(names, own) == names.end()) names.push_back(own);
  }
  if (!found.empty()) return found;
  throw Error(ErrorKind::kUsage,
              names.empty()
                  ? fmt::format("The class '{}' was asked for, but '{}' has no labels. Name their column with "
                                "--label-column.",
                                name, samples.name())
                  : fmt::format("'{}' has no rows of the class '{}'. Its classes: {}.{}", samples.name(), name,
                                join(names), did_you_mean(name, names)));
}

std::vector<bool> labels_of(const Dataset& samples, const std::string& normal_class, const std::string& anomaly_class,
                            bool must_exist) {
  std::vector<bool> is_anomaly;
  if (must_exist && !anomaly_class.empty()) samples_of_class(samples, anomaly_class);
  if (!samples.has_labels()) return is_anomaly;
  const std::string anomaly = !anomaly_class.empty() ? anomaly_class : normal_class.empty() ? "1" : "";
  for (const int32_t label : samples.labels()) {
    const std::string name = samples.class_name(label);
    if (anomaly_class.empty() && normal_class.empty() && !same_class(name, "0") && !same_class(name, "1")) return {};
    is_anomaly.push_back(anomaly.empty() ? !same_class(name, normal_class) : same_class(name, anomaly));
  }
  const auto count = std::ranges::count(is_anomaly, true);
  if (count == 0 || count == std::ssize(is_anomaly)) return {};
  return is_anomaly;
}

std::vector<std::string> label_texts(const Dataset& samples) {
  std::vector<std::string> texts;
  for (const int32_t label : samples.labels()) texts.push_back(samples.class_name(label));
  return texts;
}

std::string columns_text(const Dataset& samples) {
  return fmt::format("{}: {} {} of {}{}", samples.name(), count(samples.size()), samples_noun(samples.sample_shape()),
                     samples.sample_shape().size() == 1 ? count(samples.sample_dim()) + " features"
                                                        : to_string(samples.sample_shape()),
                     samples.has_labels() ? "; labels judge the scores and are not used for training" : "");
}

void write_contributions(const fs::path& path, const Detector& detector, const DetectorData& data,
                         const std::vector<int64_t>& normal, Detector::Samples which, const Context& context) {
  Tensor contributions =
      detector.contributions(data.samples, normal.empty() ? which : Detector::Samples::kNew, context);
  if (!normal.empty()) {
    const Tensor own = detector.contributions(data.samples.select(normal), Detector::Samples::kTraining, context);
    for (int64_t i = 0; i < own.rows(); ++i)
      std::ranges::copy(own.row(i), contributions.data() + normal[static_cast<size_t>(i)] * contributions.row_size());
  }
  RowIdentity identity{{"row"}, {}};
  identity.columns.insert(identity.columns.end(), data.identity.names.begin(), data.identity.names.end());
  for (int64_t i = 0; i < data.samples.size(); ++i) {
    identity.rows.push_back({std::to_string(i + 1)});
    if (!data.identity.names.empty())
      identity.rows.back().insert(identity.rows.back().end(), data.identity.rows[static_cast<size_t>(i)].begin(),
                                  data.identity.rows[static_cast<size_t>(i)].end());
  }
  std::vector<std::string> features = detection_features(detector);
  if (features.empty()) features = feature_columns({}, detector.num_features());
  write_array(path, contributions, features, identity, "contributions");
}

}  // namespace hourglass::cli
