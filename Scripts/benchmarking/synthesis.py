"""Mels to sound: one second and ten, the start of the program, and memory."""

import subprocess
import sys
from pathlib import Path

import numpy
import soundfile

from . import peers
from .contest import Contest, Row, clocked

COLD = Path(__file__).with_name("cold.py")


def rows(contest: Contest) -> list[Row]:
    made = [row for seconds in (1, 10) for row in _lengths(contest, seconds)]
    made.append(_cold_start(contest))
    _memory(contest)
    return made


def _lengths(contest: Contest, seconds: int) -> list[Row]:
    program, network = contest.program, contest.network
    singles = peers.float32(network, seconds, program.threads)
    halves = peers.bfloat16(network, seconds, program.threads) if program.has_fast_bfloat16 else {}
    _compare(contest, seconds, singles | halves)
    contestants = {name: clocked(synthesis) for name, synthesis in (singles | halves).items()}
    types = [name for name in ("float32", "bfloat16") if f"synth-{seconds}-{name}" in program.works()]
    for precision in types:
        contestants[precision] = lambda precision=precision: program.bench(
            f"synth-{seconds}-{precision}", "--model", network.model)
    times = contest.times(contestants)
    result = [Row(f"synthesis of {seconds} s, float32", times["float32"], _of(times, singles), seconds)]
    if halves:
        everyone = _of(times, singles | halves)
        result.append(Row(f"synthesis of {seconds} s, {types[-1]}, others in any", times[types[-1]], everyone, seconds))
    return result


def _of(times: dict[str, float], names) -> dict[str, float]:
    return {name: times[name] for name in names}


def _compare(contest: Contest, seconds: int, synthesisers: dict[str, peers.Synthesis]) -> None:
    """Checks that all programs make the same sound."""
    program, network = contest.program, contest.network
    wav = network.folder / "ours.wav"
    program.run(
        "synth", network.mel_file(seconds), wav, "--model", network.model, "--format", "float", "--precision", "float32",
        "--quiet")
    ours, _ = soundfile.read(wav, dtype="float32")
    for name, synthesise in synthesisers.items():
        difference = synthesise().reshape(-1) - ours
        decibels = 10 * numpy.log10(numpy.square(ours, dtype=float).sum() / numpy.square(difference, dtype=float).sum())
        contest.agree(f"{name} makes of {seconds} s what vocoder makes of it", decibels, 20 if "bfloat16" in name else 80)


def _cold_start(contest: Contest) -> Row:
    """Measures from the start of the program to the written file, including all loading and compiling."""
    program, network = contest.program, contest.network
    mel, wav = network.mel_file(1), network.folder / "cold.wav"
    ours = lambda: program.run("synth", mel, wav, "--model", network.model, "--quiet")
    theirs = lambda: subprocess.run(
        [sys.executable, COLD, network.onnx(1), mel, wav, str(program.threads)], check=True)
    times = contest.times({"vocoder": clocked(ours), "ONNX Runtime in Python": clocked(theirs)})
    return Row("1 s of mel, from the start of the program to a file", times.pop("vocoder"), times)


def _memory(contest: Contest) -> None:
    seconds = 60 if contest.program.quick else 600
    network = contest.network
    held = contest.program.peak_memory(
        "synth", network.mel_file(seconds), network.folder / "long.wav", "--model", network.model, "--quiet")
    contest.remarks.append(f"peak memory of vocoder for {seconds} s of mel: {held / 1e6:.0f} MB")
