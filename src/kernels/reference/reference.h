#pragma once
// Reference kernels for the tests: plain loops in float64. They are compiled into the tests only.
// Each function computes the same as the function of the same name in src/kernels/*.h.

#include <cstdint>
#include <span>

#include "kernels/activation.h"
#include "kernels/conv2d.h"
#include "kernels/gather.h"
#include "kernels/loss.h"
#include "kernels/matmul.h"
#include "kernels/noise.h"
#include "kernels/normalization.h"
#include "kernels/optimizer.h"
#include "kernels/pooling.h"
#include "kernels/residual.h"
#include "kernels/softmax.h"

namespace hourglass::reference {

void matmul(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c,
            const ProductEpilogue& epilogue = {});
void matmul_tn(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c);
void matmul_nt(int64_t m, int64_t n, int64_t k, const float* a, const float* b, float* c);

void activation_forward(Activation activation, int64_t n, const float* x, float* y);
void activation_backward(Activation activation, int64_t rows, int64_t columns, const float* saved, float* diff,
                         float* diff_bias);
/// f(x), and f'(x) computed from x if needs_input(), else from y.
double activate(Activation activation, double x);
double derivative(Activation activation, double saved);

double reconstruction_loss(ReconstructionLoss loss, Activation output, int64_t n, const float* logits,
                           const float* target, float scale, float* diff);
double l1_penalty(int64_t n, const float* z, float scale, float* diff);

void gather_rows(const ValueTransform& transform, int64_t rows, int64_t dim, const uint8_t* values,
                 const uint32_t* indices, const uint32_t* upcoming, float* out);
void gather_rows(const ValueTransform& transform, int64_t rows, int64_t dim, const float* values,
                 const uint32_t* indices, const uint32_t* upcoming, float* out);
void gather_rows(const ValueTransform& transform, int64_t rows, int64_t dim, const Float16* values,
                 const uint32_t* indices, const uint32_t* upcoming, float* out);
void gather_rows(const ValueTransform& transform, int64_t rows, int64_t dim, const Bfloat16* values,
                 const uint32_t* indices, const uint32_t* upcoming, float* out);

void sum_gradients(std::span<const float* const> parts, int64_t n, float* diff);
WeightSums weight_penalty(int64_t n, const float* w, float l1, float l2, float* diff);
void sgd_update(const SgdStep& step, int64_t n, const float* diff, float* velocity, float* w);
void adam_update(const AdamStep& step, int64_t n, const float* diff, float* m, float* v, float* w);

void softmax(int64_t rows, int64_t dim, std::span<const ValueGroup> groups, const float* logits, float* y);
double softmax_cross_entropy(int64_t rows, int64_t dim, std::span<const ValueGroup> groups, const float* logits,
                             const float* target, float scale, float* diff);

void add_log_residuals(int64_t rows, int64_t dim, const float* output, const float* target, const float* weight,
                       float* sums);

void conv2d_forward(const Conv2dSizes& sizes, int64_t images, const float* x, const float* weights, const float* bias,
                    bool relu, float* y);
void conv2d_backward_data(const Conv2dSizes& sizes, int64_t images, const float* diff_y, const float* weights,
                          const float* bias, bool relu, float* diff_x);
void conv2d_backward_weights(const Conv2dSizes& sizes, int64_t images, const float* x, const float* diff_y,
                             float* diff_weights);

void max_pool2d_forward(const Pool2dSizes& sizes, int64_t images, const float* x, float* y, float* winners);
void max_pool2d_backward(const Pool2dSizes& sizes, int64_t images, const float* winners, const float* diff_y,
                         float* diff_x);
void avg_pool2d_forward(const Pool2dSizes& sizes, int64_t images, const float* x, float* y);
void avg_pool2d_backward(const Pool2dSizes& sizes, int64_t images, const float* diff_y, float* diff_x);
void upsample2d_forward(const Upsample2dSizes& sizes, int64_t images, const float* x, float* y);
void upsample2d_backward(const Upsample2dSizes& sizes, int64_t images, const float* diff_y, float* diff_x);

void column_sums(int64_t rows, int64_t columns, const float* x, const float* other, double* sums, double* products);
void affine_columns(int64_t rows, int64_t columns, const float* x, const float* scale, const float* shift, float* y);
void affine_columns_2(int64_t rows, int64_t columns, const float* diff_y, const float* x, const float* a,
                      const float* b, const float* c, float* diff_x);
void layer_norm_forward(int64_t rows, int64_t width, float epsilon, const float* x, const float* gain,
                        const float* shift, float* y, float* statistics);
void layer_norm_backward(int64_t rows, int64_t width, const float* x, const float* statistics, const float* gain,
                         const float* diff_y, float* diff_x, float* diff_gain, float* diff_shift);

void fill_uniform(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float* out);
void fill_normal(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float* out);
void dropout(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float rate, const float* x,
             float* y);
void add_gaussian(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float sigma,
                  const ValueRange& bounds, const float* x, float* y);
void mask_values(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float probability,
                 const float* x, float* y);
void bernoulli(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, const float* x, float* y);
void salt_and_pepper(const NoiseStream& stream, int64_t first_row, int64_t rows, int64_t width, float probability,
                     const ValueRange& bounds, const float* x, float* y);

}  // namespace hourglass::reference
