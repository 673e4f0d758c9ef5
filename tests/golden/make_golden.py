#!/usr/bin/python3
"""Writes the golden files beside this script: what PyTorch, scikit-learn, SciPy and scikit-image compute for the
cases of README.md.

Inputs and initial parameters are rounded to float32 first, everything after that is computed in float64, and the
results are stored as float32: what a test sees as a difference is the rounding of the arithmetic under test.
"""

import numpy as np
import torch

from makers.analysis import make_analysis
from makers.dense import make_activations, make_linear
from makers.images import make_images
from makers.lstm import make_lstm
from makers.models import make_models, make_optimizers
from makers.normalization import make_normalization
from makers.objectives import make_objectives
from makers.training import make_training

GROUPS = (make_activations, make_linear, make_models, make_optimizers, make_images, make_lstm, make_normalization,
          make_objectives, make_training, make_analysis)


def main():
    torch.set_num_threads(1)
    # One generator a group of files, so that a new case changes no file of another group.
    for seed, make in enumerate(GROUPS, start=1):
        make(np.random.default_rng(seed))


if __name__ == "__main__":
    main()
