#!/usr/bin/python3
"""Writes preprocessing.safetensors next to this script: results of NumPy, scikit-learn and Pillow for small datasets.

    apt-get install --no-install-recommends python3-numpy python3-sklearn python3-pil
    /usr/bin/python3 tests/golden/make_preprocessing_golden.py
"""

import json
import struct
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

FOLDER = Path(__file__).resolve().parent
tensors = {}


def natural_patches(random):
    """The preprocessing that the natural-image study describes: luminance, mean of each patch set to zero, values
    clipped at three standard deviations of all patches, mapped to 0.1 ... 0.9."""
    rgb = np.floor(255.999 * random.random((16, 16, 16, 3)) ** 6)  # few large values, so that some are clipped
    gray = (rgb / 255) @ np.array([0.2126, 0.7152, 0.0722])
    centered = gray - gray.mean(axis=(1, 2), keepdims=True)
    train, test = centered[:12], centered[12:]
    low, high = train.mean() - 3 * train.std(), train.mean() + 3 * train.std()
    assert np.any(train > high)
    tensors["patches.train"], tensors["patches.test"] = rgb[:12], rgb[12:]
    for part, values in (("train", train), ("test", test)):
        mapped = 0.1 + 0.8 * (np.clip(values, low, high) - low) / (high - low)
        tensors[f"patches.{part}.preprocessed"] = mapped[..., None]


def features(random):
    """Columns of different scale and distribution. The column before the last is constant."""
    table = np.float32(random.standard_normal((60, 7)) * [1, 10, 0.01, 1, 5, 0, 2] + [0, 1000, 3, 0, -5, 4.25, 0])
    table[:, 3] = np.float32(np.exp(table[:, 3].astype(np.float64)))
    table[:40, 6] = np.round(table[:40, 6])
    tensors["features.train"], tensors["features.test"] = table[:47], table[47:]
    wide = table.astype(np.float64)
    for name, scaler in (("standardize", StandardScaler()), ("minmax", MinMaxScaler()), ("robust", RobustScaler())):
        scaler.fit(wide[:47])
        tensors[f"features.{name}.train"] = scaler.transform(wide[:47])
        tensors[f"features.{name}.test"] = scaler.transform(wide[47:])


def whitening(random, epsilon=1e-5):
    x = np.float32(random.standard_normal((80, 6)) @ random.standard_normal((6, 6)) + random.standard_normal(6))
    tensors["whiten.train"], tensors["whiten.test"] = x[:70], x[70:]
    train = x[:70].astype(np.float64)
    mean = train.mean(axis=0)
    variance, vectors = np.linalg.eigh(np.cov(train.T, bias=True))
    variance, vectors = variance[::-1], vectors[:, ::-1]
    vectors = vectors * np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(6)])
    pca = (x.astype(np.float64) - mean) @ vectors / np.sqrt(variance + epsilon)
    tensors["whiten.pca.train"], tensors["whiten.pca.test"] = pca[:70], pca[70:]
    tensors["whiten.zca.train"], tensors["whiten.zca.test"] = pca[:70] @ vectors.T, pca[70:] @ vectors.T


def area_means(values, size):
    """Means over `size` equal sections of the first axis, computed as differences of its integral."""
    count = len(values)
    integral = np.concatenate([np.zeros((1, values[0].size)), np.cumsum(values.reshape(count, -1), axis=0)])
    edges = np.arange(size + 1) * count / size
    at_edges = np.stack([np.interp(edges, np.arange(count + 1), column) for column in integral.T], axis=1)
    return (np.diff(at_edges, axis=0) * size / count).reshape(size, *values.shape[1:])


def resizing(random):
    image = np.float32(random.random((9, 11, 3)))
    tensors["resize.image"] = image
    for height, width in ((4, 5), (3, 11), (13, 17), (9, 11), (1, 1)):
        rows = area_means(image.astype(np.float64), height)
        tensors[f"resize.area.{height}x{width}"] = area_means(rows.swapaxes(0, 1), width).swapaxes(0, 1)
        channels = [Image.fromarray(image[..., c]).resize((width, height), Image.Resampling.BILINEAR) for c in range(3)]
        tensors[f"resize.bilinear.{height}x{width}"] = np.stack([np.asarray(c) for c in channels], axis=-1)


def main():
    random = np.random.default_rng(11)
    for make in (natural_patches, features, whitening, resizing):
        make(random)
    header, payload = {"__metadata__": {"numpy": np.__version__}}, b""
    for key, value in tensors.items():
        array = np.ascontiguousarray(value, dtype="<f4")
        header[key] = {"dtype": "F32", "shape": list(array.shape),
                       "data_offsets": [len(payload), len(payload) + array.nbytes]}
        payload += array.tobytes()
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    (FOLDER / "preprocessing.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + payload)


if __name__ == "__main__":
    main()
