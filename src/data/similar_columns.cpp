#include "data/similar_columns.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/team.h"
#include "kernels/matmul.h"

namespace hourglass {
namespace {

constexpr double kLeastCorrelation = 0.999;
constexpr int64_t kFewestRows = 3;

// A column that varies. Its values are standardized as (value - mean) scale.
struct Column {
  size_t position;
  std::span<const float> values;
  double mean, scale;
  double standardized(size_t i) const { return (static_cast<double>(values[i]) - mean) * scale; }
};

std::span<const float> column_of(const Tensor& values, size_t j) { return values.row(static_cast<int64_t>(j)); }

std::vector<Column> varying_columns(const Tensor& values, std::span<const size_t> chosen) {
  std::vector<Column> columns;
  for (const size_t j : chosen) {
    Column column{j, column_of(values, j), 0, 1};
    int64_t count = 0;
    double sum = 0, squares = 0;
    for (const float value : column.values) {
      count += std::isfinite(value);
      sum += std::isfinite(value) ? static_cast<double>(value) : 0;
    }
    column.mean = sum / static_cast<double>(count);
    for (const float value : column.values)
      if (std::isfinite(value)) squares += std::pow(static_cast<double>(value) - column.mean, 2);
    column.scale = std::sqrt(static_cast<double>(count) / squares);
    if (count >= kFewestRows && squares > 0) columns.push_back(column);
  }
  return columns;
}

double correlation(const Column& a, const Column& b) {
  double count = 0, sum_a = 0, sum_b = 0, aa = 0, bb = 0, ab = 0;
  for (size_t i = 0; i < a.values.size(); ++i) {
    const double x = a.standardized(i), y = b.standardized(i);
    if (!std::isfinite(x) || !std::isfinite(y)) continue;
    ++count;
    sum_a += x;
    sum_b += y;
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  if (count < static_cast<double>(kFewestRows)) return 0;
  const double var_a = aa - sum_a * sum_a / count, var_b = bb - sum_b * sum_b / count;
  // Equal values leave a variance that is only rounding.
  if (var_a <= 1e-12 * aa || var_b <= 1e-12 * bb) return 0;
  return (ab - sum_a * sum_b / count) / std::sqrt(var_a * var_b);
}

// Correlations of all pairs in float32, as products of matrices: with z the standardized values, 0 if they are missing,
// and m 1 if they are there, the sums over common rows are z^T z, z^T m, (z^2)^T m and m^T m.
class Screen {
 public:
  Screen(const std::vector<Column>& columns, const Context& context)
      : n_(std::ssize(columns)), rows_(std::ssize(columns[0].values)), zz_(square()) {
    gaps_ = std::ranges::any_of(columns, [](const Column& column) {
      return !std::ranges::all_of(column.values, [](float value) { return std::isfinite(value); });
    });
    if (gaps_) zm_ = qm_ = mm_ = square();
    constexpr int64_t kRowsOfStep = 1024;
    for (int64_t begin = 0; begin < rows_; begin += kRowsOfStep)
      add(columns, begin, std::min(begin + kRowsOfStep, rows_), num_threads(context));
  }

  /// Whether the correlation of columns j < i can reach the limit, given the rounding of float32.
  bool can_correlate(size_t i, size_t j) const {
    const size_t n = static_cast<size_t>(n_), ij = i * n + j, ji = j * n + i;
    constexpr double kLimit = kLeastCorrelation - 5e-4;
    if (!gaps_) return std::abs(static_cast<double>(zz_[ij])) >= kLimit * static_cast<double>(rows_);
    const double count = mm_[ij], sum_i = zm_[ij], sum_j = zm_[ji];
    if (count < static_cast<double>(kFewestRows)) return false;
    const double var_i = qm_[ij] - sum_i * sum_i / count, var_j = qm_[ji] - sum_j * sum_j / count;
    // Little is left of the variance of the whole column, and rounding counts.
    if (var_i < 0.01 * count || var_j < 0.01 * count) return true;
    return std::abs(zz_[ij] - sum_i * sum_j / count) >= kLimit * std::sqrt(var_i * var_j);
  }

 private:
  std::vector<float> square() const { return std::vector<float>(static_cast<size_t>(n_ * n_)); }

  // Adds the products of rows [begin, end).
  void add(const std::vector<Column>& columns, int64_t begin, int64_t end, int threads) {
    const auto size = static_cast<size_t>((end - begin) * n_);
    std::vector<float> z(size), m(gaps_ ? size : 0), q(gaps_ ? size : 0);
    for (size_t j = 0; j < columns.size(); ++j)
      for (int64_t i = begin; i < end; ++i) {
        const size_t at = static_cast<size_t>((i - begin) * n_) + j;
        const double value = columns[j].standardized(static_cast<size_t>(i));
        z[at] = std::isfinite(value) ? static_cast<float>(value) : 0;
        if (!gaps_) continue;
        m[at] = std::isfinite(value) ? 1.0f : 0.0f;
        q[at] = z[at] * z[at];
      }
    constexpr int64_t kTile = 128;
    const int64_t tiles = (n_ + kTile - 1) / kTile;
    const int workers = static_cast<int>(std::clamp<int64_t>(tiles, 1, threads));
    run_team(workers, [&](int worker) {
      for (int64_t tile = worker; tile < tiles; tile += workers) {
        const int64_t first = tile * kTile, last = std::min(first + kTile, n_);
        // Of symmetric products, what is left of the diagonal.
        const auto product = [&](const std::vector<float>& a, const std::vector<float>& b, std::vector<float>& c,
                                 bool symmetric) {
          const ProductTerms terms{end - begin, a.data() + first, n_, b.data(), n_};
          matmul_tn(last - first, symmetric ? last : n_, {&terms, 1}, c.data() + first * n_, n_, true);
        };
        product(z, z, zz_, true);
        if (!gaps_) continue;
        product(m, m, mm_, true);
        product(z, m, zm_, false);
        product(q, m, qm_, false);
      }
    });
  }

  int64_t n_, rows_;
  bool gaps_ = false;
  std::vector<float> zz_, zm_, qm_, mm_;  // [n, n]; z^T z, z^T m, (z^2)^T m, m^T m
};

}  // namespace

std::vector<ColumnPair> correlated_columns(const Tensor& values, std::span<const size_t> chosen,
                                           const Context& context) {
  const std::vector<Column> columns = varying_columns(values, chosen);
  std::vector<ColumnPair> pairs;
  if (columns.size() < 2) return pairs;
  const Screen screen(columns, context);
  for (size_t i = 1; i < columns.size(); ++i)
    for (size_t j = 0; j < i; ++j) {
      if (!screen.can_correlate(i, j)) continue;
      const double found = correlation(columns[i], columns[j]);
      if (std::abs(found) < kLeastCorrelation) continue;
      pairs.push_back({columns[i].position, columns[j].position, found});
      break;
    }
  return pairs;
}

std::vector<ColumnPair> equal_categories(const Tensor& values, std::span<const size_t> chosen,
                                         const std::vector<std::vector<std::string>>& names) {
  // Columns can number the same categories differently, so each name has one number for all columns; missing: -1.
  std::map<std::string, int32_t> numbers;
  std::vector<std::pair<size_t, std::vector<int32_t>>> varying;
  std::vector<ColumnPair> pairs;
  for (const size_t j : chosen) {
    std::vector<int32_t> own, rows;
    for (const std::string& name : names[j])
      own.push_back(numbers.emplace(name, static_cast<int32_t>(numbers.size())).first->second);
    for (const float value : column_of(values, j))
      rows.push_back(value >= 0 && value < static_cast<float>(own.size()) ? own[static_cast<size_t>(value)] : -1);
    if (std::ranges::all_of(rows, [&](int32_t each) { return each == rows.front(); })) continue;
    const auto equal = std::ranges::find(varying, rows, &std::pair<size_t, std::vector<int32_t>>::second);
    if (equal != varying.end()) pairs.push_back({j, equal->first, 1});
    varying.emplace_back(j, std::move(rows));
  }
  return pairs;
}

}  // namespace hourglass
