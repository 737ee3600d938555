"""Weight-normalised convolutions, shared by both reference models.

The parameters are called `bias`, `weight_g` and `weight_v`, in that order, as PyTorch's first weight normalisation
called them, so that a state dict of these modules and one of the published implementations load into each other.
"""

import torch
from torch import nn
from torch.nn import functional


class WeightNormed(nn.Module):
    """w = g v / |v|, a norm for every index of the first dimension (Salimans and Kingma 2016, eq. 2).

    That dimension is the output channel of a convolution and the INPUT channel of a transposed convolution.
    """

    def __init__(self, shape: tuple[int, ...], bias_count: int, fan_in: int):
        super().__init__()
        bound = fan_in**-0.5
        direction = torch.empty(shape).uniform_(-bound, bound)
        self.bias = nn.Parameter(torch.empty(bias_count).uniform_(-bound, bound))
        self.weight_g = nn.Parameter(_norm(direction))
        self.weight_v = nn.Parameter(direction)

    def weight(self) -> torch.Tensor:
        return self.weight_v * (self.weight_g / _norm(self.weight_v))


class Convolution(WeightNormed):
    """A 1-D convolution with zero padding; weight [out, in / groups, kernel]."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride=1, padding=0, dilation=1, groups=1):
        super().__init__((outputs, inputs // groups, kernel), outputs, inputs // groups * kernel)
        self.options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return functional.conv1d(x, self.weight(), self.bias, **self.options)


class Upsampling(WeightNormed):
    """A transposed 1-D convolution of kernel 2r and stride r, T to exactly rT; weight [in, out, 2r]."""

    def __init__(self, inputs: int, outputs: int, ratio: int):
        # PyTorch takes the fan-in of a transposed weight from its second dimension.
        super().__init__((inputs, outputs, 2 * ratio), outputs, outputs * 2 * ratio)
        odd = ratio % 2
        self.options = {"stride": ratio, "padding": ratio // 2 + odd, "output_padding": odd}

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return functional.conv_transpose1d(x, self.weight(), self.bias, **self.options)


def leaky(x: torch.Tensor) -> torch.Tensor:
    """The leaky ReLU with negative slope 0.2 that both networks use throughout."""
    return functional.leaky_relu(x, 0.2)


def reflected(x: torch.Tensor, width: int) -> torch.Tensor:
    """Reflection of `width` samples at both ends, the edge sample not repeated."""
    return functional.pad(x, (width, width), mode="reflect")


def _norm(v: torch.Tensor) -> torch.Tensor:
    return v.square().sum(dim=tuple(range(1, v.dim())), keepdim=True).sqrt()
