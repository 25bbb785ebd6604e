"""What is tried of a clause to find its price: without it, and every number in it a step looser and tighter.

The numbers of a clause are found by walking through it: shares go by one percentage point, whole numbers by one,
kilometres by one. Where a clause takes its numbers from the tables (posts, limits, staffing), those go by one. Where it
is plain which way is looser the step says so; elsewhere (ages and years of duties, sizes of phases, what a population
asks for) it says lower and higher.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd
from pydantic import BaseModel, ValidationError

from rotation_planner.answers.changing import Apply, changed
from rotation_planner.data.district import District
from rotation_planner.policy.checking import contradictions
from rotation_planner.policy.kinds import (
    Experience,
    Headcount,
    Modes,
    Posts,
    Rule,
    Scope,
    SubjectStaffing,
    TierLimit,
    TitlePosts,
)
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.selectors import OnField
from rotation_planner.policy.selectors.base import Compared
from rotation_planner.policy.walking import Place, parts
from rotation_planner.policy.wording import as_percent
from rotation_planner.words import has, say

POINT = Fraction(1, 100)
OFF, LOOSER, TIGHTER, LOWER, HIGHER = "off", "looser", "tighter", "lower", "higher"
POPULATION = "population:"
# Parts of a clause that are no limit: how it is told, what breaking it costs, and whom it leaves out.
UNTOLD = frozenset(
    {"id", "kind", "label", "words", "source", "force", "rank", "weight", "enabled", "exceptions", "comment"}
)
LIMITS = frozenset({"at_least", "at_most", "more_than", "less_than"})
# Of a clause's own numbers, whether a larger one is looser.
LARGER_IS_LOOSER: dict[tuple[str, str], bool] = {
    ("share", "at_least"): False, ("share", "at_most"): True, ("share", "allow"): True,
    ("count", "at_least"): False, ("count", "at_most"): True,
    ("flow", "margin"): False, ("headcount", "reserve"): False, ("title_posts", "reserve"): False,
    ("together", "within_km"): True,
}  # fmt: skip
POSTS_OF = {
    "principal": "principal_posts", "deputy_principal": "deputy_posts", "middle_chief": "middle_chief_posts",
    "middle_deputy": "middle_deputy_posts",
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One change of a clause: ``step`` (``off``, ``looser``, ``tighter``, ``lower``, ``higher``), of which
    ``parameter`` (its place in the clause, or the columns of a table), in words, and the change itself. ``narrows``:
    every plan that is possible with it is possible as things are."""

    step: str
    parameter: str
    words: str
    apply: Apply
    narrows: bool = False


def steps(rule: Rule, district: District, policy: Policy) -> tuple[tuple[Step, ...], str]:
    """What is tried of a rule, and why nothing more can be (blank: everything was)."""
    found: list[Step] = []
    if isinstance(rule, Experience | TierLimit):
        return (), say("prices.no_decision")
    off = _with_rule(policy, rule.model_copy(update={"enabled": False}))
    lost = not isinstance(rule, Scope) and next(contradictions(off), None) is None
    if lost:
        found.append(Step(OFF, "", say("prices.off"), _rule(rule.model_copy(update={"enabled": False}))))
    if isinstance(rule, Modes):
        return tuple(found), say("prices.no_decision")
    found += _of_tables(rule, district)
    found += _of_numbers(rule)
    if not any(each.step != OFF for each in found):
        return tuple(found), say("prices.no_number" if lost else "prices.nothing")
    return tuple(found), "" if lost else say("prices.built_on")


def population_steps(name: str, policy: Policy) -> tuple[Step, ...]:
    """The numbers in what a population asks for, each one step lower and higher."""
    population = policy.populations[name]

    def with_population(new: BaseModel) -> Apply:
        def apply(district: District, old: Policy) -> tuple[District, Policy]:
            return district, changed(old, populations={**old.populations, name: new})

        return apply

    return tuple(Step(step, path, words, with_population(new)) for step, path, words, new, _ in _leaves(population, ""))


