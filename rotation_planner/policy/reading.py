"""Reads a pack strictly: every mistake with its file and line, all of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.data.rawtable import Nearest
from rotation_planner.data.yamlfile import YamlFile, read_yaml
from rotation_planner.policy.base import Strict
from rotation_planner.policy.checking import contradictions
from rotation_planner.policy.detail import Detail
from rotation_planner.policy.kinds import KINDS, Level, Rule
from rotation_planner.policy.listed import in_keys
from rotation_planner.policy.policy import Policy, Population
from rotation_planner.policy.remaining import findings_of_the_rest
from rotation_planner.words import has, say

Place = tuple[int | str, ...]
Lines = int | Mapping[str, int] | None
IDENTITY = {"id", "kind"}  # what makes a rule this rule


def packs() -> dict[str, Path]:
    """The packs of the package by name."""
    folder = Path(str(resources.files("rotation_planner.policy") / "packs"))
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def policy_path(name: str, beside: Path | None = None) -> Path:
    """The file of a pack: a name of the package's packs, or a path (relative to ``beside``).

    Raises:
        InputError: there is neither.
    """
    known = packs()
    if name in known:
        return known[name]
    path = Path(name) if beside is None else beside / name
    if path.is_file():
        return path
    values = {"packs": say("policy.list_separator").join(known), "nearest": Nearest(str(name), known)}
    raise InputError([Problem(Severity.ERROR, "policy_missing", str(name), value=str(name), values=values)])


def read_policy(
    name: str,
    *,
    beside: Path | None = None,
    adjust: Mapping[str, Any] | None = None,
    adjust_file: str = "scenario.yaml",
    adjust_line: Lines = None,
) -> Policy:
    """Read the pack ``name`` and apply ``adjust`` (rule or goal id -> changed parameters; nested maps are merged).

    ``adjust_line``: where the changes stand in ``adjust_file``, all of them or each by its id.

    Raises:
        InputError: everything that is wrong with the pack or the changes, with file and line.
    """
    source = read_yaml(policy_path(name, beside))
    return policy_of(source, adjust=adjust, adjust_file=adjust_file, adjust_line=adjust_line)


def policy_of(
    source: YamlFile,
    *,
    adjust: Mapping[str, Any] | None = None,
    adjust_file: str = "scenario.yaml",
    adjust_line: Lines = None,
) -> Policy:
    """The policy of a pack's file that is read already, with changes (see `read_policy`).

    Raises:
        InputError: everything that is wrong with the pack or the changes, with file and line.
    """
    if not isinstance(source.data, dict):
        raise InputError([Problem(Severity.ERROR, "policy_shape", source.path.name, row=1)])
    data, problems = _adjusted(source.data, adjust or {}, adjust_file, adjust_line)
    data = in_keys(data)
    policy: Policy | None = None
    try:
        policy = Policy.model_validate(data)
        found = list(contradictions(policy))
    except ValidationError as error:
        problems += _schema_problems(error, data, source, set(adjust or {}), adjust_file, adjust_line)
        refused = [(_place(each["loc"], data), each["type"]) for each in error.errors(include_url=False)]
        misspelt = [place for place, kind in refused if kind == "extra_forbidden"]
        found = findings_of_the_rest(data, [place for place, _ in refused], misspelt)
    problems += [
        Problem(Severity.ERROR, code, source.path.name, source.line(place), ".".join(map(str, place)), value, values)
        for code, place, value, values in found
    ]
    if policy is None or problems:
        raise InputError(problems)
    return policy


def _merged(old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, Mapping):
        return {**old, **{key: _merged(old.get(key), value) for key, value in new.items()}}
    return new


def _adjusted(
    data: dict[str, Any], adjust: Mapping[str, Any], file: str, lines: Lines
) -> tuple[dict[str, Any], list[Problem]]:
    """The pack's data with the changes merged in; a change of something that does not exist is a problem."""
    problems: list[Problem] = []
    changed = dict(data)
    usable = {key: each for key, each in adjust.items() if isinstance(each, Mapping) and not IDENTITY & set(each)}
    for part in ("rules", "goals"):
        if isinstance(data.get(part), list):
            changed[part] = [
                _merged(entry, usable[str(entry["id"])])
                if isinstance(entry, dict) and str(entry.get("id")) in usable
                else entry
                for entry in data[part]
            ]
    entries = [entry for part in ("rules", "goals") for entry in (data.get(part) or []) if isinstance(entry, dict)]
    known = [str(entry.get("id")) for entry in entries]
    for key, change in adjust.items():
        line = _line(lines, key)
        if key not in known:
            values = {"ids": say("policy.list_separator").join(known), "nearest": Nearest(str(key), known)}
            problems.append(Problem(Severity.ERROR, "adjust_unknown", file, line, "adjust", str(key), values))
        elif not isinstance(change, Mapping):
            problems.append(Problem(Severity.ERROR, "adjust_shape", file, line, f"adjust.{key}", str(change)))
        elif IDENTITY & set(change):
            problems.append(Problem(Severity.ERROR, "adjust_identity", file, line, f"adjust.{key}", str(dict(change))))
    return changed, problems


