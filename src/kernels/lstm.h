#pragma once
// Elementwise part of an LSTM cell (Hochreiter, Schmidhuber 1997; with forget gate, Gers et al. 2000). The products of
// the cell are matrix products (matmul.h).

#include <cstdint>

namespace hourglass {

/// Rows of a matrix that are `stride` floats apart. Null: no matrix.
struct LstmRows {
  float* first;
  int64_t stride;
};
struct ConstLstmRows {
  const float* first;
  int64_t stride;
};

/// On input gates[rows, 4 hidden] are the pre-activations (products plus bias) in the order input, forget, cell,
/// output. On output they are
///   i = sigmoid, f = sigmoid, g = tanh, o = sigmoid of the pre-activations.
/// cell[rows, hidden] = f previous_cell + i g;  state[rows, hidden] = o tanh(cell). A null previous_cell means zeros.
/// The state is written to `state` and to `output`, unless they are null.
void lstm_cell_forward(int64_t rows, int64_t hidden, float* gates, const float* previous_cell, float* cell,
                       LstmRows state, LstmRows output);

/// Computes gradients from diff_cell (the gradient from the next step) and the gradient of the state, which is the sum
/// of diff_state[rows, hidden] (from the next step) and diff_output[rows, hidden]; either can be null. gates, cells and
/// state are those of the forward pass. gates become the gradients of the pre-activations, and their sum over the rows
/// is added to diff_bias[4 hidden]. diff_cell becomes the gradient of previous_cell.
void lstm_cell_backward(int64_t rows, int64_t hidden, float* gates, const float* previous_cell, ConstLstmRows state,
                        ConstLstmRows diff_state, ConstLstmRows diff_output, float* diff_cell, float* diff_bias);

}  // namespace hourglass
