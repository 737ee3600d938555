#!/usr/bin/env python3
"""Reads lines of a sound file, a tab and its text; prints {"file": …, "heard": …, "errors": …} of each. See Scripts/recognize."""
import json
import re
import sys

import numpy as np
import soundfile
import soxr
from pocketsphinx import Decoder

RATE = 16000


def letters(text):
    """Small letters and single spaces; marks of pronunciation variants go."""
    text = re.sub(r"\(\d+\)", "", text.lower()).replace("-", " ").replace("'", "")
    return " ".join(re.sub(r"[^a-z ]", " ", text).split())


def distance(one, other):
    """Levenshtein's."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1]


class Recognizer:
    """The cepstral mean that the decoder adapts is set back before each file, so that their order does not matter."""

    def __init__(self):
        self.decoder = Decoder(samprate=RATE, cmn="batch", loglevel="FATAL")
        self.mean = self.decoder.get_cmn(False)

    def heard(self, sound):
        self.decoder.set_cmn(self.mean)
        level = np.sqrt(np.mean(np.square(sound)))
        samples = (np.clip(sound * (0.05 / max(level, 1e-6)), -1, 1) * 32767).astype("<i2")
        self.decoder.start_utt()
        self.decoder.process_raw(samples.tobytes(), full_utt=True)
        self.decoder.end_utt()
        found = self.decoder.hyp()
        return letters(found.hypstr) if found else ""


def main():
    recognizer = Recognizer()
    for line in sys.stdin:
        path, text = line.rstrip("\n").split("\t", 1)
        try:
            sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
        except (OSError, RuntimeError) as error:
            sys.exit(f"recognize: {path} cannot be read ({error}).")
        heard, wanted = recognizer.heard(soxr.resample(sound.mean(1), rate, RATE)), letters(text)
        errors = distance(wanted, heard) / max(1, len(wanted))
        print(json.dumps({"file": path, "heard": heard, "errors": round(errors, 4)}), flush=True)


if __name__ == "__main__":
    main()
