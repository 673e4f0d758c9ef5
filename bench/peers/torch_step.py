#!/usr/bin/python3
"""Times PyTorch's training step for the models of README.md and prints one JSON object per model."""

import argparse
import json
import os
import statistics
import sys
import time

BATCH_SIZES = {"fc": 128, "rae": 200, "deep": 128, "vae": 128, "conv": 128, "lstm": 128}
DENSE = {
    # name: (widths of the encoder, relu on the latent)
    "fc": ([784, 128, 64], True),
    "rae": ([784, 256, 128, 20], True),
    "deep": ([784, 512, 256, 128, 64, 30], False),
}
RAE_WEIGHT_L2 = 1e-5
IMAGE = (1, 28, 28)
PIXELS = 784
NUM_IMAGES = 60000
SEED = 1
WARM_UP_STEPS = 30
CALIBRATION_SECONDS = 0.3


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", choices=[*BATCH_SIZES, "all"], default="all")
    parser.add_argument("--threads", type=int, default=1, help="threads of PyTorch and of its BLAS")
    parser.add_argument("--seconds", type=float, default=2, help="measured time per model")
    parser.add_argument("--repeats", type=int, default=5, help="number of measurements that share the seconds")
    return parser.parse_args()


def has_avx512():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as cpuinfo:
        return any(line.startswith("flags") and " avx512f " in line for line in cpuinfo)


def import_torch(threads):
    """Imports PyTorch with its fastest settings. PyTorch and OpenBLAS read them only when they are loaded."""
    for name in [name for name in os.environ if name.startswith(("OPENBLAS_", "OMP_", "GOMP_"))]:
        del os.environ[name]
    os.environ["OMP_NUM_THREADS"] = str(threads)
    if has_avx512():  # OpenBLAS 0.3.21 treats some newer processors as older ones
        os.environ["OPENBLAS_CORETYPE"] = "SkylakeX"
    try:
        import torch
    except ImportError:
        print("PyTorch is not installed for this Python. On Debian: apt-get install python3-torch, then run this with "
              "/usr/bin/python3.", file=sys.stderr)
        sys.exit(2)
    torch.set_num_threads(threads)
    return torch


def loaded_blas():
    """Returns the folder name of the loaded BLAS: openblas-pthread, openblas-openmp or blas (the slow reference)."""
    with open("/proc/self/maps", encoding="ascii", errors="replace") as maps:
        for line in maps:
            path = line.split()[-1]
            if "/libblas.so.3" in path or "/libopenblas" in path:
                return os.path.basename(os.path.dirname(path))
    return "unknown"


def dense(torch, name):
    """Mirrored linear layers and ReLUs, then a sigmoid. rae has no sigmoid: its loss takes logits, which is faster."""
    nn = torch.nn
    widths, latent_relu = DENSE[name]
    mirrored = widths + widths[-2::-1]
    last, latent = len(mirrored) - 2, len(widths) - 2
    layers = []
    for position, (num_in, num_out) in enumerate(zip(mirrored, mirrored[1:])):
        layers.append(nn.Linear(num_in, num_out))
        if position == last:
            if name != "rae":
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
            self.divergence = -0.5 * torch.sum(1 + log_var - mean * mean - log_var.exp())
            return self.decoder(latent)

    return Variational()


class Training:
    """One model with its data and optimizer. The step is what a careful user of PyTorch would write."""

    def __init__(self, torch, name, foreach):
        self.torch = torch
        self.name = name
        self.batch_size = BATCH_SIZES[name]
        torch.manual_seed(SEED)
        self.data = torch.randint(0, 256, (NUM_IMAGES, PIXELS), dtype=torch.uint8)
        if name == "rae":
            self.data = (self.data > 127).to(torch.uint8)  # binarized once, at loading
        makers = {"conv": convolutional, "lstm": recurrent, "vae": variational}
        self.model = makers[name](torch) if name in makers else dense(torch, name)
        self.weights = [p for p in self.model.parameters() if p.dim() == 2]
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3, foreach=foreach)
        self.loss_sum = torch.zeros(())
        self.batches = iter(())

    def next_indices(self):
        indices = next(self.batches, None)
        if indices is None:
            self.batches = iter(self.torch.randperm(NUM_IMAGES).split(self.batch_size))
            indices = next(self.batches)
        return indices

    def step(self):
        """Trains on one batch and returns its number of images. The last batch of an epoch is smaller."""
        batch = self.data.index_select(0, self.next_indices()).float()
        if self.name != "rae":
            batch.mul_(1 / 255)
        loss = self.loss(self.model(batch), batch)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        self.loss_sum += loss.detach()
        return len(batch)

    def loss(self, output, batch):
        functional = self.torch.nn.functional
        if self.name == "rae":
            penalty = sum(self.torch.dot(w.view(-1), w.view(-1)) for w in self.weights)
            return functional.binary_cross_entropy_with_logits(output, batch) + RAE_WEIGHT_L2 * penalty
        if self.name == "vae":
            likelihood = functional.binary_cross_entropy_with_logits(output, batch, reduction="sum")
            return (likelihood + self.model.divergence) / len(batch)
        return functional.mse_loss(output, batch)

    def milliseconds_per_step(self, seconds):
        """Returns the time per full batch, measured for about `seconds`."""
        num_images, begin = 0, time.perf_counter()
        while (elapsed := time.perf_counter() - begin) < seconds:
            num_images += self.step()
        return 1e3 * elapsed * self.batch_size / num_images


def faster_adam(torch, name):
    """Returns whether foreach Adam is faster for this model than a loop over the parameters, and that training."""
    times = {}
    for foreach in (False, True):
        training = Training(torch, name, foreach)
        for _ in range(WARM_UP_STEPS):
            training.step()
        times[foreach] = (training.milliseconds_per_step(CALIBRATION_SECONDS), training)
    foreach = min(times, key=lambda key: times[key][0])
    return foreach, times[foreach][1]


def measure(torch, name, threads, seconds, repeats):
    foreach, training = faster_adam(torch, name)
    times = [training.milliseconds_per_step(seconds / repeats) for _ in range(repeats)]
    median = statistics.median(times)
    return {
        "model": name,
        "batch": training.batch_size,
        "threads": threads,
        "blas": loaded_blas(),
        "foreach": foreach,
        "ms_per_step_median": round(median, 4),
        "ms_per_step_best": round(min(times), 4),
        "samples_per_second": round(1e3 * training.batch_size / median),
        "torch": torch.__version__,
    }


def main():
    arguments = parse_arguments()
    torch = import_torch(arguments.threads)
    for name in BATCH_SIZES if arguments.model == "all" else [arguments.model]:
        result = measure(torch, name, arguments.threads, arguments.seconds, arguments.repeats)
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
