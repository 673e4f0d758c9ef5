#pragma once
// The page of a detector.

#include <filesystem>
#include <string>

#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "hourglass/detection.h"
#include "hourglass/detection_metrics.h"
#include "hourglass/detector.h"

namespace hourglass {

/// What the page says about the samples, in addition to their scores.
struct DetectionPage {
  const Dataset& samples;        ///< as stored
  Detector::Samples which;       ///< whose scores they are; kNew if training samples and others are together
  std::vector<bool> is_anomaly;  ///< by the labels; empty without labels
  std::string command;           ///< repeats the work
};

/// Writes a self-contained HTML file: scores with a threshold to drag, the most unusual samples with their reasons, and
/// with labels the curves. Throws Error(kIo) if it cannot be written.
void write_detection_report(const std::filesystem::path& path, const Detector& detector, const Detection& detection,
                            const DetectionPage& page, const Context& context = {});

/// "p-value at most 0.01", the rule of a detection.
std::string rule_text(const AlarmRule& rule);

}  // namespace hourglass
