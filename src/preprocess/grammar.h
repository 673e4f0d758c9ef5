#pragma once
// From the text of a step to the step.

#include <memory>
#include <string>

#include "preprocess/step.h"

namespace hourglass {

/// The step that `text` names (see hourglass/preprocessing.h) for samples of shape `input`. `where` says where the text
/// stands. Throws Error(kUsage) for a text that is no step or that does not fit the shape.
std::unique_ptr<Step> make_step(const std::string& text, const std::string& where, const Shape& input);

}  // namespace hourglass
