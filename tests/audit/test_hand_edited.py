"""A sound plan of an invented district under the pack ``dalian``, spoilt by hand: one edit for every rule that a plan
can break, and the judge names that rule."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pandas as pd
import pytest
from districts import tiny_plan

from rotation_planner.audit import Audit, audit_plan
from rotation_planner.audit.books import Books, Destination
from rotation_planner.audit.calendar import months_later
from rotation_planner.audit.duties import Duties
from rotation_planner.data.district import District, frame_of
from rotation_planner.data.generator import AS_OF, generate_with_plan
from rotation_planner.policy.kinds import Modes
from rotation_planner.policy.reading import read_policy

POLICY = read_policy("dalian")
# No plan can break these: they say who is due, who may go, what is told, or how the schools are ranked.
CANNOT_BE_BROKEN = {
    "must-teacher",
    "must-leader",
    "phase-large",
    "over-age",
    "tier-limits",
    "experience",
    "rural-titles",
}
Rows = dict[str, dict[str, Any]]


class Desk:
    """The district on the desk of whoever edits the plan."""

    def __init__(self, district: District, planted: dict[str, str]) -> None:
        self.district = district
        self.books = Books(district)
        self.duties = Duties(self.books, POLICY, None)
        self.staff = district.staff.set_index("staff_id")
        self.schools = district.schools.set_index("school_id")
        self.rows: Rows = {person: self.row(person, to) for person, to in planted.items()}
        inside = [self.duties.asking.school(POLICY.scope.schools)(school) for school in self.books.schools]
        self.in_scope = [each for each, holds in zip(self.books.school_id, inside, strict=True) if holds]

    def row(self, person: str, to: str) -> dict[str, Any]:
        """A row of the plan with the mode that the pack asks for."""
        (modes,) = POLICY.of(Modes)
        number, school = self.books.person_of[person], self.books.school_of[to]
        way = next(each for each in modes.cases if self.duties.asking.route(each.when)(number, Destination(school)))
        until = "" if way.years is None else months_later(AS_OF, 12 * way.years).isoformat()
        return {"to": to, "mode": way.mode, "personnel_file_moves": "yes" if way.file_moves else "no", "until": until}

    def elsewhere(self, person: str) -> str:
        """A school in scope that is not the present one."""
        return next(each for each in self.in_scope if each != self.staff.loc[person, "school_id"])

    def people(self, ask: Callable[[int], bool]) -> list[str]:
        """The staff_ids of all of whom something is true."""
        return [self.books.staff_id[person] for person in self.books.people if ask(person)]

    def send(self, *people: str) -> Rows:
        """The plan with these people going as well, anywhere in scope."""
        return {**self.rows, **{each: self.row(each, self.elsewhere(each)) for each in people}}

    def without(self, leaves: Callable[[str], bool]) -> Rows:
        """The plan without the people of whom something is true."""
        return {person: row for person, row in self.rows.items() if not leaves(person)}


@cache
def desk() -> Desk:
    made = generate_with_plan(12, 1)
    frames = {}
    for key, frame in made.frames.items():
        plain = frame.astype(object).where(frame.notna(), "")
        frames[key] = frame_of(key, plain.to_dict(orient="records"))
    planted = dict(zip(made.moves["staff_id"], made.moves["to_school_id"], strict=True))
    # so small a district may have no funded graduate in town: one of its plain teachers is made one
    staff, urban = frames["staff"], frames["schools"].query("location == 'urban'")["school_id"]
    plain = (staff["position"] == "teacher") & staff["full_time"] & staff["school_id"].isin(urban)
    plain &= staff["hired_on"].dt.year.isin([2023, 2024]) & ~staff["staff_id"].isin(frames["exemptions"]["staff_id"])
    staff.loc[staff.index[plain][0], "funded_normal_student"] = True
    return Desk(District.of(AS_OF, **frames), planted)


def judged(rows: Rows) -> Audit:
    return audit_plan(desk().district, POLICY, tiny_plan(desk().district, rows))


def nobody_has_a_reason(at: Desk) -> Rows:
    eligible = at.duties.any_of("eligible")
    reasons = (eligible, at.duties.volunteer, lambda person: at.books.pinned(person, "move", "to"))
    return at.send(at.people(lambda person: not any(each(person) for each in reasons))[0])


def funded_into_the_city(at: Desk) -> Rows:
    person = at.people(at.duties.ask("eligible", "funded-rural"))[0]
    here = at.staff.loc[person, "school_id"]
    urban = next(each for each in at.in_scope if at.schools.loc[each, "location"] == "urban" and each != here)
    return {**at.rows, person: at.row(person, urban)}


def deferred(rule: str) -> Callable[[Desk], Rows]:
    def edit(at: Desk) -> Rows:
        return at.send(at.people(at.duties.shielded(POLICY.by_id[rule]))[0])

    return edit


def pinned_stays(at: Desk) -> Rows:
    return at.without(lambda person: at.books.pinned(at.books.person_of[person], "move", "to"))


def no_leader_goes(at: Desk) -> Rows:
    return at.without(lambda person: at.staff.loc[person, "position"] in ("principal", "deputy_principal"))


def nobody_leaves(urban_or_quality: bool) -> Callable[[Desk], Rows]:
    def edit(at: Desk) -> Rows:
        def leaves(person: str) -> bool:
            school = at.schools.loc[at.staff.loc[person, "school_id"]]
            return bool((school["location"] == "urban" or school["tier"] == "quality") is urban_or_quality)

        return at.without(leaves)

    return edit


def no_backbone_goes(at: Desk) -> Rows:
    return at.without(lambda person: bool(at.staff.loc[person, "backbone"]))


def a_whole_school_leaves(at: Desk) -> Rows:
    led = at.staff[at.staff["position"] == "deputy_principal"]["school_id"]
    school = next(each for each in at.in_scope if each in set(led))
    return at.send(*at.staff.index[at.staff["school_id"] == school])


def all_into_one_school(at: Desk) -> Rows:
    school = min(at.in_scope, key=lambda each: (at.schools.loc[each, "senior_posts"], each))
    return {
        person: at.row(person, school) if at.staff.loc[person, "school_id"] != school else row
        for person, row in at.rows.items()
    }


def another_subject(at: Desk) -> Rows:
    person, row = next(iter(at.rows.items()))
    return {**at.rows, person: {**row, "subject": "炼金术"}}


def the_file_goes_the_other_way(at: Desk) -> Rows:
    person, row = next(iter(at.rows.items()))
    return {**at.rows, person: {**row, "personnel_file_moves": "yes" if row["personnel_file_moves"] == "no" else "no"}}


def to_the_spouse(at: Desk) -> Rows:
    pairs = at.district.relatives[["staff_id", "relative_id"]].itertuples(index=False, name=None)
    where = at.staff["school_id"]
    one, other = next(pair for pair in pairs if where[pair[0]] != where[pair[1]] and not set(pair) & set(at.rows))
    return {**at.rows, one: at.row(one, where[other])}


def backbone_leaves_the_weak(at: Desk) -> Rows:
    weak = at.schools.index[at.schools["tier"].isin(["weak", "general"])]
    staff = at.staff[at.staff["school_id"].isin(weak) & (at.staff["backbone"] != "")]
    return at.send(*staff.index)


def the_younger_goes_first(at: Desk) -> Rows:
    """In the first group of the order in which somebody stays behind a mover, the two change places."""
    order = POLICY.by_id["longest-first"]
    who, unless = at.duties.asking.person(order.who), at.duties.asking.person(order.unless)
    may, groups = at.duties.may_move(), dict[Any, list[int]]()
    for person in at.books.people:
        if who(person) and not unless(person) and may(person):
            alike = tuple(at.books.of_person(each)[person] for each in order.within)
            groups.setdefault(alike, []).append(person)
    for people in groups.values():
        ordered = [at.books.staff_id[each] for each in sorted(people, key=at.duties.asking.ranking(order.by))]
        if ordered[0] in at.rows and ordered[-1] not in at.rows:
            rows = dict(at.rows)
            return {ordered[-1]: rows.pop(ordered[0]), **rows}
    raise AssertionError("no such group in the district")


EDITS: dict[str, Callable[[Desk], Rows]] = {
    "scope": nobody_has_a_reason,
    "funded-rural": funded_into_the_city,
    "defer-health": deferred("defer-health"),
    "defer-course": deferred("defer-course"),
    "pins": pinned_stays,
    "quota-leaders": no_leader_goes,
    "quota-quality": nobody_leaves(True),
    "quota-general": nobody_leaves(False),
    "quota-backbone": no_backbone_goes,
    "continuity-school": a_whole_school_leaves,
    "continuity-subject": a_whole_school_leaves,
    "continuity-leaders": a_whole_school_leaves,
    "qualified": another_subject,
    "ways": the_file_goes_the_other_way,
    "headcount": all_into_one_school,
    "subject-staffing": a_whole_school_leaves,
    "posts": a_whole_school_leaves,
    "title-posts": all_into_one_school,
    "kin": to_the_spouse,
    "no-reverse-flow": backbone_leaves_the_weak,
    "longest-first": the_younger_goes_first,
}


def test_the_planted_plan_passes() -> None:
    audit = judged(desk().rows)
    assert not [each.sentence for each in audit.breaches]
    assert audit.moves == len(desk().rows) > 0


def test_every_rule_of_the_pack_is_spoilt_once() -> None:
    assert set(EDITS) == {rule.id for rule in POLICY.rules} - CANNOT_BE_BROKEN


@pytest.mark.slow
@pytest.mark.parametrize("rule", EDITS)
def test_the_edit_is_caught(rule: str) -> None:
    audit = judged(EDITS[rule](desk()))
    found = [each for each in audit.breaches if each.rule == rule]
    assert found
    assert all(each.sentence and each.scope for each in found)
    assert isinstance(audit.reverse_flow[0].schools, pd.DataFrame)
