#pragma once
// The subject of a report: a model, its data, and the test samples that are used as examples.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hourglass/autoencoder.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "report/picture_sheet.h"
#include "report/run_report.h"

namespace hourglass {

/// Evenly spaced samples of the test set with their latents.
struct Picked {
  std::vector<int64_t> indices;  ///< in the test set
  Tensor samples;                ///< {n} + sample shape, as the model sees them
  Tensor latents;                ///< {n, latent_dim}
  std::vector<int32_t> labels;   ///< one per sample, or empty
};

struct Subject {
  const Autoencoder& model;
  const DataSplit& stored;  ///< as given
  DataSplit data;           ///< as the model sees it
  const Context& context;
  Picked test;
  ValueRange range;  ///< black and white in pictures
  Nouns nouns;       ///< what samples and their values are called
  bool has_test;     ///< false: the training set stands in for a missing test set
};

/// `data` has a test set; `has_test` says whether it is one.
Subject make_subject(const Autoencoder& model, const DataSplit& data, const Context& context, bool has_test = true);

/// `count` evenly spaced integers below n in increasing order, or all n if there are fewer.
std::vector<int64_t> evenly_spaced(int64_t n, int64_t count);

/// Samples of `data` as the model sees them, {n} + sample shape.
Tensor model_values(const Autoencoder& model, const Dataset& data, std::span<const int64_t> indices);

/// Class names by label: those of the dataset, else the labels as text. Empty if there are no labels.
std::vector<std::string> class_names(const Dataset& data);

/// Gathers the rows of a tensor at these indices, in this order.
Tensor rows_of(const Tensor& tensor, std::span<const int64_t> rows);

/// |a - b|, elementwise.
Tensor absolute_difference(const Tensor& a, const Tensor& b);
float largest(const Tensor& tensor);

}  // namespace hourglass
