#pragma once
// What the analyses of {n, d} matrices share: blocks of rows over the team, and checks with messages.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "hourglass/context.h"
#include "hourglass/tensor.h"

namespace hourglass {

/// Calls work(worker, begin, rows) for blocks of at most `block_rows` rows that cover [0, rows), shared out over the
/// team in order. The same number of threads gives the same blocks.
void for_each_block(int64_t rows, int64_t block_rows, const Context& context,
                    const std::function<void(int worker, int64_t begin, int64_t rows)>& work);

/// Throws Error(kData) for an empty matrix, or the first value that is not finite, naming `what`, "latents".
void check_finite(const Tensor& matrix, const std::string& what);

/// Throws Error(kUsage) where the rows of two matrices differ in length.
void check_same_width(const Tensor& a, const Tensor& b);

/// Throws Error(kUsage) where there is not one label a row, or a label below 0. Returns the largest label + 1.
int64_t check_labels(int64_t rows, std::span<const int32_t> labels);

/// Mean of each column, in double precision.
std::vector<double> column_means(const Tensor& matrix, const Context& context);

/// Standard deviation of each column around its `mean`, of the n values themselves (divided by n).
std::vector<double> column_deviations(const Tensor& matrix, std::span<const double> mean);

/// A copy of the given rows.
Tensor take_rows(const Tensor& matrix, std::span<const int64_t> rows);

/// The matrix minus `means` in every row.
Tensor centred(const Tensor& matrix, std::span<const double> means, const Context& context);

/// [n, d] as [d, n].
Tensor transposed(const Tensor& matrix);

/// The sum of (a - b)^2 in double precision.
double squared_distance(std::span<const float> a, std::span<const float> b);

/// The sum of squares of each row, in double precision.
std::vector<double> squared_lengths(const Tensor& matrix);

/// `count` different numbers of [0, n), in ascending order, by (seed, purpose). All of them where count >= n.
std::vector<int64_t> sampled_rows(int64_t n, int64_t count, uint64_t seed);

}  // namespace hourglass
