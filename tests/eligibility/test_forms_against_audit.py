"""Whom a form speaks of, counted twice: the arrays of ``eligibility`` and the judge, person by person, give one answer
on drawn districts whose days lie at the edges."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import numpy as np
import pytest
from districts import tiny_district, tiny_policy
from drawn import districts
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from rotation_planner.audit.books import Books
from rotation_planner.audit.duties import Duties
from rotation_planner.data.district import District
from rotation_planner.eligibility import Standing, stand
from rotation_planner.eligibility.ordering import ranking
from rotation_planner.policy.kinds.keys import ByClass, ByField, ByStay, OrderKeys
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.selectors import FORMS, Selector

# Districts are small as drawn: shrinking them costs minutes and shows nothing more.
DRAWN = settings(max_examples=20, deadline=None, derandomize=True, phases=(Phase.generate,))
ALL = {"everyone": True}
STAY = {"stay": {"in": "school", "unit": "months"}}
SCORES: dict[str, Any] = {
    "plain": {"items": [
        {"id": "fixed", "who": {"field": "sex", "is": "F"}, "points": 2.5},
        {"id": "months", "of": STAY, "each": "1/3", "cap": 9},
        {"id": "bands", "of": {"stay": {"in": "career"}}, "from_units": 1,
         "bands": [{"to": 1, "each": 0.5}, {"to": 3, "each": "2/7"}, {"each": 2}]},
        {"id": "own", "of": {"field": "自评"}, "each": 0.35, "minus": True},
    ]},
    "limited": {"floor_zero": True, "cap": 6, "reset": {"field": "position", "is": "support"}, "items": [
        {"id": "title", "column": "title", "table": {"senior": 3, "intermediate": 1.5}},
        {"id": "duties", "column": "duties", "table": {"class_teacher": 2, "group_lead": 1}},
        {"id": "honours", "column": "荣誉", "table": {"甲": 1, "乙": "1/3", "丙": 4}, "cap": 3},
        {"id": "key", "column": "key_post", "table": {"yes": 1, "no": "0.0005"}},
        {"id": "points", "column": "points", "table": {"0": 5, "2.5": 1, "10": 2}, "minus": True},
        {"id": "years", "of": {"appraisals": "result", "last": 3, "count_in": ["excellent", "pass"]}, "each": 1},
    ]},
    "best": {"items": [
        {"id": "either", "cap": 4, "best_of": [
            {"id": "rural", "of": {"history": "months", "locations": ["rural", "remote"]}, "each": 0.1},
            {"id": "times", "of": {"history": "times", "kinds": ["exchange"], "present": False}, "each": 1},
            {"id": "weak", "who": {"field": "points", "at_least": 2}, "of":
             {"history": "years", "at": {"field": "tier", "is": "weak"}, "within_years": 2}, "each": 1, "minus": True},
        ]},
        {"id": "surplus", "of": {"field": "school.students"}, "each": "1/7", "minus": True},
        {"id": "other", "of": {"field": "score.plain"}, "each": 1},
    ]},
}  # fmt: skip
DUTY = {"id": "two", "kind": "duty", "who": {"field": "score.limited", "at_least": 1},
        "stay": {"stay": "school", "at_least": 2}, "ages": {"M": 50, "F": 45, "on": "12-31"},
        "unless": {"field": "title", "is": "junior"},
        "exceptions": [{"staff": ["p0"], "reason": "试点"}, {"schools": ["D"], "reason": "试点"}]}  # fmt: skip
PHASE = {"id": "parts", "kind": "phase", "duty": "two", "over": ALL, "many": "1/3", "years": 2,
         "order": [{"those": {"field": "sex", "is": "F"}}, {"field": "score.plain", "first": "largest"}]}  # fmt: skip
DEFER = {"id": "spared", "kind": "defer", "when": {"exemption": ["nursing"], "at_most_times": 1},
         "exceptions": [{"staff": ["p1"], "reason": "本人同意"}]}  # fmt: skip
BAR = {"id": "serving", "kind": "bar", "who": {"serving": ["exchange"]},
       "exceptions": [{"schools": ["C"], "reason": "试点"}]}  # fmt: skip
FREE = {"id": "free", "kind": "volunteer", "who": {"applied": True}}
POLICY = tiny_policy(
    DUTY, PHASE, DEFER, BAR, FREE, {"id": "fixed", "kind": "pins"},
    populations={"women": {"who": {"field": "sex", "is": "F"}}}, scores=SCORES,
)  # fmt: skip

SELECTORS: list[dict[str, Any]] = [
    *({"age": day, **test} for day in ("12-31", "02-29", dt.date(2026, 9, 1))
      for test in ({"at_least": 50}, {"blank": True}, {"at_most": 40})),
    *({"retirement": kind, "unit": unit, "at_most": most, "women_from_fifty": ["support"]}
      for kind in ("statutory", "former") for unit, most in (("years", 3), ("months", 11), ("months", 36))),
    *({"history": what, "kinds": kinds, "within_years": within, "present": present, "years_each": each, "at": at,
       "at_least": least}
      for what, each, least in (("years", 0, 1), ("months", 0, 12), ("schools", 1, 2), ("schools", 0, 1),
                                ("times", 0, 2))
      for kinds in (None, ["post", "exchange"]) for within in (None, 1, 3) for present in (True, False)
      for at in (None, {"field": "zone", "is": "东"})),
    {"history": "months", "locations": ["rural"], "tiers": ["weak"], "at_least": 6},
    {"serving": ["exchange", "attachment"]},
    {"serving": ["post"]},
    *({"exemption": ["nursing", "illness"], **more} for more in (
        {}, {"limit_months": 6}, {"limit_years": 1, "limit_months": 1}, {"limit_years": 2}, {"at_most_times": 1},
        {"at_most_times": 2, "proof": True}, {"having": [{"field": "同意", "is": "是"}]},
        {"having": [{"field": "同意", "blank": False}, {"field": "kind", "is": "illness"}]})),
    {"beside": {"field": "position", "is": "middle_chief"}, "within": ["school_id", "department"]},
    {"beside": {"relatives": True}, "within": ["school_id"]},
    {"beside": ALL, "within": ["points"]},
    {"beside": {"field": "key_post", "is": True}, "within": ["school.zone", "birth_date"]},
    *({"ranked": what, "first": first, "within": within, "among": among, **test}
      for what in ("points", "自评", "score.plain", "title")
      for first in ("largest", "smallest")
      for within, among in (((), None), (["department"], None), (["points"], {"field": "sex", "is": "F"}))
      for test in ({"best": 1}, {"best": 2}, {"best_share": "1/3"}, {"best_share": 1},
                   {"below_mean_of": 2, "share_of_mean": "90%"}, {"below_mean_of": 3, "share_of_mean": 1})),
    *({"ranked": what, "within": within, **test}
      for what in ("school.students", "school.评分") for within in ([], ["school.zone"])
      for test in ({"best": 1}, {"best_share": 0.5}, {"below_mean_of": 3, "share_of_mean": "1"})),
    {"field": "score.plain", "at_least": 2.5},
    {"field": "score.plain", "less_than": 0},
    {"field": "score.limited", "in": [0, 1, 2.5]},
    {"field": "score.limited", "is": 6},
    {"field": "score.best", "more_than": 0.1},
    {"field": "上次交流", "at_least": dt.date(2026, 8, 31)},
    {"field": "自评", "at_least": 3},
    {"field": "荣誉", "at_least": "乙"},
    {"field": "title", "more_than": "junior"},
    {"appraisals": "result", "last": 2, "all_in": ["excellent", "pass"]},
    {"appraisals": "ethics", "last": 2, "any_in": ["fail"]},
    {"stay": {"in": "school", "resumed": 0}, "blank": True},
    {"applied": False}, {"pinned": ["not_to"]}, {"relatives": False},
    {"population": "women"},
    {"all": [ALL, {"not": {"any": [{"field": "sex", "is": "F"}, {"field": "key_post", "is": True}]}}]},
    {"meets": "two"}, {"meets": "two", "but_for": ["ages"]}, {"meets": "two", "but_for": ["stay", "unless"]},
    {"eligible": ["two"]}, {"due": ["two"]},
]  # fmt: skip
PARTS = 10  # of the selectors, one for each district
ORDERS: list[list[Any]] = [
    ["joined_school", "hired_on"],
    [{"field": "points", "first": "largest"}, {"field": "title"}],
    [{"field": "title", "first": "largest"}, {"field": "荣誉"}, {"field": "key_post", "first": "largest"}],
    [{"field": "荣誉", "first": "largest"}, {"field": "birth_date", "first": "largest"}],
    [{"field": "score.limited", "first": "largest"}, {"field": "school.students"}, "birth_date"],
    [{"stay": {"in": "school", "resumed": 6, "without": ["exchange"]}}, {"field": "age", "first": "largest"}],
    [{"stay": {"in": "area", "area": "zone", "unit": "months"}, "first": "smallest"}],
    [{"those": {"field": "sex", "is": "F"}}, {"those": {"exemption": ["hardship"]}}, {"field": "自评"}],
]


def both(district: District, draw: int | None = None, policy: Policy = POLICY) -> tuple[Duties, Standing]:
    return Duties(Books(district), policy, draw), stand(district, policy, draw=draw)


def same(judge: Duties, standing: Standing, data: dict[str, Any]) -> None:
    selector = TypeAdapter(Selector).validate_python(data)
    ask = judge.asking.person(selector)
    told = [ask(person) for person in judge.books.people]
    assert told == standing.selecting.people(selector).tolist(), data


@pytest.mark.slow
@settings(DRAWN, max_examples=60)
@given(districts(), st.integers(0, PARTS - 1))
def test_selectors(district: District, part: int) -> None:
    judge, standing = both(district)
    for data in SELECTORS[part::PARTS]:
        same(judge, standing, data)


def test_every_form_is_compared() -> None:
    told = [str(data) for data in [*SELECTORS, {"stay": "school"}]]
    assert not [form for form in FORMS if not any(f"'{form}': " in data for data in told)]


def stays() -> st.SearchStrategy[dict[str, Any]]:
    kinds = st.sampled_from([[], ["exchange"], ["support_teaching", "attachment"], ["post"]])
    place = st.sampled_from(["school", "post", "post_here", "career"]).map(lambda each: {"in": each})
    resumed = st.sampled_from([None, 0, 1, 6, 13])
    school = st.builds(lambda months: {"in": "school", "resumed": months}, resumed)
    area = st.builds(
        lambda column, months: {"in": "area", "area": column, "resumed": months},
        st.sampled_from(["zone", "location", "tier", "students"]), resumed,
    )  # fmt: skip
    return st.builds(
        lambda where, **more: {**where, **more}, place | school | area,
        unit=st.sampled_from(["months", "months", "half_years", "years", "terms"]), term_years=st.sampled_from([1, 3]),
        without=kinds, without_exempt=st.sampled_from([[], ["illness", "nursing"]]),
        after=st.sampled_from([None, None, "上次交流", "position_since"]),
        on=st.sampled_from([None, None, "02-29", "12-31", dt.date(2026, 9, 1)]),
    )  # fmt: skip


@pytest.mark.slow
@settings(DRAWN, max_examples=60)
@given(districts(), st.lists(stays(), min_size=1, max_size=8), st.sampled_from([1, 2, 6, 12]))
def test_lengths_of_service(district: District, measures: list[dict[str, Any]], least: int) -> None:
    judge, standing = both(district)
    for measure in measures:
        for test in ({"at_least": least}, {"is": least}, {"blank": True}):
            same(judge, standing, {"stay": measure, **test})


@DRAWN
@given(districts())
def test_scores(district: District) -> None:
    judge, standing = both(district)
    for name in SCORES:
        score = judge.asking.score(name)
        told = [score(person) * 1000 for person in judge.books.people]
        assert told == standing.selecting.scoring.thousandths(name).tolist(), name
        assert standing.facts.of_people(f"score.{name}").tolist() == [float(each / 1000) for each in told]


@DRAWN
@given(districts(), st.sampled_from([None, 7]))
def test_orders(district: District, draw: int | None) -> None:
    judge, standing = both(district, draw)
    for data in ORDERS:
        keys = TypeAdapter(OrderKeys).validate_python(data)
        told = sorted(judge.books.people, key=judge.asking.ranking(keys))
        assert told == np.argsort(ranking(standing.selecting, keys, draw)).tolist(), data


def test_every_kind_of_key_is_compared() -> None:
    keys = itertools.chain.from_iterable(TypeAdapter(OrderKeys).validate_python(data) for data in ORDERS)
    assert {type(key) for key in keys} == {str, ByField, ByStay, ByClass}


@DRAWN
@given(districts(), st.sampled_from([None, 7]))
def test_standing(district: District, draw: int | None) -> None:
    judge, standing = both(district, draw)
    for form in ("meets", "eligible", "due"):
        ask = judge.ask(form, "two")
        assert [ask(person) for person in judge.books.people] == getattr(standing, form)["two"].tolist(), form
    may = judge.may_move()
    assert [may(person) for person in judge.books.people] == standing.candidate.tolist()
    for rule in POLICY.rules:
        asked = judge.asking.excepted(rule)
        assert [asked(person) for person in judge.books.people] == standing.selecting.excepted(rule).tolist()


@pytest.mark.parametrize("rule", ["two", "serving"])
def test_excepted_schools(rule: str) -> None:
    judge, standing = both(tiny_district(["A", "C", "D"], {"p0": {"at": "A", "荣誉": "", "自评": ""}}))
    asked = judge.asking.excepted_schools(POLICY.by_id[rule])
    assert [asked(school) for school in judge.books.schools] == standing.selecting.excepted_schools(
        POLICY.by_id[rule]
    ).tolist()
