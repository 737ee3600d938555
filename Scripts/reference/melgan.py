"""MelGAN (Kumar et al. 2019, arXiv 1910.06711), named as in the authors' own code, descriptinc/melgan-neurips.

The published modules are a `Sequential` each, whose activations and paddings take up numbers too. Here a dictionary
holds the layers that have weights under those same numbers, and `forward` spells the rest out.
"""

from math import prod

import torch
from torch import nn
from torch.nn import functional

from .convolution import Convolution, Upsampling, leaky, reflected


class ResidualBlock(nn.Module):
    """[B, C, T] to [B, C, T]: a dilated k3 convolution and a k1, beside a k1 shortcut (paper, figure 1)."""

    def __init__(self, channels: int, dilation: int):
        super().__init__()
        self.dilation = dilation
        dilated = Convolution(channels, channels, 3, dilation=dilation)
        self.block = nn.ModuleDict({"2": dilated, "4": Convolution(channels, channels, 1)})
        self.shortcut = Convolution(channels, channels, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        hidden = self.block["2"](reflected(leaky(x), self.dilation))
        return self.shortcut(x) + self.block["4"](leaky(hidden))


class Generator(nn.Module):
    """Mel [B, bands, T] to audio [B, 1, T * prod(ratios)] in -1...1.

    `ngf` is the width after the last upsampling; the width doubles with every stage before it.
    """

    def __init__(self, bands=80, ngf=32, ratios=(8, 8, 2, 2), n_residual_layers=3):
        super().__init__()
        self.hop_length = prod(ratios)
        channels = ngf * 2 ** len(ratios)
        self.model = nn.ModuleDict({"1": Convolution(bands, channels, 7)})
        place = 2
        for ratio in ratios:
            place += 1  # the leaky ReLU before it
            self.model[str(place)] = Upsampling(channels, channels // 2, ratio)
            channels //= 2
            for depth in range(n_residual_layers):
                self.model[str(place + 1 + depth)] = ResidualBlock(channels, 3**depth)
            place += 1 + n_residual_layers
        self.model[str(place + 2)] = Convolution(channels, 1, 7)

    def forward(self, mel: torch.Tensor) -> torch.Tensor:
        first, *stages, last = self.model.values()
        x = first(reflected(mel, 3))
        for layer in stages:
            x = layer(leaky(x) if isinstance(layer, Upsampling) else x)
        return torch.tanh(last(reflected(leaky(x), 3)))


class ScaleDiscriminator(nn.Module):
    """Audio [B, 1, T] to the features of every layer, the logits [B, 1, T'] last (paper, figure 1 and appendix A).

    Features are taken after the rectifier. Grouped layers have 4 input channels a group.
    """

    def __init__(self, ndf=16, n_layers=4, downsampling_factor=4, max_width=1024):
        super().__init__()
        s = downsampling_factor
        widths = [min(ndf * s**n, max_width) for n in range(n_layers + 1)]
        layers = {"layer_0": nn.ModuleDict({"1": Convolution(1, ndf, 15)})}
        for n in range(1, n_layers + 1):
            strided = Convolution(widths[n - 1], widths[n], 10 * s + 1, s, 5 * s, groups=max(widths[n - 1] // 4, 1))
            layers[f"layer_{n}"] = nn.ModuleDict({"0": strided})
        # The published code takes the width before the last strided layer here; in its one configuration
        # (16, 64, 256, 1024, 1024) that is the same number.
        width = min(2 * widths[-1], max_width)
        layers[f"layer_{n_layers + 1}"] = nn.ModuleDict({"0": Convolution(widths[-1], width, 5, padding=2)})
        layers[f"layer_{n_layers + 2}"] = Convolution(width, 1, 3, padding=1)
        self.model = nn.ModuleDict(layers)

    def forward(self, x: torch.Tensor) -> list[torch.Tensor]:
        first, *middle, score = self.model.values()
        features = [leaky(first["1"](reflected(x, 7)))]
        for layer in middle:
            features.append(leaky(layer["0"](features[-1])))
        return features + [score(features[-1])]


class Discriminator(nn.Module):
    """The same network at three rates: audio as it is, and averaged down by 2 and by 4 (paper, section 2.2)."""

    def __init__(self, num_D=3, ndf=16, n_layers=4, downsampling_factor=4, max_width=1024):
        super().__init__()
        shape = (ndf, n_layers, downsampling_factor, max_width)
        self.model = nn.ModuleDict({f"disc_{i}": ScaleDiscriminator(*shape) for i in range(num_D)})

    def forward(self, x: torch.Tensor) -> list[list[torch.Tensor]]:
        return [scale(audio) for scale, audio in zip(self.model.values(), self.rates(x))]

    def rates(self, x: torch.Tensor) -> list[torch.Tensor]:
        """The input of each scale; averages at the edges count real samples only."""
        heard = [x]
        while len(heard) < len(self.model):
            heard.append(functional.avg_pool1d(heard[-1], 4, stride=2, padding=1, count_include_pad=False))
        return heard
