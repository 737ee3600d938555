"""HiFi-GAN's multi-period discriminator (Kong et al. 2020, arXiv 2010.05646, section 2.3), named as in the authors' own
code, jik876/hifi-gan.

Its convolutions are two-dimensional with kernels of one column, and so are weights: [out, in, kernel, 1].
"""

import torch
from torch import nn
from torch.nn import functional

from .convolution import WeightNormed


class ColumnConvolution(WeightNormed):
    """A convolution along the first of two dimensions, with zero padding."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride=1, padding=0):
        super().__init__((outputs, inputs, kernel, 1), outputs, inputs * kernel)
        self.options = {"stride": (stride, 1), "padding": (padding, 0)}

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return functional.conv2d(x, self.weight(), self.bias, **self.options)


class PeriodDiscriminator(nn.Module):
    """Audio [B, 1, T] to the features of every layer [B, C, T', period], the logits last.

    Features are taken after the rectifier. `n_layers` layers have the stride, one more has none.
    """

    def __init__(self, period: int, base=32, maximum=1024, n_layers=4, kernel=5, stride=3, slope=0.1):
        super().__init__()
        self.period, self.slope = period, slope
        widths = [1] + [min(base * 4**n, maximum) for n in range(n_layers)]
        self.convs = nn.ModuleList(
            ColumnConvolution(inputs, outputs, kernel, stride, kernel // 2) for inputs, outputs in zip(widths, widths[1:]))
        # The authors' code pads this one by 2, which is `kernel // 2` for its kernel.
        self.convs.append(ColumnConvolution(widths[-1], widths[-1], kernel, 1, kernel // 2))
        self.conv_post = ColumnConvolution(widths[-1], 1, 3, 1, 1)

    def forward(self, x: torch.Tensor) -> list[torch.Tensor]:
        features = [self.folded(x)]
        for layer in self.convs:
            features.append(functional.leaky_relu(layer(features[-1]), self.slope))
        return features[1:] + [self.conv_post(features[-1])]

    def folded(self, x: torch.Tensor) -> torch.Tensor:
        """[B, 1, T] to [B, 1, ceil(T / period), period]: a row for each period, the end reflected."""
        missing = -x.shape[-1] % self.period
        return functional.pad(x, (0, missing), mode="reflect").unflatten(-1, (-1, self.period))


class MultiPeriodDiscriminator(nn.Module):
    """A discriminator for every period."""

    def __init__(self, periods=(2, 3, 5, 7, 11), **shape):
        super().__init__()
        self.discriminators = nn.ModuleList(PeriodDiscriminator(period, **shape) for period in periods)

    def forward(self, x: torch.Tensor) -> list[list[torch.Tensor]]:
        return [discriminator(x) for discriminator in self.discriminators]
