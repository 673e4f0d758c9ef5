#include "study/detection_study.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

#include "data/data_folders.h"
#include "hourglass/dataset.h"
#include "hourglass/detector.h"
#include "hourglass/error.h"

namespace hourglass {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kMostRows = 10'000;
constexpr double kTestShare = 0.3;

// The number at the start of a file name, "38_thyroid.npz"; -1: none.
int number_of(const fs::path& file) {
  const std::string name = file.filename().string();
  int number = -1;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  return error == std::errc() && end < name.data() + name.size() && *end == '_' ? number : -1;
}

std::vector<bool> anomalies_of(const Dataset& samples) {
  std::vector<bool> is_anomaly;
  for (const int32_t label : samples.labels()) is_anomaly.push_back(samples.class_name(label) == "1");
  return is_anomaly;
}

}  // namespace

// Means over all 31 tables of detectors of PyOD 3.6.7 with their defaults, rows capped at 10,000, split 70 to 30.
const std::vector<DetectionPeer>& detection_peers() {
  static const std::vector<DetectionPeer> kPeers = {{"IForest", .758, .376, 9}, {"VAE", .740, .332, 454},
                                                    {"ECOD", .725, .345, 3},    {"AutoEncoder", .724, .305, 157},
                                                    {"KNN", .712, .326, 3},     {"PCA", .702, .343, 9}};
  return kPeers;
}

std::vector<fs::path> find_tables(const DataConfig& config) {
  std::error_code ignored;
  std::string searched;
  for (const fs::path& folder : data_folders(config)) {
    for (const fs::path& place : {folder, folder / "adbench", folder / "anomalies" / "adbench"}) {
      std::vector<fs::path> tables;
      for (const auto& entry : fs::directory_iterator(place, ignored))
        if (entry.path().extension() == ".npz" && number_of(entry.path()) >= 0) tables.push_back(entry.path());
      if (tables.empty()) continue;
      std::ranges::sort(tables, {}, number_of);
      return tables;
    }
    searched += fmt::format("{}'{}'", searched.empty() ? "" : ", ", folder.string());
  }
  throw Error(ErrorKind::kData,
              fmt::format("No tables of ADBench, such as adbench/38_thyroid.npz, were found in {}. Get them from "
                          "https://github.com/Minqi824/ADBench (folder adbench/datasets/Classical) and name their "
                          "folder with --data-dir.",
                          searched));
}

TableResult run_table(const fs::path& file, const Config& config, int64_t seeds, const Context& context) {
  DataConfig data;
  data.name = file.string();
  data.test = 0;
  const Dataset all = load_dataset(data).train;
  if (!all.has_labels())
    throw Error(ErrorKind::kData, fmt::format("'{}' has no labels: an array y was expected.", file.string()));
  TableResult result{
      .table = file.stem().string(), .rows = std::min(kMostRows, all.size()), .features = all.sample_dim()};
  for (int64_t seed = 1; seed <= seeds; ++seed) {
    const auto number = static_cast<uint64_t>(seed);
    const Dataset used = all.size() > kMostRows ? hold_out(all, kMostRows, number, true).second : all;
    const auto tested = static_cast<int64_t>(std::lround(kTestShare * static_cast<double>(used.size())));
    const auto [train, test] = hold_out(used, tested, number, true);
    Config own = config;
    own.train.seed = seed;
    const auto start = std::chrono::steady_clock::now();
    const std::vector<double> scores =
        Detector::train(own, train, context).scores(test, Detector::Samples::kNew, context);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const DetectionMetrics metrics = detection_metrics(scores, anomalies_of(test));
    const auto share = static_cast<double>(seeds);
    result.anomalies += static_cast<double>(metrics.anomalies) / static_cast<double>(metrics.samples) / share;
    result.roc_auc += metrics.roc_auc.value / share;
    result.average_precision += metrics.average_precision.value / share;
    result.roc_auc_error += metrics.roc_auc.error / share;
    result.average_precision_error += metrics.average_precision.error / share;
    result.seconds += seconds / share;
  }
  return result;
}

StudyMeans means_of(std::span<const TableResult> results) {
  StudyMeans means;
  const auto measured = [&](double TableResult::*field) {
    const auto count = static_cast<double>(results.size());
    double sum = 0, squares = 0;
    for (const TableResult& result : results) sum += result.*field;
    for (const TableResult& result : results) squares += (result.*field - sum / count) * (result.*field - sum / count);
    return Measured{sum / count, count > 1 ? std::sqrt(squares / (count - 1) / count) : 0};
  };
  means.roc_auc = measured(&TableResult::roc_auc);
  means.average_precision = measured(&TableResult::average_precision);
  for (const TableResult& result : results) means.seconds += result.seconds;
  return means;
}

}  // namespace hourglass
