"""The balance indicators that inspectors ask for, before and after a plan: pure arithmetic on small tables.

Each indicator counts full-time teachers of a stage per hundred pupils of that stage, school by school; between the
schools of a stage the coefficient of variation tells how even it is. The lines stand in ``indicators.toml``.

- People are told by their index, schools by any label; both go through unchanged.
- A person counts where and in which stage they work: today by the roster, afterwards by the plan's row, seconded
  people at the school that receives them.
- Coefficient of variation of a stage: sqrt(sum of P(s) * (x(s) - X)^2 / P) / X, with P(s) the pupils of school s, x(s)
  its number per pupil, P all pupils and X the number per pupil over all schools together.
"""

from __future__ import annotations

import math
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from rotation_planner.data import schema

DEFAULT = Path(__file__).with_name("indicators.toml")
INDICATORS = ("degree", "backbone", "arts")
PEOPLE_COLUMNS = ("school", "stage", "subject", "full_time", "backbone", "degree")
VALUE_COLUMNS = (
    "school", "stage", "indicator", "pupils", "before", "after", "rate_before", "rate_after", "line", "met_before",
    "met_after", "crossing",
)  # fmt: skip
SPREAD_COLUMNS = (
    "stage", "indicator", "schools", "pupils", "mean_before", "mean_after", "cv_before", "cv_after", "at_most",
    "met_before", "met_after",
)  # fmt: skip
EXCHANGE_COLUMNS = ("clause", "part", "whole", "share", "at_least", "met")
ByStage = Mapping[str, Fraction]


@dataclass(frozen=True)
class Lines:
    """The lines of all indicators; every number is exact.

    ``per_hundred``: by indicator and stage, teachers per hundred pupils at least. ``levels``: the lowest degree and the
    lowest award that count, by indicator and stage. ``subjects``: those of the third indicator. ``spread``: the
    coefficient of variation at most, by stage. ``pupils_per_teacher``: how a school's pupils fall to its stages.
    """

    stages: tuple[str, ...]
    per_hundred: Mapping[str, ByStage]
    levels: Mapping[str, Mapping[str, str]]
    subjects: frozenset[str]
    spread: ByStage
    of_eligible: Fraction
    backbone: Fraction
    backbone_level: str
    pupils_per_teacher: ByStage = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path = DEFAULT) -> Lines:
        """The lines of a file in the form of ``indicators.toml``."""
        content = tomllib.loads(path.read_text("utf-8"))
        return cls(
            tuple(content["stages"]),
            {name: _exact(content[name]["per_hundred"]) for name in INDICATORS},
            {name: content[name]["level"] for name in ("degree", "backbone")},
            frozenset(content["arts"]["subjects"]),
            _exact(content["spread"]["at_most"]),
            Fraction(content["exchange"]["of_eligible"]),
            Fraction(content["exchange"]["backbone"]),
            content["exchange"]["backbone_level"],
            _exact(content["pupils_per_teacher"]),
        )


@cache
def national_lines() -> Lines:
    """The lines of the package's own ``indicators.toml``."""
    return Lines.read()


def _exact(numbers: Mapping[str, str]) -> dict[str, Fraction]:
    return {stage: Fraction(number) for stage, number in numbers.items()}


# ---- pupils ----------------------------------------------------------------------------------------------------------


