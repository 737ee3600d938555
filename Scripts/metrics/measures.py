"""Every metric of a pair of signals, computed with librosa, WORLD, SPTK, SciPy and pystoi."""
import warnings

import librosa
import numpy as np

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import pyworld
import pysptk
import pystoi
import scipy.linalg
import scipy.signal

from .signals import frame_count, levels

RESOLUTIONS = [(1024, 120, 600), (2048, 240, 1200), (512, 50, 240)]


def resampled(x, rate, target):
    return x if rate == target else librosa.resample(x, orig_sr=rate, target_sr=target, res_type="soxr_vhq")


def magnitudes(x, fft, hop, window):
    return np.abs(librosa.stft(x, n_fft=fft, hop_length=hop, win_length=window, pad_mode="reflect"))


def spectral(original, other):
    convergence, log_magnitude = [], []
    for resolution in RESOLUTIONS:
        x, y = magnitudes(original, *resolution), magnitudes(other, *resolution)
        convergence.append(np.linalg.norm(x - y) / np.linalg.norm(x))
        log_magnitude.append(np.mean(np.abs(np.log(np.maximum(x, 1e-4)) - np.log(np.maximum(y, 1e-4)))))
    x, y = (np.maximum(magnitudes(s, 1024, 256, 1024), 1e-4) for s in (original, other))
    difference = 20 * np.log10(x / y)
    return {
        "spectralConvergence": np.mean(convergence),
        "logMagnitude": np.mean(log_magnitude),
        "logSpectralDistance": np.mean(np.sqrt(np.mean(difference**2, axis=0))),
    }


