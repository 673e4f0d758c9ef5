#pragma once
// Results as tables, JSON and pictures.

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "hourglass/context.h"
#include "hourglass/image.h"
#include "hourglass/metrics.h"
#include "hourglass/trainer.h"

namespace hourglass::cli {

using Json = nlohmann::ordered_json;

/// Metrics by the part of the data set they were measured on, "test".
using PartMetrics = std::vector<std::pair<std::string, ReconstructionMetrics>>;

std::string metrics_table(const PartMetrics& parts);

Json to_json(const ReconstructionMetrics& metrics);
Json to_json(const EpochRecord& record);

/// The first `num_images` samples of `data` above their reconstructions.
std::vector<ImageRow> reconstruction_rows(const Autoencoder& model, const Dataset& data, int64_t num_images,
                                          const Context& context);

}  // namespace hourglass::cli
