"""A training step of the paper's recipe: PyTorch's by the definitions that the Swift code's gradients are tested against."""

import torch

from reference import melgan, objectives

from .contest import Contest, Row, clocked


def rows(contest: Contest) -> list[Row]:
    program = contest.program
    batch = 4 if program.quick else 16
    types = ["float32"] + (["bfloat16"] if program.has_fast_bfloat16 else [])
    contestants = {"PyTorch float32": clocked(_step(batch, False))}
    if program.has_fast_bfloat16:
        contestants["PyTorch bfloat16"] = clocked(_step(batch, True))
    for precision in types:
        contestants[precision] = lambda precision=precision: program.bench(
            f"train-{precision}", "--batch", batch, runs=2)
    times = contest.times(contestants)
    work = f"training step of {batch} x 8192"
    result = [Row(f"{work}, float32", times["float32"], {"PyTorch float32": times["PyTorch float32"]})]
    if program.has_fast_bfloat16:
        others = {name: times[name] for name in times if name.startswith("PyTorch")}
        result.append(Row(f"{work}, bfloat16, PyTorch in any", times["bfloat16"], others))
    return result


def _step(batch: int, autocast: bool):
    torch.manual_seed(0)
    generator, discriminator = melgan.Generator(), melgan.Discriminator()
    optimisers = objectives.adam(generator), objectives.adam(discriminator)
    mel, audio = torch.randn(batch, 80, 32) - 2, 0.2 * torch.randn(batch, 1, 8192)

    def step():
        with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
            objectives.training_step(generator, discriminator, optimisers, mel, audio)

    return step
