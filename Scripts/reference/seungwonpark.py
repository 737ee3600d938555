"""The same two networks with the names, the input scaling and the padded inference of seungwonpark/melgan.

Its mels are natural logarithms (Tacotron 2's convention), which the generator scales itself.
"""

import torch
from torch import nn
from torch.nn import functional

from .convolution import Convolution, Upsampling, leaky, reflected

SILENCE = -11.5129
PADDED_FRAMES = 10


class ResidualStack(nn.Module):
    """Three residual blocks of dilations 1, 3, 9 and their k1 shortcuts."""

    def __init__(self, channels: int):
        super().__init__()
        dilated = [Convolution(channels, channels, 3, dilation=3**i) for i in range(3)]
        self.blocks = nn.ModuleList(nn.ModuleDict({"2": d, "4": Convolution(channels, channels, 1)}) for d in dilated)
        self.shortcuts = nn.ModuleList(Convolution(channels, channels, 1) for _ in range(3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for i, (block, shortcut) in enumerate(zip(self.blocks, self.shortcuts)):
            x = shortcut(x) + block["4"](leaky(block["2"](reflected(leaky(x), 3**i))))
        return x


class Generator(nn.Module):
    """Mel [B, bands, T], natural logarithm, to audio [B, 1, 256 T]."""

    def __init__(self, bands=80):
        super().__init__()
        self.generator = nn.ModuleDict({"1": Convolution(bands, 512, 7)})
        for stage, ratio in enumerate((8, 8, 2, 2)):
            channels = 256 >> stage
            self.generator[str(3 * stage + 3)] = Upsampling(2 * channels, channels, ratio)
            self.generator[str(3 * stage + 4)] = ResidualStack(channels)
        self.generator["16"] = Convolution(32, 1, 7)

    def forward(self, mel: torch.Tensor) -> torch.Tensor:
        first, *stages, last = self.generator.values()
        x = first(reflected((mel + 5) / 5, 3))
        for layer in stages:
            x = layer(leaky(x) if isinstance(layer, Upsampling) else x)
        return torch.tanh(last(reflected(leaky(x), 3)))

    def padded(self, mel: torch.Tensor) -> torch.Tensor:
        """Synthesizes as its inference does: with ten frames of silence appended, whose samples are cut off again."""
        padded = functional.pad(mel, (0, PADDED_FRAMES), value=SILENCE)
        return self(padded)[..., : -256 * PADDED_FRAMES]


class Discriminator(nn.Module):
    """Holds the names only: a checkpoint carries it beside the generator, and an importer has to pass over it."""

    def __init__(self, ndf=16, max_width=1024):
        super().__init__()
        self.discriminators = nn.ModuleList(_scale(ndf, max_width) for _ in range(3))


def _scale(ndf: int, max_width: int) -> nn.Module:
    widths = [min(ndf * 4**n, max_width) for n in range(5)]
    layers = [nn.ModuleDict({"1": Convolution(1, ndf, 15)})]
    for before, after in zip(widths, widths[1:]):
        layers.append(nn.ModuleDict({"0": Convolution(before, after, 41, 4, 20, groups=before // 4)}))
    layers.append(nn.ModuleDict({"0": Convolution(widths[-1], widths[-1], 5, padding=2)}))
    layers.append(Convolution(widths[-1], 1, 3, padding=1))
    scale = nn.Module()
    scale.discriminator = nn.ModuleList(layers)
    return scale
