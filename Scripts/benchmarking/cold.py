"""cold.py ONNX MEL WAV THREADS: a minimal program that synthesizes a mel to a WAV file with ONNX Runtime."""

import sys
import wave

import numpy
import onnxruntime

onnx, mel, wav, threads = sys.argv[1:]
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = int(threads)
session = onnxruntime.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])
audio = session.run(None, {"mel": numpy.load(mel)[None]})[0]
with wave.open(wav, "wb") as file:
    file.setparams((1, 2, 22_050, 0, "NONE", ""))
    file.writeframes((audio.clip(-1, 1) * 32_767).astype("<i2").tobytes())
