#pragma once
// Building blocks of batch and layer normalization. They run on the calling thread and allocate no memory.

#include <cstdint>

namespace hourglass {

/// sums[columns] = sum over rows of x[rows, columns]. products[columns] = sum over rows of x times other[rows,
/// columns], or of x^2 if `other` is null. Both are in float64, because a variance is a small difference of them.
void column_sums(int64_t rows, int64_t columns, const float* x, const float* other, double* sums, double* products);

/// y[rows, columns] = scale[columns] x + shift[columns]; y can be x.
void affine_columns(int64_t rows, int64_t columns, const float* x, const float* scale, const float* shift, float* y);

/// diff_x[rows, columns] = a[columns] diff_y + b[columns] x + c[columns]; diff_x can be diff_y or x.
void affine_columns_2(int64_t rows, int64_t columns, const float* diff_y, const float* x, const float* a,
                      const float* b, const float* c, float* diff_x);

/// Layer normalization (Ba, Kiros, Hinton 2016) of x[rows, width]:
///   y = gain (x - mean) r + shift,  r = 1 / sqrt(variance + epsilon),
/// with the mean and population variance of the row. statistics[rows, 2] = mean and r of each row.
void layer_norm_forward(int64_t rows, int64_t width, float epsilon, const float* x, const float* gain,
                        const float* shift, float* y, float* statistics);

/// With n = (x - mean) r and g = gain diff_y:
///   diff_x = r (g - mean(g) - n mean(g n)) unless null; diff_x can be diff_y;
///   diff_gain[width] = sum over rows of diff_y n,  diff_shift[width] = sum over rows of diff_y.
void layer_norm_backward(int64_t rows, int64_t width, const float* x, const float* statistics, const float* gain,
                         const float* diff_y, float* diff_x, float* diff_gain, float* diff_shift);

}  // namespace hourglass
