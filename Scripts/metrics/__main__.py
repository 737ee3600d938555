"""Compares the metrics of `vocoder compare` with those that measures.py computes, and adds PESQ and DistillMOS."""
import argparse
import json
import multiprocessing
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pesq
import scipy.signal
import soundfile

from . import measures, mos, signals

# How far our values may be from theirs. ON_EACH recording: both compute the same, from sounds that were rounded to 16 bits in
# between. IN_THE_MEAN: pitch, on which mel-cepstra depend too, comes from another tracker (DIO and StoneMask, whose own jitter is
# about 10 cents), and two trackers agree no better than this.
ON_EACH = {
    "spectralConvergence": 0.001, "logMagnitude": 0.005, "logSpectralDistance": 0.1, "melDistance": 0.005,
    "intelligibility": 0.002, "periodicityError": 0.005, "voicingF1": 0.01, "levelDifference": 0.001,
}
IN_THE_MEAN = {
    "melCepstralDistortion": 0.2, "melCepstralDistortionTo8kHz": 0.2, "pitchMedian": 10.0, "grossPitchErrors": 3.0,
}
OF_PITCH = {"pitchMedian", "grossPitchErrors"}
# With more gross errors than this, in per cent, a voice has no pitch that two trackers can agree on.
MOST_GROSS_ERRORS = 10
FRECHET_FRACTION = 0.02


def read(path):
    sound, rate = soundfile.read(path, dtype="float32")
    return sound, rate


def measured(task):
    """The metrics, features, PESQ and DistillMOS of one file of a system; runs in a process of its own."""
    original_path, path = task
    (original, rate), (other, other_rate) = read(original_path), read(path)
    if rate != other_rate:
        raise SystemExit(f"check-metrics: {path} has {other_rate} Hz, {original_path} {rate} Hz; compare writes one rate.")
    values, features = measures.everything(original, other, rate)
    scores = {"PESQ-WB": wide_band_pesq(original, other, rate), "DistillMOS": mos.mean_opinion_score(other, rate)}
    return values, features, scores


def opinion(path):
    return mos.mean_opinion_score(*read(path))


