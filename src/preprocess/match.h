#pragma once
// Matches the columns of other data with those of the training set, by name.

#include <cstdint>
#include <map>
#include <string>

#include "hourglass/context.h"
#include "hourglass/preprocessing.h"

namespace hourglass {

/// See Preprocessing::match. Samples without names, or with all features that the model needs in its order, are
/// returned unchanged, and so are those that lack a feature. Adds the values of unknown categories to `unknown`.
Dataset match_features(const Dataset& samples, const StoredForm& trained, const Context& context,
                       std::map<std::string, int64_t>& unknown);

}  // namespace hourglass
