"""Whole models with their objectives, and optimizers that train one."""

import json
import math

import torch
import torch.nn.functional as F

from makers.dense import ACTIVATIONS
from makers.storage import float32_values, write_safetensors

# Activations whose derivative jumps at 0. Near 0 float32 and float64 values can have different signs.
KINKED = {"relu", "leaky_relu"}
KINK_MARGIN = 1e-5

SAMPLE_DIM = 20
BATCH_SIZE = 7
NUM_STEPS = 10


class Model:
    """An autoencoder with the layers of `config`. Parameters are named part.position.role, weights are {in, out}."""

    def __init__(self, config, random):
        self.config = config
        self.parameters = {}
        width = SAMPLE_DIM
        for part in ("encoder", "decoder"):
            for position, layer in enumerate(config["model"][part]):
                if not layer.startswith("linear "):
                    continue
                units = int(layer.split()[1])
                bound = math.sqrt(6 / (width + units))
                weight, bias = random.uniform(-bound, bound, (width, units)), random.uniform(-0.1, 0.1, units)
                self.parameters[f"{part}.{position}.weight"] = float32_values(weight).requires_grad_()
                self.parameters[f"{part}.{position}.bias"] = float32_values(bias).requires_grad_()
                width = units

    def apply(self, part, x):
        for position, layer in enumerate(self.config["model"][part]):
            if layer.startswith("linear "):
                x = F.linear(x, self.parameters[f"{part}.{position}.weight"].T,
                             self.parameters[f"{part}.{position}.bias"])
            else:
                if layer in KINKED and x.abs().min() < KINK_MARGIN:
                    raise RuntimeError(f"{part}.{position} ({layer}) is evaluated within {KINK_MARGIN} of its kink: "
                                       "choose another seed")
                x = ACTIVATIONS[layer](x)
        return x

    def losses(self, x, latent, output):
        """Returns every term of the objective, already multiplied by its weight."""
        objective = self.config["objective"]
        values = F.mse_loss(output, x, reduction="none") if objective["reconstruction"] == "mse" else \
            F.binary_cross_entropy(output, x, reduction="none")
        values = values.sum(1) if objective["reduction"] == "sum" else values.mean(1)
        weights = [p for name, p in self.parameters.items() if name.endswith(".weight")]
        return {
            "reconstruction": values.mean(),
            "weight_l1": objective["weight_l1"] * sum(w.abs().sum() for w in weights),
            "weight_l2": objective["weight_l2"] * sum(w.square().sum() for w in weights),
            "latent_l1": objective["latent_l1"] * latent.abs().sum(1).mean(),
        }


def to_toml(config):
    """Returns the tables as TOML. Strings, numbers, booleans and lists of strings have the same syntax in JSON."""
    lines = []
    for table, values in config.items():
        lines.append(f"[{table}]")
        lines += [f"{key} = {json.dumps(value)}" for key, value in values.items()]
    return "\n".join(lines) + "\n"


def make_config(name, encoder, decoder, preprocess=(), objective=None, train=None):
    return {
        "data": {"preprocess": list(preprocess)},
        "model": {"name": name, "encoder": encoder, "latent": "plain", "decoder": decoder},
        "objective": {"reconstruction": "mse", "reduction": "mean", "weight_l1": 0.0, "weight_l2": 0.0,
                      "latent_l1": 0.0, **(objective or {})},
        "train": {"batch_size": BATCH_SIZE, **(train or {})},
    }


FC_ENCODER = ["linear 16", "relu", "linear 8"]
FC_DECODER = ["linear 16", "relu", f"linear {SAMPLE_DIM}", "sigmoid"]


def make_input(config, num_samples, random):
    """Returns samples of bytes divided by 255, binarized if the config says so."""
    values = random.integers(0, 256, (num_samples, SAMPLE_DIM)) / 255
    steps = config["data"]["preprocess"]
    assert steps in ([], ["binarize 0.5"])
    return float32_values(values > 0.5 if steps else values)


def make_model(config, random):
    model = Model(config, random)
    x = make_input(config, BATCH_SIZE, random)
    latent = model.apply("encoder", x)
    output = model.apply("decoder", latent)
    losses = model.losses(x, latent, output)
    total = sum(losses.values())
    gradients = torch.autograd.grad(total, list(model.parameters.values()))
    tensors = {"input": x, **model.parameters, "latent": latent, "output": output}
    tensors |= {f"loss.{term}": torch.as_tensor(value, dtype=torch.float64).reshape(1)
                for term, value in {**losses, "total": total}.items()}
    tensors |= {f"grad.{name}": gradient for name, gradient in zip(model.parameters, gradients)}
    write_safetensors(f"model_{config['model']['name']}", tensors, {"config": to_toml(config)})


def make_models(random):
    make_model(make_config("mse_mean", FC_ENCODER, FC_DECODER), random)
    make_model(make_config("mse_sum", FC_ENCODER, FC_DECODER, objective={"reduction": "sum"}), random)
    make_model(make_config("bce_l2", FC_ENCODER, FC_DECODER, preprocess=["binarize 0.5"],
                           objective={"reconstruction": "bce", "weight_l2": 1e-3}), random)
    make_model(make_config("mse_l1", FC_ENCODER, FC_DECODER,
                           objective={"weight_l1": 1e-3, "latent_l1": 1e-2}), random)
    encoder = ["linear 17", "gelu", "linear 13", "elu", "linear 5", "tanh"]
    decoder = ["linear 9", "leaky_relu", "linear 11", "relu", "linear 19", "softplus", "identity",
               f"linear {SAMPLE_DIM}", "sigmoid"]
    make_model(make_config("activations", encoder, decoder), random)


def make_optimizer(name, settings, make, random):
    config = make_config(name, FC_ENCODER, FC_DECODER, train=settings)
    model = Model(config, random)
    inputs = make_input(config, NUM_STEPS * BATCH_SIZE, random)
    tensors = {"input": inputs, **{key: p.detach().clone() for key, p in model.parameters.items()}}
    optimizer = make(model.parameters.values())
    losses = []
    for step in range(1, NUM_STEPS + 1):
        x = inputs[(step - 1) * BATCH_SIZE:step * BATCH_SIZE]
        latent = model.apply("encoder", x)
        loss = sum(model.losses(x, latent, model.apply("decoder", latent)).values())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if step in (1, NUM_STEPS):
            tensors |= {f"step{step}.{key}": p.detach().clone() for key, p in model.parameters.items()}
    tensors["loss"] = torch.tensor(losses, dtype=torch.float64)
    write_safetensors(f"optimizer_{name}", tensors, {"config": to_toml(config)})


def make_optimizers(random):
    sgd = {"optimizer": "sgd", "learning_rate": 0.5}
    adam = {"learning_rate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
    make_optimizer("sgd", sgd, lambda p: torch.optim.SGD(p, lr=0.5), random)
    make_optimizer("momentum", {**sgd, "momentum": 0.9}, lambda p: torch.optim.SGD(p, lr=0.5, momentum=0.9), random)
    make_optimizer("nesterov", {**sgd, "momentum": 0.9, "nesterov": True},
                   lambda p: torch.optim.SGD(p, lr=0.5, momentum=0.9, nesterov=True), random)
    make_optimizer("adam", {"optimizer": "adam", **adam}, lambda p: torch.optim.Adam(p, lr=0.01), random)
    make_optimizer("adamw", {"optimizer": "adamw", **adam, "weight_decay": 0.01},
                   lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.01), random)
