#pragma once
// Published numbers beside measured ones.

#include <string>
#include <vector>

#include "study/results.h"
#include "study/study_file.h"

namespace hourglass {

/// A row a published number of the variants that are given: "variant", "metric", "published", "measured", "sd" (with
/// `deviations`), "verdict" ("reached", or by how much it is missed), "source", "definition".
ResultTable published_table(const Study& study, const std::vector<Variant>& variants,
                            const std::vector<VariantResult>& results, bool deviations);

}  // namespace hourglass
