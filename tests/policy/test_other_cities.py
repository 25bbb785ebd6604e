"""Two packs of invented cities, written from the guide alone, on tiny districts: who must go, the plan, what its audit
says of plans edited by hand. Every expectation is derived by hand beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from districts import Row, tiny_district, tiny_plan
from regime import Regime

from rotation_planner.audit import Verdict, audit_plan
from rotation_planner.data.district import District
from rotation_planner.data.scenario import SolveOptions
from rotation_planner.eligibility import stand
from rotation_planner.plan.plan import Status
from rotation_planner.solve import solve_plan

PACKS = Path(__file__).parent / "other_cities"
TEACHERS = Regime(str(PACKS / "linjiang.yaml"))
OFFICES = Regime(str(PACKS / "shiqiao.yaml"))


def planned(regime: Regime, district: District) -> dict[str, tuple[str, ...]]:
    """The proven plan, which passes its own audit: where each mover goes, in which way, until when."""
    options = SolveOptions(time_limit=10, workers=1)
    solution = solve_plan(district, regime.policy, stand(district, regime.policy), options)
    assert solution.plan is not None
    assert solution.plan.status is Status.OPTIMAL
    assert audit_plan(district, regime.policy, solution.plan).passes
    columns = ["to_school_id", "to_department", "mode", "until"]
    rows = solution.plan.transfers.set_index("staff_id")[columns]
    return {str(who): tuple(each) for who, each in zip(rows.index, rows.itertuples(index=False), strict=True)}


def broken(regime: Regime, district: District, moves: Any) -> set[str]:
    """The rules that a plan breaks, those that name single people or places."""
    audit = audit_plan(district, regime.policy, tiny_plan(district, moves))
    return {each.rule for each in audit.findings if each.verdict is Verdict.BREACH and each.rule != "goals"}


# ---- Linjiang: teachers, to the end of the calendar year, points, partners -------------------------------------------

SCHOOLS: dict[str, Row] = {
    "C": {"结对学校": "V", "停止调入": ""},
    "D": {},
    "V": {"location": "rural"},
    "K": {"停止调入": "是"},
}


def town(staff: dict[str, Any], **tables: Any) -> District:
    people = {who: {"at": "C", "取得方式": "", **given} for who, given in staff.items()}
    ways = [{"from_school": a, "to_school": b, "km": 10} for a in SCHOOLS for b in SCHOOLS if a != b]
    none = {"staff_id": next(iter(staff)), "kind": "other", "start": "2020-09-01", "end": "2020-12-31"}
    excused = [{"consent": "", **row} for row in tables.pop("exemptions", [none])]
    return tiny_district(SCHOOLS, people, distances=ways, exemptions=excused, **tables)


def test_service_and_ages_are_counted_to_the_end_of_the_year() -> None:
    people = {
        "full": {"joined_school": "2020-01-01"},  # 1 January 2020 to 31 December 2027, both counted: eight years
        "short": {"joined_school": "2020-01-02"},  # a day less
        "woman45": {"years": 9, "birth_date": "1982-01-01"},  # 45 to the last day of 2027
        "woman46": {"years": 9, "birth_date": "1981-12-31"},  # 46 on that day
        "man50": {"years": 9, "birth_date": "1977-01-01", "sex": "M"},
        "man51": {"years": 9, "birth_date": "1976-12-31", "sex": "M"},
    }
    assert TEACHERS.must(town(people)) == {"full", "woman45", "man50"}


def test_support_teaching_and_illness_are_left_out() -> None:
    away = {"school_id": "V", "location": "rural", "tier": "general", "kind": "support_teaching", "start": "2021-09-01"}
    people = {
        "one": {"joined_school": "2018-09-01"},  # nine years and four months, less one year
        "two": {"joined_school": "2018-09-01"},  # ... less two
        "ill": {"joined_school": "2019-01-01"},  # nine years, less one of illness
        "iller": {"joined_school": "2019-01-02"},
    }
    district = town(
        people,
        history=[{"staff_id": "one", **away, "end": "2022-08-31"}, {"staff_id": "two", **away, "end": "2023-08-31"}],
        exemptions=[
            {"staff_id": who, "kind": "illness", "start": "2025-01-01", "end": "2025-12-31", "evidence": "证明"}
            for who in ("ill", "iller")
        ],
    )
    assert TEACHERS.must(district) == {"one", "ill"}


def test_six_rural_years_excuse_until_fifteen_years_here() -> None:
    rural = {"school_id": "V", "location": "rural", "tier": "general", "kind": "post"}
    people = {
        "six": {"joined_school": "2014-09-01"},
        "five": {"joined_school": "2014-09-01"},
        "back": {"joined_school": "2012-09-01"},  # fifteen years here bring the duty back
    }
    spans = {"six": ("2008-09-01", "2014-08-31"), "five": ("2009-09-01", "2014-08-31"),
             "back": ("2006-09-01", "2012-08-31")}  # fmt: skip
    history = [{"staff_id": who, **rural, "start": start, "end": end} for who, (start, end) in spans.items()]
    assert TEACHERS.must(town(people, history=history)) == {"five", "back"}


def test_the_way_a_post_was_got_decides_how_long_it_is_held() -> None:
    principal = {"position": "principal", "subject": ""}
    people = {
        "won5": {**principal, "post_years": 5, "years": 5, "取得方式": "竞聘"},
        "won4": {**principal, "at": "D", "post_years": 4.5, "years": 5, "取得方式": "竞聘"},
        "named5": {**principal, "at": "V", "post_years": 5, "years": 5, "取得方式": "任命"},
        "named8": {**principal, "at": "K", "post_years": 8, "years": 8, "取得方式": "任命"},
    }
    assert TEACHERS.must(town(people)) == {"won5", "named8"}


def test_points() -> None:
    """15 years of service: 10 × 0.5 + 5 × 1 = 10; 96 months here: 9.6; best honour of the city: 5."""
    people = {who: {"years": 8} for who in ("plain", "city", "basic", "failed")} | {"long": {"years": 20}}
    people["city"]["backbone"] = "city"
    people["long"]["career_years"] = 25  # 24 of months in the school, 20 counted; 5 + 10 + 5 × 1.5
    results = [
        {"staff_id": "basic", "year": 2026, "result": "basic", "ethics": "pass"},  # four points off
        {"staff_id": "failed", "year": 2026, "result": "pass", "ethics": "fail"},  # back to nothing
    ]
    district = town(people, appraisals=results)
    points = stand(district, TEACHERS.policy).selecting.scoring.thousandths("going")
    told = dict(zip(district.staff["staff_id"], (points / 1000).tolist(), strict=True))
    assert told == {"plain": 19.6, "city": 24.6, "basic": 15.6, "failed": 0.0, "long": 42.5}


def four() -> District:
    """Of C's four teachers two are due: first has 24.6 points, second 20.8 (108 months, 15 years of service)."""
    people = {
        "first": {"years": 8, "backbone": "city"},
        "second": {"years": 9},
        "new": {},
        "newer": {},
        "other": {"at": "V"},
    }
    demand = [{"school_id": school, "stage": "primary", "subject": "语文", "required": 3} for school in SCHOOLS]
    return town(people, demand=demand)


