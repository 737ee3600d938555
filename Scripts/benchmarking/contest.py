"""Measures programs in rounds, each program once a round, so that changes of the machine's speed affect all alike."""

import statistics
import sys
import time
from dataclasses import dataclass, field
from typing import Callable


@dataclass
class Row:
    """One kind of work. Seconds are medians over rounds."""

    work: str
    ours: float
    # The seconds of the other programs, by name; empty if no other program does this work.
    peers: dict[str, float] = field(default_factory=dict)
    # Seconds of sound that the work makes or reads; 0 if that is not meaningful.
    sound: float = 0

    @property
    def best(self) -> str | None:
        return min(self.peers, key=self.peers.get) if self.peers else None


def clocked(work: Callable[[], object]) -> Callable[[], float]:
    """A function that does `work` and returns the seconds it took."""

    def seconds() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return seconds


class Disagreement(Exception):
    """Two programs' outputs differ more than the order of their sums can explain."""


class Contest:
    def __init__(self, rounds: int, program, network):
        self.rounds, self.program, self.network = rounds, program, network
        self.remarks: list[str] = []

    def times(self, contestants: dict[str, Callable[[], float]]) -> dict[str, float]:
        """The median seconds of each, by name. Each is run once before it counts."""
        for contestant in contestants.values():
            contestant()
        runs = {name: [] for name in contestants}
        for number in range(self.rounds):
            for name, contestant in contestants.items():
                runs[name].append(contestant())
                print(f"round {number + 1}: {name} {runs[name][-1]:.4g} s", file=sys.stderr, flush=True)
        return {name: statistics.median(times) for name, times in runs.items()}

    def agree(self, what: str, decibels: float, least: float) -> None:
        """Notes how far two programs' outputs differ: the signal over the difference.

        Raises Disagreement where that is less than `least`.
        """
        if not decibels >= least:
            raise Disagreement(f"that {what} holds to {decibels:.0f} dB only, and {least:.0f} were expected")
        self.remarks.append(f"{what}: {decibels:.0f} dB")