def pupils_by_stage(schools: pd.DataFrame, demand: pd.DataFrame, people: pd.DataFrame, lines: Lines) -> pd.DataFrame:
    """The pupils of each stage of each school: school, stage, pupils (nan where unknown) and ``basis``.

    ``schools``: stages (``;``) and students, indexed by the school; ``demand``: school, stage, required; ``people``:
    those of today. A school of one stage has all its pupils there (``whole``). A school of several stages is split in
    proportion to the teachers that its stages require, each weighed with the pupils a teacher stands for
    (``required``), where no demand is given to its teachers of today (``staff``), else it is not split
    (``unknown``). The parts are whole and add up to the school's pupils.
    """
    required = demand.groupby(["school", "stage"])["required"].sum()
    teaching = people[people["full_time"].to_numpy(bool)].groupby(["school", "stage"]).size()
    rows: list[tuple[Any, ...]] = []
    for school, stages, students in zip(schools.index, schools["stages"], schools["students"], strict=True):
        own = [stage for stage in str(stages).split(";") if stage]
        if len(own) == 1 or students != students:
            basis = "whole" if len(own) == 1 and students == students else "unknown"
            rows += [(school, stage, float(students), basis) for stage in own]
            continue
        for basis, numbers in (("required", required), ("staff", teaching)):
            weights = [
                Fraction(float(numbers.get((school, stage), 0))) * lines.pupils_per_teacher.get(stage, Fraction(1))
                for stage in own
            ]
            if sum(weights):
                parts = _split(int(students), weights)
                rows += [(school, stage, float(part), basis) for stage, part in zip(own, parts, strict=True)]
                break
        else:
            rows += [(school, stage, math.nan, "unknown") for stage in own]
    return pd.DataFrame(rows, columns=["school", "stage", "pupils", "basis"])


def _split(number: int, weights: Sequence[Fraction]) -> list[int]:
    """A whole number in whole parts by weight: rounded down, what is left to the largest remainders, earlier first."""
    total = sum(weights)
    exact = [number * weight / total for weight in weights]
    parts = [math.floor(part) for part in exact]
    order = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in order[: number - sum(parts)]:
        parts[place] += 1
    return parts


# ---- who counts ------------------------------------------------------------------------------------------------------


def counted(people: pd.DataFrame, lines: Lines) -> dict[str, np.ndarray]:
    """By indicator, who of ``people`` (``PEOPLE_COLUMNS``) counts in the school and stage of their row."""
    full, stage = people["full_time"].to_numpy(bool), people["stage"].astype(str)
    teaches = full & stage.isin(lines.stages).to_numpy(bool)
    return {
        "degree": teaches & _at_least(people["degree"], stage, tuple(schema.DEGREES), lines.levels["degree"]),
        "backbone": teaches & _at_least(people["backbone"], stage, tuple(schema.BACKBONES), lines.levels["backbone"]),
        "arts": teaches & people["subject"].isin(lines.subjects).to_numpy(bool),
    }


def _at_least(values: pd.Series, stage: pd.Series, order: Sequence[str], levels: Mapping[str, str]) -> np.ndarray:
    """Whose value stands at or above the level of their stage; a blank is below all."""
    rank = {value: place for place, value in enumerate(order)}
    least = stage.map({name: rank[level] for name, level in levels.items()})
    return (values.map(rank).astype(float) >= least.astype(float)).to_numpy(bool)


# ---- school by school ------------------------------------------------------------------------------------------------


def school_values(before: pd.DataFrame, after: pd.DataFrame, pupils: pd.DataFrame, lines: Lines) -> pd.DataFrame:
    """One row a school, stage and indicator (``VALUE_COLUMNS``), in the order of ``pupils``.

    ``before`` and ``after`` the same people in their schools, stages and subjects; ``rate``: teachers per hundred
    pupils. ``met`` is exact, and ``None`` where the pupils are not known; ``crossing`` is ``up`` where a school comes
    to the line, ``down`` where it falls below it, else blank.
    """
    tables = [_counts(people, lines) for people in (before, after)]
    rows: list[tuple[Any, ...]] = []
    for school, stage, number in zip(pupils["school"], pupils["stage"], pupils["pupils"], strict=True):
        if stage not in lines.stages:
            continue
        for name in INDICATORS:
            line = lines.per_hundred[name][stage]
            held = [table[name, school, stage] for table in tables]
            if number == number and number > 0:
                rates = [100 * count / number for count in held]
                met: list[bool | None] = [100 * count >= line * Fraction(number) for count in held]
            else:
                rates, met = [math.nan, math.nan], [None, None]
            crossing = "" if met[0] == met[1] else "up" if met[1] else "down"
            rows.append((school, stage, name, number, *held, *rates, float(line), *met, crossing))
    return pd.DataFrame(rows, columns=list(VALUE_COLUMNS)).astype({"met_before": object, "met_after": object})


def _counts(people: pd.DataFrame, lines: Lines) -> Counter[tuple[str, Any, str]]:
    found: Counter[tuple[str, Any, str]] = Counter()
    for name, mask in counted(people, lines).items():
        mine = people[mask]
        found.update((name, school, stage) for school, stage in zip(mine["school"], mine["stage"], strict=True))
    return found


