#pragma once
// What a report is about: a model, its data, and the test images that stand for all of them.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hourglass/autoencoder.h"
#include "hourglass/context.h"
#include "hourglass/dataset.h"
#include "report/picture_sheet.h"

namespace hourglass {

/// Test images, spread evenly over the test part, and what the model makes of them.
struct Picked {
  std::vector<int64_t> indices;  ///< in the test part
  Tensor samples;                ///< {n} + sample shape, as the model sees them
  Tensor latents;                ///< {n, latent_dim}
  std::vector<int32_t> labels;   ///< of each, or none
};

struct Subject {
  const Autoencoder& model;
  const DataParts& stored;  ///< as it was given
  DataParts data;           ///< as the model sees it
  const Context& context;
  Picked test;
  ValueRange range;  ///< black and white in pictures
};

Subject make_subject(const Autoencoder& model, const DataParts& data, const Context& context);

/// `count` whole numbers below n, or all where there are fewer, in order and evenly spread.
std::vector<int64_t> spread(int64_t n, int64_t count);

/// Samples of `data` as the model sees them, {n} + sample shape.
Tensor model_values(const Autoencoder& model, const Dataset& data, std::span<const int64_t> indices);

/// By label: the data set's own, else the labels as text; none where there are no labels.
std::vector<std::string> class_names(const Dataset& data);

/// The rows of a tensor with these numbers, in this order.
Tensor rows_of(const Tensor& tensor, std::span<const int64_t> rows);

/// |a - b|, value by value.
Tensor absolute_difference(const Tensor& a, const Tensor& b);
float largest(const Tensor& tensor);

}  // namespace hourglass
