"""Formats the results as Markdown."""

from .contest import Row


def markdown(machine: dict, rows: list[Row], remarks: list[str]) -> str:
    lines = [
        f"{machine['processor']}, {machine['threads']} threads, {' '.join(machine['features'])}; "
        + ", ".join(f"{name} {version}" for name, version in sorted(machine["versions"].items() | _versions().items())),
        "",
        "| work | vocoder | best of the others | ratio |",
        "|---|---|---|---|",
    ]
    for row in rows:
        best = f"{row.best}, {_time(row.peers[row.best], row.sound)}" if row.best else ""
        ratio = f"{row.peers[row.best] / row.ours:.1f}" if row.best else ""
        lines.append(f"| {row.work} | {_time(row.ours, row.sound)} | {best} | {ratio} |")
    everyone = {name for row in rows for name in row.peers}
    if any(len(row.peers) > 1 for row in rows):
        lines += ["", "All of the others:", ""]
        for row in rows:
            if len(row.peers) > 1:
                taken = [f"{name} {_time(row.peers[name], row.sound)}" for name in sorted(everyone & row.peers.keys())]
                lines.append(f"- {row.work}: {'; '.join(taken)}")
    return "\n".join(lines + [""] + [f"- {remark}" for remark in remarks])


def _time(seconds: float, sound: float) -> str:
    taken = f"{_digits(1000 * seconds)} ms" if seconds < 1 else f"{_digits(seconds)} s"
    return f"{taken} ({_digits(sound / seconds)} x real time)" if sound else taken


def _digits(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _versions() -> dict[str, str]:
    import librosa
    import onnxruntime
    import openvino
    import torch

    return {
        "PyTorch": torch.__version__, "ONNX Runtime": onnxruntime.__version__,
        "OpenVINO": openvino.__version__.split("-")[0], "librosa": librosa.__version__}
