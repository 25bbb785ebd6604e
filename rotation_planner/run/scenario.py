"""A scenario: everything that a plan is made from, read and checked."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from rotation_planner.data import schema
from rotation_planner.data.check import check_district
from rotation_planner.data.district import District, frame_of
from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.data.reading import read_district
from rotation_planner.data.scenario import ScenarioFile, read_scenario_file
from rotation_planner.data.yamlfile import read_yaml
from rotation_planner.plan.showing import as_html, listed, worded
from rotation_planner.policy.fitting import named_columns, unknown_fields
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.reading import policy_path, read_policy
from rotation_planner.words import language, say


@dataclass(frozen=True, eq=False)
class Scenario:
    """Everything that a plan is made from, read and checked.

    ``problems``: the warnings and notes (errors never get this far). ``fingerprints``: SHA-256 of the ``policy`` (the
    bytes of its file, and the changes as sorted JSON where there are any) and of the ``data`` (the bytes of the tables'
    files one after the other, in the order of their names). ``seconds``: how long reading took. ``changes``: to the
    policy's rules, by rule id.
    """

    file: ScenarioFile
    district: District
    policy: Policy
    problems: tuple[Problem, ...] = ()
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    changes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The scenario's own title."""
        return self.file.title

    def changed(self, *, adjust: Mapping[str, Any] | None = None, **tables: pd.DataFrame) -> Scenario:
        """This scenario with other tables (by key, columns by English key), checked as if they had been read, and with
        further changes to the policy's rules.

        Raises:
            InputError: everything that is wrong with the tables or the changes.
        """
        frames = {key: _normal(key, frame) for key, frame in tables.items()}
        district = District(self.district.as_of, **{**self.district.frames, **frames}) if frames else self.district
        problems = check_district(district) if frames else list(self.problems)
        changes = _merged(self.changes, adjust)
        policy = read_policy(self.file.policy, beside=self.file.folder, adjust=changes) if adjust else self.policy
        path = policy_path(self.file.policy, self.file.folder)
        problems += unknown_fields(policy, path, district)
        if any(each.severity is Severity.ERROR for each in problems):
            raise InputError(problems)
        data = hashlib.sha256(self.fingerprints.get("data", "").encode("ascii"))
        for key in sorted(frames):
            data.update(frames[key].to_csv(index=False).encode("utf-8"))
        prints = {"policy": _policy_print(self.file, changes), "data": data.hexdigest()}
        if not frames:
            prints["data"] = self.fingerprints.get("data", "")
        return dataclasses.replace(
            self, district=district, policy=policy, problems=tuple(problems), changes=changes, fingerprints=prints
        )

    def __str__(self) -> str:
        return say(
            "run.scenario",
            title=self.title,
            as_of=self.file.as_of.isoformat(),
            policy=self.policy.title[language()],
            schools=len(self.district.schools),
            people=len(self.district.staff),
            problems=len(self.problems),
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from rotation_planner.run.checking import told

        tables = {
            say("run.problems"): worded(told(self.problems), "problem_column"),
            say("showing.schools"): self._schools(),
        }
        return as_html(str(self), tables, most_rows=20) + self.district._repr_html_()

    def _schools(self) -> pd.DataFrame:
        """The schools with their staff against the limit, under headings."""
        schools = self.district.schools
        staff = np.bincount(self.district.staff_school, minlength=len(schools))
        limit = schools["headcount_limit"].to_numpy(float)
        frame = pd.DataFrame(
            {
                "school_id": schools["school_id"],
                "school": schools["name"],
                **{name: [listed(name, each) for each in schools[name]] for name in ("tier", "location")},
                "limit": limit,
                "staff": staff,
                "over": staff - limit,
            }
        )
        known = [name for name in frame.columns if frame[name].astype(object).fillna("").ne("").any()]
        heads = {name: say(f"report_column.{name}") for name in ("tier", "location")}
        return worded(frame[known].rename(columns=heads), "showing")


def problem_frame(problems: tuple[Problem, ...]) -> pd.DataFrame:
    """Problems as a table in the language in force."""
    columns = ("severity", "file", "row", "column", "value", "message", "expected", "advice")
    return pd.DataFrame([{name: each.as_dict()[name] for name in columns} for each in problems], columns=list(columns))


def load_scenario(
    path: Path | str, *, adjust: Mapping[str, Any] | None = None, policy_file: Path | str | None = None
) -> Scenario:
    """Read and check a scenario: its folder or its ``scenario.yaml``.

    ``adjust``: further changes to the policy's rules by id, on top of the scenario's own. ``policy_file``: a pack, or a
    file, that takes the place of the scenario's policy; the scenario's own changes then hold only where it is the same.

    Raises:
        InputError: everything that is wrong with scenario, policy and data, warnings and notes included.
    """
    started = time.perf_counter()
    file = read_scenario_file(path)
    if policy_file is not None:
        file = _under(file, str(policy_file))
    changes = _merged(file.adjust, adjust)
    problems: list[Problem] = []
    policy: Policy | None = None
    district: District | None = None
    partial: District | None = None
    try:
        source = read_yaml(file.path) if file.adjust else None
        lines = {key: source.line(("adjust", key)) for key in file.adjust} if source else None
        policy = read_policy(
            file.policy, beside=file.folder, adjust=changes, adjust_file=file.path.name, adjust_line=lines
        )
    except InputError as error:
        problems += [_where_named(each, file) for each in error.problems]
    try:
        district, found = read_district(file.data, file.as_of)
        problems += found
    except InputError as error:
        problems += error.problems
        partial = error.partial
    read = district if district is not None else partial
    if policy is not None and read is not None:
        path = policy_path(file.policy, file.folder)
        named = named_columns(policy)
        problems = [each for each in problems if not asked_for(each, named)]
        problems += unknown_fields(policy, path, read)
    if policy is None or district is None or any(each.severity is Severity.ERROR for each in problems):
        raise InputError(sorted(problems, key=lambda each: list(Severity).index(each.severity)))
    prints = {"policy": _policy_print(file, changes), "data": _data_print(file.data)}
    return Scenario(file, district, policy, tuple(problems), prints, time.perf_counter() - started, changes)


def _where_named(problem: Problem, file: ScenarioFile) -> Problem:
    """A policy that is not there is told where the scenario names it."""
    if problem.code != "policy_missing":
        return problem
    row = read_yaml(file.path).line(("policy",))
    return dataclasses.replace(problem, file=file.path.name, row=row, column="policy")


def asked_for(problem: Problem, named: set[tuple[str, str]]) -> bool:
    """Whether a problem is only a column of the district's own that the policy asks for."""
    return problem.code == "column_unknown" and (problem.values.get("table"), problem.column) in named


def _under(file: ScenarioFile, policy: str) -> ScenarioFile:
    """The scenario under another policy, named as on the command line."""
    wanted = policy_path(policy).resolve()
    try:
        own = policy_path(file.policy, file.folder).resolve()
    except InputError:
        own = None
    return dataclasses.replace(file, policy=str(wanted), adjust=file.adjust if wanted == own else {})


def _merged(old: Mapping[str, Any], new: Mapping[str, Any] | None) -> dict[str, Any]:
    """Changes by rule id on top of others."""
    both = dict(old)
    for key, value in (new or {}).items():
        before = both.get(key)
        both[key] = {**before, **value} if isinstance(before, Mapping) and isinstance(value, Mapping) else value
    return both


def _normal(key: str, frame: pd.DataFrame) -> pd.DataFrame:
    records = frame.drop(columns=schema.ROW, errors="ignore").to_dict("records")
    return frame_of(key, [{str(name): value for name, value in record.items()} for record in records])


def _policy_print(file: ScenarioFile, changes: Mapping[str, Any]) -> str:
    found = hashlib.sha256(policy_path(file.policy, file.folder).read_bytes())
    if changes:
        found.update(json.dumps(changes, sort_keys=True, ensure_ascii=False, default=str).encode("utf-8"))
    return found.hexdigest()


def _data_print(data: Path) -> str:
    paths = [data]
    if data.is_dir():
        paths = [each for each in data.iterdir() if each.suffix.lower() == ".csv" and schema.find_table(each.stem)]
    found = hashlib.sha256()
    for path in sorted(paths, key=lambda each: each.name):
        found.update(path.read_bytes())
    return found.hexdigest()
