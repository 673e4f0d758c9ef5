#pragma once
// The result of `detect` as text and JSON.

#include <filesystem>
#include <string>
#include <vector>

#include "hourglass/detection.h"
#include "output.h"
#include "terminal.h"

namespace hourglass::cli {

/// The files that the command writes; empty: not written.
struct DetectFiles {
  std::filesystem::path detector, config, scores, contributions, report;
};

/// Samples with their scores.
struct Scored {
  Detector detector;
  Dataset samples;  ///< those of `detection`
  Detector::Samples which;
  std::vector<int64_t> training;  ///< positions of the training samples, if others are scored beside them
  Detection detection;
  bool has_labels;
  std::vector<bool> is_anomaly;  ///< of all samples by their labels; empty: not known
  std::vector<double> scores;    ///< of all samples, if is_anomaly is known
  std::vector<bool> alarms;
};

/// Whose scores they are, for what is shown of single samples.
Detector::Samples shown_as(const Scored& scored);

std::string result_text(const Scored& scored, const DetectFiles& files, const Terminal& terminal);
Json result_json(const Scored& scored, const DetectFiles& files);

}  // namespace hourglass::cli
