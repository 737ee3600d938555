"""A second of synthetic speech-like sound, and its mel by the two conventions the checkpoints expect."""

import librosa
import numpy
import torch
from torch.nn import functional

SAMPLE_RATE, SIZE, HOP, BANDS = 22_050, 1024, 256, 80


def sound(seconds=1.2, seed=7) -> numpy.ndarray:
    """Harmonics of a gliding pitch, then noise, then silence."""
    count = int(seconds * SAMPLE_RATE) // HOP * HOP
    time = numpy.arange(count) / SAMPLE_RATE
    phase = 2 * numpy.pi * (180 * time + 30 * time**2)
    voice = sum(numpy.sin(n * phase) / n for n in range(1, 25))
    noise = numpy.random.default_rng(seed).normal(0, 0.3, count)
    part = time / seconds
    return (0.2 * numpy.where(part < 0.5, voice, numpy.where(part < 0.75, noise, 0))).astype(numpy.float32)


def melgan_mel() -> torch.Tensor:
    """[1, 80, T / 256]: base 10, 0 to 11,025 Hz, frames aligned to the hop."""
    return _mel((SIZE - HOP) // 2, 11_025).log10()


def tacotron_mel() -> torch.Tensor:
    """[1, 80, 1 + T / 256]: natural logarithm, 0 to 8,000 Hz, frames centred."""
    return _mel(SIZE // 2, 8_000).log()


def _mel(padding: int, highest: int) -> torch.Tensor:
    padded = functional.pad(torch.from_numpy(sound())[None, None], (padding, padding), mode="reflect")[0]
    spectrum = torch.stft(padded, SIZE, HOP, window=torch.hann_window(SIZE), center=False, return_complex=True)
    filters = librosa.filters.mel(sr=SAMPLE_RATE, n_fft=SIZE, n_mels=BANDS, fmin=0, fmax=highest)
    return (torch.from_numpy(filters) @ spectrum.abs()).clamp(min=1e-5)
