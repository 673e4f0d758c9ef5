#pragma once
// The data that a detector is trained on or scores.

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "config_flags.h"
#include "hourglass/dataset.h"
#include "hourglass/dataset_blocks.h"
#include "hourglass/detector.h"
#include "outputs.h"

namespace hourglass::cli {

/// Name of the file of a detector in its folder.
inline constexpr const char* kDetectorFile = "detector.safetensors";

/// Whether the word is a detector: its file, or a folder with it.
bool is_detector(const std::string& word);
std::filesystem::path detector_file(const std::string& word);

/// All samples of config.data; it becomes what was inferred from them. Throws as load_dataset.
Dataset load_detector_data(Config& config, const Context& context);
/// Data that are read in the way of the training data of the detector. Notes go to context.log.
Dataset load_other_detector_data(const Detector& detector, const std::string& name, const ConfigFlags& flags,
                                 const Context& context);

/// The same, block by block.
DatasetBlocks open_other_detector_data(const Detector& detector, const std::string& name, const ConfigFlags& flags,
                                       const Context& context);

/// The contributions {samples, features}. `training`: positions of the training samples; empty: `which` says what all
/// samples are.
std::vector<float> contributions_of(const Detector& detector, const Dataset& samples,
                                    const std::vector<int64_t>& training, Detector::Samples which,
                                    const Context& context);

/// The contributions of all samples, collected for a file of arrays.
class ContributionsFile {
 public:
  explicit ContributionsFile(const Detector& detector);
  void add(const Dataset& samples, int64_t first, std::span<const float> contributions);
  void write(const std::filesystem::path& path) const;

 private:
  std::vector<std::string> features_;
  int64_t dim_;
  RowIdentity identity_;
  std::vector<float> values_;
};

}  // namespace hourglass::cli
