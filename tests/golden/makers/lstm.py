"""The LSTM layer."""

import torch

from makers.storage import float32_values, function_tensors, normal, prefixed, write_safetensors

ROWS, LENGTH, FEATURES, HIDDEN = 5, 6, 7, 11


def make_lstm(random):
    zeros = torch.zeros(1, ROWS, HIDDEN, dtype=torch.float64)

    def lstm(x, weight_x, weight_h, bias):
        # PyTorch has two biases that are added. The second one is set to zero; both have the gradient of our bias.
        parameters = [weight_x.T, weight_h.T, bias, torch.zeros_like(bias)]
        states, _, _ = torch.lstm(x, (zeros, zeros), parameters, has_biases=True, num_layers=1, dropout=0.0,
                                  train=True, bidirectional=False, batch_first=True)
        return states

    inputs = {"x": normal(random, ROWS, LENGTH, FEATURES),
              "weight_x": float32_values(random.uniform(-0.6, 0.6, (FEATURES, 4 * HIDDEN))),
              "weight_h": float32_values(random.uniform(-0.6, 0.6, (HIDDEN, 4 * HIDDEN))),
              "bias": float32_values(random.uniform(-0.5, 0.5, 4 * HIDDEN))}
    tensors = dict(inputs)
    for name, output in {"sequence": lstm, "last": lambda **leaves: lstm(**leaves)[:, -1]}.items():
        results = function_tensors(output, inputs, random)
        tensors |= prefixed(name, {key: value for key, value in results.items() if key not in inputs})
    write_safetensors("lstm", tensors, {})
