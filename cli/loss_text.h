#pragma once
// The terms of the loss and the state of the latent, as text and tables.

#include <map>
#include <string>

#include "hourglass/latent_statistics.h"
#include "hourglass/loss.h"
#include "hourglass/trainer.h"

namespace hourglass::cli {

/// The terms of the objective for every set that was measured: one row per term.
std::string loss_table(const EpochRecord& record, const std::vector<LossTerm>& terms);
/// The scale of the table.
std::string loss_legend(const ObjectiveConfig& objective, const std::vector<LossTerm>& terms);
/// One line per set: "    test  reconstruction 0.01765, kl 0.002, total 0.01965".
std::string loss_lines(const EpochRecord& record, const std::vector<LossTerm>& terms);

/// How many units are active (Gaussian latent) or not 0, with the definitions, and a warning for a collapsed posterior
/// or dead units. `noun`: of the samples.
std::string latent_text(const LatentStatistics& statistics, bool is_gaussian, const std::string& noun);

}  // namespace hourglass::cli
