"""Times vocoder beside the programs people use now, in turns, and prints the ratios of their times."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import torch

from . import spectra, synthesis, training
from .contest import Contest
from .network import Network
from .program import Program
from .table import markdown

PARTS = {
    "synthesis": synthesis.rows,
    "training": training.rows,
    "spectra": spectra.rows,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="Scripts/benchmark", description=__doc__)
    parser.add_argument("--program", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="shorter work, fewer turns")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), help="for every program")
    parser.add_argument("--turns", type=int, help="times each program's turn comes; by default 5, or 2 with --quick")
    parser.add_argument("--only", choices=PARTS, action="append", help="a part of the work; may be given more than once")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    with tempfile.TemporaryDirectory() as folder:
        program = Program(arguments.program, arguments.threads, arguments.quick, Path(folder))
        program.machine()  # builds it
        network = Network(Path(folder), program)
        contest = Contest(arguments.turns or (2 if arguments.quick else 5), program, network)
        rows = [row for part in arguments.only or PARTS for row in PARTS[part](contest)]
        print(markdown(program.machine(), rows, contest.remarks))
    sys.exit(1 if contest.failures else 0)


if __name__ == "__main__":
    main()
