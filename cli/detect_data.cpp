#include "detect_data.h"

#include <algorithm>

#include "hourglass/detection.h"
#include "hourglass/run_data.h"
#include "outputs.h"

namespace hourglass::cli {
namespace {

namespace fs = std::filesystem;

std::function<void(DataConfig&)> overrides_of(const Detector& detector, const ConfigFlags& flags) {
  return [&](DataConfig& options) {
    Config config = detector.config();
    config.data = options;
    flags.apply(config);
    options = config.data;
  };
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

Dataset load_detector_data(Config& config, const Context& context) {
  DataConfig inferred;
  const DataSplit sets = load_dataset(config.data, context, &inferred);
  config.data = inferred;
  return sets.test.size() > 0 ? concatenate(sets.train, sets.test) : sets.train;
}

Dataset load_other_detector_data(const Detector& detector, const std::string& name, const ConfigFlags& flags,
                                 const Context& context) {
  std::string note;
  Dataset samples = load_other_data(detector.config().data, detector.preprocessing(), name,
                                    overrides_of(detector, flags), note, context);
  if (!note.empty() && context.log) context.log(note);
  return samples;
}

DatasetBlocks open_other_detector_data(const Detector& detector, const std::string& name, const ConfigFlags& flags,
                                       const Context& context) {
  std::string note;
  DatasetBlocks blocks = open_other_data(detector.config().data, detector.preprocessing(), name,
                                         overrides_of(detector, flags), note, context);
  if (!note.empty() && context.log) context.log(note);
  return blocks;
}

std::vector<float> contributions_of(const Detector& detector, const Dataset& samples,
                                    const std::vector<int64_t>& training, Detector::Samples which,
                                    const Context& context) {
  Tensor contributions = detector.contributions(samples, training.empty() ? which : Detector::Samples::kNew, context);
  if (!training.empty()) {
    const Tensor own = detector.contributions(samples.select(training), Detector::Samples::kTraining, context);
    for (int64_t i = 0; i < own.rows(); ++i)
      std::ranges::copy(own.row(i), contributions.data() + training[static_cast<size_t>(i)] * contributions.row_size());
  }
  return {contributions.values().begin(), contributions.values().end()};
}

ContributionsFile::ContributionsFile(const Detector& detector)
    : features_(detection_features(detector)), dim_(detector.num_features()) {
  if (features_.empty()) features_ = feature_columns({}, dim_);
}

void ContributionsFile::add(const Dataset& samples, int64_t first, std::span<const float> contributions) {
  if (identity_.columns.empty()) {
    identity_.columns = {"row"};
    for (const std::string& name : identity_names(samples)) identity_.columns.push_back(name);
  }
  for (int64_t i = 0; i < samples.size(); ++i) {
    identity_.rows.push_back({std::to_string(first + i + 1)});
    for (const std::string& text : identity_texts(samples, i)) identity_.rows.back().push_back(text);
  }
  values_.insert(values_.end(), contributions.begin(), contributions.end());
}

void ContributionsFile::write(const fs::path& path) const {
  Tensor values({std::ssize(values_) / dim_, dim_});
  std::ranges::copy(values_, values.data());
  write_array(path, values, features_, identity_, "contributions");
}

}  // namespace hourglass::cli
