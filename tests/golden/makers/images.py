"""Layers of NHWC images. PyTorch uses NCHW; tensors are stored and differentiated in our layouts."""

import torch.nn.functional as F

from makers.storage import function_tensors, normal, prefixed, write_safetensors

# Images, height, width, in channels, out channels, kernel, stride, padding. Odd and even sizes, windows that fit the
# image exactly, windows that do not cover its last row or column, and more channels than a vector.
CONV2D_CASES = [
    (2, 7, 5, 1, 3, 3, 1, 1),
    (3, 9, 7, 1, 3, 3, 2, 1),
    (2, 8, 6, 1, 3, 5, 1, 2),
    (2, 8, 9, 1, 3, 2, 2, 0),
    (2, 7, 5, 4, 5, 3, 1, 0),
    (2, 6, 7, 4, 5, 3, 1, 1),
    (2, 5, 4, 4, 5, 3, 1, 2),
    (2, 8, 6, 4, 5, 3, 2, 0),
    (3, 9, 8, 4, 5, 3, 2, 1),
    (2, 7, 9, 4, 5, 5, 1, 0),
    (2, 9, 10, 4, 5, 5, 2, 1),
    (2, 9, 7, 4, 5, 5, 2, 2),
    (2, 5, 6, 4, 5, 2, 1, 0),
    (2, 6, 5, 4, 5, 2, 2, 1),
    (1, 5, 7, 17, 19, 3, 2, 1),
]

# Images, height, width, in channels, out channels, kernel, stride, padding, dilation, groups. Also used for transposed
# convolutions.
DILATED_AND_GROUPED_CASES = [
    (2, 9, 8, 3, 5, 3, 1, 2, 2, 1),
    (2, 9, 8, 4, 6, 3, 2, 1, 2, 1),
    (2, 8, 9, 4, 6, 3, 1, 1, 1, 2),
    (2, 7, 9, 6, 6, 3, 2, 1, 1, 6),
    (2, 10, 9, 6, 9, 2, 3, 2, 2, 3),
]

# The same plus output padding, for transposed convolutions. In channels are the channels of their own input.
CONV_TRANSPOSE2D_CASES = [
    (2, 4, 3, 3, 1, 3, 2, 1, 1),
    (3, 4, 5, 5, 4, 3, 2, 1, 1),
    (2, 3, 4, 3, 1, 2, 2, 0, 0),
    (2, 4, 3, 5, 4, 2, 2, 0, 0),
    (2, 4, 3, 3, 1, 4, 2, 1, 0),
    (2, 3, 5, 5, 4, 4, 2, 1, 0),
    (2, 6, 5, 3, 1, 3, 1, 1, 0),
    (2, 5, 7, 5, 4, 3, 1, 1, 0),
    (1, 3, 4, 19, 17, 3, 2, 1, 1),
]


def on_nchw(function, x):
    """Applies a function on NCHW images to NHWC images."""
    return function(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)


def make_conv2d(random):
    tensors, metadata = {}, {}
    for images, height, width, in_channels, out_channels, kernel, stride, padding in CONV2D_CASES:
        name = f"kernel{kernel}_stride{stride}_padding{padding}_{in_channels}to{out_channels}"

        def conv2d(x, weight, bias):
            # Ours is {kernel, kernel, in, out}, PyTorch's {out, in, kernel, kernel}.
            return on_nchw(lambda x: F.conv2d(x, weight.permute(3, 2, 0, 1), bias, stride, padding), x)

        inputs = {"x": normal(random, images, height, width, in_channels),
                  "weight": normal(random, kernel, kernel, in_channels, out_channels),
                  "bias": normal(random, out_channels)}
        tensors |= prefixed(name, function_tensors(conv2d, inputs, random))
        metadata |= prefixed(name, {"stride": str(stride), "padding": str(padding)})
    write_safetensors("conv2d", tensors, metadata)


def make_conv_transpose2d(random):
    tensors, metadata = {}, {}
    for case in CONV_TRANSPOSE2D_CASES:
        images, height, width, in_channels, out_channels, kernel, stride, padding, output_padding = case
        name = f"kernel{kernel}_stride{stride}_padding{padding}_{in_channels}to{out_channels}"

        def conv_transpose2d(x, weight, bias):
            # Ours is {kernel, kernel, out, in}, PyTorch's {in, out, kernel, kernel}.
            return on_nchw(lambda x: F.conv_transpose2d(x, weight.permute(3, 2, 0, 1), bias, stride, padding,
                                                        output_padding), x)

        inputs = {"x": normal(random, images, height, width, in_channels),
                  "weight": normal(random, kernel, kernel, out_channels, in_channels),
                  "bias": normal(random, out_channels)}
        tensors |= prefixed(name, function_tensors(conv_transpose2d, inputs, random))
        metadata |= prefixed(name, {"stride": str(stride), "padding": str(padding),
                                    "output_padding": str(output_padding)})
    write_safetensors("conv_transpose2d", tensors, metadata)


def make_dilated_and_grouped(random):
    for transposed in (False, True):
        tensors, metadata = {}, {}
        for case in DILATED_AND_GROUPED_CASES:
            images, height, width, in_channels, out_channels, kernel, stride, padding, dilation, groups = case
            name = f"kernel{kernel}_stride{stride}_dilation{dilation}_groups{groups}"

            def layer(x, weight, bias):
                weight = weight.permute(3, 2, 0, 1)
                if transposed:
                    return on_nchw(lambda x: F.conv_transpose2d(x, weight, bias, stride, padding, 0, groups,
                                                                dilation), x)
                return on_nchw(lambda x: F.conv2d(x, weight, bias, stride, padding, dilation, groups), x)

            channels = (out_channels // groups, in_channels) if transposed else (in_channels // groups, out_channels)
            inputs = {"x": normal(random, images, height, width, in_channels),
                      "weight": normal(random, kernel, kernel, *channels),
                      "bias": normal(random, out_channels)}
            tensors |= prefixed(name, function_tensors(layer, inputs, random))
            metadata |= prefixed(name, {"stride": str(stride), "padding": str(padding), "dilation": str(dilation),
                                        "groups": str(groups)})
        write_safetensors("conv_transpose2d_dilated_grouped" if transposed else "conv2d_dilated_grouped", tensors,
                          metadata)


def make_resampling(random):
    layers = {
        "max_pool2d": lambda x: F.max_pool2d(x, 2),
        "avg_pool2d": lambda x: F.avg_pool2d(x, 2),
        "upsample2d": lambda x: F.interpolate(x, scale_factor=2, mode="nearest"),
    }
    tensors = {}
    for name, layer in layers.items():
        for size, shape in {"even": (2, 6, 4, 5), "odd": (2, 7, 5, 3)}.items():
            tensors |= prefixed(f"{name}.{size}", function_tensors(
                lambda x: on_nchw(layer, x), {"x": normal(random, *shape)}, random))
    write_safetensors("resampling", tensors, {})


def make_images(random):
    make_conv2d(random)
    make_conv_transpose2d(random)
    make_resampling(random)
    make_dilated_and_grouped(random)
