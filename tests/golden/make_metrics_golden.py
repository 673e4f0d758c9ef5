#!/usr/bin/python3
"""Writes metrics.safetensors next to this script: the errors of model_mse_mean on random bytes, computed by NumPy.

The formulas follow their definitions (see include/hourglass/metrics.h), in float64. Only the weights are shared with
the program under test.
"""

import json
import struct
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent
NUM_SAMPLES = 33
PEAK = 1.0
CLIP = 1e-7


def read_safetensors(path):
    data = path.read_bytes()
    size, = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + size])
    header.pop("__metadata__", None)
    values = data[8 + size:]
    return {name: np.frombuffer(values[slice(*entry["data_offsets"])], "<f4").reshape(entry["shape"]).astype(np.float64)
            for name, entry in header.items()}


def reconstruct(model, x):
    hidden = np.maximum(x @ model["encoder.0.weight"] + model["encoder.0.bias"], 0)
    latent = hidden @ model["encoder.2.weight"] + model["encoder.2.bias"]
    hidden = np.maximum(latent @ model["decoder.0.weight"] + model["decoder.0.bias"], 0)
    return 1 / (1 + np.exp(-(hidden @ model["decoder.2.weight"] + model["decoder.2.bias"])))


def metrics(x, y):
    mse = np.mean((x - y) ** 2, axis=1)
    p = np.clip(y, CLIP, 1 - CLIP)
    return {
        "mse": np.mean(mse),
        "bce": np.mean(-x * np.log(p) - (1 - x) * np.log(1 - p)),
        "psnr_mean": np.mean(10 * np.log10(PEAK ** 2 / mse)),
        "psnr_pooled": 10 * np.log10(PEAK ** 2 / np.mean(mse)),
    }


def main():
    model = read_safetensors(FOLDER / "model_mse_mean.safetensors")
    values = np.random.default_rng(5).integers(0, 256, (NUM_SAMPLES, 20))
    # Metrics are stored as text in the metadata, because float32 would round them.
    metadata = {}
    for name, x in (("scaled", values / 255), ("binarized", (values / 255 > 0.5).astype(np.float64))):
        metadata |= {f"{name}.{key}": repr(float(value)) for key, value in metrics(x, reconstruct(model, x)).items()}
    payload = values.astype("<f4").tobytes()
    header = {"__metadata__": metadata,
              "bytes": {"dtype": "F32", "shape": list(values.shape), "data_offsets": [0, len(payload)]}}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    (FOLDER / "metrics.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + payload)


if __name__ == "__main__":
    main()
