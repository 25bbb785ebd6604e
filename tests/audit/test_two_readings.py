"""The judge reads selectors, routes and duties by itself; here its answers meet those of ``eligibility`` on a district
with every kind of fact, so that one misreading of the law cannot hide in both."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from districts import tiny_policy
from pydantic import TypeAdapter

from rotation_planner.audit.books import Books, Destination
from rotation_planner.audit.duties import Duties
from rotation_planner.data.district import District, frame_of
from rotation_planner.data.generator import AS_OF, generate
from rotation_planner.eligibility import stand
from rotation_planner.eligibility.routing import Routing
from rotation_planner.policy.reading import read_policy
from rotation_planner.policy.routes import Route
from rotation_planner.policy.selectors import FORMS, Selector

STAYS = [
    {"stay": {"in": place, "unit": unit, "term_years": 3, "without": without}, "at_least": least}
    for place in ("school", "post", "post_here", "career", "backbone")
    for unit, least in (("years", 9), ("half_years", 13), ("terms", 2))
    for without in ([], ["support_teaching", "exchange"])
] + [
    {"stay": {"in": "school", "resumed": 6, "without_exempt": ["illness", "nursing"]}, "at_least": 9},
    {"stay": {"in": "area", "area": "location", "unit": "months", "resumed": 1}, "at_least": 100},
    {"stay": {"in": "area", "area": "zone", "on": "12-31", "after": "position_since"}, "at_least": 5},
]
HISTORY = [
    {"history": what, "kinds": kinds, "locations": locations, "present": present, "years_each": each, "at_least": least}
    for what, each, least in (("years", 0, 3), ("schools", 2, 2), ("schools", 0, 3))
    for kinds in (None, ["post", "support_teaching"])
    for locations in (None, ["rural", "remote"])
    for present in (True, False)
]
SELECTORS: list[dict[str, Any]] = [
    *STAYS,
    *HISTORY,
    {"history": "years", "tiers": ["weak"], "at_least": 1},
    {"history": "months", "at": {"field": "tier", "is": "weak"}, "within_years": 6, "at_least": 7},
    {"history": "times", "kinds": ["exchange", "attachment", "support_teaching"], "within_years": 9, "at_least": 1},
    {"field": "age", "at_most": 50},
    {"field": "age", "in": [40, 41]},
    {"field": "backbone", "at_least": "county"},
    {"field": "backbone", "blank": True},
    {"field": "title", "more_than": "junior", "less_than": "professor"},
    {"field": "degree", "at_most": "bachelor"},
    {"field": "degree", "not_in": ["master", "doctor"]},
    {"field": "school.tier", "is": "quality"},
    {"field": "school.stages", "contains": "junior"},
    {"field": "duties", "contains": "class_teacher"},
    {"field": "full_time", "is": False},
    {"field": "birth_date", "less_than": "1980-01-01"},
    {"field": "points", "at_least": 60},
    {"all": [{"field": "full_time", "is": True}, {"field": "subject_surplus", "at_least": 1}]},
    {"all": [{"field": "full_time", "is": True}, {"field": "subject_surplus", "less_than": 0}]},
    {"field": "department_size", "at_least": 3},
    {"field": "school.surplus", "more_than": 0},
    {"field": "school.staff_count", "at_least": 80},
    {"retirement": "statutory", "less_than": 3},
    {"retirement": "former", "at_most": 5, "women_from_fifty": ["support", "teacher"]},
    {"exemption": ["pregnancy", "nursing", "illness"]},
    {"exemption": ["illness", "hardship"], "proof": True},
    {"exemption": ["course_lead", "research_lead"], "limit_years": 3},
    {"appraisals": "result", "last": 3, "all_in": ["excellent", "pass"]},
    {"appraisals": "result", "last": 2, "any_in": ["excellent"]},
    {"appraisals": "ethics", "last": 3, "all_in": ["excellent", "pass"]},
    {"appraisals": "result", "last": 30, "all_in": ["excellent", "pass"]},
    {"applied": True},
    {"applied": False},
    {"applied": True, "reasons": ["couple", "care"]},
    {"pinned": ["move", "to"]},
    {"pinned": ["stay", "not_to"]},
    {"relatives": True},
    {"relatives": False},
    {"not": {"field": "sex", "is": "F"}},
    {"any": [{"field": "sex", "is": "F"}, {"field": "position", "is": "principal"}]},
    {"all": [{"field": "sex", "is": "F"}, {"field": "funded_normal_student", "is": True}]},
    {"everyone": True},
    {"population": "teachers"},
    {"meets": "must-teacher", "but_for": ["ages"]},
    {"meets": "must-teacher", "but_for": ["stay", "unless"]},
    {"eligible": ["must-teacher", "funded-rural"]},
    {"due": ["must-teacher"]},
    {"age": "12-31", "at_least": 50},
    {"serving": ["exchange", "support_teaching", "attachment", "post"]},
    {"beside": {"field": "position", "is": "middle_chief"}, "within": ["school_id", "department"]},
    {"ranked": "points", "best": 3, "within": ["school_id", "subject"]},
    {"ranked": "points", "first": "smallest", "best_share": 0.1, "among": {"field": "full_time", "is": True}},
    {"ranked": "points", "below_mean_of": 20, "share_of_mean": 0.6, "within": ["stage"]},
    {"ranked": "school.students", "best": 3, "within": ["school.tier"]},
]
SCHOOLS: list[dict[str, Any]] = [
    {"field": "tier", "in": ["quality", "weak"]},
    {"field": "location", "at_least": "rural"},
    {"field": "group", "blank": False},
    {"field": "surplus", "at_least": 1},
    {"all": [{"field": "stages", "contains": "primary"}, {"not": {"field": "zone", "blank": True}}]},
]
ROUTES: list[dict[str, Any]] = [
    {"same": "group"},
    {"same": "zone"},
    {"km": True, "at_most": 10},
    {"km": True, "blank": True},
    {"not": {"all": [{"from": "campus", "is": "main"}, {"to": "campus", "is": "branch"}]}},
    {"any": [{"person": {"field": "sex", "is": "M"}}, {"to": "surplus", "less_than": 0}]},
]


@cache
def district() -> District:
    frames = generate(12, 3)
    records = {key: frame.astype(object).to_dict(orient="records") for key, frame in frames.items()}
    plain = {
        key: [{name: _plain(value) for name, value in row.items()} for row in rows] for key, rows in records.items()
    }
    return District.of(AS_OF, **{key: frame_of(key, rows) for key, rows in plain.items()})


def _plain(value: Any) -> Any:
    return "" if value is None or str(value) in ("<NA>", "nan", "NaT") else value


@cache
def both() -> tuple[Duties, Any]:
    policy = read_policy("dalian")
    return Duties(Books(district()), policy, None), stand(district(), policy)


@pytest.mark.parametrize("data", SELECTORS, ids=str)
def test_people(data: dict[str, Any]) -> None:
    judge, standing = both()
    selector = TypeAdapter(Selector).validate_python(data)
    ask = judge.asking.person(selector)
    assert np.array_equal([ask(person) for person in judge.books.people], standing.selecting.people(selector))


def test_every_form_of_selector_is_compared() -> None:
    assert {form for form in FORMS if any(form in data for data in SELECTORS)} == set(FORMS)


@pytest.mark.parametrize("data", SCHOOLS, ids=str)
def test_schools(data: dict[str, Any]) -> None:
    judge, standing = both()
    selector = TypeAdapter(Selector).validate_python(data)
    ask = judge.asking.school(selector)
    assert np.array_equal([ask(school) for school in judge.books.schools], standing.selecting.schools(selector))


@pytest.mark.parametrize("data", ROUTES, ids=str)
def test_routes(data: dict[str, Any]) -> None:
    judge, standing = both()
    route = TypeAdapter(Route).validate_python(data)
    ask, people = judge.asking.route(route), np.arange(0, len(judge.books.people), 37)
    mine = [[ask(person, Destination(school)) for school in judge.books.schools] for person in people.tolist()]
    assert np.array_equal(mine, Routing(standing.selecting, judge.policy).route(route, people))


@pytest.mark.parametrize("draw", [None, 1, 2027])
def test_standing(draw: int | None) -> None:
    policy = read_policy("dalian")
    judge, standing = Duties(Books(district()), policy, draw), stand(district(), policy, draw=draw)
    for form in ("meets", "eligible", "due"):
        for duty, mask in getattr(standing, form).items():
            ask = judge.ask(form, duty)
            assert np.array_equal([ask(person) for person in judge.books.people], mask), (form, duty)
    may = judge.may_move()
    assert np.array_equal([may(person) for person in judge.books.people], standing.candidate)


def test_a_duty_switched_off_concerns_nobody() -> None:
    policy = tiny_policy({"id": "nine", "kind": "duty", "who": {"everyone": True}, "enabled": False})
    judge = Duties(Books(district()), policy, None)
    assert not any(judge.ask("eligible", "nine")(person) for person in judge.books.people)
