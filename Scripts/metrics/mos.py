#!/usr/bin/env python3
"""DistillMOS of sound files: what listeners would say of a recording from 1 (bad) to 5 (excellent), estimated without its original.

    mos.py FILE…    prints {"file": …, "mos": …} of each file on a line of its own

Needs numpy, torch, soundfile, soxr, distillmos and xls-r-sqa; Scripts/check-metrics installs them.
"""
import contextlib
import functools
import io
import json
import sys
import types

import numpy as np
import soundfile
import soxr
import torch

# Distillmos uses torchaudio only to read files in its own command, which is not called here; torchaudio must fit torch to the
# version and is large. An empty module takes its place while distillmos is imported, and only where torchaudio is not installed.
# Of xls-r-sqa it uses two small files that need nothing but torch, so that transformers is not missed either.
try:
    import torchaudio
except (ImportError, OSError):
    sys.modules["torchaudio"] = types.ModuleType("torchaudio")
    import distillmos
    del sys.modules["torchaudio"]
else:
    import distillmos

RATE = 16000


@functools.cache
def model():
    torch.set_num_threads(1)
    with contextlib.redirect_stdout(io.StringIO()):
        return distillmos.ConvTransformerSQAModel().eval()


def mean_opinion_score(x, rate):
    """Of a mono sound, whose level does not matter. The model pads it to 7.68 s or takes the mean of windows of that length."""
    low = x if rate == RATE else soxr.resample(x, rate, RATE, "VHQ")
    with torch.inference_mode():
        return model()(torch.from_numpy(np.asarray(low, dtype=np.float32))[None]).item()


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    for path in sys.argv[1:]:
        try:
            sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
        except (OSError, RuntimeError) as error:
            sys.exit(f"mos: {path} cannot be read ({error}).")
        if not len(sound):
            sys.exit(f"mos: {path} is empty.")
        print(json.dumps({"file": path, "mos": round(mean_opinion_score(sound.mean(1), rate), 4)}), flush=True)


if __name__ == "__main__":
    main()
