#pragma once
// The table of epochs as text.

#include <string>

#include "hourglass/trainer.h"

namespace hourglass {

/// history.csv: a header line, then a line an epoch: epoch; for each of train, validation and test every term of the
/// objective as it is minimised and their sum (train_<term>..., train_total); seconds, images_per_second; then for each
/// part the same per pixel and per image (train_<term>_px, train_<term>_img ...). Terms are those of LossTerm; values
/// not measured are left empty. Numbers read back to the same bits.
std::string history_to_csv(const History& history, const LossScales& scales);

/// The reverse. `source` names the text in messages. Throws Error(kData) where it is malformed.
History history_from_csv(const std::string& csv, const std::string& source);

}  // namespace hourglass
