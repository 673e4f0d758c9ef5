#!/usr/bin/env python3
"""Times PyTorch's training step for the models of README.md and prints one JSON object per model."""

import argparse
import json
import os
import statistics
import sys
import time

IMAGE = (1, 28, 28)
PIXELS = 784
NUM_IMAGES = 60000
COLORS = 3
# name: (batch size, samples, values per sample, whether these are bytes)
MODELS = {
    "fc": (128, NUM_IMAGES, PIXELS, True),
    "rae": (200, NUM_IMAGES, PIXELS, True),
    "deep": (128, NUM_IMAGES, PIXELS, True),
    "vae": (128, NUM_IMAGES, PIXELS, True),
    "conv": (128, NUM_IMAGES, PIXELS, True),
    "lstm": (128, NUM_IMAGES, PIXELS, True),
    "wide": (256, 8192, 3072, True),
    "dictionary": (1024, 16384, 384, False),
    "pictures": (64, 4096, 64 * 64 * COLORS, True),
    "photos": (32, 1024, 128 * 128 * COLORS, True),
    "table": (256, NUM_IMAGES, 32, False),
}
DENSE = {
    # name: (widths of the encoder, relu on the latent, sigmoid on the output)
    "fc": ([784, 128, 64], True, True),
    "rae": ([784, 256, 128, 20], True, False),  # its loss takes logits, which is faster
    "deep": ([784, 512, 256, 128, 64, 30], False, True),
    "wide": ([3072, 2048, 1024, 256], False, True),
    "dictionary": ([384, 6144], True, False),
    "table": ([32, 64, 8], False, False),
}
STRIDED = {
    # name: (size of the images, channels of the encoder)
    "pictures": (64, [32, 64, 128]),
    "photos": (128, [32, 64, 128, 256]),
}
STRIDED_LATENT = 128
RAE_WEIGHT_L2 = 1e-5
SEED = 1
WARM_UP_STEPS = 30
CALIBRATION_SECONDS = 0.3


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", choices=[*MODELS, "all"], default="all")
    parser.add_argument("--threads", type=int, default=1, help="threads of PyTorch")
    parser.add_argument("--compile", action="store_true", help="with torch.compile")
    parser.add_argument("--seconds", type=float, default=2, help="measured time per model")
    parser.add_argument("--repeats", type=int, default=5, help="number of measurements that share the seconds")
    return parser.parse_args()


def import_torch(threads):
    """Imports PyTorch. It reads the number of threads when it is loaded."""
    for name in [name for name in os.environ if name.startswith(("OPENBLAS_", "OMP_", "GOMP_", "MKL_"))]:
        del os.environ[name]
    os.environ["OMP_NUM_THREADS"] = str(threads)
    try:
        import torch
    except ImportError:
        print("PyTorch is not installed for this Python.", file=sys.stderr)
        sys.exit(2)
    torch.set_num_threads(threads)
    return torch


def dense(torch, name):
    """Mirrored linear layers and ReLUs, then a sigmoid."""
    nn = torch.nn
    widths, latent_relu, sigmoid = DENSE[name]
    mirrored = widths + widths[-2::-1]
    last, latent = len(mirrored) - 2, len(widths) - 2
    layers = []
    for position, (num_in, num_out) in enumerate(zip(mirrored, mirrored[1:])):
        layers.append(nn.Linear(num_in, num_out))
        if position == last:
            if sigmoid:
                layers.append(nn.Sigmoid())
        elif position != latent or latent_relu:
            layers.append(nn.ReLU())
    return nn.Sequential(*layers)


def convolutional(torch):
    nn = torch.nn
    return nn.Sequential(
        nn.Unflatten(1, IMAGE),
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.ConvTranspose2d(32, 16, 3, stride=2, padding=1, output_padding=1), nn.ReLU(),
        nn.ConvTranspose2d(16, 1, 3, stride=2, padding=1, output_padding=1), nn.Sigmoid(),
        nn.Flatten())


def strided(torch, name):
    """Convolutions of stride 2, and their mirror."""
    nn = torch.nn
    size, channels = STRIDED[name]
    side = size >> len(channels)
    values = side * side * channels[-1]
    layers = [nn.Unflatten(1, (COLORS, size, size))]
    for num_in, num_out in zip([COLORS] + channels, channels):
        layers += [nn.Conv2d(num_in, num_out, 3, stride=2, padding=1), nn.ReLU()]
    layers += [nn.Flatten(), nn.Linear(values, STRIDED_LATENT), nn.Linear(STRIDED_LATENT, values), nn.ReLU(),
               nn.Unflatten(1, (channels[-1], side, side))]
    for num_in, num_out in zip(channels[::-1], channels[-2::-1] + [COLORS]):
        layers += [nn.ConvTranspose2d(num_in, num_out, 3, stride=2, padding=1, output_padding=1), nn.ReLU()]
    layers[-1] = nn.Sigmoid()
    return nn.Sequential(*layers, nn.Flatten())


