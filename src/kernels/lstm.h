#pragma once
// Elementwise part of an LSTM cell (Hochreiter, Schmidhuber 1997; with forget gate, Gers et al. 2000). The products of
// the cell are matrix products (matmul.h).

#include <cstdint>

namespace hourglass {

/// On input gates[rows, 4 hidden] are the pre-activations (products plus bias) in the order input, forget, cell,
/// output. On output they are
///   i = sigmoid, f = sigmoid, g = tanh, o = sigmoid of the pre-activations.
/// cell[rows, hidden] = f previous_cell + i g;  state[rows, hidden] = o tanh(cell). A null previous_cell means zeros.
void lstm_cell_forward(int64_t rows, int64_t hidden, float* gates, const float* previous_cell, float* cell,
                       float* state);

/// Computes gradients from diff_state[rows, hidden] and diff_cell (the gradient from the next step). gates, cells and
/// state are those of the forward pass. gates become the gradients of the pre-activations, and their sum over the rows
/// is added to diff_bias[4 hidden]. diff_cell becomes the gradient of previous_cell.
void lstm_cell_backward(int64_t rows, int64_t hidden, float* gates, const float* previous_cell, const float* state,
                        const float* diff_state, float* diff_cell, float* diff_bias);

}  // namespace hourglass
