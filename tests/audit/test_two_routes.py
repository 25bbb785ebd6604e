"""The judge reads routes by itself; here its answers meet those of ``eligibility`` for every person, school, department
and way of a district with every kind of fact."""

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
from rotation_planner.policy.routes import ROUTE_FORMS, Route

POLICY = tiny_policy(
    {
        "id": "offices",
        "kind": "departments",
        "who": {"field": "department", "blank": False},
        "outside": True,
        "listed": "处室",
    },
    {
        "id": "ways",
        "kind": "modes",
        "choice": "any",
        "cases": [
            {"id": "loan", "mode": "secondment", "file_moves": False, "years": 2},
            {"id": "good", "mode": "transfer", "file_moves": True},
        ],
    },
)
ROUTES: list[dict[str, Any]] = [
    {"from": "tier", "at_least": "general"},
    {"to": "students", "at_least": 800},
    {"same": "zone"},
    {"same": "group"},
    {"same": "department"},
    {"km": True, "at_most": 8},
    {"km": True, "blank": True},
    {"home_km": True, "at_most": 10},
    {"home_km": True, "blank": True},
    {"kin_km": ["spouse"], "at_most": 8},
    {"kin_km": ["spouse", "parent_child", "sibling"], "more_than": 3},
    {"kin_km": ["spouse"], "blank": False},
    {"nearer": "home"},
    {"nearer": "kin"},
    {"nearer": "kin", "kinships": ["parent_child", "sibling"]},
    {"partners": "结对"},
    {"fits": "证书", "needs": "需要"},
    {"fits": "证书", "needs": "department"},
    {"been": True},
    {"been": True, "within_years": 4},
    {"inside": True},
    {"inside": False},
    {"to_department": True, "is": "教务处"},
    {"to_department": True, "blank": True},
    {"to_department": True, "not_in": ["教务处", "德育处"]},
    {"way": ["loan"]},
    {"way": ["loan", "good"]},
    {"not": {"all": [{"way": ["good"]}, {"same": "department"}, {"inside": False}]}},
    {"any": [{"person": {"field": "sex", "is": "M"}}, {"to": "surplus", "less_than": 0}]},
]


@cache
def district() -> District:
    frames = {key: frame.astype(object) for key, frame in generate(9, 5).items()}
    rows: dict[str, list[dict[str, Any]]] = {
        key: [{name: _plain(value) for name, value in row.items()} for row in frame.to_dict(orient="records")]
        for key, frame in frames.items()
    }
    ids = [school["school_id"] for school in rows["schools"]]
    for number, school in enumerate(rows["schools"]):
        school["zone"] = ["东", "西", ""][number % 3]
        school["结对"] = [f"{ids[number - 1]}；{ids[number - 4]}", ids[number], "", "没有"][number % 4]
        school["需要"] = ["心理;特教", "", "心理"][number % 3]
        school["处室"] = ["", "督导室、教务处"][number % 2]
        if number == 2:
            school["latitude"] = ""
    for number, person in enumerate(rows["staff"]):
        person["证书"] = ["特教; 教务处", "", "心理、特教", "督导室"][number % 4]
        if number % 5 == 0:
            person["home_latitude"] = person["home_longitude"] = ""
        elif person["home_latitude"] == "":
            person["home_latitude"], person["home_longitude"] = 39 + number % 7 / 20, 121.5 + number % 11 / 20
    kinships = ("spouse", "parent_child", "sibling")
    people = [person["staff_id"] for person in rows["staff"]]
    rows["relatives"] += [
        {"staff_id": people[7 * number], "relative_id": people[-1 - 5 * number], "kinship": kinships[number % 3]}
        for number in range(40)
    ]
    rows["history"] += [
        {"staff_id": each, "school_id": ids[number % 9], "start": "2015-09-01", "kind": "exchange",
         "end": ["", "2023-08-31", "2023-08-30", "2020-08-31"][number % 4]}
        for number, each in enumerate(people[::3])
    ]  # fmt: skip
    return District.of(AS_OF, **{key: frame_of(key, each) for key, each in rows.items()})


def _plain(value: Any) -> Any:
    return "" if value is None or str(value) in ("<NA>", "nan", "NaT") else value


@cache
def both() -> tuple[Duties, Routing]:
    return Duties(Books(district()), POLICY, None), Routing(stand(district(), POLICY).selecting, POLICY)


@pytest.mark.parametrize("data", ROUTES, ids=str)
def test_routes(data: dict[str, Any]) -> None:
    judge, routing = both()
    route = TypeAdapter(Route).validate_python(data)
    ask, people = judge.asking.route(route), np.arange(0, len(judge.books.people), 7)
    found, ways = routing.destinations, ("loan", "good")
    entered = [
        Destination(school, department or None, ways[way])
        for school, department, way in zip(
            found.school.tolist(), found.department.tolist(), found.way.tolist(), strict=True
        )
    ]
    mine = [[ask(person, to) for to in entered] for person in people.tolist()]
    assert np.array_equal(mine, routing.route(route, people))
    told = [each for row in mine for each in row]
    assert any(told), "nothing passes: the two readings meet over nothing"
    assert not all(told) or data == {"way": ["loan", "good"]}


def test_every_form_of_route_is_compared() -> None:
    assert {form for form in ROUTE_FORMS if f"'{form}':" in str(ROUTES)} == set(ROUTE_FORMS)
