"""Mel extraction and Griffin-Lim, beside librosa's."""

import json

import librosa
import numpy
import soundfile

from .contest import Contest, Row, clocked

RATE, SIZE, HOP, BANDS = 22_050, 1024, 256, 80


def rows(contest: Contest) -> list[Row]:
    return [_mel(contest), *_griffin_lim(contest)]


def _mel(contest: Contest) -> Row:
    program = contest.program
    seconds = 60 if program.quick else 600
    _compare_mels(contest)
    noise = numpy.random.default_rng(0).uniform(-0.3, 0.3, seconds * RATE).astype(numpy.float32)
    times = contest.times({
        "vocoder": lambda: program.bench(f"mel-{seconds}", runs=3),
        "librosa": clocked(lambda: _log_mel(noise)),
    })
    return Row(f"mel of {seconds} s", times.pop("vocoder"), times, seconds)


def _log_mel(sound: numpy.ndarray, center=True) -> numpy.ndarray:
    mel = librosa.feature.melspectrogram(
        y=sound, sr=RATE, n_fft=SIZE, hop_length=HOP, n_mels=BANDS, power=1, center=center, pad_mode="reflect")
    return numpy.log10(numpy.maximum(mel, 1e-5))


def _compare_mels(contest: Contest) -> None:
    folder = contest.network.folder
    sound = numpy.random.default_rng(1).uniform(-0.3, 0.3, 100 * HOP).astype(numpy.float32)
    soundfile.write(folder / "sound.wav", sound, RATE, subtype="FLOAT")
    contest.program.run("mel", folder / "sound.wav", folder / "sound.npy", "--quiet")
    theirs = _log_mel(numpy.pad(sound, (SIZE - HOP) // 2, mode="reflect"), center=False)
    difference = numpy.load(folder / "sound.npy") - theirs
    decibels = 10 * numpy.log10(numpy.square(theirs).sum() / numpy.square(difference).sum())
    contest.agree("librosa's mel is vocoder's", decibels, 80)


def _griffin_lim(contest: Contest) -> list[Row]:
    """librosa's inversion of the mel is approximate and takes as long as its iterations, so there are two rows."""
    program, network, seconds = contest.program, contest.network, 10
    sound = numpy.tile(librosa.chirp(fmin=100, fmax=4000, sr=RATE, duration=1).astype(numpy.float32) * 0.3, seconds)
    magnitudes = numpy.abs(librosa.stft(sound, n_fft=SIZE, hop_length=HOP))
    mel = librosa.feature.melspectrogram(S=magnitudes, sr=RATE, n_fft=SIZE, n_mels=BANDS, power=1)

    def iterate():
        return librosa.griffinlim(magnitudes, n_iter=60, hop_length=HOP, n_fft=SIZE, momentum=0.99)

    def invert():
        return librosa.feature.inverse.mel_to_stft(mel, sr=RATE, n_fft=SIZE, power=1)

    times = contest.times({
        "vocoder": lambda: program.bench("griffin-lim-10", runs=3),
        "iterations": clocked(iterate),
        "inversion": clocked(invert),
    })
    _convergence(contest)
    both = times["iterations"] + times["inversion"]
    return [
        Row(f"Griffin-Lim from a mel of {seconds} s", times["vocoder"], {"librosa": both}, seconds),
        Row("the same beside the iterations alone", times["vocoder"], {"librosa": times["iterations"]}, seconds),
    ]


def _convergence(contest: Contest) -> None:
    """Compares the spectral convergence of both programs from the same mel."""
    mel = contest.network.mel(2)[0].numpy()
    report = json.loads(contest.program.run(
        "synth", contest.network.mel_file(2), contest.network.folder / "griffin-lim.wav", "--griffin-lim", "--json"))
    magnitudes = librosa.feature.inverse.mel_to_stft(10.0**mel, sr=RATE, n_fft=SIZE, power=1)
    sound = librosa.griffinlim(magnitudes, n_iter=60, hop_length=HOP, n_fft=SIZE, momentum=0.99, random_state=0)
    found = numpy.abs(librosa.stft(sound, n_fft=SIZE, hop_length=HOP))
    theirs = numpy.linalg.norm(found - magnitudes) / numpy.linalg.norm(magnitudes)
    contest.remarks.append(
        f"spectral convergence of 60 iterations: vocoder {report['spectralConvergence']:.3f}, librosa {theirs:.3f}")
