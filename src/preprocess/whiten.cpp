#include "preprocess/whiten.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/linear_algebra.h"
#include "hourglass/error.h"
#include "kernels/matmul.h"
#include "preprocess/statistics.h"

namespace hourglass {
namespace {

// Covariance of the samples. They are centered first, because products within a block are in float32; blocks are summed
// in double. Uses one thread: the sums of each thread would need dim^2 values.
std::vector<double> covariance(const Dataset& data, const std::vector<float>& mean) {
  const int64_t dim = data.sample_dim();
  std::vector<float> centered, product(static_cast<size_t>(dim * dim));
  std::vector<double> total(static_cast<size_t>(dim * dim));
  for_each_block(data, {.threads = 1, .log = {}}, [&](int, int64_t rows, const float* values) {
    centered.resize(static_cast<size_t>(rows * dim));
    for (int64_t i = 0; i < rows * dim; ++i)
      centered[static_cast<size_t>(i)] = values[i] - mean[static_cast<size_t>(i % dim)];
    matmul_tn(dim, dim, rows, centered.data(), centered.data(), product.data());
    for (size_t i = 0; i < product.size(); ++i) total[i] += static_cast<double>(product[i]);
  });
  for (double& value : total) value /= static_cast<double>(data.size());
  return total;
}

// Relative to the largest variance; smaller variances are rounding errors of the covariance.
constexpr double kMinRelativeVariance = 1e-12;

class Whiten final : public Step {
 public:
  Whiten(const Shape& shape, bool zca, double epsilon, int64_t components)
      : Step(shape, zca ? shape : Shape{components}), zca_(zca), epsilon_(epsilon), components_(components) {}

  void fit(const Fitting& fitting) override {
    const int64_t dim = input_dim();
    if (fitting.train.size() < 2)
      throw Error(ErrorKind::kData, fmt::format("{}: at least 2 training samples are needed.", fitting.where));
    const std::vector<double> means = feature_statistics(fitting.train, fitting.context).mean;
    mean_.assign(means.begin(), means.end());
    const SymmetricEigen eigen = symmetric_eigen(covariance(fitting.train, mean_), dim);
    deviations_.clear();
    directions_.clear();
    for (int64_t i = 0; i < components_; ++i) {
      const double* direction = eigen.vectors.data() + i * dim;
      const double largest =
          *std::max_element(direction, direction + dim, [](double a, double b) { return std::abs(a) < std::abs(b); });
      for (int64_t j = 0; j < dim; ++j)
        directions_.push_back(static_cast<float>(largest < 0 ? -direction[j] : direction[j]));
      const double variance = std::max(0.0, eigen.values[static_cast<size_t>(i)]) + epsilon_;
      if (!(variance > kMinRelativeVariance * eigen.values[0]))
        throw Error(ErrorKind::kData,
                    fmt::format("{}: component {} has no variance in the training set. Add epsilon=1e-5, or use fewer "
                                "components with components=N (pca).",
                                fitting.where, i + 1));
      deviations_.push_back(static_cast<float>(std::sqrt(variance)));
    }
    parameters_changed();
  }
  std::vector<Parameter> parameters() override {
    return {{"mean", {input_dim()}, &mean_},
            {"directions", {components_, input_dim()}, &directions_},
            {"deviations", {components_}, &deviations_}};
  }

  // Computes forward_[in, out] and inverse_[out, in].
  void parameters_changed() override {
    const int64_t dim = input_dim();
    std::vector<float> forward(static_cast<size_t>(dim * components_)), inverse(directions_);
    for (int64_t i = 0; i < components_; ++i) {
      const float deviation = deviations_[static_cast<size_t>(i)];
      for (int64_t j = 0; j < dim; ++j) {
        const float direction = directions_[static_cast<size_t>(i * dim + j)];
        forward[static_cast<size_t>(j * components_ + i)] = direction / deviation;
        inverse[static_cast<size_t>(i * dim + j)] = direction * deviation;
      }
    }
    if (zca_) {
      forward_.resize(static_cast<size_t>(dim * dim));
      inverse_.resize(static_cast<size_t>(dim * dim));
      matmul(dim, dim, dim, forward.data(), directions_.data(), forward_.data());
      matmul_tn(dim, dim, dim, directions_.data(), inverse.data(), inverse_.data());
    } else {
      forward_ = std::move(forward);
      inverse_ = std::move(inverse);
    }
  }

  void apply(int64_t rows, const float* x, float* y) const override {
    std::vector<float> centered(x, x + rows * input_dim());
    for (int64_t i = 0; i < rows * input_dim(); ++i)
      centered[static_cast<size_t>(i)] -= mean_[static_cast<size_t>(i % input_dim())];
    matmul(rows, output_dim(), input_dim(), centered.data(), forward_.data(), y);
  }
  bool inverts() const override { return true; }
  void invert(int64_t rows, const float* y, float* x) const override {
    matmul(rows, input_dim(), output_dim(), y, inverse_.data(), x, {.bias = mean_.data()});
  }
  std::optional<ValueRange> range(std::optional<ValueRange>) const override { return std::nullopt; }

 private:
  bool zca_;
  double epsilon_;
  int64_t components_;
  std::vector<float> mean_, directions_, deviations_;
  std::vector<float> forward_, inverse_;
};

}  // namespace

std::unique_ptr<Step> make_whiten_pca(const Shape& shape, double epsilon, int64_t components) {
  return std::make_unique<Whiten>(shape, false, epsilon, components);
}

std::unique_ptr<Step> make_whiten_zca(const Shape& shape, double epsilon) {
  return std::make_unique<Whiten>(shape, true, epsilon, num_elements(shape));
}

}  // namespace hourglass
