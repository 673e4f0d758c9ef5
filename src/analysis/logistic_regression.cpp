#include <fmt/format.h>
#include <lbfgs.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <new>
#include <numeric>

#include "core/caught_exception.h"
#include "core/lbfgs_end.h"
#include "core/matrix.h"
#include "hourglass/classification.h"
#include "hourglass/error.h"
#include "kernels/matmul.h"

namespace hourglass {
namespace {

constexpr int64_t kBlockRows = 256;

// Features with mean 0 and no large deviation, for a better conditioned problem. This changes the unknowns but not the
// solution: centering only changes the bias, and the penalty applies to the weights of the original columns.
struct Conditioning {
  Conditioning(const Tensor& features, const Context& context)
      : mean(column_means(features, context)),
        scale(column_deviations(features, mean)),
        rows(centered(features, mean, context)) {
    for (double& value : scale) value = std::max(1.0, value);
    for (size_t i = 0; i < rows.values().size(); ++i)
      rows.values()[i] = static_cast<float>(static_cast<double>(rows.values()[i]) / scale[i % scale.size()]);
  }
  std::vector<double> mean, scale;
  Tensor rows;
};

// Mean loss |W|^2 / (2 C n) + mean cross-entropy, and its gradient. The unknowns are W[d, classes] times the scales of
// the columns, and b[classes].
class Problem {
 public:
  Problem(const Conditioning& features, std::span<const int32_t> labels, int64_t classes, double inverse_penalty,
          const Context& context)
      : x_(features.rows),
        scale_(features.scale),
        labels_(labels),
        classes_(classes),
        penalty_(1 / (inverse_penalty * static_cast<double>(features.rows.rows()))),
        context_(context),
        workers_(static_cast<size_t>(num_threads(context))) {}

  int64_t num_weights() const { return x_.row_size() * classes_; }
  int64_t size() const { return num_weights() + classes_; }

  double evaluate(const double* unknowns, double* gradient) {
    const std::vector<float> parameters(unknowns, unknowns + size());
    for (Worker& worker : workers_) worker = Worker(*this);
    for_each_block(x_.rows(), kBlockRows, context_, [&](int worker, int64_t begin, int64_t rows) {
      add_block(parameters, begin, rows, workers_[static_cast<size_t>(worker)]);
    });
    const double n = static_cast<double>(x_.rows());
    double loss = 0;
    std::fill_n(gradient, size(), 0.0);
    for (const Worker& worker : workers_) {
      loss += worker.loss / n;
      for (int64_t i = 0; i < size(); ++i) gradient[i] += worker.gradient[static_cast<size_t>(i)] / n;
    }
    for (int64_t i = 0; i < num_weights(); ++i) {
      const double scale = scale_[static_cast<size_t>(i / classes_)], slope = penalty_ * unknowns[i] / (scale * scale);
      loss += slope * unknowns[i] / 2;
      gradient[i] += slope;
    }
    return loss;
  }

 private:
  struct Worker {
    Worker() = default;
    explicit Worker(const Problem& problem)
        : gradient(static_cast<size_t>(problem.size())),
          product(static_cast<size_t>(problem.num_weights())),
          scores(static_cast<size_t>(kBlockRows * problem.classes_)) {}
    double loss = 0;
    std::vector<double> gradient;
    std::vector<float> product, scores;
  };

  void add_block(const std::vector<float>& parameters, int64_t begin, int64_t rows, Worker& worker) const {
    const int64_t d = x_.row_size();
    const float* block = x_.data() + begin * d;
    matmul(rows, classes_, d, block, parameters.data(), worker.scores.data(), {parameters.data() + num_weights()});
    double* bias_gradient = worker.gradient.data() + num_weights();
    for (int64_t i = 0; i < rows; ++i) {
      float* scores = worker.scores.data() + i * classes_;
      const auto label = labels_[static_cast<size_t>(begin + i)];
      const double largest = static_cast<double>(*std::max_element(scores, scores + classes_));
      double sum = 0;
      for (int64_t c = 0; c < classes_; ++c) sum += std::exp(static_cast<double>(scores[c]) - largest);
      worker.loss += largest + std::log(sum) - static_cast<double>(scores[label]);
      for (int64_t c = 0; c < classes_; ++c) {
        const double difference = std::exp(static_cast<double>(scores[c]) - largest) / sum - (c == label ? 1.0 : 0.0);
        scores[c] = static_cast<float>(difference);
        bias_gradient[c] += difference;
      }
    }
    matmul_tn(d, classes_, rows, block, worker.scores.data(), worker.product.data());
    for (size_t i = 0; i < worker.product.size(); ++i) worker.gradient[i] += static_cast<double>(worker.product[i]);
  }

