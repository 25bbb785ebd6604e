"""What the judge reads in the newer forms of the language, where a case of a whole plan would say it less plainly."""

from __future__ import annotations

import datetime as dt
import hashlib
from fractions import Fraction
from typing import Any

import pytest
from districts import tiny_district, tiny_policy
from pydantic import TypeAdapter

from rotation_planner.audit.books import Books, Destination, WhenAsked, entries
from rotation_planner.audit.duties import Duties
from rotation_planner.data.district import District
from rotation_planner.policy.kinds.keys import OrderKeys
from rotation_planner.policy.routes import Route
from rotation_planner.policy.selectors import Selector

LIMIT = {"id": "limit", "kind": "headcount"}


def judge(district: District, *rules: dict[str, Any], draw: int | None = None, **more: Any) -> Duties:
    return Duties(Books(district), tiny_policy(*(rules or (LIMIT,)), **more), draw)


def passing(duties: Duties, selector: dict[str, Any]) -> set[str]:
    ask = duties.asking.person(TypeAdapter(Selector).validate_python(selector))
    return {duties.books.staff_id[person] for person in duties.books.people if ask(person)}


def ordered(duties: Duties, *keys: Any) -> list[str]:
    ranking = duties.asking.ranking(TypeAdapter(OrderKeys).validate_python(keys))
    return [duties.books.staff_id[person] for person in sorted(duties.books.people, key=ranking)]


def test_a_destination_is_a_school_and_what_else_is_decided() -> None:
    assert Destination(3) == (3, None, None)
    assert Destination(3, "教务处", "loan")._asdict() == {"school": 3, "department": "教务处", "way": "loan"}


@pytest.mark.parametrize(
    ("text", "listed"), [("A;B", ["A", "B"]), (" A； B、C;", ["A", "B", "C"]), ("A,B", ["A,B"]), ("", []), (None, [])]
)
def test_entries_of_a_list(text: str | None, listed: list[str]) -> None:
    assert entries(text) == listed


def test_a_column_is_worked_out_when_asked_and_once() -> None:
    asked: list[int] = []

    def work_out(number: int) -> int | None:
        asked.append(number)
        return None if number == 0 else number * number

    column = WhenAsked(work_out, 3)
    assert (column[2], column[0], column[2], column[0]) == (4, None, 4, None)
    assert asked == [2, 0]
    assert (list(column), len(column)) == ([None, 1, 4], 3)


def test_the_29th_of_february_of_a_common_year_is_the_28th() -> None:
    people = {"a": {"at": "A", "birth_date": "1987-02-28"}, "b": {"at": "A", "birth_date": "1987-03-01"}}
    assert passing(judge(tiny_district(["A"], people)), {"age": "02-29", "at_least": 40}) == {"a"}
    leap = judge(tiny_district(["A"], people, as_of=dt.date(2028, 8, 31)))
    assert passing(leap, {"age": "02-29", "at_least": 41}) == {"a"}


def test_a_post_here_is_not_known_without_its_day() -> None:
    duties = judge(tiny_district(["A"], {"a": "A", "b": {"at": "A", "position": "principal", "post_years": 2}}))
    assert passing(duties, {"stay": "post_here", "blank": True}) == {"a"}
    assert passing(duties, {"stay": "post_here", "is": 2}) == {"b"}


def test_an_exemption_to_come_is_not_in_force() -> None:
    rows = [{"staff_id": "a", "kind": "illness", "start": "2027-09-01"}]
    rows += [{"staff_id": "b", "kind": "illness", "start": "2027-08-31"}]
    duties = judge(tiny_district(["A"], {"a": "A", "b": "A"}, exemptions=rows))
    assert passing(duties, {"exemption": ["illness"]}) == {"b"}


@pytest.mark.parametrize(
    "selector",
    [
        {"exemption": ["illness"], "having": [{"field": "同意", "is": "是"}]},
        {"ranked": "nonsense", "best": 1},
        {"ranked": "school.nonsense", "best": 1},
        {"ranked": "points", "best": 1, "within": ["nonsense"]},
        {"beside": {"everyone": True}, "within": ["nonsense"]},
        {"stay": {"in": "area", "area": "nonsense"}, "at_least": 1},
        {"stay": {"in": "school", "after": "nonsense"}, "at_least": 1},
    ],
    ids=str,
)
def test_a_column_that_is_not_there_is_no_silent_no(selector: dict[str, Any]) -> None:
    rows = [{"staff_id": "a", "kind": "illness"}]  # of a table without rows nobody asks for columns
    with pytest.raises(KeyError):
        passing(judge(tiny_district(["A"], {"a": "A"}, exemptions=rows)), selector)