def _line(lines: Lines, rule: str) -> int | None:
    """The line of a rule's change, where each is known; else that of all changes."""
    return lines.get(rule) if isinstance(lines, Mapping) else lines


def _place(location: tuple[int | str, ...], data: Any) -> Place:
    """The path inside the file of an error's location: the schema's own tags are left out."""
    place: list[int | str] = []
    at: Any = data
    for step in location:
        try:
            at = at[step]
        except (KeyError, IndexError, TypeError):
            continue
        place.append(step)
    return tuple(place)


def _keys_at(place: Place, data: Any) -> list[str]:
    """The keys that may stand beside an unknown one; all keys of all kinds where its part is not a whole entry."""
    owner: type[BaseModel] | None = Policy if len(place) == 1 else None
    if len(place) == 3 and place[0] == "goals":
        owner = Level
    elif len(place) == 3 and place[0] == "rules":
        entry = data["rules"][place[1]]
        owner = KINDS.get(str(entry.get("kind"))) if isinstance(entry, dict) else None
    elif len(place) == 3 and place[0] == "populations":
        owner = Population
    return _keys(owner) if owner is not None else sorted({key for each in _parts_of_packs() for key in _keys(each)})


def _keys(owner: type[BaseModel]) -> list[str]:
    """The keys of a record, what every rule has after its own."""
    shared = Rule.model_fields if issubclass(owner, Rule) else {}
    fields = sorted(owner.model_fields.items(), key=lambda each: each[0] in shared)
    return [info.alias or name for name, info in fields]


def _parts_of_packs() -> Iterator[type[BaseModel]]:
    """Every record that a pack is made of."""
    found, waiting = set[type[BaseModel]](), [Strict]
    while waiting:
        for each in waiting.pop().__subclasses__():
            if each not in found and each.__module__.startswith("rotation_planner.policy"):
                found.add(each)
                waiting.append(each)
                yield each


MOST_LISTED = 40  # keys in one sentence
_FORMS = ("selector_form", "route_form", "measure_form", "key_form", "union_tag_invalid", "union_tag_not_found")


def _schema_problems(
    error: ValidationError,
    data: Any,
    source: YamlFile,
    adjusted: set[str],
    adjust_file: str,
    adjust_line: Lines,
) -> Iterator[Problem]:
    for each in error.errors(include_url=False):
        if each["type"] == "too_short" and len(each["input"]) >= each["ctx"]["min_length"]:
            continue  # only follows from the entries that are wrong, which are told themselves
        place = _place(each["loc"], data)
        last = str(each["loc"][-1]) if each["loc"] else ""
        kind, values = str(each["type"]), dict[str, Any](key=last)
        if kind == "extra_forbidden":
            code, known = "policy_unknown_key", _keys_at(place, data)
            listed = say("policy.list_separator").join(known) if len(known) <= MOST_LISTED else ""
            told = say("policy.keys_of", keys=listed) if listed else say("policy.keys_in_the_guide")
            values |= {"nearest": Nearest(last, known), "known": told}
        elif kind == "missing":
            code = "policy_missing_key"
        elif kind in _FORMS:
            code = "policy_unknown_form"
        elif kind == "value_error" and has(f"problem.policy_{each['ctx']['error']}"):
            code = "policy_" + str(each["ctx"]["error"])
        else:
            code, values = "policy_value", {"key": last, "detail": Detail(kind, each.get("ctx") or {})}
        owner = _owner(place, data)
        shown = repr(each["input"]) if not isinstance(each["input"], str) else each["input"]
        shown = shown if len(shown) <= 80 else shown[:77] + "..."
        column = ".".join(str(step) for step in (*place, *([] if place and str(place[-1]) == last else [last])))
        if owner in adjusted:
            yield Problem(
                Severity.ERROR,
                code,
                adjust_file,
                _line(adjust_line, owner),
                f"adjust.{owner} ({column})",
                shown,
                values,
            )
        else:
            yield Problem(Severity.ERROR, code, source.path.name, source.line(place), column, shown, values)


def _owner(place: Place, data: Any) -> str | None:
    """The id of the rule or goal that a place lies in."""
    if len(place) >= 2 and place[0] in {"rules", "goals"} and isinstance(place[1], int):
        number = int(place[1])
        entry = data[str(place[0])][number]
        return str(entry.get("id")) if isinstance(entry, dict) else None
    return None
