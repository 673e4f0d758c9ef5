"""Batch and layer normalization."""

import torch
import torch.nn.functional as F

from makers.storage import float32_values, function_tensors, normal, prefixed, write_safetensors

EPSILON = 1e-5


def channels_second(function, x):
    """Applies a function with features or channels on axis 1 to a tensor with them on the last axis."""
    return function(x.movedim(-1, 1)).movedim(1, -1)


def make_inputs(shape, random):
    """Returns values with a different mean and deviation per feature, and parameters of both signs."""
    features = shape[-1]
    x = random.standard_normal(shape) * random.uniform(0.3, 3, features) + random.uniform(-3, 3, features)
    return {"x": float32_values(x), "weight": normal(random, features), "bias": normal(random, features)}


def batch_norm_tensors(shape, random):
    batch_mean, batch_variance = torch.zeros(shape[-1]).double(), torch.zeros(shape[-1]).double()

    def train(x, weight, bias):
        # With momentum 1 the running statistics become those of the batch, with the unbiased variance.
        return channels_second(lambda x: F.batch_norm(x, batch_mean, batch_variance, weight, bias, training=True,
                                                      momentum=1.0, eps=EPSILON), x)

    tensors = function_tensors(train, make_inputs(shape, random), random)
    running_mean = normal(random, shape[-1])
    running_variance = float32_values(random.uniform(0.1, 4, shape[-1]))
    inference = channels_second(lambda x: F.batch_norm(x, running_mean, running_variance, tensors["weight"],
                                                       tensors["bias"], eps=EPSILON), tensors["x"])
    return {**tensors, "batch_mean": batch_mean, "batch_variance": batch_variance, "running_mean": running_mean,
            "running_variance": running_variance, "inference_y": inference}


def make_normalization(random):
    metadata = {"epsilon": str(EPSILON)}
    tensors = prefixed("dense", batch_norm_tensors((9, 13), random))
    tensors |= prefixed("image", batch_norm_tensors((3, 5, 4, 6), random))
    write_safetensors("batch_norm", tensors, metadata)

    def layer_norm(x, weight, bias):
        return F.layer_norm(x, x.shape[-1:], weight, bias, EPSILON)

    write_safetensors("layer_norm", function_tensors(layer_norm, make_inputs((9, 13), random), random), metadata)
