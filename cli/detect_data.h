#pragma once
// The data of a detector: samples, what identifies them, and what their labels mean.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "config_flags.h"
#include "hourglass/dataset.h"
#include "hourglass/detection.h"
#include "hourglass/detector.h"

namespace hourglass::cli {

/// Name of the file of a detector in its folder.
inline constexpr const char* kDetectorFile = "detector.safetensors";

/// Whether the word is a detector: its file, or a folder with it.
bool is_detector(const std::string& word);
std::filesystem::path detector_file(const std::string& word);

/// Samples to score.
struct DetectorData {
  Dataset samples;
  ScoreColumns identity;
  std::string note;
};

/// All samples of `name`; config.data becomes what was inferred from them. Throws as load_dataset.
DetectorData load_detector_data(Config& config, const std::string& name, const Context& context);
/// Data that are read in the way of the training data of the detector.
DetectorData load_other_detector_data(const Detector& detector, const std::string& name, const ConfigFlags& flags,
                                      const Context& context);
/// Positions of the samples of a class. Throws Error(kUsage) for an unknown class, with the classes.
std::vector<int64_t> samples_of_class(const Dataset& samples, const std::string& name);
/// Whether each sample is an anomaly by its label: of `anomaly_class`, or not of `normal_class`, or of class 1 of two
/// classes 0 and 1. Empty if that is not known, or all samples are alike. `must_exist`: throws Error(kUsage) if there
/// are no samples of the `anomaly_class`.
std::vector<bool> labels_of(const Dataset& samples, const std::string& normal_class, const std::string& anomaly_class,
                            bool must_exist);
/// The names of the classes of the samples; empty without labels.
std::vector<std::string> label_texts(const Dataset& samples);

/// One line about the data: rows, features, labels.
std::string columns_text(const Dataset& samples);

/// Writes the contributions of all samples. `normal`: positions of the training samples; empty: `which` says what all
/// samples are.
void write_contributions(const std::filesystem::path& path, const Detector& detector, const DetectorData& data,
                         const std::vector<int64_t>& normal, Detector::Samples which, const Context& context);

}  // namespace hourglass::cli
