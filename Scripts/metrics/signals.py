"""Signals that the tests of target Evaluation use too, and the levels that metrics refer to."""
import numpy as np

RATE = 22050


def noise(count, seed):
    """Uniform noise in -1...1 from Knuth's MMIX generator: the same in any language."""
    state, result = seed, np.empty(count)
    for i in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        result[i] = (state >> 11) / 2.0**52 - 1
    return result


def contour(count, factor):
    """F0 in Hz for each sample: a slow rise from 120 to 210 Hz."""
    return factor * (120 + 90 * np.arange(count) / count)


def speech_like(factor, tilt, noise_level, seed):
    """0.2 s of near silence, 0.5 s of harmonics with a spectral tilt, 0.2 s of noise, 0.1 s of digital silence."""
    quiet, voiced, hiss, silent = (RATE * t // 10 for t in (2, 5, 2, 1))
    f0 = contour(voiced, factor)
    phase = np.concatenate([[0], np.cumsum(2 * np.pi * f0 / RATE)[:-1]])
    tone = sum(np.cos(h * phase + h * h) * np.exp(-tilt * h) for h in range(1, 41))
    random = noise(quiet + voiced + hiss, seed)
    return np.concatenate([
        1e-3 * random[:quiet],
        0.1 * tone + noise_level * random[quiet:quiet + voiced],
        0.05 * random[quiet + voiced:],
        np.zeros(silent),
    ]).astype(np.float32)


def frame_count(x, rate):
    return 1 + len(x) * 200 // rate


def levels(x, rate):
    """Frame powers each 5 ms, loud power and the gain that brings active speech to -21 dB."""
    half = rate // 80
    energy = np.concatenate([[0], np.cumsum(x.astype(float) ** 2)])
    centres = (np.arange(frame_count(x, rate)) * rate + 100) // 200
    begin, end = (np.clip(c, 0, len(x)) for c in (centres - half, centres + half))
    powers = np.maximum(0, energy[end] - energy[begin]) / (2 * half)
    loud = np.sort(powers)[(len(powers) - 1) * 95 // 100]
    active = powers[powers >= loud / 100].mean()
    return powers, loud, 10 ** ((-21 - 10 * np.log10(active)) / 20)
