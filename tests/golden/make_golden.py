#!/usr/bin/python3
"""Writes the golden files next to this script: results of PyTorch, scikit-learn, SciPy and scikit-image for the cases
of README.md.

Inputs and initial parameters are rounded to float32. Everything else is computed in float64 and stored as float32. So
any difference in a test is rounding error of the code under test.
"""

import numpy as np
import torch

from makers.analysis import make_analysis
from makers.categories import make_categories
from makers.dense import make_activations, make_linear
from makers.detection import make_detection
from makers.images import make_images
from makers.lstm import make_lstm
from makers.models import make_models, make_optimizers
from makers.normalization import make_normalization
from makers.objectives import make_objectives
from makers.training import make_training

GROUPS = (make_activations, make_linear, make_models, make_optimizers, make_images, make_lstm, make_normalization,
          make_objectives, make_training, make_analysis, make_detection, make_categories)


def main():
    torch.set_num_threads(1)
    # One generator per group of files, so that a new case does not change the files of another group.
    for seed, make in enumerate(GROUPS, start=1):
        make(np.random.default_rng(seed))


if __name__ == "__main__":
    main()