VILLAGE = {"to": "V", "mode": "secondment", "personnel_file_moves": "no", "until": "2029-08-31"}


def test_the_teacher_with_most_points_goes_to_the_partner_for_two_years() -> None:
    """15% of two due are one; a backbone teacher (20% of one mover), to a partner (30% of one)."""
    assert planned(TEACHERS, four()) == {"first": ("V", "", "secondment", "2029-08-31")}


def test_what_the_audit_says_of_teachers_plans_made_by_hand() -> None:
    told = {
        "made": broken(TEACHERS, four(), {"first": VILLAGE}),
        "nobody": broken(TEACHERS, four(), {}),
        "fewer points": broken(TEACHERS, four(), {"second": VILLAGE}),
        "no partner": broken(TEACHERS, four(), {"first": "D"}),
        "closed": broken(TEACHERS, four(), {"first": "K"}),
        "one year": broken(TEACHERS, four(), {"first": {**VILLAGE, "until": "2028-08-31"}}),
        "two of four": broken(TEACHERS, four(), {"first": VILLAGE, "second": VILLAGE}),  # two stay, 75% are three
    }
    assert told == {
        "made": set(),
        "nobody": {"tenth"},
        "fewer points": {"by-points", "backbone"},
        "no partner": {"partners"},
        "closed": {"closed", "partners"},
        "one year": {"ways"},
        "two of four": {"gap"},
    }


