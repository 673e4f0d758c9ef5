#pragma once
// Shared functions for {n, d} matrices: blocks of rows on worker threads, checks and column statistics.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "hourglass/context.h"
#include "hourglass/tensor.h"

namespace hourglass {

/// Calls work(worker, begin, rows) for blocks of at most `block_rows` rows that cover [0, rows). Each worker thread
/// gets a contiguous range. The same number of threads gives the same blocks.
void for_each_block(int64_t rows, int64_t block_rows, const Context& context,
                    const std::function<void(int worker, int64_t begin, int64_t rows)>& work);

/// Throws Error(kData) for an empty matrix or a value that is not finite. `what` names the matrix, e.g. "latents".
void check_finite(const Tensor& matrix, const std::string& what);

/// Throws Error(kUsage) if the rows of the two matrices differ in length.
void check_same_width(const Tensor& a, const Tensor& b);

/// Returns the largest label + 1. Throws Error(kUsage) if there is not one label per row or a label is negative.
int64_t check_labels(int64_t rows, std::span<const int32_t> labels);

/// Mean of each column, in double precision.
std::vector<double> column_means(const Tensor& matrix, const Context& context);

/// Standard deviation of each column around its `mean` (divided by n).
std::vector<double> column_deviations(const Tensor& matrix, std::span<const double> mean);

/// Returns a copy of the given rows.
Tensor take_rows(const Tensor& matrix, std::span<const int64_t> rows);

/// Returns the matrix with `means` subtracted from every row.
Tensor centered(const Tensor& matrix, std::span<const double> means, const Context& context);

/// Returns the transpose, [d, n] of [n, d].
Tensor transposed(const Tensor& matrix);

/// Sum of (a - b)^2, in double precision.
double squared_distance(std::span<const float> a, std::span<const float> b);

/// Sum of squares of each row, in double precision.
std::vector<double> squared_lengths(const Tensor& matrix);

/// Draws `count` distinct numbers of [0, n) with `seed`, in ascending order. Returns all n if count >= n.
std::vector<int64_t> sampled_rows(int64_t n, int64_t count, uint64_t seed);

/// The median; of an even count the mean of the two in the middle. `values`: at least one.
double median(std::vector<double> values);

}  // namespace hourglass