def test_only_numbers_are_ranked() -> None:
    people = {
        each: {"at": "A", "full_time": True, "数": number}
        for each, number in {"a": "12.50", "b": "inf", "c": "nan", "d": "2027-08-31", "e": " 3 ", "f": "1_0"}.items()
    }
    duties = judge(tiny_district(["A"], people))
    assert passing(duties, {"ranked": "数", "best": 6}) == {"a", "e"}
    assert passing(duties, {"ranked": "full_time", "best": 6}) == set()
    assert passing(duties, {"ranked": "birth_date", "best": 6}) == set()


def test_points_are_exact_and_told_by_their_name() -> None:
    own = {"items": [{"id": "own", "of": {"field": "points"}, "each": "1/3"}, {"id": "one", "points": 0.1}]}
    duties = judge(tiny_district(["A"], {"a": {"at": "A", "points": 2}, "b": "A"}), scores={"own": own})
    score = duties.asking.score("own")
    assert [score(person) for person in duties.books.people] == [Fraction(767, 1000), Fraction(1, 10)]
    assert passing(duties, {"field": "score.own", "is": 0.767}) == {"a"}
    assert passing(duties, {"field": "score.own", "in": [0.1, 5]}) == {"b"}
    assert passing(duties, {"field": "score.own", "not_in": [0.1]}) == {"a"}
    assert passing(duties, {"field": "score.own", "more_than": 0.1, "at_most": 0.767}) == {"a"}


def test_a_score_may_read_another_one_and_a_duty_may_read_it() -> None:
    scores = {
        "years": {"items": [{"id": "years", "of": {"stay": "school"}, "each": 1}]},
        "double": {"items": [{"id": "twice", "of": {"field": "score.years"}, "each": 2}], "reset": {"meets": "six"}},
    }
    six = {"id": "six", "kind": "duty", "who": {"field": "score.years", "at_least": 6}}
    duties = judge(
        tiny_district(["A"], {"a": {"at": "A", "years": 5}, "b": {"at": "A", "years": 6}}), six, scores=scores
    )
    assert [duties.asking.score("double")(person) for person in duties.books.people] == [10, 0]


def test_the_last_tie_is_settled_by_staff_id_or_by_the_draw() -> None:
    district = tiny_district(["A"], dict.fromkeys(("t10", "t9", "t1"), "A"))
    assert ordered(judge(district), "joined_school") == ["t1", "t10", "t9"]
    drawn = sorted(("t1", "t10", "t9"), key=lambda each: hashlib.sha256(f"7:{each}".encode()).hexdigest())
    assert drawn != ["t1", "t10", "t9"]
    assert ordered(judge(district, draw=7), "joined_school") == drawn


def test_blanks_stand_last_whatever_comes_first() -> None:
    people = {
        "a": {"at": "A", "title": "", "党龄": ""},
        "b": {"at": "A", "title": "senior", "党龄": "9"},
        "c": {"at": "A", "title": "none", "党龄": "10"},
    }
    duties = judge(tiny_district(["A"], people))
    # listed values in the contract's order, other text as text
    assert ordered(duties, {"field": "title"}) == ["c", "b", "a"]
    assert ordered(duties, {"field": "title", "first": "largest"}) == ["b", "c", "a"]
    assert ordered(duties, {"field": "党龄"}) == ["c", "b", "a"]
    assert ordered(duties, {"field": "党龄", "first": "largest"}) == ["b", "c", "a"]
    assert ordered(duties, {"stay": "post", "first": "smallest"}, {"field": "title"}) == ["c", "b", "a"]


def test_exceptions_name_people_and_schools() -> None:
    entries_of = [{"staff": ["a"], "reason": "随军"}, {"schools": ["B"], "staff": ["stranger"], "reason": "试点"}]
    rule = {"id": "near", "kind": "route", "allow": {"same": "zone"}, "exceptions": entries_of}
    duties = judge(tiny_district(["A", "B"], {"a": "A", "b": "B", "c": "A"}), rule, {**LIMIT, "exceptions": []})
    near, limit = duties.policy.by_id["near"], duties.policy.by_id["limit"]
    assert [duties.asking.excepted(near)(person) for person in duties.books.people] == [True, True, False]
    assert [duties.asking.excepted_schools(near)(school) for school in duties.books.schools] == [False, True]
    assert not any(duties.asking.excepted(limit)(person) for person in duties.books.people)
    assert not any(duties.asking.excepted_schools(limit)(school) for school in duties.books.schools)


def test_an_unknown_selector_or_route_is_refused() -> None:
    asking = judge(tiny_district(["A"], {"a": "A"})).asking
    stranger: Any = object()
    for ask in (asking.person, asking.school, asking.route):
        with pytest.raises((TypeError, AttributeError)):
            ask(stranger)


def test_the_ways_of_a_route() -> None:
    asking = judge(tiny_district(["A", "B"], {"a": "A"})).asking
    loan = asking.route(TypeAdapter(Route).validate_python({"way": ["loan", "help"]}))
    assert loan(0, Destination(1, None, "loan"))
    assert not loan(0, Destination(1, None, "good"))
    assert not loan(0, Destination(1))
