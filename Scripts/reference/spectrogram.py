"""A discriminator of log spectrograms at several resolutions, by PyTorch's own transform and two-dimensional convolutions."""

import torch
from torch import nn
from torch.nn import functional

from .convolution import WeightNormed


class PlanarConvolution(WeightNormed):
    """A convolution over bins and frames, padded by half its kernel, with a stride over bins."""

    def __init__(self, inputs: int, outputs: int, kernel: tuple[int, int], stride: int):
        super().__init__((outputs, inputs, *kernel), outputs, inputs * kernel[0] * kernel[1])
        self.options = {"stride": (stride, 1), "padding": (kernel[0] // 2, kernel[1] // 2)}

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return functional.conv2d(x, self.weight(), self.bias, **self.options)


class ResolutionDiscriminator(nn.Module):
    """Audio [B, 1, T] to the features of every layer [B, C, bins, frames], the logits last."""

    def __init__(self, window: int, channels: list[int], strides: list[int], bin_kernel=9, slope=0.2):
        super().__init__()
        self.window, self.slope = window, slope
        widths, count = [2, *channels, 1], len(channels)
        self.convs = nn.ModuleList(
            PlanarConvolution(
                widths[n], widths[n + 1], (bin_kernel if n + 1 < count else 3, 3), strides[n] if n < count else 1)
            for n in range(count + 1))

    def forward(self, x: torch.Tensor) -> list[torch.Tensor]:
        features = [self.planes(x)]
        for layer in self.convs[:-1]:
            features.append(functional.leaky_relu(layer(features[-1]), self.slope))
        return features[1:] + [self.convs[-1](features[-1])]

    def planes(self, x: torch.Tensor) -> torch.Tensor:
        """Log magnitudes and the position of each bin, [B, 2, bins, frames]."""
        window = torch.hann_window(self.window, dtype=x.dtype)
        spectrum = torch.stft(
            x.squeeze(1), self.window, self.window // 4, window=window, center=True, pad_mode="reflect", return_complex=True)
        logarithms = (spectrum.abs() + 1e-3).log() / 2 + 1
        positions = torch.linspace(-1, 1, logarithms.shape[1], dtype=x.dtype)[:, None].expand_as(logarithms)
        return torch.stack([logarithms, positions], dim=1)


class SpectrogramDiscriminator(nn.Module):
    """A discriminator for every window."""

    def __init__(self, windows: list[int], **shape):
        super().__init__()
        self.discriminators = nn.ModuleList(ResolutionDiscriminator(window, **shape) for window in windows)

    def forward(self, x: torch.Tensor) -> list[list[torch.Tensor]]:
        return [discriminator(x) for discriminator in self.discriminators]
