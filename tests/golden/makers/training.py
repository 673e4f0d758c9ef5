"""Learning-rate schedules and gradient clipping."""

import torch
from torch.optim import lr_scheduler

from makers.storage import normal, prefixed, write_safetensors

NUM_RATES = 25
STAIR = 5
MAX_NORMS = {"clipped": 5.0, "unclipped": 50.0}


def learning_rates(rate, make_schedule, stair=1):
    """Returns the learning rates of NUM_RATES steps. The schedule advances after every `stair` steps."""
    optimizer = torch.optim.SGD([torch.zeros(1, dtype=torch.float64, requires_grad=True)], lr=rate)
    schedule = make_schedule(optimizer)
    rates = []
    for step in range(1, NUM_RATES + 1):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step % stair == 0:
            schedule.step()
    return torch.tensor(rates, dtype=torch.float64)


def make_schedules():
    write_safetensors("schedules", {
        "step": learning_rates(0.1, lambda o: lr_scheduler.StepLR(o, step_size=7, gamma=0.3)),
        "exponential": learning_rates(0.01, lambda o: lr_scheduler.ExponentialLR(o, gamma=0.96), STAIR),
        "cosine": learning_rates(0.1, lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=NUM_RATES - 1, eta_min=1e-3)),
    }, {
        **prefixed("step", {"learning_rate": "0.1", "factor": "0.3", "every": "7"}),
        **prefixed("exponential", {"learning_rate": "0.01", "factor": "0.96", "every": str(STAIR)}),
        **prefixed("cosine", {"learning_rate": "0.1", "last": "1e-3", "steps": str(NUM_RATES - 1)}),
    })


def make_clipping(random):
    gradients = {"first": normal(random, 13, 5), "second": normal(random, 5), "third": 3 * normal(random, 5, 7)}
    tensors = dict(gradients)
    for name, max_norm in MAX_NORMS.items():
        parameters = [torch.zeros_like(g, requires_grad=True) for g in gradients.values()]
        for parameter, gradient in zip(parameters, gradients.values()):
            parameter.grad = gradient.clone()
        tensors["norm"] = torch.nn.utils.clip_grad_norm_(parameters, max_norm)
        tensors |= prefixed(name, {key: p.grad for key, p in zip(gradients, parameters)})
    write_safetensors("clipping", tensors, {f"{name}.max_norm": str(value) for name, value in MAX_NORMS.items()})


def make_training(random):
    make_schedules()
    make_clipping(random)
