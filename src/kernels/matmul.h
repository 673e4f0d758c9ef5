#pragma once
// Products of row-major float32 matrices, on the calling thread. Nothing is allocated.

#include <cstdint>

namespace hourglass {

/// What is done to each element of a product while it is still in a register, in this order.
struct ProductEpilogue {
  const float* bias = nullptr;  ///< [n], added to each row; null: nothing is added
  bool relu = false;            ///< then max(0, .)
  bool accumulate = false;      ///< c += the product instead of c =; comes before the bias
};

/// c[m, n] = a[m, k] b[k, n], then the epilogue. The forward product of a linear layer. With k = 0 the product is 0.
void matmul(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c,
            const ProductEpilogue& epilogue = {});

/// c[m, n] = (or, where `accumulate`, +=) a[k, m]^T b[k, n], the rows of a being a_stride >= m floats apart. The weight
/// gradient of a linear layer, or some rows of it. With k = 0 (no samples) the product is 0.
void matmul_tn(int64_t m, int64_t n, int64_t k, const float* a, int64_t a_stride, const float* b, float* c,
               bool accumulate);
inline void matmul_tn(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c) {
  matmul_tn(m, n, k, a, m, b, c, false);
}

/// c[m, n] = a[m, k] b[n, k]^T. The data gradient of a linear layer.
void matmul_nt(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c);

/// to[columns, rows] = a[rows, columns]^T: for a factor that many products of matmul_nt would transpose again.
void transpose(int64_t rows, int64_t columns, const float* a, float* to);

}  // namespace hourglass
