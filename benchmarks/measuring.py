"""A command in a process of its own: how long, how much memory, and how busy the machine was with other things.

The measuring process itself stays small (standard library only): the system counts the memory of a parent toward the
peak of its children.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
BUSY = 0.25  # cores used by others from which on a run is called disturbed


@dataclass(frozen=True)
class Run:
    """One process from start to end. ``others``: cores that everything else on the machine used meanwhile, on average;
    ``load``: the one-minute load average when it began; ``killed``: ended from outside, its time being over."""

    code: int
    wall: float
    cpu: float
    peak_gb: float
    load: float
    others: float
    killed: bool = False

    @property
    def busy(self) -> bool:
        return self.others >= BUSY

    def as_dict(self) -> dict[str, float | int | bool]:
        return {key: round(value, 3) if isinstance(value, float) else value for key, value in asdict(self).items()}


def planner(*arguments: str) -> list[str]:
    """The command line of the package."""
    return [sys.executable, "-m", "rotation_planner", *arguments]


def measure(command: Sequence[str], *, kill_after: float | None = None, log: Path | None = None) -> Run:
    """Run a command from the project's folder; what it says goes into ``log``, or nowhere."""
    load = os.getloadavg()[0]
    with (log or Path(os.devnull)).open("wb") as sink:
        machine, started = _machine_busy(), time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, stdout=sink, stderr=subprocess.STDOUT, env=_as_installed())
        killed = threading.Event()

        def kill() -> None:
            killed.set()
            process.kill()

        timer = threading.Timer(kill_after, kill) if kill_after is not None else None
        if timer is not None:
            timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        if timer is not None:
            timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime
    others = max(_machine_busy() - machine - cpu, 0.0) / wall if machine >= 0 else -1.0
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(process.returncode, wall, cpu, usage.ru_maxrss * unit / 1e9, load, others, killed.is_set())


@cache
def _as_installed() -> dict[str, str]:
    """The environment of a run: byte code is there and used, as after an installation."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-m", "compileall", "-q", "rotation_planner", "benchmarks"]
    subprocess.run(command, cwd=ROOT, check=True, env=environment)
    return environment


def _machine_busy() -> float:
    """Processor seconds that the whole machine has spent working; -1 where it does not tell."""
    try:
        with open("/proc/stat", encoding="ascii") as file:
            fields = [int(each) for each in file.readline().split()[1:9]]
    except OSError:
        return -1.0
    idle = fields[3] + fields[4]
    return (sum(fields) - idle) / os.sysconf("SC_CLK_TCK")


def generate(folder: Path, schools: int, seed: int, staff: int | None = None) -> Path:
    """A generated district in its own folder; made once."""
    if not (folder / "scenario.yaml").exists():
        size = [] if staff is None else ["--staff", str(staff)]
        command = planner("generate", "--out", str(folder), "--schools", str(schools), "--seed", str(seed), *size)
        subprocess.run([*command, "--quiet"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return folder


def machine() -> dict[str, str | int | float]:
    """What a reader needs to compare with another machine; nothing that tells whose it is."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 0,
        "memory_gb": round(memory, 1),
        "system": platform.system(),
        "python": platform.python_version(),
        "ortools": version("ortools"),
        "numpy": version("numpy"),
        "pandas": version("pandas"),
        "planner": version("rotation_planner"),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.machine()
    told = dict(line.split(":", 1) for line in lines if ":" in line)
    name = next((value.strip() for key, value in told.items() if key.strip() == "model name"), platform.machine())
    return f"{name} ({platform.machine()})"


def today() -> str:
    return dt.date.today().isoformat()


def earlier_runs(name: str) -> list[dict[str, Any]]:
    """The runs that an earlier measuring kept under ``name`` in the results."""
    path = RESULTS / name
    return list(json.loads(path.read_text("utf-8"))["runs"]) if path.exists() else []


def keep_runs(name: str, runs: list[dict[str, Any]]) -> None:
    """Keeps runs under ``name`` in the results, with day and machine."""
    write_json(RESULTS / name, {"day": today(), "machine": machine(), "runs": runs})


def write_json(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
