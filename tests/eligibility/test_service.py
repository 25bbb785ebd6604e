"""Lengths of service that were interrupted, resumed or spent in an area; past service; ages and reference days: whoever
just passes and whoever just misses."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from choosing import chosen, of
from districts import tiny_district, tiny_policy
from drawn import districts
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from rotation_planner.eligibility import stand
from rotation_planner.policy.selectors import OnStay

ONE_DAY = dt.timedelta(days=1)


def months_of(stay: dict[str, Any], person: dict[str, Any], **tables: Any) -> int | None:
    """Completed months of the stay of one person, a, at A; None where it is not known."""
    schools = {"A": {"zone": "东"}, "B": {"zone": "东", "location": "rural"}, "C": {"zone": "西"}, "D": {}}
    district = tiny_district(schools, {"a": {"at": "A", **person}}, **tables)
    measure = TypeAdapter(OnStay).validate_python({"stay": {"unit": "months", **stay}, "at_least": 0}).stay
    months = stand(district, tiny_policy()).facts.stay(measure)[0]
    return None if months != months else int(months)


def row(school: str, start: str, end: str, kind: str = "post", **more: str) -> dict[str, Any]:
    return {"staff_id": "a", "school_id": school, "start": start, "end": end, "kind": kind, **more}


# ---- resumed and area ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("resumed", "end", "months"),
    [
        (0, "2025-08-31", 48),  # the day before: never away
        (0, "2025-08-30", 24),  # a day between
        (None, "2025-08-31", 24),  # not asked for
        (6, "2025-02-28", 41),  # away for March to August: six months
        (6, "2025-02-27", 24),
        (1, "2025-07-31", 46),  # away for August; July and August have more days than the months they stand for
        (1, "2025-07-30", 24),
    ],
    ids=str,
)
def test_resumed_after_an_interruption(resumed: int | None, end: str, months: int) -> None:
    stay = {"in": "school", "resumed": resumed}
    history = [row("A", "2023-09-01", end), row("B", "2020-09-01", "2023-08-31")]
    assert months_of(stay, {"joined_school": "2025-09-01"}, history=history) == months


def test_rows_are_joined_again_and_again() -> None:
    history = [
        row("A", "2021-09-01", "2022-08-31"), row("A", "2023-09-01", "2024-08-31"),
        row("A", "2018-09-01", "2020-07-31"),
    ]  # fmt: skip
    joined = {"joined_school": "2025-09-01"}
    # two years here; one before, away for a year; one before that, away for a year; two more, away for thirteen months
    assert months_of({"in": "school", "resumed": 11}, joined, history=history) == 24
    assert months_of({"in": "school", "resumed": 12}, joined, history=history) == 48
    assert months_of({"in": "school", "resumed": 13}, joined, history=history) == 71


def test_days_served_twice_count_once() -> None:
    history = [row("A", "2024-09-01", "2026-08-31"), row("A", "2024-03-01", "2025-02-28"), row("A", "", "2025-08-31")]
    assert months_of({"in": "school", "resumed": 0}, {"joined_school": "2025-09-01"}, history=history) == 42


@pytest.mark.parametrize(
    ("area", "history", "months"),
    [
        ("zone", [row("B", "2023-09-01", "2025-08-31")], 48),  # another school of the zone
        ("zone", [row("B", "2023-09-01", "2025-08-30")], 24),
        ("zone", [row("C", "2023-09-01", "2025-08-31")], 24),  # another zone
        ("zone", [row("", "2023-09-01", "2025-08-31", location="urban")], 24),  # nothing is known of its zone
        ("location", [row("", "2023-09-01", "2025-08-31", location="urban")], 48),
        ("location", [row("", "2023-09-01", "2025-08-31", location="rural")], 24),
        ("location", [row("B", "2023-09-01", "2025-08-31", location="urban")], 24),  # B is rural today
        ("tier", [row("", "2023-09-01", "2025-08-31", tier="general")], 48),
    ],
    ids=str,
)
def test_service_in_an_area(area: str, history: list[dict[str, Any]], months: int) -> None:
    stay = {"in": "area", "area": area}
    assert months_of(stay, {"joined_school": "2025-09-01"}, history=history) == months


def test_an_area_of_no_name_is_not_known() -> None:
    assert months_of({"in": "area", "area": "zone"}, {"at": "D"}) is None
    assert months_of({"in": "area", "area": "zone"}, {"joined_school": ""}) is None


# ---- days that do not count, reference days --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exemption", "months"),
    [
        ({"kind": "illness", "start": "2026-09-01", "end": "2026-09-30"}, 23),
        ({"kind": "illness", "start": "2026-09-01", "end": ""}, 12),
        ({"kind": "illness", "start": "", "end": "2026-08-31"}, 24),
        ({"kind": "nursing", "start": "2026-09-01", "end": "2027-08-31"}, 24),
        ({"kind": "illness", "start": "2025-09-01", "end": "2027-08-31"}, 0),
    ],
    ids=str,
)
def test_without_days_of_leave(exemption: dict[str, str], months: int) -> None:
    stay = {"in": "school", "without_exempt": ["illness"]}
    rows = [{"staff_id": "a", **exemption}]
    assert months_of(stay, {"joined_school": "2025-09-01"}, exemptions=rows) == months


@pytest.mark.parametrize(
    ("after", "months"), [("2026-09-01", 12), ("2026年8月31日", 12), ("2026/10/1", 11), ("", 24), ("不详", 24)]
)
def test_counted_anew_after_a_day_of_a_column(after: str, months: int) -> None:
    person = {"joined_school": "2025-09-01", "上次交流": after}
    assert months_of({"in": "school", "after": "上次交流"}, person) == months
    assert months_of({"in": "school", "after": "hired_on"}, {**person, "hired_on": "2027-08-01"}) == 1


@pytest.mark.parametrize(
    ("on", "start", "months"),
    [
        (None, "2026-09-01", 12),
        ("12-31", "2026-09-01", 16),
        ("02-29", "2026-03-01", 12),  # 28 February in 2027
        ("02-29", "2026-03-02", 11),
        (dt.date(2026, 8, 31), "2025-09-01", 12),
        (dt.date(2026, 8, 31), "2026-09-01", 0),  # not yet
    ],
)
def test_up_to_a_reference_day(on: Any, start: str, months: int) -> None:
    assert months_of({"in": "school", "on": on}, {"joined_school": start}) == months


@pytest.mark.slow
@settings(max_examples=40, deadline=None, derandomize=True, phases=(Phase.generate,))
@given(
    districts(), st.sampled_from([None, 0, 6]), st.sampled_from([[], ["exchange"]]), st.booleans(), st.booleans(),
    st.booleans(),
)  # fmt: skip
def test_day_by_day(
    district: Any, resumed: int | None, without: list[str], leave: bool, area: bool, limited: bool
) -> None:
    """The definition read naively: a set of days for each person."""
    stay: dict[str, Any] = {"in": "area", "area": "zone"} if area else {"in": "school"}
    stay |= {"resumed": resumed, "without": without, "without_exempt": ["illness"] if leave else [], "unit": "months"}
    stay |= {"after": "position_since"} if limited else {}
    measure = TypeAdapter(OnStay).validate_python({"stay": stay, "at_least": 0}).stay
    told = stand(district, tiny_policy()).facts.stay(measure)
    zone = dict(zip(district.schools["school_id"], district.schools["zone"], strict=True))
    for person, months in zip(district.staff.to_dict("records"), told.tolist(), strict=True):
        if person["joined_school"] is None or person["joined_school"] != person["joined_school"]:
            assert months != months
            continue
        if area and not zone[person["school_id"]]:
            assert months != months
            continue
        count = _days(district, person, stay, zone)
        assert months == _full_months(district.as_of - (count - 1) * ONE_DAY, district.as_of)


def _days(district: Any, person: dict[str, Any], stay: dict[str, Any], zone: dict[str, str]) -> int:
    rows = [each for each in district.history.to_dict("records") if each["staff_id"] == person["staff_id"]]
    leave = [each for each in district.exemptions.to_dict("records") if each["staff_id"] == person["staff_id"]]

    def span(each: dict[str, Any]) -> set[dt.date]:
        if each["start"] != each["start"]:
            return set()
        end = district.as_of if each["end"] != each["end"] else each["end"].date()
        start, end = each["start"].date(), min(end, district.as_of)
        return {start + number * ONE_DAY for number in range((end - start).days + 1)}

    served = span({"start": person["joined_school"], "end": float("nan")})
    reached = person["joined_school"].date()
    gap = stay["resumed"] if stay["in"] == "school" else stay["resumed"] or 0
    waiting = [
        each for each in rows
        if each["start"] == each["start"] and (
            each["school_id"] == person["school_id"]
            if stay["in"] == "school"
            else zone.get(each["school_id"]) == zone[person["school_id"]]
        )
    ]  # fmt: skip
    while gap is not None:
        near = [each for each in waiting if each["end"] != each["end"] or _near(each["end"].date(), reached, gap)]
        if not near:
            break
        for each in near:
            waiting.remove(each)
            served |= span(each)
            reached = min(reached, each["start"].date())
    for each in rows:
        served -= span(each) if each["kind"] in stay["without"] else set()
    for each in leave:
        served -= span(each) if each["kind"] in stay["without_exempt"] else set()
    limit = person[stay["after"]] if "after" in stay else None
    return len({day for day in served if limit is None or limit != limit or day >= limit.date()})


def _near(last: dt.date, reached: dt.date, months: int) -> bool:
    reached -= ONE_DAY
    year, month = divmod(reached.year * 12 + reached.month - 1 - months, 12)
    for day in (reached.day, 30, 29, 28):
        try:
            return last >= dt.date(year, month + 1, day)
        except ValueError:
            continue
    raise AssertionError(reached)


def _full_months(first: dt.date, last: dt.date) -> int:
    end = last + ONE_DAY
    short = end.day < first.day and (end + ONE_DAY).month == end.month
    return max((end.year - first.year) * 12 + end.month - first.month - short, 0)


# ---- past service ----------------------------------------------------------------------------------------------------

PAST = [
    row("B", "2022-09-01", "2023-08-31", "exchange", location="rural", tier="weak"),
    row("C", "2024-09-01", "2025-02-28", "support_teaching"),
    row("", "2025-03-01", "2025-08-31", "support_teaching", location="rural"),
    row("C", "2027-09-01", "2028-08-31", "exchange"),  # not yet
]


@pytest.mark.parametrize(
    ("selector", "value"),
    [
        ({"history": "months"}, 24 + 24),
        ({"history": "months", "present": False}, 24),
        ({"history": "months", "present": False, "within_years": 3}, 12),  # from 2024-09-01
        ({"history": "months", "within_years": 1}, 12),  # of the present stay
        ({"history": "months", "present": False, "within_years": 5}, 24),
        ({"history": "months", "present": False, "within_years": 4}, 12),
        ({"history": "times"}, 4),
        ({"history": "times", "present": False}, 3),
        ({"history": "times", "present": False, "kinds": ["exchange"]}, 1),
        ({"history": "times", "present": False, "within_years": 3}, 2),
        ({"history": "times", "within_years": 2}, 1),
        ({"history": "times", "within_years": 1}, 0),
        ({"history": "schools", "present": False, "within_years": 3}, 2),
        ({"history": "schools", "years_each": 1}, 2),
        ({"history": "months", "at": {"field": "zone", "is": "东"}}, 12 + 24),
        ({"history": "times", "at": {"field": "location", "is": "rural"}, "present": False}, 1),
        ({"history": "schools", "at": {"everyone": True}, "present": False}, 2),  # not the row of no known school
    ],
    ids=str,
)
def test_past_service(selector: dict[str, Any], value: int) -> None:
    schools = {"A": {"zone": "东"}, "B": {"zone": "东", "location": "rural"}, "C": {"zone": "西"}}
    district = tiny_district(schools, {"a": {"at": "A", "joined_school": "2025-09-01"}}, history=PAST)
    assert chosen(district, {**selector, "is": value}) == {"a"}
    assert chosen(district, {**selector, "more_than": value}) == set()


@pytest.mark.parametrize(
    ("start", "end", "runs"),
    [
        ("2026-09-01", "2027-09-01", True),
        ("2026-09-01", "2027-08-31", False),  # ends today
        ("2026-09-01", "", True),
        ("2027-08-31", "", True),
        ("2027-09-01", "", False),  # not yet
        ("", "2028-08-31", True),
    ],
)
def test_on_a_stint_that_still_runs(start: str, end: str, runs: bool) -> None:
    history = [row("B", start, end, "exchange"), row("B", "2026-09-01", "", "post")]
    assert of({"a": "A", "b": "A"}, {"serving": ["exchange", "attachment"]}, history=history) == (
        {"a"} if runs else set()
    )
    assert of({"a": "A"}, {"serving": ["attachment"]}, history=history) == set()


# ---- ages and retirement ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "age"), [("2027-12-31", 50), ("12-31", 50), ("12-30", 49), (dt.date(2026, 12, 31), 49)]
)
def test_age_on_a_reference_day(day: Any, age: int) -> None:
    staff = {"a": {"at": "A", "birth_date": "1977-12-31"}, "unknown": {"at": "A", "birth_date": ""}}
    assert of(staff, {"age": day, "is": age}) == {"a"}
    assert of(staff, {"age": day, "blank": True}) == {"unknown"}


@pytest.mark.parametrize(
    ("on", "meets"), [(None, True), ("12-31", False), ("12-30", True), (dt.date(2028, 1, 1), False)]
)
def test_age_limits_on_a_reference_day(on: Any, meets: bool) -> None:
    duty = {"id": "all", "kind": "duty", "who": {"everyone": True}, "ages": {"F": 49, "on": on}}
    staff = {"a": {"at": "A", "birth_date": "1977-12-31"}, "man": {"at": "A", "sex": "M", "age": 59}}
    assert chosen(tiny_district(["A"], staff), {"meets": "all"}, duty) == {"man"} | ({"a"} if meets else set())


@pytest.mark.parametrize(
    ("born", "months"),
    [("1967-09-30", 1), ("1967-09-29", 0.5), ("1967-10-01", 1.5), ("1968-08-31", 12), ("1967-08-31", 0)],
)
def test_months_to_retirement(born: str, months: float) -> None:
    # men retired at 60; a month from 31 August is completed on the last day of September
    staff = {"a": {"at": "A", "sex": "M", "birth_date": born}}
    assert of(staff, {"retirement": "former", "unit": "months", "is": months}) == {"a"}
