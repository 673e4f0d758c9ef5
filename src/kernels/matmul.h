#pragma once
// Products of row-major float32 matrices. They run on the calling thread and allocate no memory.

#include <cstdint>
#include <span>

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

/// Some terms of a product of a transposed factor: a[terms, >= m], b[terms, >= n]. The strides are the distances in
/// floats between rows.
struct ProductTerms {
  int64_t terms;
  const float* a;
  int64_t a_stride;
  const float* b;
  int64_t b_stride;
};

/// c[m, n] = the sum of a^T b over all parts, or += if `accumulate`. The rows of c are c_stride >= n floats apart. This
/// is the weight gradient of a linear layer, or a block of it; the parts are the samples of the workers. Without terms
/// the product is 0.
void matmul_tn(int64_t m, int64_t n, std::span<const ProductTerms> parts, float* c, int64_t c_stride, bool accumulate);
/// c[m, n] = a[k, m]^T b[k, n], or += if `accumulate`.
inline void matmul_tn(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c,
                      bool accumulate = false) {
  const ProductTerms all{k, a, m, b, n};
  matmul_tn(m, n, {&all, 1}, c, n, accumulate);
}

/// c[m, n] = a[m, k] b[n, k]^T. This is the input gradient of a linear layer.
void matmul_nt(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c);

/// to[columns, rows] = a[rows, columns]^T. The rows of `to` are to_stride >= rows floats apart. For a factor of many
/// products: matmul_nt would transpose it each time.
void transpose(int64_t rows, int64_t columns, const float* a, float* to, int64_t to_stride);
inline void transpose(int64_t rows, int64_t columns, const float* a, float* to) {
  transpose(rows, columns, a, to, rows);
}

}  // namespace hourglass
