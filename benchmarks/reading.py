"""The measurements read back, and what is derived from them for plots and report."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from benchmarks.measuring import BUSY, RESULTS

METHODS = ("planner", "plain-cp-sat", "plain-mip")
NAMES = {
    "planner": "this planner",
    "plain-cp-sat": "plain CP-SAT",
    "plain-mip": "plain MIP (HiGHS)",
}
LEVELS = 4
WIDEST = 1.0  # the gap told of a level without value or bound
Key = tuple[int, int]  # size and seed


def relative(value: float, bound: float) -> float:
    """The distance of a value from its bound, relative to the value; 1 at most."""
    distance = value - bound
    return 0.0 if distance <= 1e-9 else min(distance / max(abs(value), 1e-9), WIDEST)


@dataclass(frozen=True)
class Point:
    """A step: seconds since the method began, level from 1, its value and bound where known."""

    seconds: float
    level: int
    best: float | None
    bound: float | None


@dataclass(frozen=True)
class Measured:
    """One run of one method; ``told`` is its row."""

    told: dict[str, str]
    points: tuple[Point, ...]

    @property
    def key(self) -> Key:
        return int(self.told["size"]), int(self.told["seed"])

    @property
    def method(self) -> str:
        return self.told["method"]

    @property
    def time_limit(self) -> float:
        return float(self.told["time_limit"])

    @property
    def busy(self) -> bool:
        return (self.number("others") or 0.0) >= BUSY

    def number(self, name: str) -> float | None:
        """A number of the row; ``None`` where there is none."""
        return float(self.told[name]) if self.told.get(name) else None

    @property
    def levels(self) -> list[tuple[str, float, float]]:
        """Goal, value and bound of every level at the end; empty without a plan."""
        numbers = range(1, LEVELS + 1)
        return [
            (self.told[f"goal_{n}"], float(self.told[f"value_{n}"]), float(self.told[f"bound_{n}"]))
            for n in numbers
            if self.told.get(f"goal_{n}")
        ]

    @property
    def worst_gap(self) -> float | None:
        """The largest gap of a level at the end, against the method's own bounds."""
        return max((relative(value, bound) for _, value, bound in self.levels), default=None)

    def own_gap_at(self, seconds: float) -> float | None:
        """The largest gap of a level after so many seconds, as the method itself could tell it then; ``None``: it had
        no plan, or a level without a bound. Never below the gap at the end: what a method takes back is not counted."""
        best: dict[int, float] = {}
        bound: dict[int, float] = {}
        for point in self.points:
            if point.seconds <= seconds:
                best |= {} if point.best is None else {point.level: point.best}
                bound |= {} if point.bound is None else {point.level: point.bound}
        if len(best) < LEVELS or len(bound) < LEVELS:
            return None
        if any(best[level] < bound[level] - 1e-6 for level in best):
            return None  # a bound that took for granted what an earlier level does not reach: no bound for this plan
        return max(self.worst_gap or 0.0, *(relative(best[level], bound[level]) for level in best))

    def gaps_of(self, level: int) -> list[tuple[float, float]]:
        """Steps of (seconds, own gap of a level); times at which its bound takes an earlier level for better than it
        is tell no gap."""
        best, bound = math.nan, math.nan
        steps: list[tuple[float, float]] = []
        for point in self.points:
            if point.level == level:
                best, bound = (
                    point.best if point.best is not None else best,
                    bound if point.bound is None else point.bound,
                )
                gap = relative(best, bound)
                if best >= bound - 1e-6 and (not steps or steps[-1][1] != gap):
                    steps.append((point.seconds, gap))
        return steps

    def distances(self, bounds: dict[int, float]) -> list[tuple[float, float]]:
        """Steps of (seconds, distance of the plan from the best bounds that any method proved, worst level)."""
        best: dict[int, float] = {}
        steps: list[tuple[float, float]] = []
        for number, point in enumerate(self.points):
            if point.best is not None:
                best[point.level] = point.best
            following = self.points[number + 1] if number + 1 < len(self.points) else None
            if following is not None and following.seconds - point.seconds < 0.05:
                continue  # the levels of one plan are told one after the other
            if len(best) == LEVELS:
                distance = max(relative(best[level], bounds.get(level, -math.inf)) for level in best)
                if not steps or distance != steps[-1][1]:
                    steps.append((point.seconds, distance))
        return steps


def measured() -> list[Measured]:
    """Every run on record."""
    points: dict[tuple[str, ...], list[Point]] = defaultdict(list)
    for row in _rows("anytime.csv"):
        best, bound = (float(row[name]) if row[name] else None for name in ("best", "bound"))
        points[_kind(row)].append(Point(float(row["seconds"]), int(row["level"]), best, bound))
    return [Measured(row, tuple(points[_kind(row)])) for row in _rows("growth.csv")]


def best_bounds(runs: Iterable[Measured]) -> dict[int, float]:
    """The best bound of each level on one district. A level behind an unproven one has a bound only for what that one
    reached: it does not count."""
    found: dict[int, float] = {}
    for run in runs:
        for number, (_, value, bound) in enumerate(run.levels, 1):
            found[number] = max(found.get(number, -math.inf), bound)
            if relative(value, bound) > 0:
                break
    return found


def districts(runs: Iterable[Measured]) -> dict[Key, list[Measured]]:
    """Runs by district."""
    grouped: dict[Key, list[Measured]] = defaultdict(list)
    for run in runs:
        grouped[run.key].append(run)
    return dict(sorted(grouped.items()))


def _rows(name: str) -> list[dict[str, Any]]:
    path = RESULTS / name
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _kind(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(row[name] for name in ("size", "seed", "method", "time_limit"))
