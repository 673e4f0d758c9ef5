#include "collect/subject.h"

#include <algorithm>
#include <numeric>

namespace hourglass {
namespace {

constexpr int64_t kMostPicked = 2000;
// Limit on the values of all picked samples together, and on their latents.
constexpr int64_t kMostValues = int64_t{1} << 23;

}  // namespace

std::vector<int64_t> evenly_spaced(int64_t n, int64_t count) {
  count = std::min(n, count);
  std::vector<int64_t> indices(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) indices[static_cast<size_t>(i)] = i * n / count;
  return indices;
}

Tensor model_values(const Autoencoder& model, const Dataset& data, std::span<const int64_t> indices) {
  return model.preprocess(data).select(indices).read();
}

std::vector<std::string> class_names(const Dataset& data) {
  if (!data.class_names().empty() || !data.has_labels()) return data.class_names();
  std::vector<std::string> names;
  for (int32_t label = 0; label <= std::ranges::max(data.labels()); ++label) names.push_back(data.class_name(label));
  return names;
}

Tensor rows_of(const Tensor& tensor, std::span<const int64_t> rows) {
  Shape shape = tensor.shape();
  shape[0] = static_cast<int64_t>(rows.size());
  Tensor result(std::move(shape));
  float* to = result.data();
  for (const int64_t row : rows) to = std::ranges::copy(tensor.row(row), to).out;
  return result;
}

Tensor absolute_difference(const Tensor& a, const Tensor& b) {
  Tensor result(a.shape());
  std::ranges::transform(a.values(), b.values(), result.data(), [](float x, float y) { return std::abs(x - y); });
  return result;
}

float largest(const Tensor& tensor) { return std::ranges::max(tensor.values()); }

Subject make_subject(const Autoencoder& model, const DataSplit& data, const Context& context, bool has_test) {
  DataSplit seen = model.preprocess(data, context);
  const int64_t most = std::max<int64_t>(16, kMostValues / std::max(model.sample_dim(), model.latent_dim()));
  Picked test{evenly_spaced(data.test.size(), std::min(kMostPicked, most)), {}, {}, {}};
  test.samples = model_values(model, seen.test, test.indices);
  test.latents = model.encode_preprocessed(test.samples, context);
  if (data.test.has_labels())
    for (const int64_t index : test.indices) test.labels.push_back(data.test.labels()[static_cast<size_t>(index)]);
  return {model,   data, std::move(seen), context, std::move(test), model.value_scale(), nouns_of(model.sample_shape()),
          has_test};
}

}  // namespace hourglass
