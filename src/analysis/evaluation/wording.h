#pragma once
// What is said of measurements.

#include "hourglass/evaluation.h"

namespace hourglass {

/// Definitions, estimators, scales and subjects are written for images and their pixels. Makes them speak of rows and
/// their values; the names of metrics stay, and so does why something was not measured.
void speak_of_rows(Evaluation& evaluation);

}  // namespace hourglass
