"""Questions about a plan: pages for everybody who moves, planning anew, the appeals desk, chains,
improvements and prices.

    python -m benchmarks.answers                          everything (about half an hour)
    python -m benchmarks.answers --only replan-5000 --keep --plans FOLDER

Whole commands, from reading to files. The plans asked about are made first (they are no part of what is measured) and
kept in ``--plans`` where it is given. Writes results/answers.json and RESULTS.md.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.measuring import ROOT, Run, earlier_runs, generate, keep_runs, measure, planner
from benchmarks.report import write_report

NAME = "answers.json"
SCHOOLS = {5_000: 60, 10_000: 120, 20_000: 200}
PINNED, APPEALS = 5, 40
MANY = 6  # movers of a school
ASKS = ("stay", "not_to", "to")


class Districts:
    """Scenarios and their plans, each made once."""

    def __init__(self, plans: Path) -> None:
        self.plans = plans

    def scenario(self, size: int | str) -> Path:
        """The district: by its number of staff, or a scenario of the project by name."""
        if isinstance(size, str):
            return ROOT / "scenarios" / size
        return generate(self.plans / f"district-{size}", SCHOOLS[size], 1, size)

    def plan(self, size: int | str) -> Path:
        """Its plan."""
        out = self.plans / f"plan-{size}"
        if not (out / "plan.json").exists():
            command = planner("plan", str(self.scenario(size)), "--out", str(out), "--time-limit", "120", "--quiet")
            subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return out

    def moves(self, size: int | str) -> list[dict[str, str]]:
        """The rows of its plan."""
        with (self.plan(size) / "transfers.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def changed(self, size: int | str, temp: Path) -> Path:
        """The district with some of the movers of schools that many leave, evenly spread over the plan, pinned to stay:
        of a small school nobody else might be left to go, and then there is no plan at all."""
        folder = temp / f"changed-{size}"
        shutil.copytree(self.scenario(size), folder)
        rows = self.moves(size)
        with (folder / "pins.csv").open(encoding="utf-8-sig", newline="") as file:
            pins = list(csv.reader(file))
        keys = ("staff_id", "school_id", "verdict", "reason")
        leaving = Counter(row["from_school_id"] for row in rows)
        pinned = {pin[0] for pin in pins}
        free = [row for row in rows if row["staff_id"] not in pinned and leaving[row["from_school_id"]] >= MANY]
        for row in free[:: max(len(free) // PINNED, 1)][:PINNED]:
            told = dict(zip(keys, (row["staff_id"], "", "stay", ""), strict=True))
            pins.append([told[key] for key in keys] + [""] * (len(pins[0]) - len(keys)))
        with (folder / "pins.csv").open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(pins)
        return folder

    def appeals(self, size: int | str, temp: Path) -> Path:
        """Appeals of movers spread over the plan: to stay, not to go there, to go where the next one goes."""
        rows, path = self.moves(size), temp / f"appeals-{size}.csv"
        chosen = rows[:: max(len(rows) // APPEALS, 1)][:APPEALS]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("staff_id", "asks", "school_id", "weight"))
            for number, row in enumerate(chosen):
                asks = ASKS[number % len(ASKS)]
                others = [each["to_school_id"] for each in rows if each["subject"] == row["subject"]]
                others = [each for each in others if each not in (row["to_school_id"], row["from_school_id"])]
                if asks == "to" and not others:
                    asks = "stay"
                school = {"stay": "", "not_to": row["to_school_id"], "to": others[0] if others else ""}[asks]
                writer.writerow((row["staff_id"], asks, school, 1))
        return path


def _pages(districts: Districts, size: int | str, temp: Path) -> tuple[list[str], dict[str, Any]]:
    arguments = [str(districts.scenario(size)), str(districts.plan(size))]
    return ["explain", *arguments, "--all", "--out", str(temp / f"pages-{size}")], {"pages": len(districts.moves(size))}


def _replan(districts: Districts, size: int | str, temp: Path) -> tuple[list[str], dict[str, Any]]:
    changed = str(districts.changed(size, temp))
    return ["replan", changed, str(districts.plan(size)), "--out", str(temp / f"again-{size}")], {}


def _appeals(districts: Districts, size: int | str, temp: Path) -> tuple[list[str], dict[str, Any]]:
    out = ["--out", str(temp / f"heard-{size}"), "--time-limit", "85"]
    appeals = str(districts.appeals(size, temp))
    return ["replan", str(districts.scenario(size)), str(districts.plan(size)), "--appeals", appeals, *out], {}


def _chains(districts: Districts, size: int | str, _: Path) -> tuple[list[str], dict[str, Any]]:
    return ["chains", str(districts.scenario(size)), str(districts.plan(size))], {}


def _improvements(districts: Districts, size: int | str, _: Path) -> tuple[list[str], dict[str, Any]]:
    return ["audit", str(districts.scenario(size)), str(districts.plan(size)), "--improvements"], {}


def _prices(districts: Districts, size: int | str, _: Path) -> tuple[list[str], dict[str, Any]]:
    return ["prices", str(districts.scenario(size)), str(districts.plan(size))], {}


Job = Callable[[Districts, "int | str", Path], tuple[list[str], dict[str, Any]]]
JOBS: dict[str, tuple[Job, int | str]] = {
    "pages-binhai": (_pages, "binhai"), "pages-10000": (_pages, 10_000), "replan-5000": (_replan, 5_000),
    "replan-20000": (_replan, 20_000), "appeals-5000": (_appeals, 5_000), "chains-binhai": (_chains, "binhai"),
    "chains-20000": (_chains, 20_000), "pages-20000": (_pages, 20_000), "improvements-5000": (_improvements, 5_000),
    "improvements-20000": (_improvements, 20_000), "prices-5000": (_prices, 5_000),
}  # fmt: skip


def _told(job: str, run: Run, said: Path) -> dict[str, Any]:
    """What the answer says, as far as the report tells it."""
    text = said.read_text("utf-8")
    if run.code not in (0, 1) or "{" not in text:
        return {}
    told = json.loads(text[text.index("{") :])
    if job.startswith(("replan", "appeals")):
        before = told["replan"]["before"]
        granted = sum(each["granted"] for each in told["replan"].get("appeals", []))
        return {
            "proven": all(each["proven"] for each in before), "changed": len(told["replan"]["changes"]),
            "granted": granted,
        }  # fmt: skip
    if job.startswith("pages"):
        return {"asked": told["asked"], "settled": told["settled"]}
    if job.startswith("chains"):
        return {"links": told["weakest"].get("proven")}
    if job.startswith("improvements"):
        return {"improvement": told["improvements"]["verdict"]}
    if job.startswith("prices"):
        proven = sum(each["status"] in ("optimal", "infeasible") for each in told["prices"])
        answered = len(told["prices"])
        return {"answered": answered, "proven": proven, "steps": answered + told["open"]}
    return {}


def main() -> None:
    """Measure, keep the results, write the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=list(JOBS), default=list(JOBS))
    parser.add_argument("--plans", type=Path, help="a folder where districts and plans are kept")
    parser.add_argument("--keep", action="store_true", help="keep the earlier results of other jobs")
    options = parser.parse_args()
    rows = earlier_runs(NAME) if options.keep else []
    with tempfile.TemporaryDirectory() as name:
        temp = Path(name)
        districts = Districts(options.plans or temp)
        for job in options.only:
            make, size = JOBS[job]
            arguments, more = make(districts, size, temp)
            said = temp / f"{job}.json"
            run = measure(planner(*arguments, "--json", "--quiet"), log=said)
            print(f"{job}: {run.wall:.1f} s, {run.cpu:.1f} s of processor, exit code {run.code}", flush=True)
            rows = [row for row in rows if row["job"] != job]
            rows.append({"job": job, "size": size, "run": run.as_dict(), **more, **_told(job, run, said)})
            rows.sort(key=lambda row: list(JOBS).index(row["job"]))
            keep_runs(NAME, rows)
    write_report()


if __name__ == "__main__":
    main()
