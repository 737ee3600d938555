"""The built vocoder, run from outside."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path


# A process inherits the peak memory of the process that forked it, so a small process is put in between.
MEASURE = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:])
_, status, usage = os.wait4(process.pid, 0)
if status: sys.exit(f"{sys.argv[1:]} failed with status {status}")
print(usage.ru_maxrss * 1024)
"""


class Program:
    def __init__(self, path: Path, threads: int, quick: bool, folder: Path):
        self.path, self.threads, self.quick, self.folder = path, threads, quick, folder
        self.environment = os.environ | {"OMP_NUM_THREADS": str(threads), "OMP_WAIT_POLICY": "passive"}

    def run(self, *arguments) -> str:
        """Returns the standard output of a run, and exits with its error message if it fails."""
        return self._output([self.path, *map(str, arguments)])

    def bench(self, work: str, *options, runs=1) -> float:
        """The median seconds of a benchmark of `vocoder bench`."""
        return self._bench(work, *options, runs=runs)["rows"][0]["medianSeconds"]

    @cache
    def works(self) -> list[str]:
        """The benchmarks that `vocoder bench` has on this machine."""
        return self.run("bench", "--list").split()

    @cache
    def machine(self) -> dict:
        """The machine as `vocoder bench` describes it."""
        return self._bench("mel-60", "--quick")["machine"]

    @property
    def has_fast_bfloat16(self) -> bool:
        return any(feature in ("avx512_bf16", "amx_bf16") for feature in self.machine()["features"])

    def peak_memory(self, *arguments) -> float:
        """The peak memory of a run in bytes."""
        return float(self._output([sys.executable, "-I", "-c", MEASURE, self.path, *map(str, arguments)]))

    def _output(self, command: list) -> str:
        done = subprocess.run(command, capture_output=True, text=True, env=self.environment)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(map(str, command))} ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def _bench(self, work: str, *options, runs=1) -> dict:
        quick = ["--quick"] if self.quick and "--quick" not in options else []
        return json.loads(
            self.run(
                "bench", "--json", "--quiet", "--only", work, "--runs", runs, "--threads", self.threads, *quick, *options))
