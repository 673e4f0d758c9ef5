#pragma once
// Matches the columns of other data with those of the training set, by name.

#include "hourglass/context.h"
#include "hourglass/preprocessing.h"

namespace hourglass {

/// See Preprocessing::match. Samples without names, or with all features that the model needs in its order, are
/// returned unchanged, and so are those that lack a feature.
Dataset match_features(const Dataset& samples, const StoredForm& trained, const Context& context);

}  // namespace hourglass
