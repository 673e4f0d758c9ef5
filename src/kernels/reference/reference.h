#pragma once
// The kernels once more, as plain loops in float64: what tests compare the fast ones with. Compiled into tests alone.
// Each function does what its namesake of src/kernels/*.h says.

#include <cstdint>
#include <span>

#include "kernels/activation.h"
#include "kernels/gather.h"
#include "kernels/loss.h"
#include "kernels/matmul.h"
#include "kernels/optimizer.h"

namespace hourglass::reference {

void matmul(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c,
            const ProductEpilogue& epilogue = {});
void matmul_tn(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c);
void matmul_nt(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c);

void activation_forward(Activation activation, int64_t n, const float* x, float* y);
void activation_backward(Activation activation, int64_t rows, int64_t columns, const float* saved, float* diff,
                         float* diff_bias);
/// f(x) and f'(x), the latter from x (needs_input()) or y.
double activate(Activation activation, double x);
double derivative(Activation activation, double saved);

double reconstruction_loss(ReconstructionLoss loss, Activation output, int64_t n, const float* logits,
                           const float* target, float scale, float* diff);
double l1_penalty(int64_t n, const float* z, float scale, float* diff);

void gather_bytes(const ByteTransform& transform, int64_t rows, int64_t dim, const uint8_t* bytes,
                  const uint32_t* indices, const uint32_t* upcoming, float* out);
void transform_bytes(const ByteTransform& transform, int64_t n, const uint8_t* bytes, float* out);

void sum_gradients(std::span<const float* const> parts, int64_t n, float* diff);
WeightSums weight_penalty(int64_t n, const float* w, float l1, float l2, float* diff);
void sgd_update(const SgdStep& step, int64_t n, const float* diff, float* velocity, float* w);
void adam_update(const AdamStep& step, int64_t n, const float* diff, float* m, float* v, float* w);

}  // namespace hourglass::reference
