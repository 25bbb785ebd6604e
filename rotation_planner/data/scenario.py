"""The scenario file: which day, which policy, which data, which changes, how to solve."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rotation_planner.data.dates import read_date
from rotation_planner.data.papers import DAYS, LETTERS, MOST_NOTICE_DAYS, PAPER_KEYS, PATHS, TEXTS, PaperSettings
from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.data.rawtable import Nearest
from rotation_planner.data.yamlfile import Place, YamlFile, read_yaml
from rotation_planner.words import say

FILE_NAME = "scenario.yaml"
TABLES = {".csv", ".xlsx", ".xlsm", ".xls"}
KEYS = ("title", "as_of", "policy", "data", "adjust", "solve", "papers")
DUE_KEYS = ("as_of", "policy")
SOLVE_KEYS = ("time_limit", "gap", "workers", "seed", "draw", "repeatable")


@dataclass(frozen=True)
class SolveOptions:
    """How long and how exactly to solve.

    ``time_limit`` in seconds of clock time; ``gap`` is the relative distance from the proven bound at which a level
    may stop; ``workers`` 0 means all processors; ``seed`` begins what searches draw; ``draw`` is the published number
    that decides lotteries of the policy, and which of equally good plans is taken. ``repeatable``: searches end by
    themselves, not by the clock, as long as ``time_limit`` lasts, so that another run comes to the same plan.
    """

    time_limit: float = 60.0
    gap: float = 0.0
    workers: int = 0
    seed: int = 1
    draw: int | None = None
    repeatable: bool = False


@dataclass(frozen=True)
class ScenarioFile:
    """One scenario as its file states it.

    ``path`` is the file, ``folder`` the folder it stands in, ``data`` the folder of CSV files or the workbook,
    ``policy`` the name of a pack or the path of a policy file as written (relative to ``folder``), ``adjust`` the
    changes to the policy's rules by rule id, ``papers`` what the bureau's papers say of themselves.
    """

    path: Path
    folder: Path
    title: str
    as_of: dt.date
    policy: str
    data: Path
    adjust: Mapping[str, Any] = field(default_factory=dict)
    solve: SolveOptions = field(default_factory=SolveOptions)
    papers: PaperSettings = field(default_factory=PaperSettings)


class _Due:
    """What a setting wants, worded when it is read."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __format__(self, spec: str) -> str:
        return say(f"data.due_{self.name}")


def read_scenario_file(folder_or_yaml: Path | str) -> ScenarioFile:
    """Reads ``scenario.yaml`` of a folder (or the YAML file named) strictly.

    Raises:
        InputError: all that is wrong with it, with lines.
    """
    path = Path(folder_or_yaml)
    if path.is_dir():
        path = path / FILE_NAME
    if not path.is_file():
        raise InputError([Problem(Severity.ERROR, "scenario_missing", path.name, None, None, str(path))])
    if path.suffix.lower() in TABLES:
        raise InputError([Problem(Severity.ERROR, "scenario_is_table", path.name, None, None, str(path))])
    return _Reader(read_yaml(path)).read()


