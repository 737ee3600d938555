"""One generator of the paper's size with random weights, in the form that each program takes."""

import warnings
from pathlib import Path

import numpy
import torch
from torch import nn

from reference import melgan, recording
from reference.convolution import WeightNormed
from reference.randomness import randomise


def folded(generator: nn.Module) -> nn.Module:
    """The generator with every weight computed once from its norm and direction, as anyone would who uses it."""
    for layer in generator.modules():
        if isinstance(layer, WeightNormed):
            layer.folded = nn.Parameter(layer.weight().detach())
            del layer.weight_g, layer.weight_v
            # In the instance, before the method of the class.
            layer.__dict__["weight"] = lambda layer=layer: layer.folded
    return generator.eval()


class Network:
    RATE, HOP = 22_050, 256

    def __init__(self, folder: Path, program):
        self.folder, self.model = folder, folder / "model"
        generator = melgan.Generator()
        randomise(generator, seed=41, last_gain=0.5)
        torch.save(generator.state_dict(), folder / "generator.pt")
        program.run("import", folder / "generator.pt", "--output", self.model)
        self.generator = folded(generator)

    def frames(self, seconds: int) -> int:
        return round(seconds * self.RATE / self.HOP)

    def mel(self, seconds: int) -> torch.Tensor:
        """[1, 80, T]: a second of synthetic speech over and over."""
        once, count = recording.melgan_mel(), self.frames(seconds)
        return once.repeat(1, 1, count // once.shape[2] + 1)[:, :, :count].contiguous()

    def mel_file(self, seconds: int) -> Path:
        path = self.folder / f"mel-{seconds}.npy"
        if not path.exists():
            numpy.save(path, self.mel(seconds)[0].numpy())
        return path

    def onnx(self, seconds: int) -> Path:
        """Exports the network for this length alone, which lets the other programs optimize the most."""
        path = self.folder / f"generator-{seconds}.onnx"
        if not path.exists():
            with warnings.catch_warnings(action="ignore"):
                torch.onnx.export(
                    self.generator, (self.mel(seconds),), path, input_names=["mel"], output_names=["audio"], dynamo=False)
        return path
