"""The same plan again: `plan --repeatable` twice, the second time with another process at work beside it.

    python -m benchmarks.repeating                            5,000 and 20,000 staff, 3 seeds each (half an hour)
    python -m benchmarks.repeating --sizes 20000 --seeds 4 --keep

Whole commands. The files of the plan are compared byte by byte. Writes results/repeating.json and RESULTS.md; --keep
adds to what was measured before.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.growth import SCHOOLS
from benchmarks.measuring import earlier_runs, generate, keep_runs, measure, planner
from benchmarks.report import write_report

NAME = "repeating.json"
LIMITS = {1_000: 60, 5_000: 300, 20_000: 900, 100_000: 5_400}  # seconds to solve: far more than it takes
FILES = ("transfers.csv", "deferred.csv")


@contextmanager
def company() -> Iterator[None]:
    """Another process that takes a processor for itself."""
    other = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        other.kill()
        other.wait()


def one(size: int, seed: int, temp: Path) -> dict[str, Any]:
    """A district planned twice."""
    folder = generate(temp / f"{size}-{seed}", SCHOOLS[size], seed, size)
    outs = [temp / f"plan-{size}-{seed}-{turn}" for turn in (1, 2)]
    commands = [
        planner("plan", str(folder), "--out", str(out), "--repeatable", "--time-limit", str(LIMITS[size]), "--quiet")
        for out in outs
    ]
    first = measure(commands[0])
    with company():
        second = measure(commands[1])
    plans = [json.loads((out / "plan.json").read_text("utf-8")) for out in outs]
    told = {
        "size": size,
        "seed": seed,
        "runs": [first.as_dict(), second.as_dict()],
        "same": all(len({(out / name).read_bytes() for out in outs}) == 1 for name in FILES),
        "told": [plan["repeatable"] for plan in plans],
        "solve": [plan["seconds"]["solve"] for plan in plans],
        "goals": plans[0]["objectives"],
    }
    print(f"{size:,} staff, seed {seed}: the same {told['same']}, {first.wall:.0f} and {second.wall:.0f} s", flush=True)
    return told


def main() -> None:
    """See the module's text."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[5_000, 20_000], choices=sorted(SCHOOLS))
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    runs = earlier_runs(NAME) if given.keep else []
    with tempfile.TemporaryDirectory() as place:
        for size in given.sizes:
            for seed in given.seeds:
                made = one(size, seed, Path(place))
                runs = [each for each in runs if (each["size"], each["seed"]) != (size, seed)] + [made]
                keep_runs(NAME, sorted(runs, key=lambda each: (each["size"], each["seed"])))
    write_report()


if __name__ == "__main__":
    main()