def changes(before: pd.DataFrame, after: pd.DataFrame, lines: Lines) -> pd.DataFrame:
    """Who changes an indicator of a school: person, school, stage, indicator, change (+1 comes to count, -1 ceases)."""
    masks = [counted(people, lines) for people in (before, after)]
    rows: list[tuple[Any, ...]] = []
    for name in INDICATORS:
        for sign, people, mask in ((-1, before, masks[0][name]), (1, after, masks[1][name])):
            mine = people[mask]
            rows += [
                (person, school, stage, name, sign)
                for person, school, stage in zip(mine.index, mine["school"], mine["stage"], strict=True)
            ]
    found = pd.DataFrame(rows, columns=["person", "school", "stage", "indicator", "change"])
    both = found.duplicated(["person", "school", "stage", "indicator"], keep=False)
    return found[~both].reset_index(drop=True)


def thanks_to(values: pd.DataFrame, changed: pd.DataFrame) -> pd.DataFrame:
    """The people behind each crossing: those who come to count where a school rises, those who cease where it falls."""
    crossed = values[values["crossing"] != ""]
    found = changed.merge(crossed, on=["school", "stage", "indicator"])
    return found[(found["change"] > 0) == (found["crossing"] == "up")].reset_index(drop=True)


# ---- between schools -------------------------------------------------------------------------------------------------


def spread(values: pd.DataFrame, lines: Lines) -> pd.DataFrame:
    """One row a stage and indicator (``SPREAD_COLUMNS``): the mean per hundred pupils and the coefficient of variation
    between the schools with known pupils; nan where there is nobody to count or no school."""
    rows: list[tuple[Any, ...]] = []
    for stage in lines.stages:
        for name in INDICATORS:
            mine = values[(values["stage"] == stage) & (values["indicator"] == name) & (values["pupils"] > 0)]
            pupils = mine["pupils"].to_numpy(float)
            told = [variation(mine[when].to_numpy(float), pupils) for when in ("before", "after")]
            limit = float(lines.spread[stage])
            met = [None if cv != cv else bool(cv <= limit + 1e-12) for _, cv in told]
            means, cvs = [100 * mean for mean, _ in told], [cv for _, cv in told]
            rows.append((stage, name, len(mine), float(pupils.sum()), *means, *cvs, limit, *met))
    return pd.DataFrame(rows, columns=list(SPREAD_COLUMNS)).astype({"met_before": object, "met_after": object})


def variation(counts: np.ndarray, pupils: np.ndarray) -> tuple[float, float]:
    """The mean per pupil over all schools and the coefficient of variation between them, weighed by pupils."""
    total = pupils.sum()
    if not total:
        return math.nan, math.nan
    mean = counts.sum() / total
    if not mean:
        return 0.0, math.nan
    return float(mean), float(math.sqrt((pupils * (counts / pupils - mean) ** 2).sum() / total) / mean)


# ---- the exchange ----------------------------------------------------------------------------------------------------


def exchange(eligible: np.ndarray, moving: np.ndarray, backbone: pd.Series, lines: Lines) -> pd.DataFrame:
    """The district's two shares of the exchange (``EXCHANGE_COLUMNS``): of those who meet the conditions who moves, and
    of all who move who is a backbone teacher of the level asked for. ``met`` is ``None`` of nobody."""
    rank = {value: place for place, value in enumerate(schema.BACKBONES)}
    high = (backbone.map(rank).astype(float) >= rank[lines.backbone_level]).to_numpy(bool)
    rows = []
    for clause, part, whole, least in (
        ("of_eligible", eligible & moving, eligible, lines.of_eligible),
        ("backbone", moving & high, moving, lines.backbone),
    ):
        held, all_of_them = int(part.sum()), int(whole.sum())
        share = held / all_of_them if all_of_them else math.nan
        met = Fraction(held, all_of_them) >= least if all_of_them else None
        rows.append((clause, held, all_of_them, share, float(least), met))
    return pd.DataFrame(rows, columns=list(EXCHANGE_COLUMNS)).astype({"met": object})
