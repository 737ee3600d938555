"""The built vocoder, run from outside."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path


# A process starts with the memory mark of the one that it was split off from: so a small one stands between.
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
        """Its standard output. Ends everything, with what it said, where it fails."""
        return self._output([self.path, *map(str, arguments)])

    def bench(self, work: str, *options, runs=1) -> float:
        """Median seconds of a work that `vocoder bench` knows."""
        return self._bench(work, *options, runs=runs)["rows"][0]["medianSeconds"]

    @cache
    def works(self) -> list[str]:
        """Those that `vocoder bench` knows on this machine."""
        return self.run("bench", "--list").split()

    @cache
    def machine(self) -> dict:
        """What it was measured on."""
        return self._bench("mel-60", "--quick")["machine"]

    @property
    def has_fast_bfloat16(self) -> bool:
        return any(feature in ("avx512_bf16", "amx_bf16") for feature in self.machine()["features"])

    def peak_memory(self, *arguments) -> float:
        """Bytes that a run held at most."""
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
