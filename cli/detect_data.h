#pragma once
// The data that a detector is trained on or scores.

#include <filesystem>
#include <string>
#include <vector>

#include "config_flags.h"
#include "hourglass/dataset.h"
#include "hourglass/detector.h"

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

/// Writes the contributions of all samples to a file of arrays. `training`: positions of the training samples; empty:
/// `which` says what all samples are.
void write_contributions(const std::filesystem::path& path, const Detector& detector, const Dataset& samples,
                         const std::vector<int64_t>& training, Detector::Samples which, const Context& context);

}  // namespace hourglass::cli
