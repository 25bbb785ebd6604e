"""Whether a policy fits a district: the columns, people and schools that it speaks of are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rotation_planner.data.district import District
from rotation_planner.data.problems import Problem, Severity
from rotation_planner.data.yamlfile import YamlFile, read_yaml
from rotation_planner.policy.fields import OF_PEOPLE, OF_SCHOOLS, PREFIX, Speaks, mentions
from rotation_planner.policy.kinds.base import Exempted
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.scores import SCORE_PREFIX
from rotation_planner.policy.values import wrong_values
from rotation_planner.policy.walking import Place
from rotation_planner.words import say


def unknown_fields(policy: Policy, path: Path, district: District) -> Iterator[Problem]:
    """A problem for every column that the policy names and the data does not have, for every comparison that makes no
    sense in a column of the district's own, and for every person and school of an exception who is not there.

    ``path``: the policy's file, read again for the lines where something is wrong.
    """
    source: YamlFile | None = None
    known = _known(policy, district)
    for mention in mentions(policy):
        absent = mention.of == "exemptions" and not len(district.exemptions)
        if absent or mention.name in known[mention.of]:
            continue  # a table without rows need not have the columns of the district's own
        source = source or read_yaml(path)
        values = {
            "rule": _owner(policy, mention.place),
            "known": say("policy.list_separator").join(known[mention.of]),
        }
        yield _problem("policy_unknown_field", source, mention.place, mention.name, values)
    every_column_known = source is None
    for _, place, value, values in wrong_values(policy, own=True) if every_column_known else ():
        source = source or read_yaml(path)
        yield _problem("policy_compared", source, place, value, values)
    ids: dict[str, Mapping[str, int]] = {"staff": district.staff_pos, "schools": district.school_pos}
    for place, exception in _exceptions(policy):
        for part, there in ids.items():
            for number, each in enumerate(getattr(exception, part)):
                if each not in there:
                    source = source or read_yaml(path)
                    at = (*place, part, number)
                    yield _problem(f"policy_exception_{part}", source, at, each, {"rule": _owner(policy, place)})


def named_columns(policy: Policy) -> set[tuple[str, str]]:
    """The columns that a policy names, as (table, column): what a district has of its own for it is no slip."""
    found: set[tuple[str, str]] = set()
    for mention in mentions(policy):
        if mention.of == "people":
            of_school = mention.name.startswith(PREFIX)
            found.add(("schools" if of_school else "staff", mention.name.removeprefix(PREFIX)))
        else:
            found.add((mention.of, mention.name))
    return found


def _known(policy: Policy, district: District) -> dict[Speaks, list[str]]:
    """The columns of each sort that there are."""

    def columns(table: str) -> list[str]:
        return [name for name in getattr(district, table).columns.tolist() if not name.startswith("_")]

    schools = [*columns("schools"), *OF_SCHOOLS]
    people = [*columns("staff"), *OF_PEOPLE, *(PREFIX + name for name in schools)]
    return {
        "people": [*people, *(SCORE_PREFIX + name for name in policy.scores)],
        "schools": schools,
        "staff": columns("staff"),
        "exemptions": columns("exemptions"),
    }


def _exceptions(policy: Policy) -> Iterator[tuple[Place, Exempted]]:
    for number, rule in enumerate(policy.rules):
        for entry, exception in enumerate(rule.exceptions):
            yield ("rules", number, "exceptions", entry), exception


def _problem(code: str, source: YamlFile, place: Place, value: str, values: dict[str, Any]) -> Problem:
    column = ".".join(str(step) for step in place)
    return Problem(Severity.ERROR, code, source.path.name, source.line(place), column, value, values)


def _owner(policy: Policy, place: Place) -> str:
    """The id of the rule, goal, population or score that a place lies in."""
    entries: Any = getattr(policy, str(place[0]))
    step = place[1]
    return str(entries[step].id) if isinstance(step, int) else str(step)
