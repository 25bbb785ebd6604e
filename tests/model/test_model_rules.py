"""Rule by rule: the rule allows, a forced breach is exactly infeasible, the forced edge is feasible, and with the rule
switched off the breach is feasible too, so that a rule that was never posted is noticed.

Moves are forced by ``count`` rules of one person each, never by pins, which lift other rules. Who is not named stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from districts import tiny_district, tiny_policy
from trial import ALL, BACKBONE, FREE, NINE, Moves, Trial
from trials_of_places import TRIALS as OF_PLACES
from worlds import Seat, World, adjusted, outcomes

from rotation_planner.model.registry import BY_ELIGIBILITY, CONSTRAINTS
from rotation_planner.solve.engines import Outcome


def share(**rule: Any) -> dict[str, Any]:
    return {"id": "rule", "kind": "share", **rule}


SEVEN = dict.fromkeys("abcdefg", "A")
MIXED = {
    "q": {"at": "Q", "backbone": "city"},
    "r": {"at": "Q", "backbone": "city"},
    "w": {"at": "W", "backbone": "city"},
}
TIERS = {"Q": {"tier": "quality"}, "G": {}, "W": {"tier": "weak"}}
TWO_WITH_NINE = {"ann": {"at": "A", "years": 9}, "bob": {"at": "A", "years": 9}}

TRIALS = [
    Trial(
        "15 % of seven is 1.05, rounded up two: one mover is too few, two are enough",
        share(over={"people": ALL}, at_least="15%"), "AB", SEVEN, {"a": "B"}, {"a": "B", "b": "B"},
    ),
    Trial(
        "15 % of seven rounded down is one: none is too few, one is enough",
        share(over={"people": ALL}, at_least="15%", round="down"), "AB", SEVEN, {}, {"a": "B"},
    ),
    Trial(
        "50 % of seven is 3.5, half up four",
        share(over={"people": ALL}, at_least="50%", round="half_up"), "AB", SEVEN,
        dict.fromkeys("abc", "B"), dict.fromkeys("abcd", "B"),
    ),
    Trial(
        "25 % of seven is 1.75, a cap rounds down to one; two are too many",
        share(over={"people": ALL}, per=["school_id"], at_most="25%"), "AB", SEVEN, {"a": "B", "b": "B"}, {"a": "B"},
    ),
    Trial(
        "10 % of seven is none, but one may always leave; two are too many",
        share(over={"people": ALL}, per=["school_id"], at_most="10%", allow=1), "AB", SEVEN,
        {"a": "B", "b": "B"}, {"a": "B"},
    ),
    Trial(
        "a fifth of six movers is 1.2, up to two, and there is one backbone teacher; of five it is one",
        share(over={"moving": ALL}, of={"moving": BACKBONE}, at_least="20%"), "AB",
        SEVEN | {"a": {"at": "A", "backbone": "city"}}, dict.fromkeys("abcdef", "B"), dict.fromkeys("abcde", "B"),
    ),
    Trial(
        "at most a third of the movers are backbone teachers: one of two is more, one of three is not",
        share(over={"moving": ALL}, of={"moving": BACKBONE}, at_most="1/3"), "AB",
        SEVEN | {"a": {"at": "A", "backbone": "city"}}, dict.fromkeys("ab", "B"), dict.fromkeys("abc", "B"),
    ),
    Trial(
        "at most a tenth of the movers, but one may always go: two of three are too many, one of three is not",
        share(over={"moving": ALL}, of={"moving": BACKBONE}, at_most="10%", allow=1), "AB",
        SEVEN | {each: {"at": "A", "backbone": "city"} for each in "ab"},
        dict.fromkeys("abc", "B"), dict.fromkeys("bcd", "B"),
    ),
    Trial(
        "two places for people from the countryside in the city; c's move inside the countryside does not count",
        {"id": "rule", "kind": "count", "of": {"moving": ALL, "from": {"field": "location", "is": "rural"},
                                               "to": {"field": "location", "is": "urban"}}, "at_most": 2},
        {"R": {"location": "rural"}, "S": {"location": "rural"}, "U": {}}, dict.fromkeys("abc", "R"),
        dict.fromkeys("abc", "U"), {"a": "U", "b": "U", "c": "S"},
    ),
    Trial(
        "one of each school with people of the set: nobody of B is too few",
        {"id": "rule", "kind": "count", "of": {"moving": ALL}, "per": ["school_id"], "at_least": 1},
        "ABC", {"a": "A", "b": "B"}, {"a": "C"}, {"a": "C", "b": "C"},
    ),
    Trial(
        "principal and both deputies are three leaders; all three leave, or one deputy stays",
        {"id": "rule", "kind": "keep_leader"}, "AB",
        {"p": {"at": "A", "position": "principal"}, "d": {"at": "A", "position": "deputy_principal"},
         "e": {"at": "A", "position": "deputy_principal"}},
        dict.fromkeys("pde", "B"), dict.fromkeys("pd", "B"),
    ),
    Trial(
        "one stands in B, room for two: two arrivals are too many",
        {"id": "rule", "kind": "headcount"}, {"A": {}, "B": {"headcount_limit": 2}},
        {"a": "A", "b": "A", "x": "B"}, {"a": "B", "b": "B"}, {"a": "B"},
    ),
    Trial(
        "three stand in B, room for two: one out and one in leaves three, two out and one in leaves two",
        {"id": "rule", "kind": "headcount"}, {"A": {}, "B": {"headcount_limit": 2}},
        {"a": "A", "x": "B", "y": "B", "z": "B"}, {"a": "B", "x": "A"}, {"a": "B", "x": "A", "y": "A"},
    ),
    Trial(
        "room for three with one kept free: two stand there, an arrival makes three; in exchange it stays at two",
        {"id": "rule", "kind": "headcount", "reserve": 1}, {"A": {}, "B": {"headcount_limit": 3}},
        {"a": "A", "x": "B", "y": "B"}, {"a": "B"}, {"a": "B", "x": "A"},
    ),
    Trial(
        "B has one and at most two: two arrivals make three",
        {"id": "rule", "kind": "subject_staffing"}, "AB", {"a": "A", "b": "A", "x": "B"},
        {"a": "B", "b": "B"}, {"a": "B"},
        {"demand": [{"school_id": "B", "stage": "primary", "subject": "语文", "required": 1, "maximum": 2}]},
    ),
    Trial(
        "A has two and requires one; a blank minimum is the smaller of both, one",
        {"id": "rule", "kind": "subject_staffing"}, "AB", {"a": "A", "b": "A"}, {"a": "B", "b": "B"}, {"a": "B"},
        {"demand": [{"school_id": "A", "stage": "primary", "subject": "语文", "required": 1}]},
    ),
    Trial(
        "a principal's post held today stays filled: p leaves and nobody comes, or they change places",
        {"id": "rule", "kind": "posts", "principal": "filled"}, {"A": {}, "B": {"principal_posts": 2}},
        {"p": {"at": "A", "position": "principal"}, "q": {"at": "B", "position": "principal"}},
        {"p": "B"}, {"p": "B", "q": "A"},
    ),
    Trial(
        "one deputy's post in B is held: another deputy arriving makes two, and in exchange one",
        {"id": "rule", "kind": "posts", "deputy_principal": "within"}, {"A": {}, "B": {"deputy_posts": 1}},
        {"p": {"at": "A", "position": "deputy_principal"}, "q": {"at": "B", "position": "deputy_principal"}},
        {"p": "B"}, {"p": "B", "q": "A"},
    ),
    Trial(
        "one senior post in B is held by x; a is senior too, b is not",
        {"id": "rule", "kind": "title_posts", "groups": [{"titles": ["senior", "professor"], "posts": "senior_posts"}]},
        {"A": {}, "B": {"senior_posts": 1}},
        {"a": {"at": "A", "title": "professor"}, "b": "A", "x": {"at": "B", "title": "senior"}},
        {"a": "B", "b": "B"}, {"b": "B"},
    ),
    Trial(
        "two posts with one kept free, x holds one: a may not arrive, unless x leaves",
        {"id": "rule", "kind": "title_posts", "reserve": 1,
         "groups": [{"titles": ["senior"], "posts": "senior_posts"}]},
        {"A": {}, "B": {"senior_posts": 2}},
        {"a": {"at": "A", "title": "senior"}, "x": {"at": "B", "title": "senior"}},
        {"a": "B"}, {"a": "B", "x": "A"},
    ),
    Trial(
        "sisters are brought into one school, or into two",
        {"id": "rule", "kind": "kin", "kinships": ["sibling"]}, "ABCD", {"a": "A", "b": "B"},
        {"a": "C", "b": "C"}, {"a": "C", "b": "D"},
        {"relatives": [{"staff_id": "a", "relative_id": "b", "kinship": "sibling"}]},
    ),
    Trial(
        "one sister is brought to where the other stays, or to where the other leaves",
        {"id": "rule", "kind": "kin", "kinships": ["sibling"]}, "ABC", {"a": "A", "b": "B"},
        {"a": "B"}, {"a": "B", "b": "C"},
        {"relatives": [{"staff_id": "b", "relative_id": "a", "kinship": "sibling"}]},
    ),
    Trial(
        "one down against one out of a low school is not more; two are",
        {"id": "rule", "kind": "reverse_flow", "who": BACKBONE}, TIERS, MIXED,
        {"q": "G", "w": "G"}, {"q": "G", "r": "W", "w": "G"},
    ),
    Trial(
        "read as to_high, a move from the weak to the general school does not count against, one to the quality does",
        {"id": "rule", "kind": "reverse_flow", "who": BACKBONE, "reading": "to_high"}, TIERS, MIXED,
        {"q": "G", "w": "Q"}, {"q": "G", "w": "G"},
    ),
    Trial(
        "the weak school loses its one backbone teacher, or gets another for it",
        {"id": "rule", "kind": "reverse_flow", "who": BACKBONE, "reading": "per_school"}, TIERS, MIXED,
        {"w": "Q"}, {"w": "Q", "q": "W"},
    ),
    Trial(
        "one leaves the countryside and nobody comes: -1 is less than 0; one comes for one",
        {"id": "rule", "kind": "flow", "who": ALL, "into": {"field": "location", "is": "rural"}},
        {"R": {"location": "rural"}, "U": {}}, {"a": "R", "b": "U"}, {"a": "U"}, {"a": "U", "b": "R"},
    ),
    Trial(
        "b goes before a, who has served longer; a goes first",
        {"id": "rule", "kind": "order", "who": ALL, "within": ["school_id"]}, "AB",
        {"a": {"at": "A", "years": 4}, "b": "A"}, {"b": "B"}, {"a": "B"},
    ),
    Trial(
        "a and b, alike to all other rules, form a run; c behind them may go only when both are gone",
        {"id": "rule", "kind": "order", "who": ALL, "within": ["school_id"]}, "AB",
        {"a": {"at": "A", "years": 5}, "b": {"at": "A", "years": 4}, "c": {"at": "A", "backbone": "city"}},
        {"a": "B", "c": "B"}, {"a": "B", "b": "B", "c": "B"},
    ),
    # ---- kinds that eligibility states
    Trial(
        "the ten-kilometre way is allowed with its tenth, a longer one is not",
        {"id": "rule", "kind": "route", "allow": {"km": True, "at_most": 10}}, "ABC", {"a": "A"},
        {"a": "C"}, {"a": "B"},
        {"distances": [{"from_school": "A", "to_school": "B", "km": 10},
                       {"from_school": "A", "to_school": "C", "km": 10.1}]},
    ),
    Trial(
        "women go nowhere outside their zone",
        {"id": "rule", "kind": "route", "who": {"field": "sex", "is": "F"}, "forbid": {"not": {"same": "zone"}}},
        {"A": {"zone": "东"}, "B": {"zone": "东"}, "C": {"zone": "西"}}, {"a": "A", "m": {"at": "A", "sex": "M"}},
        {"a": "C", "m": "C"}, {"a": "B", "m": "C"},
    ),
    Trial(
        "no case of the ways leads to C, and only a part-time one to D",
        {"id": "rule", "kind": "modes", "cases": [
            {"id": "b", "when": {"to": "school_id", "is": "B"}, "mode": "transfer", "file_moves": True},
            {"id": "d", "when": {"to": "school_id", "is": "D"}, "mode": "part_time", "file_moves": False}]},
        "ABCD", {"a": "A", "b": "A"}, {"a": "C", "b": "D"}, {"a": "B", "b": "B"},
    ),
    Trial(
        "the junior school does not teach the primary stage",
        {"id": "rule", "kind": "qualification"}, {"A": {}, "B": {}, "C": {"stages": "junior"}}, {"a": "A"},
        {"a": "C"}, {"a": "B"},
    ),
    Trial(
        "C has no row for 语文 but one for 数学, which only b can teach",
        {"id": "rule", "kind": "qualification"}, "ABC", {"a": "A", "b": {"at": "A", "other_subjects": "数学"}},
        {"a": "C", "b": "C"}, {"b": "C"},
        {"demand": [{"school_id": "C", "stage": "primary", "subject": "数学", "required": 1}]},
    ),
    Trial(
        "whoever is eligible under the duty goes to the countryside",
        {"id": "rule", "kind": "duty", "who": ALL, "to": {"field": "location", "is": "rural"}},
        {"A": {}, "B": {}, "R": {"location": "rural"}}, {"a": "A"}, {"a": "B"}, {"a": "R"},
    ),
    Trial(
        "a is nursing and deferred, b is not",
        {"id": "rule", "kind": "defer", "when": {"exemption": ["nursing"]}}, "AB", TWO_WITH_NINE,
        {"ann": "B", "bob": "B"}, {"bob": "B"}, {"exemptions": [{"staff_id": "ann", "kind": "nursing"}]}, (NINE,),
    ),
    Trial(
        "a is under investigation and barred, b is not",
        {"id": "rule", "kind": "bar", "who": {"exemption": ["investigation"]}}, "AB", TWO_WITH_NINE,
        {"ann": "B", "bob": "B"}, {"bob": "B"}, {"exemptions": [{"staff_id": "ann", "kind": "investigation"}]}, (NINE,),
    ),
    Trial(
        "fixed to move: staying breaks it", {"id": "rule", "kind": "pins"}, "AB", {"a": "A"}, {}, {"a": "B"},
        {"pins": [{"staff_id": "a", "verdict": "move"}]},
    ),
    Trial(
        "fixed to stay", {"id": "rule", "kind": "pins"}, "AB", {"a": "A"}, {"a": "B"}, {},
        {"pins": [{"staff_id": "a", "verdict": "stay"}]},
    ),
    Trial(
        "fixed to B", {"id": "rule", "kind": "pins"}, "ABC", {"a": "A"}, {"a": "C"}, {"a": "B"},
        {"pins": [{"staff_id": "a", "verdict": "to", "school_id": "B"}]},
    ),
    Trial(
        "not to B", {"id": "rule", "kind": "pins"}, "ABC", {"a": "A"}, {"a": "B"}, {"a": "C"},
        {"pins": [{"staff_id": "a", "verdict": "not_to", "school_id": "B"}]},
    ),
    Trial(
        "to no school at all is the same as staying", {"id": "rule", "kind": "pins"}, "AB", {"a": "A"}, {"a": "B"}, {},
        {"pins": [{"staff_id": "a", "verdict": "not_to"}]},
    ),
]  # fmt: skip
TRIALS += OF_PLACES
TRIED = [pytest.param(trial, id=f"{trial.rule['kind']}: {trial.why}") for trial in TRIALS]
SCHOOLS_OF_ALL = {"scope", "volunteer", "phase"}  # see the tests at the end


def way_of(to: str | Mapping[str, str]) -> dict[str, str]:
    """A move of a trial in full: school, department and way."""
    return {"department": "", "way": "", **({"to": to} if isinstance(to, str) else to)}


def forced(staff: Mapping[str, Any], moves: Moves) -> list[dict[str, Any]]:
    rules = []
    for person in staff:
        of: dict[str, Any] = {"moving": {"field": "staff_id", "is": person}}
        if person in moves:
            way = way_of(moves[person])
            of["to"] = {"field": "school_id", "is": way["to"]}
            routes: list[dict[str, Any]] = []
            if way["department"]:
                routes.append({"to_department": True, "is": way["department"]})
            if way["way"]:
                routes.append({"way": ["whole" if way["way"] == "transfer" else "help"]})
            if routes:
                of["along"] = {"all": routes}
        bound = {"at_least": 1} if person in moves else {"at_most": 0}
        rules.append({"id": f"force-{person}", "kind": "count", "of": of, **bound})
    return rules


def world(trial: Trial, moves: Moves | None) -> World:
    schools = trial.schools if isinstance(trial.schools, dict) else list(trial.schools)
    district = tiny_district(schools, trial.staff, **trial.tables)
    more = [] if moves is None else forced(trial.staff, moves)
    return World(district, tiny_policy(trial.rule, *trial.more, *more))


@pytest.mark.parametrize("plain", [True, False], ids=["plain", "gathered"])
@pytest.mark.parametrize("trial", TRIED)
def test_breach_and_edge(trial: Trial, plain: bool) -> None:
    if trial.edge:  # where it is not the edge itself to move nobody, the rule leaves room
        assert outcomes(world(trial, None).model(plain=plain)) == (Outcome.OPTIMAL, Outcome.OPTIMAL)
    assert outcomes(world(trial, trial.breach).model(plain=plain)) == (Outcome.INFEASIBLE, Outcome.INFEASIBLE)
    assert outcomes(world(trial, trial.edge).model(plain=plain)) == (Outcome.OPTIMAL, Outcome.OPTIMAL)


@pytest.mark.parametrize("trial", TRIED)
def test_switched_off_the_breach_is_feasible(trial: Trial, tmp_path: Path) -> None:
    bound = world(trial, trial.breach)
    policy = adjusted(bound.policy, tmp_path, rule={"enabled": False})
    free = World(bound.district, policy)
    assert outcomes(free.model()) == (Outcome.OPTIMAL, Outcome.OPTIMAL)


@pytest.mark.parametrize("trial", TRIED)
def test_the_judge_agrees_on_breach_and_edge(trial: Trial) -> None:
    looked_at = world(trial, None)
    broken = looked_at.named(**{person: seat(looked_at, person, to) for person, to in trial.breach.items()})
    assert "rule" in looked_at.breached(broken)
    edge = {person: way_of(to) for person, to in trial.edge.items()}
    assert next((each for each in looked_at.feasible if _entered(looked_at, each) == edge), None) is not None


def seat(world: World, person: str, to: str | Mapping[str, str]) -> Seat:
    row, way = world.district.staff.iloc[world.district.staff_pos[person]], way_of(to)
    return Seat(world.district.school_pos[way["to"]], row["stage"], row["subject"], way["department"], way["way"])


def _entered(world: World, assignment: Any) -> dict[str, dict[str, str]]:
    ids, schools = world.district.staff["staff_id"], world.district.schools["school_id"]
    return {
        ids.iat[person]: {"to": schools.iat[to.school], "department": to.department, "way": to.way}
        for person, to in enumerate(assignment)
        if to is not None
    }


def test_every_kind_that_binds_is_tried() -> None:
    assert {trial.rule["kind"] for trial in TRIALS} == (set(CONSTRAINTS) | BY_ELIGIBILITY) - SCHOOLS_OF_ALL


def test_nobody_moves_without_a_reason() -> None:
    # `free` is the only reason to move: with the volunteers switched on a goes, switched off nobody can.
    district = tiny_district("AB", {"a": "A"})
    force = forced({"a": "A"}, {"a": "B"})
    assert outcomes(World(district, tiny_policy(FREE, *force)).model())[0] is Outcome.OPTIMAL
    off = {**FREE, "enabled": False}
    assert outcomes(World(district, tiny_policy(off, *force)).model())[0] is Outcome.INFEASIBLE


@pytest.mark.parametrize(
    "scope",
    [
        {"who": {"field": "staff_id", "is": "b"}, "schools": ALL, "stages": ["primary"]},
        {"who": ALL, "schools": {"field": "school_id", "is": "A"}, "stages": ["primary"]},
        {"who": ALL, "schools": ALL, "stages": ["junior"]},
    ],
    ids=["person", "school", "stage"],
)
def test_outside_the_scope_nothing_moves(scope: dict[str, Any]) -> None:
    district = tiny_district({"A": {}, "B": {"stages": "primary;junior"}}, {"a": "A", "b": "A"})
    force = forced({"a": "A"}, {"a": "B"})
    inside = {"id": "scope", "kind": "scope", "who": ALL, "schools": ALL, "stages": ["primary"]}
    assert outcomes(World(district, tiny_policy(inside, FREE, *force)).model())[0] is Outcome.OPTIMAL
    assert outcomes(World(district, tiny_policy({**inside, **scope}, FREE, *force)).model())[0] is Outcome.INFEASIBLE