# ---- numbers of the clause -------------------------------------------------------------------------------------------


def _of_numbers(rule: Rule) -> Iterator[Step]:
    for step, path, words, new, narrows in _leaves(rule, rule.kind):
        if isinstance(new, Rule):
            yield Step(step, path, words, _rule(new), narrows)


def _leaves(whole: BaseModel, kind: str) -> Iterator[tuple[str, str, str, BaseModel, bool]]:
    """Every number of a clause a step lower and higher: step, place, words, the changed clause, whether it narrows."""
    for place, value in parts(whole):
        if not place or str(place[0]) in UNTOLD or not _is_limit(whole, place, value):
            continue
        looser = LARGER_IS_LOOSER.get((kind, str(place[0])))
        several = sum(1 for other, each in parts(whole) if other and _is_limit(whole, other, each)) > 1
        for up in (looser is not False, looser is False):
            new = _stepped(value, 1 if up else -1)
            made = None if new is None else _made(whole, place, new)
            if made is None:
                continue
            step = (HIGHER if up else LOWER) if looser is None else (LOOSER if up == looser else TIGHTER)
            told = say("prices.step", old=_told(value), new=_told(new))
            name = "" if looser is not None and not several else _name(whole, place)
            words = say("prices.of", name=name, step=told) if name else told
            yield step, ".".join(map(str, place)), words, made, step == TIGHTER


def _is_limit(whole: BaseModel, place: Place, value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction) or str(place[0]) in UNTOLD:
        return False
    if place[-1] in ("day", "month"):  # of a date
        return False
    parent = _at(whole, place[:-1])
    if isinstance(parent, tuple):  # one of a list: a mark, no limit
        return False
    if place[-1] == "term_years":
        return getattr(parent, "unit", "") == "terms"
    own = isinstance(parent, Rule) and (parent.kind, str(place[0])) in LARGER_IS_LOOSER
    if own and place[-1] == "allow":  # a floor does not look at it
        return getattr(parent, "at_most", None) is not None
    if not own and isinstance(parent, BaseModel) and _field(parent, str(place[-1])) not in parent.model_fields_set:
        return False
    return not isinstance(parent, OnField) or place[-1] in LIMITS


def _stepped(value: Any, sign: int) -> Any:
    if isinstance(value, Fraction):
        new = value + sign * POINT
        return new if new >= 0 and (value > 1 or new <= 1) else None
    return value + sign


def _made(whole: BaseModel, place: Place, new: Any) -> BaseModel | None:
    """The clause with another number; ``None`` where the schema refuses it."""
    made = _replaced(whole, place, new)
    try:
        return type(whole).model_validate(made.model_dump(by_alias=True, exclude_unset=True))
    except (ValidationError, ValueError):
        return None


def _replaced(value: Any, place: Place, new: Any) -> Any:
    if not place:
        return new
    first, rest = place[0], place[1:]
    if isinstance(value, BaseModel):
        field = _field(value, str(first))
        return value.model_copy(update={field: _replaced(getattr(value, field), rest, new)})
    if isinstance(value, dict):
        return {**value, first: _replaced(value[first], rest, new)}
    return tuple(_replaced(each, rest, new) if number == first else each for number, each in enumerate(value))


def _at(value: Any, place: Place) -> Any:
    for each in place:
        value = getattr(value, _field(value, str(each))) if isinstance(value, BaseModel) else value[each]
    return value


def _field(value: BaseModel, alias: str) -> str:
    return next(name for name, info in type(value).model_fields.items() if (info.alias or name) == alias)


def _told(value: Any) -> str:
    return as_percent(value) if isinstance(value, Fraction) else f"{value:g}"


