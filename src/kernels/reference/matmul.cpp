#include <algorithm>

#include "kernels/reference/reference.h"

namespace hourglass::reference {
namespace {

// c[m, n] = sum over p of a(i, p) b(p, j); a and b are functions that return the elements.
template <typename A, typename B>
void multiply(int64_t m, int64_t n, int64_t k, const A& a, const B& b, float* c, const ProductEpilogue& epilogue) {
  for (int64_t i = 0; i < m; ++i) {
    for (int64_t j = 0; j < n; ++j) {
      double sum = epilogue.bias ? static_cast<double>(epilogue.bias[j]) : 0;
      for (int64_t p = 0; p < k; ++p) sum += static_cast<double>(a(i, p)) * static_cast<double>(b(p, j));
      c[i * n + j] = static_cast<float>(epilogue.relu ? std::max(sum, 0.0) : sum);
    }
  }
}

}  // namespace

void matmul(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c,
            const ProductEpilogue& epilogue) {
  multiply(
      m, n, k, [=](int64_t i, int64_t p) { return a[i * k + p]; }, [=](int64_t p, int64_t j) { return b[p * n + j]; },
      c, epilogue);
}

void matmul_tn(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c) {
  multiply(
      m, n, k, [=](int64_t i, int64_t p) { return a[p * m + i]; }, [=](int64_t p, int64_t j) { return b[p * n + j]; },
      c, {});
}

void matmul_nt(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c) {
  multiply(
      m, n, k, [=](int64_t i, int64_t p) { return a[i * k + p]; }, [=](int64_t p, int64_t j) { return b[j * k + p]; },
      c, {});
}

}  // namespace hourglass::reference
