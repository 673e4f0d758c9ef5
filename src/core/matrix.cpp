#include "core/matrix.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/random.h"
#include "core/team.h"
#include "hourglass/error.h"

namespace hourglass {

void for_each_block(int64_t rows, int64_t block_rows, const Context& context,
                    const std::function<void(int, int64_t, int64_t)>& work) {
  const int64_t blocks = (rows + block_rows - 1) / block_rows;
  const int workers = static_cast<int>(std::clamp<int64_t>(blocks, 1, num_threads(context)));
  run_team(workers, [&](int worker) {
    const Range range = share(rows, workers, worker, block_rows);
    for (long begin = range.begin; begin < range.end; begin += block_rows)
      work(worker, begin, std::min<int64_t>(block_rows, range.end - begin));
  });
}

void check_finite(const Tensor& matrix, const std::string& what) {
  if (matrix.size() == 0) throw Error(ErrorKind::kData, fmt::format("There are no {}; expected at least one.", what));
  const auto values = matrix.values();
  const auto found = std::ranges::find_if(values, [](float value) { return !std::isfinite(value); });
  if (found == values.end()) return;
  const int64_t position = found - values.begin();
  throw Error(
      ErrorKind::kData,
      fmt::format("The {} contain a value that is not finite ({}) in row {}, column {}. The model diverged, or its "
                  "input is invalid.",
                  what, *found, position / matrix.row_size(), position % matrix.row_size()));
}

void check_same_width(const Tensor& a, const Tensor& b) {
  if (a.row_size() != b.row_size())
    throw Error(ErrorKind::kUsage, fmt::format("Cannot compare rows of {} and {} values; expected the same number.",
                                               a.row_size(), b.row_size()));
}

int64_t check_labels(int64_t rows, std::span<const int32_t> labels) {
  if (static_cast<int64_t>(labels.size()) != rows)
    throw Error(ErrorKind::kUsage,
                fmt::format("There are {} rows but {} labels; expected one label per row.", rows, labels.size()));
  if (labels.empty()) return 0;
  if (std::ranges::min(labels) < 0) throw Error(ErrorKind::kUsage, "A label is negative; labels start at 0.");
  return std::ranges::max(labels) + 1;
}

std::vector<double> column_means(const Tensor& matrix, const Context& context) {
  const auto width = static_cast<size_t>(matrix.row_size());
  std::vector<std::vector<double>> sums(static_cast<size_t>(num_threads(context)), std::vector<double>(width));
  for_each_block(matrix.rows(), 256, context, [&](int worker, int64_t begin, int64_t rows) {
    std::vector<double>& sum = sums[static_cast<size_t>(worker)];
    for (int64_t i = begin; i < begin + rows; ++i) {
      const float* row = matrix.row(i).data();
      for (size_t j = 0; j < width; ++j) sum[j] += static_cast<double>(row[j]);
    }
  });
  std::vector<double> means(width);
  for (const auto& sum : sums)
    for (size_t j = 0; j < width; ++j) means[j] += sum[j] / static_cast<double>(matrix.rows());
  return means;
}

std::vector<double> column_deviations(const Tensor& rows, std::span<const double> mean) {
  std::vector<double> squared(mean.size());
  for (int64_t i = 0; i < rows.rows(); ++i) {
    const float* row = rows.row(i).data();
    for (size_t j = 0; j < mean.size(); ++j) {
      const double difference = static_cast<double>(row[j]) - mean[j];
      squared[j] += difference * difference;
    }
  }
  for (double& value : squared) value = std::sqrt(value / static_cast<double>(rows.rows()));
  return squared;
}

Tensor take_rows(const Tensor& matrix, std::span<const int64_t> rows) {
  Shape shape = matrix.shape();
  shape[0] = static_cast<int64_t>(rows.size());
  Tensor taken(shape);
  float* to = taken.data();
  for (const int64_t row : rows) to = std::ranges::copy(matrix.row(row), to).out;
  return taken;
}

Tensor centered(const Tensor& matrix, std::span<const double> means, const Context& context) {
  Tensor result({matrix.rows(), matrix.row_size()});
  for_each_block(matrix.rows(), 256, context, [&](int, int64_t begin, int64_t rows) {
    for (int64_t i = begin; i < begin + rows; ++i) {
      const float* from = matrix.row(i).data();
      float* to = result.data() + i * matrix.row_size();
      for (size_t j = 0; j < means.size(); ++j) to[j] = static_cast<float>(static_cast<double>(from[j]) - means[j]);
    }
  });
  return result;
}

Tensor transposed(const Tensor& matrix) {
  Tensor result({matrix.row_size(), matrix.rows()});
  for (int64_t i = 0; i < matrix.rows(); ++i)
    for (int64_t j = 0; j < matrix.row_size(); ++j)
      result.data()[j * matrix.rows() + i] = matrix.data()[i * matrix.row_size() + j];
  return result;
}

double squared_distance(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (size_t j = 0; j < a.size(); ++j) {
    const double difference = static_cast<double>(a[j]) - static_cast<double>(b[j]);
    sum += difference * difference;
  }
  return sum;
}

std::vector<double> squared_lengths(const Tensor& matrix) {
  std::vector<double> lengths;
  for (int64_t i = 0; i < matrix.rows(); ++i) {
    double sum = 0;
    for (const float value : matrix.row(i)) sum += static_cast<double>(value) * static_cast<double>(value);
    lengths.push_back(sum);
  }
  return lengths;
}

std::vector<int64_t> sampled_rows(int64_t n, int64_t count, uint64_t seed) {
  std::vector<int64_t> rows(static_cast<size_t>(n));
  std::iota(rows.begin(), rows.end(), int64_t{0});
  if (count >= n) return rows;
  RandomStream random(seed, RandomPurpose::kSampledRows, 0);
  for (int64_t i = 0; i < count; ++i)
    std::swap(rows[static_cast<size_t>(i)], rows[static_cast<size_t>(i + random.below(static_cast<uint64_t>(n - i)))]);
  rows.resize(static_cast<size_t>(count));
  std::ranges::sort(rows);
  return rows;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<int64_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return values.size() % 2 == 1 ? *middle : (*middle + *std::max_element(values.begin(), middle)) / 2;
}

}  // namespace hourglass
