"""Checkpoint files as melgan-neurips and seungwonpark/melgan leave them, with random weights."""

import pickle
from collections import OrderedDict
from pathlib import Path

import torch

# The container of a file, as `torch.save` has written it until version 1.5 and since 1.6.
CONTAINERS = ("legacy", "zip")
# How weight norm is spelled: by `nn.utils.weight_norm`, and by `nn.utils.parametrizations.weight_norm`.
SPELLINGS = {
    "weight_g": {},
    "parametrizations": {
        "weight_g": "parametrizations.weight.original0",
        "weight_v": "parametrizations.weight.original1",
    },
}


def save(content: object, path: Path, container: str, location="cpu") -> None:
    """Writes `content` with every storage marked as having lived at `location`, such as cuda:0."""
    registry = torch.serialization._package_registry
    entry = (-1, lambda storage: location, lambda storage, place: None)
    registry.insert(0, entry)
    try:
        torch.save(content, path, _use_new_zipfile_serialization=container == "zip")
    finally:
        registry.remove(entry)


def respelled(state: OrderedDict, spelling: str) -> OrderedDict:
    """A state dict with the names of another spelling; it keeps the module versions that PyTorch hangs on it."""
    names = SPELLINGS[spelling]
    result = OrderedDict()
    for key, value in state.items():
        path, _, leaf = key.rpartition(".")
        result[f"{path}.{names.get(leaf, leaf)}"] = value
    result._metadata = getattr(state, "_metadata", OrderedDict())
    return result


def bare(generator: torch.nn.Module, spelling: str) -> OrderedDict:
    """melgan-neurips' `netG.pt`: the state dict alone."""
    return respelled(generator.state_dict(), spelling)


def wrapped(generator: torch.nn.Module, discriminator: torch.nn.Module, spelling: str) -> dict:
    """seungwonpark's file: both networks, both optimisers' states, counters and two strings.

    The optimisers' states are keyed by the addresses of parameters, as PyTorch's were in 2019. The
    discriminator's stands for both: its size is all that matters here.
    """
    moments = {
        140_234_567_890_000 + 72 * i: {"step": 3, "exp_avg": torch.zeros_like(p), "exp_avg_sq": torch.zeros_like(p)}
        for i, p in enumerate(discriminator.parameters())
    }
    group = {"lr": 1e-4, "betas": (0.5, 0.9), "eps": 1e-8, "weight_decay": 0, "amsgrad": False, "params": list(moments)}
    optimiser = {"state": moments, "param_groups": [group]}
    return {
        "model_g": respelled(generator.state_dict(), spelling),
        "model_d": respelled(discriminator.state_dict(), spelling),
        "optim_g": optimiser,
        "optim_d": optimiser,
        "step": 3,
        "epoch": 1,
        "hp_str": "audio:\n  n_mel_channels: 80\n  hop_length: 256\n  sampling_rate: 22050\n",
        "githash": "0000000",
    }


def awkward(generator: torch.nn.Module) -> OrderedDict:
    """The same weights as parameters that share one storage, at offsets and with their axes in reverse order."""
    state = generator.state_dict()
    flat = torch.cat([value.permute(*reversed(range(value.dim()))).reshape(-1) for value in state.values()])
    result, offset = OrderedDict(), 0
    for name, value in state.items():
        strides = [1]
        for size in value.shape[:-1]:
            strides.append(strides[-1] * size)
        view = flat.as_strided(value.shape, strides, offset)
        assert torch.equal(view, value)
        result[name] = torch.nn.Parameter(view)
        offset += value.numel()
    return result


class Running:
    """An object whose unpickling would run a shell command that makes the file `marker`."""

    def __init__(self, marker: Path):
        self.marker = marker

    def __reduce__(self):
        import os

        return os.system, (f"touch '{self.marker}'",)


def hostile(generator: torch.nn.Module, marker: Path, path: Path, container: str) -> None:
    """A checkpoint that carries `Running` beside its weights."""
    save({"model_g": generator.state_dict(), "hp_str": Running(marker)}, path, container)


def bare_pickle(marker: Path, path: Path) -> None:
    """No checkpoint at all: a plain pickle that runs a command."""
    path.write_bytes(pickle.dumps(Running(marker), protocol=2))