class _Reader:
    """Takes the settings one by one and collects what is wrong."""

    def __init__(self, source: YamlFile) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def read(self) -> ScenarioFile:
        path, content = self.source.path, self.source.data
        if not isinstance(content, dict):
            raise InputError([Problem(Severity.ERROR, "scenario_shape", path.name, 1)])
        self._unknown((), content, KEYS)
        for key in DUE_KEYS:
            if content.get(key) in (None, ""):
                due = {"due": ", ".join(DUE_KEYS)}
                self.problems.append(Problem(Severity.ERROR, "scenario_key_missing", path.name, 1, key, None, due))
        adjust = self._mapping("adjust")
        solve = self._solve(self._mapping("solve"))
        papers = self._papers(self._mapping("papers"))
        data = path.parent / self._text("data", ".")
        if not data.exists():
            self._wrong("scenario_path_outside", ("data",), content.get("data", "."))
        scenario = ScenarioFile(
            path,
            path.parent,
            self._text("title", path.resolve().parent.name),
            self._as_of(),
            self._text("policy", ""),
            data,
            adjust,
            solve,
            papers,
        )
        if self.problems:
            raise InputError(self.problems)
        return scenario

    def _as_of(self) -> dt.date:
        value = self.source.data.get("as_of")
        day = read_date(value).day if value is not None else dt.date.min
        if day is None:
            self._wrong("scenario_value", ("as_of",), value, due=_Due("date"))
        return day or dt.date.min

    def _text(self, key: str, default: str) -> str:
        value = self.source.data.get(key)
        if value is None:
            return default
        if not isinstance(value, str):
            self._wrong("scenario_value", (key,), value, due=_Due("text"))
        return str(value)

    def _mapping(self, key: str) -> dict[str, Any]:
        value = self.source.data.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self._wrong("scenario_value", (key,), value, due=_Due("mapping"))
            return {}
        return value

    def _solve(self, given: dict[str, Any]) -> SolveOptions:
        self._unknown(("solve",), given, SOLVE_KEYS)
        taken: dict[str, Any] = {}
        for key, value in given.items():
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if key == "time_limit" and (not number or not 0 < value < 1e7):
                self._wrong("scenario_value", ("solve", key), value, due=_Due("seconds"))
            elif key == "gap" and (not number or not 0 <= value <= 1):
                self._wrong("scenario_value", ("solve", key), value, due=_Due("gap"))
            elif key in ("workers", "seed", "draw") and not (key == "draw" and value is None):
                if not number or not isinstance(value, int) or not 0 <= value < 2**31:
                    self._wrong("scenario_value", ("solve", key), value, due=_Due("count"))
                else:
                    taken[key] = value
            elif key in ("time_limit", "gap"):
                taken[key] = float(value)
            elif key == "repeatable" and not isinstance(value, bool):
                self._wrong("scenario_value", ("solve", key), value, due=_Due("yes_no"))
            elif key == "repeatable":
                taken[key] = value
        return SolveOptions(**taken)

    def _papers(self, given: dict[str, Any]) -> PaperSettings:
        self._unknown(("papers",), given, PAPER_KEYS)
        taken: dict[str, Any] = {}
        for key, value in given.items():
            if key not in PAPER_KEYS or value is None or value == "":
                continue
            kept, due = self._paper(key, value)
            if kept is None and due == "path":
                self._wrong("scenario_path_outside", ("papers", key), value)
            elif kept is None:
                self._wrong("scenario_value", ("papers", key), value, due=_Due(due))
            else:
                taken[key] = kept
        return PaperSettings(**taken)

    def _paper(self, key: str, value: Any) -> tuple[Any, str]:
        """A setting of the papers as it is meant, ``None`` where it cannot be; and what it should be."""
        if key in DAYS:
            return read_date(value).day, "date"
        if key == "notice_days":
            whole = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_NOTICE_DAYS
            return value if whole else None, "notice_days"
        if key == "basis":
            listed = value if isinstance(value, list) else [value]
            return tuple(listed) if listed and all(isinstance(each, str) and each for each in listed) else None, "basis"
        if not isinstance(value, str):
            return None, "quoted" if key in TEXTS else "text"
        if key == "letters":
            return value if value in LETTERS else None, "letters"
        if key in PATHS:
            path = self.source.path.parent / value
            return path if (path.is_dir() if key == "templates" else path.is_file()) else None, "path"
        return value.strip(), "text"

    def _unknown(self, place: Place, given: Mapping[str, Any], allowed: tuple[str, ...]) -> None:
        for key in given:
            if key not in allowed:
                near = {"nearest": Nearest(str(key), allowed), "allowed": ", ".join(allowed)}
                self._wrong("scenario_key_unknown", (*place, key), key, **near)

    def _wrong(self, code: str, place: Place, value: Any, **values: Any) -> None:
        column, line = ".".join(map(str, place)), self.source.line(place)
        self.problems.append(Problem(Severity.ERROR, code, self.source.path.name, line, column, str(value), values))
