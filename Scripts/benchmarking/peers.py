"""The generator in PyTorch, ONNX Runtime and OpenVINO: each a function from nothing to audio [1, 1, T]."""

from typing import Callable

import numpy
import onnxruntime
import openvino
import torch

Synthesis = Callable[[], numpy.ndarray]


def float32(network, seconds: int, threads: int) -> dict[str, Synthesis]:
    return {
        "PyTorch float32": _pytorch(network, seconds, None),
        "ONNX Runtime float32": _onnx_runtime(network, seconds, threads),
        "OpenVINO float32": _openvino(network, seconds, threads, "f32"),
    }


def bfloat16(network, seconds: int, threads: int) -> dict[str, Synthesis]:
    return {
        "PyTorch bfloat16": _pytorch(network, seconds, torch.bfloat16),
        "OpenVINO bfloat16": _openvino(network, seconds, threads, "bf16"),
    }


def _pytorch(network, seconds: int, autocast: torch.dtype | None) -> Synthesis:
    mel = network.mel(seconds)

    def synthesise() -> numpy.ndarray:
        with torch.inference_mode(), torch.autocast("cpu", autocast or torch.bfloat16, enabled=autocast is not None):
            return network.generator(mel).float().numpy()

    return synthesise


def _onnx_runtime(network, seconds: int, threads: int) -> Synthesis:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(network.onnx(seconds), options, providers=["CPUExecutionProvider"])
    mel = network.mel(seconds).numpy()
    return lambda: session.run(None, {"mel": mel})[0]


def _openvino(network, seconds: int, threads: int, precision: str) -> Synthesis:
    options = {
        "INFERENCE_PRECISION_HINT": precision, "INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY"}
    request = openvino.Core().compile_model(network.onnx(seconds), "CPU", options).create_infer_request()
    mel = network.mel(seconds).numpy()
    return lambda: next(iter(request.infer({"mel": mel}).values()))
