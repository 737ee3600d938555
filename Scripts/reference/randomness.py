"""Random weights and inputs, every one from NumPy's PCG64 with a seed the caller states."""

import numpy
import torch

from .convolution import Upsampling, WeightNormed


def randomise(model: torch.nn.Module, seed: int, gain=1.0, last_gain=1.0) -> None:
    """Fills every weight-normed layer so that signals keep about unit variance from end to end.

    PyTorch's own initialisation would let the generator's output start near 3e-4 and every score near 0, where a
    comparison says little. `weight_g` is drawn apart from the norm of `weight_v`, so that mixing the two up shows.
    `gain` scales every layer, `last_gain` the last one besides.
    """
    source = numpy.random.default_rng(seed)
    layers = [(name, layer) for name, layer in model.named_modules() if isinstance(layer, WeightNormed)]
    last = {name for name, layer in layers if not isinstance(layer, Upsampling) and layer.weight_v.shape[0] == 1}
    for name, layer in layers:
        size = gain * _gain(name, layer) * (last_gain if name in last else 1)
        _fill(layer.weight_v, source.standard_normal(layer.weight_v.shape))
        _fill(layer.weight_g, size * source.uniform(0.7, 1.3, layer.weight_g.shape))
        _fill(layer.bias, 0.1 * source.standard_normal(layer.bias.shape))


def normal(seed: int, *shape: int, mean=0.0, deviation=1.0) -> torch.Tensor:
    """Float32 values of a normal distribution."""
    return torch.from_numpy(numpy.random.default_rng(seed).normal(mean, deviation, shape).astype(numpy.float32))


def _gain(name: str, layer: WeightNormed) -> float:
    if isinstance(layer, Upsampling):
        inputs, outputs, kernel = layer.weight_v.shape
        return 1.4 * (outputs * kernel / 2 / inputs) ** 0.5
    if ".shortcut" in name:
        return 0.7
    return 1.0


def _fill(parameter: torch.nn.Parameter, values: numpy.ndarray) -> None:
    # Through float32, so that a float64 copy of the model starts from the very numbers that are stored.
    with torch.no_grad():
        parameter.copy_(torch.from_numpy(values.astype(numpy.float32)))