def _name(whole: BaseModel, place: Place) -> str:
    """The number as the clause calls it: what it measures, and the key."""
    parent, told = _at(whole, place[:-1]), [str(place[-1])]
    if isinstance(parent, OnField):
        told.insert(0, parent.field)
    elif isinstance(parent, Compared):
        name, info = next(each for each in type(parent).model_fields.items() if each[0] not in Compared.model_fields)
        inside = getattr(getattr(parent, name), "in_", "")
        told.insert(0, f"{info.alias or name} {inside}".strip())
    else:
        told = [str(each) for each in place if not isinstance(each, int)][-2:]
    return " ".join(map(_worded, told))


def _worded(key: str) -> str:
    """A key of the clause in the reader's words; a column of the district's own as it stands."""
    name = f"price_number.{key.replace(' ', '_').replace('.', '_')}"
    return say(name) if has(name) else key


# ---- numbers of the tables -------------------------------------------------------------------------------------------


def _of_tables(rule: Rule, district: District) -> Iterator[Step]:
    for step, by in ((LOOSER, 1), (TIGHTER, -1)):
        narrows, more = step == TIGHTER, HIGHER if by > 0 else LOWER
        match rule:
            case Headcount():
                words = say(f"prices.headcount_{step}")
                yield Step(step, "headcount_limit", words, _shifted("schools", ["headcount_limit"], by), narrows)
            case TitlePosts():
                columns = list(dict.fromkeys(group.posts for group in rule.groups))
                words = say(f"prices.titles_{step}")
                yield Step(step, ";".join(columns), words, _shifted("schools", columns, by), narrows)
            case SubjectStaffing():
                yield Step(step, "minimum;maximum", say(f"prices.staffing_{step}"), _span(by), narrows)
            case Posts():
                if rule.per == "school":
                    held = [name for name in POSTS_OF if getattr(rule, name) is not None]
                    columns = [rank.posts for rank in rule.ranks if rank.posts is not None]
                    told = ";".join([*(POSTS_OF[name] for name in held), *columns])
                    yield Step(more, told, say(f"prices.posts_{more}"), _posts(held, columns, by))


def _rule(new: Rule) -> Apply:
    def apply(district: District, policy: Policy) -> tuple[District, Policy]:
        return district, _with_rule(policy, new)

    return apply


def _with_rule(policy: Policy, new: Rule) -> Policy:
    return changed(policy, rules=tuple(new if each.id == new.id else each for each in policy.rules))


def _shifted(table: str, columns: list[str], by: int) -> Apply:
    """Numbers of a table, where they are given, all larger or smaller."""

    def apply(district: District, policy: Policy) -> tuple[District, Policy]:
        frame = getattr(district, table).copy()
        for column in columns:
            frame[column] = (pd.to_numeric(frame[column]) + by).clip(lower=0)
        return dataclasses.replace(district, **{table: frame}), policy

    return apply


def _posts(positions: list[str], columns: list[str], by: int) -> Apply:
    """One post more or fewer of each position in every school that has any; blank numbers are those of today."""

    def apply(district: District, policy: Policy) -> tuple[District, Policy]:
        frame = district.schools.copy()
        for position in positions:
            held = district.staff.loc[district.staff["position"] == position, "school_id"].value_counts()
            today = frame["school_id"].map(held).fillna(0)
            given = frame[POSTS_OF[position]].fillna(today)
            frame[POSTS_OF[position]] = (given + by).clip(lower=0).where(given > 0, given)
        for column in columns:
            frame[column] = (pd.to_numeric(frame[column]) + by).clip(lower=0)
        return dataclasses.replace(district, schools=frame), policy

    return apply


def _span(by: int) -> Apply:
    """Minimum and maximum of every subject further apart or nearer, as far as they do not cross."""

    def apply(district: District, policy: Policy) -> tuple[District, Policy]:
        table = district.demand.copy()
        required = table["required"]
        highest = table["maximum"].fillna(required) + by
        lowest = (table["minimum"].fillna(required) - by).clip(lower=0)
        crossed = lowest > highest
        table["maximum"] = highest.where(~crossed, table["maximum"])
        table["minimum"] = lowest.where(~crossed, table["minimum"])
        return dataclasses.replace(district, demand=table), policy

    return apply
