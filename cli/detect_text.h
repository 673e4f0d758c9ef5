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
  Dataset samples;
  Detector::Samples which;
  std::vector<int64_t> training;  ///< positions of the training samples, if others are scored beside them
  Detection detection;
  std::vector<bool> is_anomaly;  ///< by the labels; empty: not known
};

/// Whose scores they are, for what is shown of single samples.
Detector::Samples shown_as(const Scored& scored);

std::string result_text(const Scored& scored, const DetectFiles& files, const Terminal& terminal);
Json result_json(const Scored& scored, const DetectFiles& files);

}  // namespace hourglass::cli
