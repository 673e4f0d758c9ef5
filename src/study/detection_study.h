#pragma once
// The study of detectors on the tables of ADBench: each is split, a detector is trained on one part and judged by the
// labels of the other.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "hourglass/config.h"
#include "hourglass/context.h"
#include "hourglass/detection_metrics.h"

namespace hourglass {

/// Name of the study for `reproduce`.
inline constexpr const char* kDetectionStudy = "adbench";
inline constexpr const char* kDetectionStudyTitle =
    "Unusual rows of 31 tables (ADBench, Han et al., NeurIPS 2022), beside detectors of PyOD 3.6.7";

/// A published mean over tables.
struct DetectionPeer {
  std::string name;
  double roc_auc, average_precision;  ///< over all 31 tables
  double seconds;                     ///< for all tables, on another machine of two cores
};
const std::vector<DetectionPeer>& detection_peers();

/// The files of the tables, in the order of their numbers: in the first of the folders of data (data.dir of `config`,
/// then $HOURGLASS_DATA, then the user's cache) that has some, itself or in its folder adbench or anomalies/adbench.
/// Throws Error(kData) if there are none, with what to do.
std::vector<std::filesystem::path> find_tables(const DataConfig& config);

/// The detector on one table.
struct TableResult {
  std::string table;
  int64_t rows = 0, features = 0;                         ///< rows used, at most 10,000
  double anomalies = 0;                                   ///< their share
  double roc_auc = 0, average_precision = 0;              ///< means over the seeds
  double roc_auc_error = 0, average_precision_error = 0;  ///< standard error of one split (detection_metrics)
  double seconds = 0;                                     ///< training and scoring, mean over the seeds
};

/// Takes at most 10,000 rows at random, splits them 70 to 30, both stratified by label, trains a detector without
/// labels on the larger part and measures the scores of the other. Repeats it for `seeds` seeds. Throws as
/// load_dataset, Detector::train and detection_metrics.
TableResult run_table(const std::filesystem::path& file, const Config& config, int64_t seeds, const Context& context);

/// The means over tables, with the standard error over tables.
struct StudyMeans {
  Measured roc_auc, average_precision;
  double seconds = 0;  ///< of all tables
};
StudyMeans means_of(std::span<const TableResult> results);

}  // namespace hourglass
