"""Times vocoder beside the programs people use now, in turns, and prints the ratios of their times."""

import argparse
import os
from pathlib import Path

PARTS = ["synthesis", "training", "spectra"]


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="Scripts/benchmark", description=__doc__)
    parser.add_argument("--program", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="shorter work, fewer turns")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), help="for every program")
    parser.add_argument("--turns", type=int, help="times each program's turn comes; by default 5, or 2 with --quick")
    parser.add_argument("--only", choices=PARTS, action="append", help="a part of the work; may be given more than once")
    parser.add_argument("--environment", metavar="DIR", help="where the others are installed, kept for the next time")
    return parser


if __name__ == "__main__":
    parser().parse_args()
