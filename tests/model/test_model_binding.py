"""What the rows of a model tell before solving, on districts small enough to see it by hand."""

from __future__ import annotations

from typing import Any

import pytest
from districts import tiny_district, tiny_policy

from rotation_planner.data.district import District
from rotation_planner.eligibility import stand
from rotation_planner.model.binding import Sort, column_bounds, idle, remarks, row_counts
from rotation_planner.model.model import Model

ALL = {"everyone": True}
DUTY = {"id": "duty", "kind": "duty", "who": ALL, "stay": {"stay": "school", "at_least": 9}}


def modelled(district: District, *rules: dict[str, Any]) -> Model:
    policy = tiny_policy(DUTY, *rules)
    return Model(district, policy, stand(district, policy))


def told(model: Model) -> list[tuple[str, str, int, float, float, str]]:
    return [(r.sort.value, r.block.rule, r.place, r.asked, r.found, r.other) for r in remarks(model)]


def share(id: str, **given: Any) -> dict[str, Any]:
    return {"id": id, "kind": "share", "over": {"people": {"meets": "duty"}}, **given}


def count(id: str, **given: Any) -> dict[str, Any]:
    return {"id": id, "kind": "count", "of": {"moving": ALL}, **given}


FOUR = {each: {"at": "A", "years": 9} for each in ("ann", "bea", "cai", "dai")}


def test_a_cap_that_nobody_can_reach_never_binds() -> None:
    model = modelled(
        tiny_district(["A", "B"], {**FOUR, "eve": "B"}), count("four", at_most=4), count("three", at_most=3)
    )
    assert row_counts(model) == {"four": (1, 0), "three": (1, 1)}
    assert idle(model) == {"four"}


def test_who_has_no_open_place_reaches_nothing() -> None:
    """All four may go by their standing, and none of them has a school to go to: B teaches another stage."""
    district = tiny_district({"A": {}, "B": {"stages": "junior"}}, {**FOUR, "eve": {"at": "B", "stage": "junior"}})
    model = modelled(
        district, {"id": "fits", "kind": "qualification"}, count("cap", at_most=1), count("floor", at_least=1)
    )
    assert column_bounds(model)[1].sum() == 0
    assert idle(model) == {"cap"}
    assert told(model) == [("few", "floor", 0, 1.0, 0.0, "")]


def test_a_floor_above_a_cap_of_the_same_people() -> None:
    """Half of four is two; a quarter of them at most is one. The floor of 10% asks for one, which the cap lets pass."""
    model = modelled(
        tiny_district(["A", "B"], {**FOUR, "eve": "B"}),
        share("half", per=["school_id"], at_least="50%"),
        share("tenth", per=["school_id"], at_least="10%"),
        share("quarter", over={"people": ALL}, of={"moving": ALL}, per=["school_id"], at_most="25%"),
    )
    assert ("clash", "half", 0, 2.0, 1.0, "quarter") in told(model)
    assert not [each for each in told(model) if each[:2] == ("clash", "tenth")]


def test_a_floor_of_the_district_above_the_caps_of_its_schools() -> None:
    """One from each of two schools may go, and three are asked for."""
    people = {name: {"at": school, "years": 9} for name, school in zip("abcd", "AABB", strict=True)}
    model = modelled(
        tiny_district(["A", "B", "C"], people), count("three", at_least=3), count("one", per=["school_id"], at_most=1)
    )
    assert told(model) == [("clash", "three", 0, 3.0, 2.0, "one")]


def test_floors_of_schools_bring_about_the_floor_of_the_district() -> None:
    people = {name: {"at": school, "years": 9} for name, school in zip("abcd", "AABB", strict=True)}
    model = modelled(
        tiny_district(["A", "B", "C"], people), count("two", at_least=2), count("each", per=["school_id"], at_least=1)
    )
    assert told(model) == [("floor_implied", "two", 0, 2.0, 2.0, "each")]


def test_of_two_rules_that_say_the_same_the_later_one_is_told() -> None:
    model = modelled(tiny_district(["A", "B"], FOUR), count("first", at_least=1), count("again", at_least=1))
    assert told(model) == [("floor_implied", "again", 0, 1.0, 1.0, "first")]


def test_a_narrower_cap_keeps_a_wider_one() -> None:
    model = modelled(tiny_district(["A", "B"], FOUR), count("three", at_most=3), count("one", at_most=1))
    assert told(model) == [("cap_implied", "three", 0, 3.0, 1.0, "one")]


def test_a_pin_makes_more_move_than_a_cap_allows() -> None:
    district = tiny_district(["A", "B"], FOUR, pins=[{"staff_id": "ann", "verdict": "move"}])
    model = modelled(district, {"id": "pins", "kind": "pins"}, count("none", at_most=0))
    assert ("many", "none", 0, 0.0, 1.0, "") in told(model)


@pytest.mark.parametrize("at_least", [4, 5])
def test_a_floor_of_everybody_is_not_yet_too_much(at_least: int) -> None:
    model = modelled(tiny_district(["A", "B"], FOUR), count("floor", at_least=at_least))
    assert [each.sort for each in remarks(model)] == [Sort.FEW] * (at_least - 4)


def test_what_only_should_hold_never_clashes() -> None:
    wanted = {**count("wanted", at_least=5), "force": "should", "rank": 1}
    assert not told(modelled(tiny_district(["A", "B"], FOUR), wanted))
