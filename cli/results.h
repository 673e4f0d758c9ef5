#pragma once
// Results as tables, JSON and pictures.

#include <filesystem>
#include <string>
#include <vector>

#include "core/json.h"
#include "hourglass/context.h"
#include "hourglass/image.h"
#include "hourglass/metrics.h"
#include "hourglass/trainer.h"
#include "output.h"

namespace hourglass::cli {

/// The main metrics of a set, such as "test": mse and, for images, bce (if it is defined), PSNR and SSIM.
std::string metrics_table(const std::string& set, const ReconstructionMetrics& metrics, bool are_images);

/// The same for JSON.
Json to_json(const ReconstructionMetrics& metrics, bool are_images);
/// An epoch with the terms of its objective.
Json to_json(const EpochRecord& record, const std::vector<LossTerm>& terms);

/// The first `num_images` samples of `data` above their reconstructions.
std::vector<ImageRow> reconstruction_rows(const Autoencoder& model, const Dataset& data, int64_t num_images,
                                          const Context& context);

}  // namespace hourglass::cli
