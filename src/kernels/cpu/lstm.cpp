#include "kernels/lstm.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/lstm.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include "kernels/cpu/activation_functions-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hourglass::HWY_NAMESPACE {

// The address of a row, or null.
HWY_INLINE float* row_of(const LstmRows& rows, size_t row) {
  return rows.first ? rows.first + row * static_cast<size_t>(rows.stride) : nullptr;
}
HWY_INLINE const float* row_of(const ConstLstmRows& rows, size_t row) {
  return rows.first ? rows.first + row * static_cast<size_t>(rows.stride) : nullptr;
}

void lstm_cell_forward(int64_t rows, int64_t hidden, float* gates, const float* previous_cell, float* cell,
                       const LstmRows& states, const LstmRows& outputs) {
  const size_t width = static_cast<size_t>(hidden);
  for (size_t row = 0; row < static_cast<size_t>(rows); ++row) {
    float* input = gates + row * 4 * width;
    float* forget = input + width;
    float* candidate = forget + width;
    float* output = candidate + width;
    float *state = row_of(states, row), *out = row_of(outputs, row);
    for_each_vector(width, [&](size_t j, size_t count) HWY_ATTR {
      const size_t at = row * width + j;
      const Vec i = SigmoidFunction::forward(load_some(input + j, count));
      const Vec f = SigmoidFunction::forward(load_some(forget + j, count));
      const Vec g = TanhFunction::forward(load_some(candidate + j, count));
      const Vec o = SigmoidFunction::forward(load_some(output + j, count));
      Vec c = hn::Mul(i, g);
      if (previous_cell) c = hn::MulAdd(f, load_some(previous_cell + at, count), c);
      store_some(i, input + j, count);
      store_some(f, forget + j, count);
      store_some(g, candidate + j, count);
      store_some(o, output + j, count);
      store_some(c, cell + at, count);
      const Vec h = hn::Mul(o, TanhFunction::forward(c));
      if (state) store_some(h, state + j, count);
      if (out) store_some(h, out + j, count);
    });
  }
}

void lstm_cell_backward(int64_t rows, int64_t hidden, float* gates, const float* previous_cell,
                        const ConstLstmRows& states, const ConstLstmRows& diff_states,
                        const ConstLstmRows& diff_outputs, float* diff_cell, float* diff_bias) {
  const size_t width = static_cast<size_t>(hidden);
  for (size_t row = 0; row < static_cast<size_t>(rows); ++row) {
    float* input = gates + row * 4 * width;
    float* forget = input + width;
    float* candidate = forget + width;
    float* output = candidate + width;
    const float *state = row_of(states, row), *diff_state = row_of(diff_states, row);
    const float* diff_output = row_of(diff_outputs, row);
    for_each_vector(width, [&](size_t j, size_t count) HWY_ATTR {
      const size_t at = row * width + j;
      const Vec i = load_some(input + j, count), f = load_some(forget + j, count);
      const Vec g = load_some(candidate + j, count), o = load_some(output + j, count);
      // state = o tanh(cell). If o is almost 0, all terms with tanh(cell) are almost 0 too.
      const Vec tanh_c = hn::Div(load_some(state + j, count), at_least(hn::Set(Tag(), 1e-30f), o));
      Vec diff_h = diff_state ? load_some(diff_state + j, count) : hn::Zero(Tag());
      if (diff_output) diff_h = hn::Add(diff_h, load_some(diff_output + j, count));
      const Vec diff_c = hn::Add(load_some(diff_cell + at, count), TanhFunction::backward(hn::Mul(diff_h, o), tanh_c));
      const Vec previous = previous_cell ? load_some(previous_cell + at, count) : hn::Zero(Tag());
      const auto leave = [&](Vec diff, float* gate, float* sum) HWY_ATTR {
        store_some(diff, gate + j, count);
        store_some(hn::Add(load_some(sum + j, count), diff), sum + j, count);
      };
      leave(SigmoidFunction::backward(hn::Mul(diff_c, g), i), input, diff_bias);
      leave(SigmoidFunction::backward(hn::Mul(diff_c, previous), f), forget, diff_bias + width);
      leave(TanhFunction::backward(hn::Mul(diff_c, i), g), candidate, diff_bias + 2 * width);
      leave(SigmoidFunction::backward(hn::Mul(diff_h, tanh_c), o), output, diff_bias + 3 * width);
      store_some(hn::Mul(diff_c, f), diff_cell + at, count);
    });
  }
}

}  // namespace hourglass::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hourglass {
HWY_EXPORT(lstm_cell_forward);
HWY_EXPORT(lstm_cell_backward);

void lstm_cell_forward(int64_t rows, int64_t hidden, float* gates, const float* previous_cell, float* cell,
                       LstmRows state, LstmRows output) {
  HWY_DYNAMIC_DISPATCH(lstm_cell_forward)(rows, hidden, gates, previous_cell, cell, state, output);
}
void lstm_cell_backward(int64_t rows, int64_t hidden, float* gates, const float* previous_cell, ConstLstmRows state,
                        ConstLstmRows diff_state, ConstLstmRows diff_output, float* diff_cell, float* diff_bias) {
  HWY_DYNAMIC_DISPATCH(lstm_cell_backward)
  (rows, hidden, gates, previous_cell, state, diff_state, diff_output, diff_cell, diff_bias);
}
}  // namespace hourglass
#endif
