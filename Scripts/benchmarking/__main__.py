"""Runs the parts of the benchmark that were asked for and prints their table."""

import sys
import tempfile
from pathlib import Path

import torch

from . import options, spectra, synthesis, training
from .contest import Contest, Disagreement
from .network import Network
from .program import Program
from .table import markdown

ROWS = dict(zip(options.PARTS, [synthesis.rows, training.rows, spectra.rows]))


def main() -> None:
    arguments = options.parser().parse_args()
    torch.set_num_threads(arguments.threads)
    with tempfile.TemporaryDirectory() as folder:
        program = Program(arguments.program, arguments.threads, arguments.quick, Path(folder))
        program.machine()  # builds it
        network = Network(Path(folder), program)
        contest = Contest(arguments.turns or (2 if arguments.quick else 5), program, network)
        try:
            rows = [row for part in arguments.only or options.PARTS for row in ROWS[part](contest)]
        except Disagreement as disagreement:
            sys.exit(f"benchmark: {disagreement}; programs that do different work cannot be compared, so no ratio is printed.")
        print(markdown(program.machine(), rows, contest.remarks))


if __name__ == "__main__":
    main()
