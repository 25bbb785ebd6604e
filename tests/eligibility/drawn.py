"""Drawn tiny districts whose days lie at the edges of lengths of service: a day before, on, and a day after."""

from __future__ import annotations

import datetime as dt
from typing import Any

from districts import tiny_district
from hypothesis import strategies as st

from rotation_planner.data.dates import add_months
from rotation_planner.data.district import District

ONE_DAY = dt.timedelta(days=1)
AS_OF = [dt.date(2027, 8, 31), dt.date(2028, 2, 29), dt.date(2027, 2, 28), dt.date(2027, 1, 15)]
SCHOOLS = {
    "A": {"zone": "东", "location": "urban", "tier": "quality", "students": 100, "评分": "7.5"},
    "B": {"zone": "东", "location": "rural", "tier": "weak", "students": 80, "评分": "7.5"},
    "C": {"zone": "西", "location": "urban", "tier": "general", "students": 80, "评分": "6.125"},
    "D": {"zone": "", "location": "remote", "tier": "weak", "评分": "无"},
}
HISTORY_KINDS = ["post", "support_teaching", "exchange", "attachment"]


def days(as_of: dt.date, most_months: int = 48) -> st.SearchStrategy[dt.date]:
    """Days that complete a whole number of months on ``as_of``, and those next to them."""
    months = st.sampled_from([-2, 0, 1, 2, 5, 6, 11, 12, 13, 24, 30, 36, 48]).filter(lambda each: each <= most_months)
    return st.builds(
        lambda back, off: add_months(as_of + ONE_DAY, -back) + off * ONE_DAY, months, st.sampled_from([-1, 0, 0, 1])
    )


@st.composite
def districts(draw: st.DrawFn) -> District:
    """Four schools and up to six people with everything that a selector may look at."""
    as_of = draw(st.sampled_from(AS_OF))
    names = [f"p{number}" for number in range(draw(st.integers(2, 6)))]
    day, maybe = days(as_of), st.none() | days(as_of)
    staff = {name: draw(_person(as_of)) for name in names}
    who = st.sampled_from(names)
    history = st.lists(_span(who, day, maybe, {
        "kind": st.sampled_from(HISTORY_KINDS),
        "school_id": st.sampled_from(["", *SCHOOLS]),
        "location": st.sampled_from(["", "urban", "rural", "remote"]),
        "tier": st.sampled_from(["", "quality", "weak"]),
    }), max_size=12)  # fmt: skip
    exemptions = st.lists(_span(who, day, maybe, {
        "kind": st.sampled_from(["nursing", "illness", "hardship"]),
        "evidence": st.sampled_from(["", "证明"]),
        "同意": st.sampled_from(["", "是", "否"]),
    }), min_size=1, max_size=6)  # fmt: skip
    year = st.sampled_from([as_of.year - back for back in (-1, 0, 1, 2, 3)])
    results = st.sampled_from(["excellent", "pass", "basic", "fail"])
    appraisals = st.lists(
        st.fixed_dictionaries({"staff_id": who, "year": year, "result": results, "ethics": results}), max_size=8
    )
    relatives = st.lists(st.tuples(who, who).filter(lambda pair: pair[0] != pair[1]), max_size=1)
    return tiny_district(
        SCHOOLS,
        staff,
        as_of=as_of,
        history=draw(history),
        exemptions=draw(exemptions),
        appraisals=draw(appraisals),
        relatives=[{"staff_id": one, "relative_id": other, "kinship": "spouse"} for one, other in draw(relatives)],
        applications=[{"staff_id": each, "rank": 1, "school_id": "B", "reason": "care"} for each in names[:1]],
        pins=[{"staff_id": names[-1], "verdict": "not_to", "school_id": "B"}],
    )


@st.composite
def _person(draw: st.DrawFn, as_of: dt.date) -> dict[str, Any]:
    day = days(as_of)
    text_day = st.tuples(day, st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"])).map(
        lambda two: two[0].strftime(two[1])
    )
    born = add_months(draw(day), -12 * draw(st.sampled_from([22, 39, 46, 49, 54, 57, 59])))
    return {
        "at": draw(st.sampled_from(list(SCHOOLS))),
        "joined_school": draw(st.none() | day),
        "position_since": draw(st.none() | day),
        "hired_on": draw(day),
        "birth_date": draw(st.none() | st.just(born)),
        "sex": draw(st.sampled_from("MF")),
        "position": draw(st.sampled_from(["teacher", "support", "middle_chief"])),
        "department": draw(st.sampled_from(["", "教务处", "总务处"])),
        "title": draw(st.sampled_from(["", "junior", "intermediate", "senior"])),
        "duties": draw(st.sampled_from(["", "class_teacher", "class_teacher;group_lead", "graduating_grade"])),
        "key_post": draw(st.booleans()),
        "points": draw(st.sampled_from(["", 0, 1, 2.5, 2.5, 7.125, 10])),
        "自评": draw(st.sampled_from(["", "3", "3.0005", "-2", "12", "未评", "0.1", "0.2", "1e1"])),
        "荣誉": draw(st.sampled_from(["", "甲", "乙", "甲;乙", "甲、丙", "甲;甲"])),
        "上次交流": draw(st.just("") | st.just("不详") | text_day),
    }


def _span(
    who: st.SearchStrategy[str],
    day: st.SearchStrategy[dt.date],
    maybe: st.SearchStrategy[dt.date | None],
    columns: dict[str, st.SearchStrategy[str]],
) -> st.SearchStrategy[dict[str, Any]]:
    """A row with a first and a last day in their order, either of them perhaps not known."""

    def ordered(row: dict[str, Any]) -> dict[str, Any]:
        start, end = row["start"], row["end"]
        return {**row, "start": end, "end": start} if start and end and start > end else row

    # Most last days are the day before some other row begins.
    end = st.none() | maybe | day.map(lambda each: each - ONE_DAY)
    return st.fixed_dictionaries({"staff_id": who, "start": maybe, "end": end, **columns}).map(ordered)