def recurrent(torch):
    class Recurrent(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = torch.nn.LSTM(28, 128, batch_first=True)
            self.decoder = torch.nn.LSTM(128, 28, batch_first=True)

        def forward(self, batch):
            states, _ = self.encoder(batch.view(-1, 28, 28))
            return self.decoder(states)[0].reshape(-1, PIXELS)

    return Recurrent()


def variational(torch):
    class Variational(torch.nn.Module):
        def __init__(self):
            super().__init__()
            nn = torch.nn
            self.encoder = nn.Sequential(nn.Linear(PIXELS, 400), nn.ReLU(), nn.Linear(400, 64))
            self.decoder = nn.Sequential(nn.Linear(32, 400), nn.ReLU(), nn.Linear(400, PIXELS))

        def forward(self, batch):
            mean, log_var = self.encoder(batch).chunk(2, 1)
            latent = mean + torch.randn_like(mean) * torch.exp(0.5 * log_var)
            divergence = -0.5 * torch.sum(1 + log_var - mean * mean - log_var.exp())
            return self.decoder(latent), divergence

    return Variational()


def make_model(torch, name):
    if name in DENSE:
        return dense(torch, name)
    if name in STRIDED:
        return strided(torch, name)
    return {"conv": convolutional, "lstm": recurrent, "vae": variational}[name](torch)


class Training:
    """One model with its data and optimizer. The step is what a careful user of PyTorch would write."""

    def __init__(self, torch, name, adam, compiled):
        self.torch = torch
        self.name = name
        self.batch_size, self.samples, self.values, self.bytes = MODELS[name]
        torch.manual_seed(SEED)
        self.data = self.random_data()
        self.model = make_model(torch, name)
        self.weights = [p for p in self.model.parameters() if p.dim() == 2]
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3, **adam)
        self.objective = torch.compile(self.loss) if compiled else self.loss
        self.loss_sum = torch.zeros(())
        self.batches = iter(())

    def random_data(self):
        shape = (self.samples, self.values)
        if not self.bytes:
            return self.torch.rand(shape)
        data = self.torch.randint(0, 256, shape, dtype=self.torch.uint8)
        return (data > 127).to(self.torch.uint8) if self.name == "rae" else data  # binarized once, at loading

    def next_indices(self):
        indices = next(self.batches, None)
        if indices is None or len(indices) < self.batch_size:  # torch.compile would compile again for a smaller batch
            self.batches = iter(self.torch.randperm(self.samples).split(self.batch_size))
            indices = next(self.batches)
        return indices

    def step(self):
        """Trains on one batch and returns its number of samples."""
        batch = self.data.index_select(0, self.next_indices())
        if self.bytes:
            batch = batch.float()
            if self.name != "rae":
                batch.mul_(1 / 255)
        loss = self.objective(batch)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        self.loss_sum += loss.detach()
        return len(batch)

    def loss(self, batch):
        functional = self.torch.nn.functional
        if self.name == "rae":
            penalty = sum(self.torch.dot(w.view(-1), w.view(-1)) for w in self.weights)
            return functional.binary_cross_entropy_with_logits(self.model(batch), batch) + RAE_WEIGHT_L2 * penalty
        if self.name == "vae":
            output, divergence = self.model(batch)
            likelihood = functional.binary_cross_entropy_with_logits(output, batch, reduction="sum")
            return (likelihood + divergence) / len(batch)
        return functional.mse_loss(self.model(batch), batch)

    def milliseconds_per_step(self, seconds):
        """Returns the time per batch, measured for about `seconds`."""
        num_samples, begin = 0, time.perf_counter()
        while (elapsed := time.perf_counter() - begin) < seconds:
            num_samples += self.step()
        return 1e3 * elapsed * self.batch_size / num_samples


def fastest_adam(torch, name, compiled):
    """Returns the fastest form of Adam for this model in a short trial, and its training."""
    forms = {"loop": {"foreach": False}, "foreach": {"foreach": True}, "fused": {"fused": True}}
    times = {}
    for form, options in forms.items():
        training = Training(torch, name, options, compiled)
        begin = time.perf_counter()
        for step in range(WARM_UP_STEPS):
            training.step()
            if step >= 2 and time.perf_counter() - begin > CALIBRATION_SECONDS:
                break
        times[form] = (training.milliseconds_per_step(CALIBRATION_SECONDS), training)
    form = min(times, key=lambda key: times[key][0])
    return form, times[form][1]


def measure(torch, name, arguments):
    form, training = fastest_adam(torch, name, arguments.compile)
    times = [training.milliseconds_per_step(arguments.seconds / arguments.repeats) for _ in range(arguments.repeats)]
    median = statistics.median(times)
    return {
        "model": name,
        "batch": training.batch_size,
        "threads": arguments.threads,
        "compiled": arguments.compile,
        "adam": form,
        "ms_per_step_median": round(median, 4),
        "ms_per_step_best": round(min(times), 4),
        "samples_per_second": round(1e3 * training.batch_size / median),
        "torch": torch.__version__,
        "instructions": torch.backends.cpu.get_cpu_capability(),
    }


def main():
    arguments = parse_arguments()
    torch = import_torch(arguments.threads)
    for name in MODELS if arguments.model == "all" else [arguments.model]:
        print(json.dumps(measure(torch, name, arguments)), flush=True)


if __name__ == "__main__":
    main()
