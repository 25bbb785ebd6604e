"""Which columns a policy speaks of, and those of them that the data does not have."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from rotation_planner.data.problems import Problem, Severity
from rotation_planner.data.yamlfile import YamlFile, read_yaml
from rotation_planner.policy.kinds import Duty, Flow, MovingSet, Order, Scope, TitlePosts
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.routes import FromField, Same, ToField, Traveller
from rotation_planner.policy.selectors import OnField
from rotation_planner.words import say

OF_PEOPLE = ("age", "subject_surplus", "department_size")  # computed, see `OnField`
OF_SCHOOLS = ("staff_count", "surplus")
PREFIX = "school."
# Where a selector speaks of schools, and a bare name is a column of theirs.
_ON_SCHOOLS = {(Scope, "schools"), (Duty, "to"), (MovingSet, "from_"), (MovingSet, "to"), (Flow, "into")}

Place = tuple[int | str, ...]


@dataclass(frozen=True)
class Mention:
    """A column named somewhere in a policy: where, its name, and whether a bare name there means a school's column."""

    place: Place
    name: str
    of_school: bool


def mentions(policy: Policy) -> Iterator[Mention]:
    """Every column that the policy names, in the order of the file."""
    yield from _mentions(policy, (), False)


def _mentions(part: Any, place: Place, of_school: bool) -> Iterator[Mention]:
    if isinstance(part, dict):
        for key, each in part.items():
            yield from _mentions(each, (*place, key), of_school)
    elif isinstance(part, tuple):
        for number, each in enumerate(part):
            yield from _mentions(each, (*place, number), of_school)
    if not isinstance(part, BaseModel):
        return
    if isinstance(part, OnField):
        yield Mention((*place, "field"), part.field, of_school)
    elif isinstance(part, FromField):
        yield Mention((*place, "from"), part.from_, True)
    elif isinstance(part, ToField):
        yield Mention((*place, "to"), part.to, True)
    elif isinstance(part, Same):
        yield Mention((*place, "same"), part.same, True)
    elif isinstance(part, TitlePosts):
        for number, group in enumerate(part.groups):
            yield Mention((*place, "groups", number, "posts"), group.posts, True)
    for name in ("within",) if isinstance(part, Order) else ("per",):
        for number, column in enumerate(getattr(part, name, ())):
            yield Mention((*place, name, number), column, False)
    for name, info in type(part).model_fields.items():
        schools = (type(part), name) in _ON_SCHOOLS or (of_school and not isinstance(part, Traveller))
        yield from _mentions(getattr(part, name), (*place, info.alias or name), schools)


def unknown_fields(
    policy: Policy, path: Path, of_staff: Collection[str], of_schools: Collection[str]
) -> Iterator[Problem]:
    """A problem for every column that the policy names and the data (these columns) does not have.

    ``path``: the policy's file, read again for the lines where something is wrong.
    """
    people = [name for name in (*of_staff, *OF_PEOPLE) if not name.startswith("_")]
    schools = [name for name in (*of_schools, *OF_SCHOOLS) if not name.startswith("_")]
    everything = [*people, *(PREFIX + name for name in schools)]
    source: YamlFile | None = None
    for mention in mentions(policy):
        known = schools if mention.of_school else everything
        if mention.name in known:
            continue
        source = source or read_yaml(path)
        owner = _owner(policy, mention.place)
        values = {"rule": owner, "known": say("policy.list_separator").join(known)}
        column = ".".join(str(step) for step in mention.place)
        row = source.line(mention.place)
        yield Problem(Severity.ERROR, "policy_unknown_field", source.path.name, row, column, mention.name, values)


def _owner(policy: Policy, place: Place) -> str:
    """The id of the rule, goal or population that a place lies in."""
    entries: Any = getattr(policy, str(place[0]))
    step = place[1]
    return str(entries[step].id) if isinstance(step, int) else str(step)
