#pragma once
// Products of row-major float32 matrices. They run on the calling thread and allocate no memory.

#include <cstdint>

namespace hourglass {

/// Operations on each element of a product while it is still in a register.
struct ProductEpilogue {
  const float* bias = nullptr;  ///< [n], added to each row; null: no bias
  bool relu = false;            ///< max(0, .), after the bias
  bool accumulate = false;      ///< c += the product instead of c =, before the bias
};

/// c[m, n] = a[m, k] b[k, n], then the epilogue. This is the forward product of a linear layer. With k = 0 the product
/// is 0.
void matmul(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c,
            const ProductEpilogue& epilogue = {});

/// Distances in floats between the rows of the factors and of the result, at least their lengths.
struct RowStrides {
  int64_t a, b, c;
};

/// c[m, n] = a[k, m]^T b[k, n], or += if `accumulate`. This is the weight gradient of a linear layer, or a block of it.
/// With k = 0 (no samples) the product is 0.
void matmul_tn(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c, const RowStrides& strides,
               bool accumulate);
inline void matmul_tn(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c,
                      bool accumulate = false) {
  matmul_tn(m, n, k, a, b, c, {m, n, n}, accumulate);
}

/// c[m, n] = a[m, k] b[n, k]^T. This is the input gradient of a linear layer.
void matmul_nt(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c);

/// to[columns, rows] = a[rows, columns]^T. For a factor of many products: matmul_nt would transpose it each time.
void transpose(int64_t rows, int64_t columns, const float* a, float* to);

}  // namespace hourglass
