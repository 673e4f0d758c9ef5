#pragma once
// Parser of preprocessing steps.

#include <memory>
#include <string>

#include "preprocess/step.h"

namespace hourglass {

/// Creates the step described by `text` (see hourglass/preprocessing.h) for samples of shape `input`. `where`: position
/// for messages. Throws Error(kUsage) for an unknown step or one that does not fit the shape.
std::unique_ptr<Step> make_step(const std::string& text, const std::string& where, const Shape& input);

}  // namespace hourglass
