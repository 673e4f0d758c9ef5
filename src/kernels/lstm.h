#pragma once
// The elementwise part of an LSTM cell (Hochreiter, Schmidhuber 1997; with forget gate, Gers et al. 2000); its products
// are matrix products.

#include <cstdint>

namespace hourglass {

/// gates[rows, 4 hidden] come in as the sums of products and bias, in the order input, forget, cell, output, and leave
/// as
///   i = sigmoid, f = sigmoid, g = tanh, o = sigmoid of them.
/// cell[rows, hidden] = f previous_cell + i g;  state[rows, hidden] = o tanh(cell). previous_cell null: zeros.
void lstm_cell_forward(int64_t rows, int64_t hidden, float* gates, const float* previous_cell, float* cell,
                       float* state);

/// From diff_state[rows, hidden] and diff_cell (the gradient that comes back from the next step), with gates, cells and
/// state as forward left them: gates become the gradients of the sums, diff_cell that of previous_cell, and
/// diff_bias[4 hidden] grows by the gradients of the sums of each row.
void lstm_cell_backward(int64_t rows, int64_t hidden, float* gates, const float* previous_cell, const float* state,
                        const float* diff_state, float* diff_cell, float* diff_bias);

}  // namespace hourglass
