"""Shared by all makers: float32 values, tensors of a function with its gradients, and files."""

import json
import struct
from pathlib import Path

import numpy as np
import torch

FOLDER = Path(__file__).resolve().parent.parent


def write_safetensors(name, tensors, metadata):
    """Writes {name: array} as F32 in the layout of https://github.com/huggingface/safetensors (header padded to 8)."""
    header = {"__metadata__": {"pytorch": torch.__version__, **metadata}}
    payload = b""
    for key, value in tensors.items():
        array = np.ascontiguousarray(torch.as_tensor(value).detach().numpy(), dtype="<f4")
        header[key] = {"dtype": "F32", "shape": list(array.shape),
                       "data_offsets": [len(payload), len(payload) + array.nbytes]}
        payload += array.tobytes()
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    (FOLDER / f"{name}.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + payload)


def float32_values(array):
    """Returns the array rounded to float32, as a float64 tensor."""
    return torch.from_numpy(np.asarray(array, dtype=np.float32).astype(np.float64))


def normal(random, *shape):
    """Returns standard normal values, rounded to float32."""
    return float32_values(random.standard_normal(shape))


def function_tensors(function, inputs, random, output="y"):
    """Returns the inputs {name: tensor}, function(**inputs) as `output`, a random d{output}, d{name} per input."""
    leaves = {name: value.detach().requires_grad_() for name, value in inputs.items()}
    y = function(**leaves)
    dy = normal(random, *y.shape)
    gradients = torch.autograd.grad(y, list(leaves.values()), dy)
    return {**leaves, output: y, f"d{output}": dy, **{f"d{name}": g for name, g in zip(leaves, gradients)}}


def loss_tensors(function, inputs, constants=None):
    """Returns inputs {name: tensor}, constants, function(**inputs, **constants) as `loss`, and d{name} per input."""
    leaves = {name: value.detach().requires_grad_() for name, value in inputs.items()}
    constants = constants or {}
    loss = function(**leaves, **constants)
    gradients = torch.autograd.grad(loss, list(leaves.values()))
    return {**leaves, **constants, "loss": loss, **{f"d{name}": g for name, g in zip(leaves, gradients)}}


def prefixed(prefix, entries):
    """Returns the entries as {prefix.name: value}."""
    return {f"{prefix}.{name}": value for name, value in entries.items()}
