#pragma once
// The terms of the loss, and what the latent does, in words and tables.

#include <string>

#include "hourglass/config.h"
#include "hourglass/latent_statistics.h"
#include "hourglass/loss.h"
#include "hourglass/trainer.h"

namespace hourglass::cli {

/// The terms that are on, each per pixel and per image, for every part that was measured: a row a term.
std::string loss_table(const EpochRecord& record, const LossScales& scales);
/// What the scales of the table mean for this objective.
std::string loss_legend(const ObjectiveConfig& objective);
/// The same as a line a part, "    test  reconstruction 0.01765 px 13.84 img, total 0.01765 px 13.84 img".
std::string loss_lines(const EpochRecord& record, const LossScales& scales);

/// How many units are active (of a Gaussian latent) or at work, with the definitions, and a warning where the posterior
/// collapsed.
std::string latent_text(const LatentStatistics& statistics, bool is_gaussian);
/// The same numbers by name.
std::map<std::string, double> latent_results(const LatentStatistics& statistics, bool is_gaussian);

}  // namespace hourglass::cli
