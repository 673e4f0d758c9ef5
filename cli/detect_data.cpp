#include "detect_data.h"

#include <algorithm>

#include "hourglass/detection.h"
#include "hourglass/run_data.h"
#include "outputs.h"

namespace hourglass::cli {
namespace {

namespace fs = std::filesystem;

}  // namespace

bool is_detector(const std::string& word) {
  std::error_code ignored;
  return fs::path(word).filename() == kDetectorFile || fs::exists(fs::path(word) / kDetectorFile, ignored);
}

fs::path detector_file(const std::string& word) {
  std::error_code ignored;
  return fs::is_directory(word, ignored) ? fs::path(word) / kDetectorFile : fs::path(word);
}

Dataset load_detector_data(Config& config, const Context& context) {
  DataConfig inferred;
  const DataSplit sets = load_dataset(config.data, context, &inferred);
  config.data = inferred;
  return sets.test.size() > 0 ? concatenate(sets.train, sets.test) : sets.train;
}

Dataset load_other_detector_data(const Detector& detector, const std::string& name, const ConfigFlags& flags,
                                 const Context& context) {
  const auto overrides = [&](DataConfig& options) {
    Config config = detector.config();
    config.data = options;
    flags.apply(config);
    options = config.data;
  };
  std::string note;
  Dataset samples = load_other_data(detector.config().data, detector.preprocessing(), name, overrides, note, context);
  if (!note.empty() && context.log) context.log(note);
  return samples;
}

void write_contributions(const fs::path& path, const Detector& detector, const Dataset& samples,
                         const std::vector<int64_t>& training, Detector::Samples which, const Context& context) {
  Tensor contributions = detector.contributions(samples, training.empty() ? which : Detector::Samples::kNew, context);
  if (!training.empty()) {
    const Tensor own = detector.contributions(samples.select(training), Detector::Samples::kTraining, context);
    for (int64_t i = 0; i < own.rows(); ++i)
      std::ranges::copy(own.row(i), contributions.data() + training[static_cast<size_t>(i)] * contributions.row_size());
  }
  RowIdentity identity{{"row"}, {}};
  for (const std::string& name : identity_names(samples)) identity.columns.push_back(name);
  for (int64_t i = 0; i < samples.size(); ++i) {
    identity.rows.push_back({std::to_string(i + 1)});
    for (const std::string& text : identity_texts(samples, i)) identity.rows.back().push_back(text);
  }
  std::vector<std::string> features = detection_features(detector);
  if (features.empty()) features = feature_columns({}, detector.num_features());
  write_array(path, contributions, features, identity, "contributions");
}

}  // namespace hourglass::cli