# ---- Shiqiao: offices ------------------------------------------------------------------------------------------------


def offices(staff: dict[str, Any], **tables: Any) -> District:
    schools: dict[str, Row] = {"A": {"zone": "东", "处室设置": "教务处;德育处"}, "B": {"zone": "东"}}
    people = {
        who: {"at": "A", "position": "middle_chief", "subject": "", "stage": "", "skills": "", "岗位类别": "", **given}
        for who, given in staff.items()
    }
    return tiny_district(schools, people, **tables)


def pair(**tables: Any) -> District:
    """Two chiefs are due, each able for the other's office only; nobody else may go."""
    people = {
        "x": {"department": "教务处", "post_years": 6, "years": 9, "skills": "德育处"},
        "z": {"department": "德育处", "post_years": 2},
        "y": {"at": "B", "department": "德育处", "post_years": 6, "years": 9, "skills": "教务处"},
        "w": {"at": "B", "department": "总务处", "post_years": 2},
    }
    return offices(people, **tables)


def test_who_of_an_office_must_go() -> None:
    people = {
        "six": {"department": "教务处", "post_years": 6, "years": 9},
        "less": {"department": "德育处", "post_years": 5.5, "years": 9},
        "old": {"at": "B", "department": "教务处", "post_years": 6, "years": 9, "age": 53},
        "chief": {"at": "B", "department": "总务处", "post_years": 5, "years": 9},  # five years, and so has the deputy
        "deputy": {"at": "B", "department": "总务处", "post_years": 5, "years": 9, "position": "middle_deputy"},
        "cash": {"position": "support", "department": "总务处", "years": 5, "岗位类别": "财务"},
        "cash4": {"position": "support", "department": "总务处", "years": 4.5, "岗位类别": "财务"},
        "clerk": {"position": "support", "department": "总务处", "years": 9, "岗位类别": "综合"},
    }
    assert OFFICES.must(offices(people)) == {"six", "chief", "deputy", "cash"}


def test_two_chiefs_change_places() -> None:
    """In A the office of moral education has its chief, in B its chief leaves: a term of four years, both ways."""
    assert planned(OFFICES, pair()) == {
        "x": ("B", "德育处", "transfer", "2031-08-31"),
        "y": ("A", "教务处", "transfer", "2031-08-31"),
    }


def test_what_the_audit_says_of_office_plans_made_by_hand() -> None:
    term = {"until": "2031-08-31"}
    out = {"x": {"to": "B", "into": "德育处", **term}, "y": {"to": "A", "into": "教务处", **term}}
    inside = {"to": "A", "into": "德育处", "mode": "office", "personnel_file_moves": "no", "until": "2030-08-31"}
    married = [{"staff_id": "x", "relative_id": "wife", "kinship": "spouse"}]
    wed = offices(
        {
            "x": {"department": "教务处", "post_years": 6, "years": 9, "skills": "德育处"},
            "z": {"department": "总务处", "post_years": 2},
            "wife": {"at": "B", "position": "support", "department": "德育处"},
        },
        relatives=married,
    )
    told = {
        "made": broken(OFFICES, pair(), out),
        "second chief": broken(OFFICES, pair(), {"x": inside}),
        "not able": broken(OFFICES, pair(), {**out, "x": {**out["x"], "into": "教务处"}}),
        "three years": broken(OFFICES, pair(), {**out, "x": {**out["x"], "until": "2030-08-31"}}),
        "both leave": broken(OFFICES, pair(), {**out, "z": {"to": "B", "into": "办公室", **term}}),
        "wife's office": broken(OFFICES, wed, {"x": out["x"]}),
    }
    assert told["made"] == set()
    assert told["second chief"] == {"one-chief", "inside-part"}  # the one mover of the plan goes inside: 100%, not 60%
    assert "ability" in told["not able"]
    assert told["three years"] == {"ways"}
    assert {"scope", "most-leave"} <= told["both leave"]
    assert told["wife's office"] == {"apart"}
