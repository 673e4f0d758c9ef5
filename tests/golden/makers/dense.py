"""Activations and the linear layer."""

import numpy as np
import torch
import torch.nn.functional as F

from makers.storage import float32_values, function_tensors, normal, prefixed, write_safetensors

ACTIVATIONS = {
    "relu": F.relu,
    "leaky_relu": lambda x: F.leaky_relu(x, 0.01),
    "elu": lambda x: F.elu(x, 1.0),
    "gelu": F.gelu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "softplus": F.softplus,
    "identity": lambda x: x,
}


def make_activations(random):
    magnitudes = [1e-6, 1e-3, 0.02, 8, 12, 16.5, 19.9, 20.1, 25, 40, 60, 87, 88.5, 90, 100, 1e4]
    values = np.concatenate([[0.0], magnitudes, np.negative(magnitudes), 2.5 * random.standard_normal(70)])
    tensors = {}
    for name, function in ACTIVATIONS.items():
        x = float32_values(random.permutation(values))
        # PyTorch names the argument of an activation x, input or self, so pass it by position.
        tensors |= prefixed(name, function_tensors(lambda x, apply=function: apply(x), {"x": x}, random))
    write_safetensors("activations", tensors, {})


def make_linear(random):
    inputs = {"x": normal(random, 7, 13), "weight": normal(random, 13, 5), "bias": normal(random, 5)}
    tensors = function_tensors(lambda x, weight, bias: F.linear(x, weight.T, bias), inputs, random)
    write_safetensors("linear", tensors, {})
