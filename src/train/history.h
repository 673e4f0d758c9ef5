#pragma once
// The training history as CSV.

#include <string>
#include <vector>

#include "hourglass/trainer.h"

namespace hourglass {

/// history.csv: one line per epoch. Columns: epoch; for each of train, validation and test that was measured, its loss
/// (train_loss) and, if the objective has several, each of `terms` (train_reconstruction ...); learning_rate, seconds,
/// samples_per_second. Losses have the scale of the objective: means over samples, with objective.reduction over the
/// values of a sample. Values that were not measured are empty. Numbers read back to the same bits.
std::string history_to_csv(const History& history, const std::vector<LossTerm>& terms);

/// Reads a history.csv, also of version 0.1, which had each term in three scales. `source` names the text in messages.
/// Throws Error(kData) if it is malformed.
History history_from_csv(const std::string& csv, const std::string& source);

}  // namespace hourglass