  const Tensor& x_;
  const std::vector<double>& scale_;
  std::span<const int32_t> labels_;
  int64_t classes_;
  double penalty_;
  const Context& context_;
  std::vector<Worker> workers_;
};

// State passed through L-BFGS to its callbacks.
struct Solve {
  Problem problem;
  int64_t iterations = 0;
  CaughtException exception = {};
};

double evaluate(void* state, const double* unknowns, double* gradient, int, double) {
  auto& solve = *static_cast<Solve*>(state);
  return solve.exception.guard(std::nan(""), [&] { return solve.problem.evaluate(unknowns, gradient); });
}

int after_iteration(void* state, const double*, const double*, double, double, double, double, int, int iteration,
                    int) {
  static_cast<Solve*>(state)->iterations = iteration;
  return static_cast<Solve*>(state)->exception ? 1 : 0;
}

double norm(std::span<const double> values) {
  return std::sqrt(std::inner_product(values.begin(), values.end(), values.begin(), 0.0));
}

}  // namespace

LogisticRegression fit_logistic_regression(const Tensor& features, std::span<const int32_t> labels,
                                           const LogisticOptions& options, const Context& context) {
  check_finite(features, "features");
  const int64_t classes = check_labels(features.rows(), labels);
  if (std::ranges::min(labels) == std::ranges::max(labels))
    throw Error(
        ErrorKind::kData,
        fmt::format("All samples belong to class {}; a classifier needs at least two classes.", labels.front()));
  if (!(options.inverse_penalty > 0) || options.max_iterations < 1)
    throw Error(ErrorKind::kUsage, fmt::format("Invalid logistic regression options: inverse penalty {}, {} "
                                               "iterations; both must be above 0.",
                                               options.inverse_penalty, options.max_iterations));
  const Conditioning conditioned(features, context);
  Solve solve{{conditioned, labels, classes, options.inverse_penalty, context}};
  Problem& problem = solve.problem;
  const int n = lbfgs_count(problem.size());
  const std::unique_ptr<double, decltype(&lbfgs_free)> memory(lbfgs_malloc(n), &lbfgs_free);
  if (!memory) throw std::bad_alloc();
  const std::span<double> unknowns(memory.get(), static_cast<size_t>(n));
  std::ranges::fill(unknowns, 0.0);
  lbfgs_parameter_t parameters;
  lbfgs_parameter_init(&parameters);
  parameters.m = 20;
  parameters.epsilon = options.tolerance;
  parameters.max_iterations = static_cast<int>(options.max_iterations);
  const int status = lbfgs(n, unknowns.data(), nullptr, evaluate, after_iteration, &solve, &parameters);
  solve.exception.rethrow();
  LogisticRegression fitted;
  fitted.iterations = solve.iterations;
  std::vector<double> gradient(unknowns.size());
  fitted.loss = problem.evaluate(unknowns.data(), gradient.data()) * options.inverse_penalty *
                static_cast<double>(features.rows());
  // A line search fails near the minimum, where float32 products round the gradient. Elsewhere it has found nothing.
  constexpr double kRounding = 1e-4;
  const LbfgsEnd end = lbfgs_end(status);
  fitted.converged = end == LbfgsEnd::kConverged ||
                     (end == LbfgsEnd::kNoDescent && norm(gradient) <= kRounding * std::max(1.0, norm(unknowns)));
  fitted.weights = Tensor({features.row_size(), classes});
  std::vector<double> bias(unknowns.begin() + problem.num_weights(), unknowns.end());
  for (int64_t i = 0; i < problem.num_weights(); ++i) {
    const auto column = static_cast<size_t>(i / classes);
    const double weight = unknowns[static_cast<size_t>(i)] / conditioned.scale[column];
    fitted.weights.data()[i] = static_cast<float>(weight);
    bias[static_cast<size_t>(i % classes)] -= weight * conditioned.mean[column];
  }
  fitted.bias.assign(bias.begin(), bias.end());
  return fitted;
}

std::vector<int32_t> LogisticRegression::predict(const Tensor& features, const Context& context) const {
  const int64_t d = weights.rows(), classes = weights.row_size();
  if (features.row_size() != d)
    throw Error(ErrorKind::kUsage,
                fmt::format("The classifier expects rows of {} values; found {}.", d, features.row_size()));
  std::vector<int32_t> predicted(static_cast<size_t>(features.rows()));
  for_each_block(features.rows(), kBlockRows, context, [&](int, int64_t begin, int64_t rows) {
    std::vector<float> scores(static_cast<size_t>(rows * classes));
    matmul(rows, classes, d, features.data() + begin * d, weights.data(), scores.data(), {bias.data()});
    for (int64_t i = 0; i < rows; ++i) {
      const float* row = scores.data() + i * classes;
      predicted[static_cast<size_t>(begin + i)] = static_cast<int32_t>(std::max_element(row, row + classes) - row);
    }
  });
  return predicted;
}

}  // namespace hourglass
