#pragma once
// Compares published numbers with measured ones.

#include <string>
#include <vector>

#include "study/results.h"
#include "study/study_file.h"

namespace hourglass {

/// Returns one row per published number of the given variants: "variant", "metric", "published", "measured", "sd" (with
/// `deviations`), "verdict" ("reached", or by how much the measured number misses), "source", "definition".
ResultTable published_table(const Study& study, const std::vector<Variant>& variants,
                            const std::vector<VariantResult>& results, bool deviations);

}  // namespace hourglass
