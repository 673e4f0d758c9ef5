#!/usr/bin/python3
"""Times PyTorch's training step on the models of README.md and prints one JSON object a model."""

import argparse
import json
import os
import statistics
import sys
import time

MODELS = {
    # name: (widths of the encoder, relu on the latent too, batch size, weight of the L2 penalty with cross-entropy)
    "fc": ([784, 128, 64], True, 128, None),
    "rae": ([784, 256, 128, 20], True, 200, 1e-5),
    "deep": ([784, 512, 256, 128, 64, 30], False, 128, None),
}
NUM_IMAGES = 60000
SEED = 1
WARM_UP_STEPS = 30
CALIBRATION_SECONDS = 0.3


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", choices=[*MODELS, "all"], default="all")
    parser.add_argument("--threads", type=int, default=1, help="of PyTorch's loops and of its BLAS")
    parser.add_argument("--seconds", type=float, default=2, help="measured, of each model")
    parser.add_argument("--repeats", type=int, default=5, help="parts the seconds are split into")
    return parser.parse_args()


def has_avx512():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as cpuinfo:
        return any(line.startswith("flags") and " avx512f " in line for line in cpuinfo)


def import_torch(threads):
    """Imports PyTorch with its fastest settings; it and OpenBLAS read them once, when they are loaded."""
    for name in [name for name in os.environ if name.startswith(("OPENBLAS_", "OMP_", "GOMP_"))]:
        del os.environ[name]
    os.environ["OMP_NUM_THREADS"] = str(threads)
    if has_avx512():  # OpenBLAS 0.3.21 takes some newer processors for older ones
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
    """The folder of the BLAS in this process: "openblas-pthread", "openblas-openmp", "blas" (the slow reference)."""
    with open("/proc/self/maps", encoding="ascii", errors="replace") as maps:
        for line in maps:
            path = line.split()[-1]
            if "/libblas.so.3" in path or "/libopenblas" in path:
                return os.path.basename(os.path.dirname(path))
    return "unknown"


class Training:
    """One model with its data and optimizer; a step is what a careful user of PyTorch would write."""

    def __init__(self, torch, name, foreach):
        self.torch = torch
        widths, latent_relu, self.batch_size, self.weight_l2 = MODELS[name]
        torch.manual_seed(SEED)
        self.data = torch.randint(0, 256, (NUM_IMAGES, widths[0]), dtype=torch.uint8)
        if self.weight_l2 is not None:
            self.data = (self.data > 127).to(torch.uint8)  # binarised once, when it is loaded
        self.model = self.build(widths, latent_relu)
        self.weights = [p for p in self.model.parameters() if p.dim() == 2]
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3, foreach=foreach)
        self.loss_sum = torch.zeros(())
        self.batches = iter(())

    def build(self, widths, latent_relu):
        nn = self.torch.nn
        mirrored = widths + widths[-2::-1]
        last, latent = len(mirrored) - 2, len(widths) - 2
        layers = []
        for position, (num_in, num_out) in enumerate(zip(mirrored, mirrored[1:])):
            layers.append(nn.Linear(num_in, num_out))
            if position == last:
                if self.weight_l2 is None:  # cross-entropy takes logits: faster here than sigmoid and then loss
                    layers.append(nn.Sigmoid())
            elif position != latent or latent_relu:
                layers.append(nn.ReLU())
        return nn.Sequential(*layers)

    def next_indices(self):
        indices = next(self.batches, None)
        if indices is None:
            self.batches = iter(self.torch.randperm(NUM_IMAGES).split(self.batch_size))
            indices = next(self.batches)
        return indices

    def step(self):
        """Trains on one batch; returns its number of images (the last batch of an epoch is smaller)."""
        functional = self.torch.nn.functional
        batch = self.data.index_select(0, self.next_indices()).float()
        if self.weight_l2 is None:
            batch.mul_(1 / 255)
            loss = functional.mse_loss(self.model(batch), batch)
        else:
            loss = functional.binary_cross_entropy_with_logits(self.model(batch), batch)
            loss = loss + self.weight_l2 * sum(self.torch.dot(w.view(-1), w.view(-1)) for w in self.weights)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        self.loss_sum += loss.detach()
        return len(batch)

    def milliseconds_per_step(self, seconds):
        """Of full batches, over about `seconds`."""
        num_images, begin = 0, time.perf_counter()
        while (elapsed := time.perf_counter() - begin) < seconds:
            num_images += self.step()
        return 1e3 * elapsed * self.batch_size / num_images


def faster_adam(torch, name):
    """The training with Adam's loop over the parameters or its foreach form, whichever is faster for this model."""
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
        "images_per_second": round(1e3 * training.batch_size / median),
        "torch": torch.__version__,
    }


def main():
    arguments = parse_arguments()
    torch = import_torch(arguments.threads)
    for name in MODELS if arguments.model == "all" else [arguments.model]:
        result = measure(torch, name, arguments.threads, arguments.seconds, arguments.repeats)
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