def mel_distance(original, other, rate):
    fft, hop = (2048, 512) if rate >= 32000 else (1024, 256)

    def mel(x):
        padded = np.pad(x, (fft - hop) // 2, mode="reflect")
        spectrum = np.abs(librosa.stft(padded, n_fft=fft, hop_length=hop, center=False))
        bands = librosa.filters.mel(sr=rate, n_fft=fft, n_mels=80, fmin=0, fmax=rate / 2) @ spectrum
        return np.log(np.maximum(bands, 1e-5))

    return np.mean(np.abs(mel(original) - mel(other)))


def mel_cepstra(x, rate, f0):
    times = np.arange(len(f0)) * 0.005
    envelope = pyworld.cheaptrick(x.astype(float), f0, times, rate)
    return pysptk.sp2mc(envelope, order=24, alpha=pysptk.util.mcepalpha(rate))[:, 1:]


def distortion(original, other, rate, f0s, measured):
    a, b = mel_cepstra(original, rate, f0s[0]), mel_cepstra(other, rate, f0s[1])
    count = min(len(a), len(b), len(measured))
    per_frame = 10 / np.log(10) * np.sqrt(2 * np.sum((a[:count] - b[:count]) ** 2, axis=1))
    return per_frame[measured[:count]].mean()


def both_distortions(original, other, rate, f0s):
    powers, loud, _ = levels(original, rate)
    measured = powers >= loud * 1e-6
    low = [resampled(x, rate, 16000) for x in (original, other)]
    return {
        "melCepstralDistortion": distortion(original, other, rate, f0s, measured),
        "melCepstralDistortionTo8kHz": distortion(*low, 16000, f0s, measured),
    }


def pitch(x, rate):
    f0, times = pyworld.dio(x.astype(float), rate, f0_floor=70, f0_ceil=500, frame_period=5)
    return pyworld.stonemask(x.astype(float), f0, times, rate)


def pitch_differences(f0s):
    both = (f0s[0] > 0) & (f0s[1] > 0)
    values = {"voicingErrors": 100 * np.mean((f0s[0] > 0) != (f0s[1] > 0))}
    if both.any():
        cents = 1200 * np.log2(f0s[1][both] / f0s[0][both])
        values["pitchMedian"] = np.median(np.abs(cents))
        values["pitchError"] = np.sqrt(np.mean(cents**2))
        values["grossPitchErrors"] = 100 * np.mean(np.abs(f0s[1][both] / f0s[0][both] - 1) > 0.2)
    return values


def periodicity(x):
    """The peak of the normalised cross-correlation each 10 ms, computed from whole segments; x at 16 kHz."""
    window, lags = 640, np.arange(32, 230)
    span = window + 230
    padded = np.pad(x.astype(float), span)
    hann = scipy.signal.get_window("hann", window)
    weight = 10 ** (librosa.A_weighting(np.fft.rfftfreq(1024, 1 / 16000), min_db=None) / 10)
    result = []
    for frame in range(len(x) // 160 + 1):
        centre = span + 160 * frame
        spectrum = np.abs(np.fft.fft(hann * padded[centre - window // 2:centre + window // 2], 1024)) ** 2
        folded = np.concatenate([spectrum[:1], 2 * spectrum[1:512], spectrum[512:513]])
        power = np.sum(weight * folded) / (1024 * np.sum(hann**2))
        if power < 1e-6:
            result.append(0)
            continue
        segment = padded[centre - span // 2:centre - span // 2 + span]
        segment = segment - segment.mean()
        begins = (span - window - lags) // 2
        first = np.stack([segment[b:b + window] for b in begins])
        second = np.stack([segment[b + l:b + l + window] for b, l in zip(begins, lags)])
        norms = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
        result.append(np.clip(np.max(np.sum(first * second, axis=1) / np.maximum(norms, 1e-30)), 0, 1))
    return np.array(result)


def periodicity_differences(original, other):
    a, b = periodicity(original), periodicity(other)
    x, y = a > 0.5, b > 0.5
    values = {"periodicityError": np.sqrt(np.mean((a - b) ** 2))}
    if (x | y).any():
        values["voicingF1"] = 2 * np.sum(x & y) / (np.sum(x) + np.sum(y))
    return values


def features(x):
    """39 features each 10 ms; x at 16 kHz."""
    mel = librosa.feature.melspectrogram(
        y=x, sr=16000, n_fft=512, win_length=400, hop_length=160, n_mels=40, fmin=0, fmax=8000, pad_mode="reflect")
    cepstra = scipy.fft.dct(np.log(np.maximum(mel, 1e-10)), axis=0, type=2, norm="ortho")[:13]
    deltas = librosa.feature.delta(cepstra, width=5, mode="nearest")
    return np.concatenate([cepstra, deltas, librosa.feature.delta(deltas, width=5, mode="nearest")]).T


def speech_features(original, other, rate):
    """The features of both in the frames in which the original has speech."""
    powers, loud, _ = levels(original, rate)
    a, b = (features(resampled(x, rate, 16000)) for x in (original, other))
    frames = np.arange(len(a))
    frames = frames[(2 * frames < len(powers))]
    frames = frames[powers[2 * frames] >= loud * 1e-4]
    return a[frames], b[frames]


def frechet(a, b):
    count = min(len(a), len(b))
    a, b = a[:count], b[:count]
    covariances = [np.cov(s, rowvar=False) for s in (a, b)]
    root = scipy.linalg.sqrtm(covariances[0] @ covariances[1]).real
    return np.sum((a.mean(0) - b.mean(0)) ** 2) + np.trace(covariances[0] + covariances[1] - 2 * root)


def intelligibility(original, other, rate):
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        try:
            return pystoi.stoi(original.astype(float), other.astype(float), rate)
        except RuntimeWarning:  # too short
            return None


def everything(original, other, rate):
    """Every metric of two recordings, by the names of report.json, and the features for the Fréchet distance."""
    count = min(len(original), len(other))
    original, other = original[:count], other[:count]
    gain = np.float32(levels(original, rate)[2])
    original, other = gain * original, gain * other
    f0s = [pitch(x, rate) for x in (original, other)]
    wide = [resampled(x, rate, 16000) for x in (original, other)]
    values = {
        **spectral(original, other),
        "melDistance": mel_distance(original, other, rate),
        **both_distortions(original, other, rate, f0s),
        **pitch_differences(f0s),
        **periodicity_differences(*wide),
        "intelligibility": intelligibility(original, other, rate),
        "levelDifference": 10 * np.log10(np.sum(other.astype(float) ** 2) / np.sum(original.astype(float) ** 2)),
    }
    values = {name: float(value) for name, value in values.items() if value is not None}
    return values, speech_features(original, other, rate)
