#pragma once
// Evaluations as text.

#include <string>

#include "hourglass/evaluation.h"

namespace hourglass::cli {

/// One table per family with one column per subject, then the definition of each metric and what is missing.
std::string evaluation_text(const Evaluation& evaluation);

}  // namespace hourglass::cli
