"""Gaussian latent, its KL divergence, sparsity penalty and Gaussian likelihood."""

import torch
from torch.distributions import Bernoulli, Normal, kl_divergence

from makers.storage import float32_values, function_tensors, loss_tensors, normal, prefixed, write_safetensors

ROWS, UNITS = 7, 11
SPARSITY_CASES = {"strong": {"rho": 0.2, "beta": 0.3}, "weak": {"rho": 0.03, "beta": 0.01}}
LOG_VARIANCE_BOUNDS = -2.0, 1.5


def standard_deviation(log_var):
    return torch.exp(log_var / 2)


def make_gaussian_latent(random):
    inputs = {"mu": normal(random, ROWS, UNITS), "log_var": normal(random, ROWS, UNITS)}
    eps = normal(random, ROWS, UNITS)
    sample = function_tensors(lambda mu, log_var: mu + standard_deviation(log_var) * eps, inputs, random, output="z")

    def divergence(mu, log_var):
        return kl_divergence(Normal(mu, standard_deviation(log_var)), Normal(0.0, 1.0)).sum(1).mean()

    penalty = loss_tensors(divergence, inputs)
    kl = {name: penalty[name] for name in ("loss", "dmu", "dlog_var")}
    write_safetensors("gaussian_latent", {**sample, "eps": eps, **prefixed("kl", kl)}, {})


def make_sparsity(random):
    tensors, metadata = {}, {}
    for name, settings in SPARSITY_CASES.items():
        activations = float32_values(1 / (1 + torch.exp(-1.5 * normal(random, ROWS, UNITS))))

        def penalty(activations):
            rho = torch.tensor(settings["rho"], dtype=torch.float64)
            return settings["beta"] * kl_divergence(Bernoulli(rho), Bernoulli(activations.mean(0))).sum()

        tensors |= prefixed(name, {**loss_tensors(penalty, {"activations": activations}),
                                   "mean_activation": activations.mean(0)})
        metadata |= prefixed(name, {key: str(value) for key, value in settings.items()})
    write_safetensors("sparsity", tensors, metadata)


def make_gaussian_likelihood(random):
    lowest, highest = LOG_VARIANCE_BOUNDS

    def negative_log_likelihood(mean, log_var, target):
        return -Normal(mean, standard_deviation(log_var.clamp(lowest, highest))).log_prob(target).sum()

    inputs = {"mean": float32_values(random.uniform(0, 1, (ROWS, UNITS))), "log_var": 2 * normal(random, ROWS, UNITS)}
    target = float32_values(random.integers(0, 256, (ROWS, UNITS)) / 255)
    write_safetensors("gaussian_likelihood", loss_tensors(negative_log_likelihood, inputs, {"target": target}),
                      {"min_log_var": str(lowest), "max_log_var": str(highest)})


def make_objectives(random):
    make_gaussian_latent(random)
    make_sparsity(random)
    make_gaussian_likelihood(random)
