"""A mixed table: squared error of numbers and cross-entropy of categories."""

import torch
import torch.nn.functional as F

from makers.models import Model, make_config, to_toml
from makers.storage import float32_values, write_safetensors

# A row: number, category of 3, number, category of 2, 13 numbers, which are 20 values of the model.
WIDTHS = {1: 3, 3: 2}
NUM_FEATURES = 17
ROWS = 7


def encoded(rows):
    """One value per category; a missing category is -1 and has none."""
    columns = []
    for j in range(NUM_FEATURES):
        if j not in WIDTHS:
            columns.append(rows[:, j:j + 1])
            continue
        numbers = rows[:, j].long()
        one_hot = F.one_hot(numbers.clamp(min=0), WIDTHS[j]).double()
        columns.append(one_hot * (numbers >= 0).double()[:, None])
    return columns


def make_categories(random):
    rows = float32_values(random.uniform(-2, 2, (ROWS, NUM_FEATURES)))
    for j, width in WIDTHS.items():
        rows[:, j] = torch.as_tensor(random.integers(0, width, ROWS), dtype=torch.float64)
    rows[2, 1] = -1
    config = make_config("categories", ["linear 16", "tanh", "linear 8"], ["linear 16", "tanh", "linear 20"],
                         preprocess=["one_hot 1=3 3=2"])
    model = Model(config, random)
    columns = encoded(rows)
    x = torch.cat(columns, 1)
    latent = model.apply("encoder", x)
    logits = model.apply("decoder", latent)
    numbers, categories, output, begin = 0, 0, [], 0
    for j, target in enumerate(columns):
        end = begin + target.shape[1]
        z = logits[:, begin:end]
        begin = end
        if j in WIDTHS:
            known = target.sum(1) > 0
            categories = categories + F.cross_entropy(z[known], target[known].argmax(1), reduction="sum")
            output.append(F.softmax(z, 1))
        else:
            numbers = numbers + (z - target).square().sum()
            output.append(z)
    losses = {"reconstruction": numbers / (ROWS * NUM_FEATURES), "categories": categories / (ROWS * NUM_FEATURES)}
    total = sum(losses.values())
    gradients = torch.autograd.grad(total, list(model.parameters.values()))
    tensors = {"rows": rows, "input": x, **model.parameters, "latent": latent, "output": torch.cat(output, 1)}
    tensors |= {f"loss.{term}": value.reshape(1) for term, value in {**losses, "total": total}.items()}
    tensors |= {f"grad.{name}": gradient for name, gradient in zip(model.parameters, gradients)}
    write_safetensors("categories", tensors, {"config": to_toml(config)})