def wide_band_pesq(original, other, rate):
    """ITU-T P.862.2; none where the recording is too short or silent for it."""
    divisor = np.gcd(16000, rate)
    count = min(len(original), len(other))
    low = [np.clip(scipy.signal.resample_poly(x[:count].astype(float), 16000 // divisor, rate // divisor), -1, 1)
           for x in (original, other)]
    try:
        return pesq.pesq(16000, *low, "wb")
    except (pesq.PesqError, ValueError):
        return None


def file_name(system):
    return system.replace("/", "-") + ".wav"


def check(folder):
    """Prints the table; returns the number of disagreements."""
    try:
        report = json.loads((folder / "report.json").read_text())
    except (OSError, ValueError) as error:
        sys.exit(f"check-metrics: {folder}/report.json cannot be read ({error}); expected a folder that compare --output wrote.")
    names = [summary["contestant"] for summary in report["summaries"]]
    tasks = [(folder / r["name"] / "original.wav", folder / r["name"] / file_name(name))
             for name in names for r in report["recordings"]]
    missing = next((path for task in tasks for path in task if not path.exists()), None)
    if missing:
        sys.exit(f"check-metrics: {missing} is missing; expected the sounds that compare --output wrote.")
    with multiprocessing.Pool() as pool:
        found = pool.map(measured, tasks, chunksize=1)
        opinions = pool.map(opinion, [original for original, _ in tasks[:len(report["recordings"])]], chunksize=1)
    print(f"{'metric':28} {'system':16} {'ours':>9} {'theirs':>9} {'farthest':>9} {'bound':>12}")
    disagreements = 0
    count = len(report["recordings"])
    for index, name in enumerate(names):
        mine = [{s["contestant"]: s for s in r["scores"]}[name]["values"] for r in report["recordings"]]
        theirs = found[index * count:(index + 1) * count]
        for metric in [*ON_EACH, *IN_THE_MEAN, "pitchError", "voicingErrors"]:
            disagreements += compare(metric, name, mine, [values for values, _, _ in theirs])
        features = [np.concatenate([f[side] for _, f, _ in theirs]) for side in (0, 1)]
        disagreements += compare_frechet(name, report["summaries"][index].get("frechetDistance"), features)
        for metric in ("PESQ-WB", "DistillMOS"):
            show(metric, name, [scores[metric] for _, _, scores in theirs if scores[metric] is not None])
    show("DistillMOS", "original", opinions)
    return disagreements


def show(metric, name, scores):
    """The mean of scores that `compare` does not compute."""
    if scores:
        print(f"{metric:28} {name:16} {'':9} {np.mean(scores):9.3f}   {min(scores):.2f} to {max(scores):.2f}, "
              f"95 % [{interval(scores)}] of {len(scores)}")


def compare(metric, name, mine, theirs):
    pairs = [(m[metric], t[metric]) for m, t in zip(mine, theirs) if metric in m and metric in t]
    if not pairs:
        return 0
    ours, others = np.array(pairs).T
    farthest = np.max(np.abs(ours - others))
    bound, what, distance = None, "", 0
    if metric in ON_EACH:
        bound, what, distance = ON_EACH[metric], "each", farthest
    elif metric in IN_THE_MEAN and not (metric in OF_PITCH and lacks_pitch(mine)):
        bound, what, distance = IN_THE_MEAN[metric], "mean", abs(np.mean(ours) - np.mean(others))
    disagrees = bound is not None and not distance <= bound
    limit = f"{what} {bound:g}" if bound is not None else "none"
    print(f"{metric:28} {name:16} {np.mean(ours):9.4f} {np.mean(others):9.4f} {farthest:9.4f} {limit:>12}"
          + ("  DISAGREES" if disagrees else ""))
    return int(disagrees)


def lacks_pitch(scores):
    gross = [score["grossPitchErrors"] for score in scores if "grossPitchErrors" in score]
    return not gross or np.mean(gross) > MOST_GROSS_ERRORS


def compare_frechet(name, ours, features):
    if ours is None or len(features[0]) <= features[0].shape[1]:
        return 0
    theirs = measures.frechet(*features)
    disagrees = abs(ours["distance"] - theirs) > FRECHET_FRACTION * theirs + 0.01
    print(f"{'frechetDistance':28} {name:16} {ours['distance']:9.4f} {theirs:9.4f} {'':9} {'2 % + 0.01':>12}"
          + ("  DISAGREES" if disagrees else ""))
    return int(disagrees)


def interval(values):
    """The 95 % percentile bootstrap interval of the mean."""
    draws = np.random.default_rng(0).choice(values, (2000, len(values))).mean(1)
    return ", ".join(f"{bound:.2f}" for bound in np.percentile(draws, [2.5, 97.5]))


def compared(program, folder):
    """A comparison of synthetic sounds: Griffin-Lim, and copies with noise and with another pitch and tilt."""
    for name in ("in", "noisy", "other"):
        (folder / name).mkdir()
    for number in range(4):
        seeds = [3 * number + k for k in (1, 2, 3)]
        original = np.concatenate([signals.speech_like(1 + 0.1 * k, 0.12, 0.005, s) for k, s in enumerate(seeds)])
        other = np.concatenate([signals.speech_like(1.01 + 0.1 * k, 0.16, 0.02, s + 50) for k, s in enumerate(seeds)])
        noisy = original + (0.01 * signals.noise(len(original), number)).astype(np.float32)
        for place, sound in (("in", original), ("noisy", noisy), ("other", other)):
            soundfile.write(folder / place / f"{number}.wav", sound, signals.RATE, subtype="FLOAT")
    command = [program, "compare", folder / "in", "--system", folder / "noisy", "--system", folder / "other",
               "--output", folder / "out", "--quiet"]
    if subprocess.run(command, stdout=subprocess.DEVNULL).returncode:
        sys.exit("check-metrics: compare failed; its message is above.")
    return folder / "out"


def main():
    parser = argparse.ArgumentParser(prog="check-metrics", description=__doc__)
    parser.add_argument("--program", required=True, help=argparse.SUPPRESS)
    parser.add_argument("folder", nargs="?", type=Path, help="what compare --output wrote; synthetic sounds without one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        disagreements = check(options.folder or compared(options.program, Path(temporary)))
    if disagreements:
        sys.exit(f"check-metrics: {disagreements} value{'s' if disagreements > 1 else ''} beyond the bound.")


if __name__ == "__main__":
    main()
