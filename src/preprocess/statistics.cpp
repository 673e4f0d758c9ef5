#include "preprocess/statistics.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "core/team.h"

namespace hourglass {
namespace {

constexpr int64_t kBlockValues = 1 << 18;  // a block stays in the second-level cache
constexpr int64_t kColumnValues = int64_t{1} << 25;
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr uint32_t kExponent = 0x7f800000;  // all ones if a float is not finite
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// Sums over one chunk of the differences from a shift, which is the same for all chunks.
struct Sums {
  std::vector<double> sum, squares;
  std::vector<float> low, high;
  std::vector<int64_t> missing;

  explicit Sums(size_t dim) : sum(dim), squares(dim), low(dim, kInfinity), high(dim, -kInfinity), missing(dim) {}
  void add(int64_t rows, const float* values, const std::vector<float>& shift) {
    for (int64_t row = 0; row < rows; ++row, values += sum.size())
      if (all_finite(values, sum.size()))
        add_finite(values, shift.data());
      else
        add_some(values, shift.data());
  }
  // Loops without branches, which compilers vectorize.
  static bool all_finite(const float* values, size_t dim) {
    uint32_t not_finite = 0;
    for (size_t j = 0; j < dim; ++j)
      not_finite |= static_cast<uint32_t>((std::bit_cast<uint32_t>(values[j]) & kExponent) == kExponent);
    return not_finite == 0;
  }
  void add_finite(const float* values, const float* shift) {
    for (size_t j = 0; j < sum.size(); ++j) {
      const double difference = static_cast<double>(values[j]) - static_cast<double>(shift[j]);
      sum[j] += difference;
      squares[j] += difference * difference;
      low[j] = values[j] < low[j] ? values[j] : low[j];
      high[j] = values[j] > high[j] ? values[j] : high[j];
    }
  }
  void add_some(const float* values, const float* shift) {
    for (size_t j = 0; j < sum.size(); ++j) {
      if (!std::isfinite(values[j])) {
        ++missing[j];
        continue;
      }
      const double difference = static_cast<double>(values[j]) - static_cast<double>(shift[j]);
      sum[j] += difference;
      squares[j] += difference * difference;
      low[j] = std::min(low[j], values[j]);
      high[j] = std::max(high[j], values[j]);
    }
  }
  void add(const Sums& other) {
    for (size_t j = 0; j < sum.size(); ++j) {
      sum[j] += other.sum[j];
      squares[j] += other.squares[j];
      low[j] = std::min(low[j], other.low[j]);
      high[j] = std::max(high[j], other.high[j]);
      missing[j] += other.missing[j];
    }
  }
};

double quantile(std::vector<float>& values, double q) {
  const double position = q * static_cast<double>(values.size() - 1);
  const auto below = values.begin() + static_cast<std::ptrdiff_t>(position);
  std::nth_element(values.begin(), below, values.end());
  const double fraction = position - std::floor(position);
  if (fraction == 0) return static_cast<double>(*below);
  const float above = *std::min_element(below + 1, values.end());
  return static_cast<double>(*below) + fraction * (static_cast<double>(above) - static_cast<double>(*below));
}

}  // namespace

void for_each_block(const Dataset& data, const Context& context,
                    const std::function<void(int chunk, int64_t rows, const float* values)>& visit) {
  const int64_t block = std::clamp<int64_t>(kBlockValues / data.sample_dim(), 1, 512);
  const int workers = std::min(kNumChunks, num_threads(context));
  run_team(workers, [&](int worker) {
    std::vector<float> values(static_cast<size_t>(block * data.sample_dim()));
    const Range chunks = share(kNumChunks, workers, worker);
    for (long chunk = chunks.begin; chunk < chunks.end; ++chunk) {
      const Range rows = share(data.size(), kNumChunks, static_cast<int>(chunk));
      for (long begin = rows.begin; begin < rows.end; begin += block) {
        // Worker 0 reports for all: each has about the same number of rows.
        if (worker == 0) context.progress("computing feature statistics", begin, data.size() / workers);
        const long end = std::min<long>(begin + block, rows.end);
        data.read(begin, end, values.data());
        data.release(begin, end);
        visit(static_cast<int>(chunk), end - begin, values.data());
      }
    }
  });
}

ValueRange FeatureStatistics::range() const {
  ValueRange range{kNan, kNan};
  for (size_t j = 0; j < low.size(); ++j) {
    if (std::isnan(low[j])) continue;
    range.low = std::fmin(range.low, static_cast<double>(low[j]));
    range.high = std::fmax(range.high, static_cast<double>(high[j]));
  }
  return range;
}

FeatureStatistics feature_statistics(const Dataset& data, const Context& context) {
  const auto dim = static_cast<size_t>(data.sample_dim());
  std::vector<float> shift(dim);
  data.read(0, 1, shift.data());
  for (float& value : shift)
    if (!std::isfinite(value)) value = 0;
  std::vector<Sums> chunks(kNumChunks, Sums(dim));
  for_each_block(data, context, [&](int chunk, int64_t rows, const float* values) {
    chunks[static_cast<size_t>(chunk)].add(rows, values, shift);
  });
  for (size_t chunk = 1; chunk < chunks.size(); ++chunk) chunks[0].add(chunks[chunk]);
  Sums& all = chunks[0];
  FeatureStatistics statistics{std::vector<double>(dim), std::vector<double>(dim), std::move(all.low),
                               std::move(all.high), std::move(all.missing)};
  for (size_t j = 0; j < dim; ++j) {
    const auto count = static_cast<double>(data.size() - statistics.missing[j]);
    const double mean = all.sum[j] / count;  // NaN without values
    statistics.mean[j] = static_cast<double>(shift[j]) + mean;
    statistics.variance[j] = std::max(0.0, all.squares[j] / count - mean * mean);
    if (count == 0) statistics.low[j] = statistics.high[j] = std::numeric_limits<float>::quiet_NaN();
  }
  return statistics;
}

PooledMoments pooled_moments(const FeatureStatistics& features) {
  const auto dim = static_cast<double>(features.mean.size());
  PooledMoments pooled{0, 0};
  for (const double mean : features.mean) pooled.mean += mean / dim;
  for (size_t j = 0; j < features.mean.size(); ++j) {
    const double difference = features.mean[j] - pooled.mean;
    pooled.variance += (features.variance[j] + difference * difference) / dim;
  }
  return pooled;
}

// Processes several columns per pass, limited by memory.
std::vector<std::array<double, 3>> quartiles(const Dataset& data, const Context& context) {
  const int64_t dim = data.sample_dim(), columns_per_pass = std::clamp<int64_t>(kColumnValues / data.size(), 1, dim);
  std::vector<std::array<double, 3>> result(static_cast<size_t>(dim));
  for (int64_t first = 0; first < dim; first += columns_per_pass) {
    const int64_t count = std::min(columns_per_pass, dim - first);
    // By chunk and column, because chunks run in parallel.
    std::vector<std::vector<float>> columns(static_cast<size_t>(kNumChunks * count));
    for_each_block(data, context, [&](int chunk, int64_t rows, const float* values) {
      for (int64_t row = 0; row < rows; ++row)
        for (int64_t j = 0; j < count; ++j)
          if (const float value = values[row * dim + first + j]; std::isfinite(value))
            columns[static_cast<size_t>(chunk * count + j)].push_back(value);
    });
    for (int64_t j = 0; j < count; ++j) {
      std::vector<float> column;
      for (int64_t chunk = 0; chunk < kNumChunks; ++chunk) {
        std::vector<float>& values = columns[static_cast<size_t>(chunk * count + j)];
        column.insert(column.end(), values.begin(), values.end());
        values = {};
      }
      auto& feature = result[static_cast<size_t>(first + j)];
      for (size_t q = 0; q < 3; ++q)
        feature[q] = column.empty() ? kNan : quantile(column, 0.25 * static_cast<double>(q + 1));
    }
  }
  return result;
}

}  // namespace hourglass
