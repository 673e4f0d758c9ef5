#pragma once
// What the labels of samples say about anomalies.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hourglass/dataset.h"

namespace hourglass {

/// Positions of the samples of a class. Names of classes are compared as numbers if they are numbers: 1 is 1.0. Throws
/// Error(kUsage) for a class without samples, with the classes.
std::vector<int64_t> samples_of_class(const Dataset& samples, const std::string& name);
/// Whether each sample is an anomaly by its label: it is of `anomaly_class`, or not of `normal_class`, or without
/// these, of class 1 of classes 0 and 1. Empty if there are no labels, that is not known, or all samples are alike.
std::vector<bool> anomaly_labels(const Dataset& samples, const std::string& normal_class,
                                 const std::string& anomaly_class);
/// The same for names of classes by label.
std::vector<bool> anomaly_labels(std::span<const int32_t> labels, const std::vector<std::string>& class_names,
                                 const std::string& normal_class, const std::string& anomaly_class);

}  // namespace hourglass
