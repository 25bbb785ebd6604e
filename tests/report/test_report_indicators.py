"""The balance indicators, each number counted by hand."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import turnover

from rotation_planner.report import indicators
from rotation_planner.report.balance import Balance
from rotation_planner.report.indicators import Lines, national_lines

LINES = national_lines()


def people(*rows: tuple[str, str, str, bool, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["school", "stage", "subject", "full_time", "backbone", "degree"])


def pupils(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["school", "stage", "pupils"])


def teacher(
    school: str = "A", stage: str = "primary", subject: str = "语文", full: bool = True, backbone: str = "",
    degree: str = "bachelor",
) -> tuple[str, str, str, bool, str, str]:  # fmt: skip
    return (school, stage, subject, full, backbone, degree)


def row(values: pd.DataFrame, school: str, indicator: str, stage: str = "primary") -> dict[str, object]:
    mine = (values["school"] == school) & (values["indicator"] == indicator) & (values["stage"] == stage)
    return values[mine].iloc[0].to_dict()


def test_the_lines_are_those_of_the_law() -> None:
    assert LINES.per_hundred == {
        "degree": {"primary": Fraction("4.2"), "junior": Fraction("5.3")},
        "backbone": {"primary": Fraction(1), "junior": Fraction(1)},
        "arts": {"primary": Fraction("0.9"), "junior": Fraction("0.9")},
    }
    assert LINES.spread == {"primary": Fraction("0.5"), "junior": Fraction("0.45")}
    assert (LINES.of_eligible, LINES.backbone) == (Fraction(1, 10), Fraction(1, 5))


# ---- who counts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "counts"),
    [
        (teacher(degree="college"), {"degree"}),  # primary: college and above
        (teacher(degree="below"), set()),
        (teacher(degree=""), set()),
        (teacher(stage="junior", degree="college"), set()),  # junior: bachelor and above
        (teacher(stage="junior", degree="bachelor"), {"degree"}),
        (teacher(backbone="county"), {"degree", "backbone"}),
        (teacher(backbone="school"), {"degree"}),
        (teacher(backbone="national", degree="below"), {"backbone"}),
        (teacher(subject="体育"), {"degree", "arts"}),
        (teacher(subject="音乐", stage="junior"), {"degree", "arts"}),
        (teacher(subject="艺术", full=False), set()),  # full-time only
        (teacher(stage="senior", subject="美术", backbone="city"), set()),  # compulsory stages only
        (teacher(stage="", subject="", degree="doctor"), set()),
    ],
)
def test_who_counts(who: tuple[str, str, str, bool, str, str], counts: set[str]) -> None:
    assert {name for name, mask in indicators.counted(people(who), LINES).items() if mask[0]} == counts


# ---- school by school ------------------------------------------------------------------------------------------------


def test_a_school_on_the_line_meets_it_and_one_below_does_not() -> None:
    """42 of 1,000 are 4.2 per hundred exactly; 41 are not enough, nor are 42 of 1,001."""
    staff = people(*[teacher("A")] * 42, *[teacher("B")] * 41, *[teacher("C")] * 42)
    values = indicators.school_values(
        staff, staff, pupils(("A", "primary", 1000), ("B", "primary", 1000), ("C", "primary", 1001)), LINES
    )
    assert [row(values, school, "degree")["met_after"] for school in "ABC"] == [True, False, False]
    assert row(values, "A", "degree")["rate_before"] == 4.2
    assert row(values, "B", "degree")["rate_before"] == 4.1


def test_crossings_and_the_people_behind_them() -> None:
    """100 pupils each, one county award needed. 0 goes from A to B, 2 from C to D, 3 (school award) from C to B.

    A: 1 -> 0 falls; B: 0 -> 1 rises; C: 2 -> 1 keeps the line; D: 1 -> 2 keeps it.
    """
    before = people(
        teacher("A", backbone="county"), teacher("C", backbone="city"), teacher("C", backbone="county"),
        teacher("C", backbone="school"), teacher("D", backbone="province"),
    )  # fmt: skip
    after = before.assign(school=["B", "C", "D", "B", "D"])
    values = indicators.school_values(before, after, pupils(*[(s, "primary", 100) for s in "ABCD"]), LINES)
    found = {s: row(values, s, "backbone") for s in "ABCD"}
    assert [(r["before"], r["after"], r["crossing"]) for r in found.values()] == [
        (1, 0, "down"), (0, 1, "up"), (2, 1, ""), (1, 2, ""),
    ]  # fmt: skip
    changed = indicators.changes(before, after, LINES)
    mine = changed[changed["indicator"] == "backbone"]
    assert set(zip(mine["person"], mine["school"], mine["change"], strict=True)) == {
        (0, "A", -1), (0, "B", 1), (2, "C", -1), (2, "D", 1),
    }  # fmt: skip
    thanks = indicators.thanks_to(values, changed)
    thanks = thanks[thanks["indicator"] == "backbone"]
    assert set(zip(thanks["school"], thanks["person"], strict=True)) == {("A", 0), ("B", 0)}


def test_a_move_to_the_other_stage_counts_by_that_stage_s_degree() -> None:
    """A college degree is above what primary asks for and not above what junior asks for."""
    before = people(teacher("A", degree="college"))
    after = before.assign(school="B", stage="junior")
    values = indicators.school_values(before, after, pupils(("A", "primary", 10), ("B", "junior", 10)), LINES)
    assert (row(values, "A", "degree")["before"], row(values, "A", "degree")["after"]) == (1, 0)
    assert (row(values, "B", "degree", "junior")["before"], row(values, "B", "degree", "junior")["after"]) == (0, 0)


def test_nothing_is_said_of_a_school_without_pupils() -> None:
    staff = people(teacher("A"), teacher("B"))
    values = indicators.school_values(staff, staff, pupils(("A", "primary", math.nan), ("B", "primary", 0)), LINES)
    assert values["met_before"].isna().all()
    assert (values["crossing"] == "").all()
    assert indicators.spread(values, LINES)["cv_after"].isna().all()


# ---- pupils ----------------------------------------------------------------------------------------------------------


def split(stages: str, students: float, demand: dict[str, int], staff: dict[str, int]) -> dict[str, tuple[float, str]]:
    schools = pd.DataFrame({"stages": [stages], "students": [students]}, index=["A"])
    rows = pd.DataFrame(
        [("A", stage, number) for stage, number in demand.items()], columns=["school", "stage", "required"]
    )
    today = people(*[teacher("A", stage) for stage, number in staff.items() for _ in range(number)])
    found = indicators.pupils_by_stage(schools, rows, today, LINES)
    return {r.stage: (r.pupils, r.basis) for r in found.itertuples()}


def test_a_school_of_one_stage_has_all_its_pupils_there() -> None:
    assert split("primary", 812, {"primary": 40, "junior": 3}, {}) == {"primary": (812, "whole")}


def test_a_nine_year_school_is_split_by_the_teachers_its_stages_require() -> None:
    """27 x 19 = 513 and 20 x 13.5 = 270: of 783 pupils exactly these; of 784 the odd one goes by the larger rest
    (513.66, 270.34)."""
    assert split("primary;junior", 783, {"primary": 27, "junior": 20}, {}) == {
        "primary": (513, "required"), "junior": (270, "required"),
    }  # fmt: skip
    assert split("primary;junior", 784, {"primary": 27, "junior": 20}, {})["primary"] == (514, "required")


def test_without_demand_it_is_split_by_its_teachers_of_today() -> None:
    assert split("primary;junior", 783, {}, {"primary": 27, "junior": 20}) == {
        "primary": (513, "staff"), "junior": (270, "staff"),
    }  # fmt: skip
    assert {basis for _, basis in split("primary;junior", 783, {}, {}).values()} == {"unknown"}
    assert {basis for _, basis in split("primary;junior", math.nan, {"primary": 1}, {}).values()} == {"unknown"}


@settings(derandomize=True, max_examples=60)
@given(st.integers(0, 3000), st.lists(st.integers(0, 60), min_size=2, max_size=4))
def test_the_parts_add_up(students: int, required: list[int]) -> None:
    stages = ("kindergarten", "primary", "junior", "senior")[: len(required)]
    parts = split(";".join(stages), students, dict(zip(stages, required, strict=True)), {"primary": 1})
    assert sum(number for number, _ in parts.values()) == students


# ---- between schools -------------------------------------------------------------------------------------------------


def test_the_coefficient_of_variation_is_weighed_by_pupils() -> None:
    """1 for 100 pupils and 9 for 300: the mean is 10/400 = 0.025; the schools lie at 0.01 and 0.03.

    (100 x 0.015^2 + 300 x 0.005^2) / 400 = (0.0225 + 0.0075) / 400 = 0.000075; its root 0.0086603; / 0.025 = 0.34641.
    """
    mean, cv = indicators.variation(np.array([1.0, 9.0]), np.array([100.0, 300.0]))
    assert mean == pytest.approx(0.025)
    assert cv == pytest.approx(math.sqrt(0.000075) / 0.025)
    assert round(cv, 4) == 0.3464


def test_equal_schools_do_not_vary_and_nobody_is_no_number() -> None:
    assert indicators.variation(np.array([2.0, 4.0]), np.array([100.0, 200.0])) == (0.02, 0.0)
    mean, cv = indicators.variation(np.array([0.0, 0.0]), np.array([100.0, 200.0]))
    assert mean == 0
    assert math.isnan(cv)


def test_evening_out_is_seen_in_the_spread() -> None:
    """Two schools of 100 pupils, 4 and 0 county awards: CV 1; one goes over (3 and 1): CV 0.5, just within."""
    before = people(*[teacher("A", backbone="county")] * 4)
    after = before.assign(school=["A", "A", "A", "B"])
    values = indicators.school_values(before, after, pupils(("A", "primary", 100), ("B", "primary", 100)), LINES)
    found = indicators.spread(values, LINES).query("stage == 'primary' and indicator == 'backbone'").iloc[0]
    assert (found["schools"], found["mean_before"], found["mean_after"]) == (2, 2.0, 2.0)
    assert (found["cv_before"], found["cv_after"]) == (1.0, 0.5)
    assert (found["met_before"], found["met_after"]) == (False, True)


# ---- the exchange ----------------------------------------------------------------------------------------------------


def test_the_shares_of_the_exchange() -> None:
    """Ten are eligible, one of them moves: a tenth, enough. Five move, one with a county award: a fifth, enough."""
    eligible = np.arange(20) < 10
    moving = np.isin(np.arange(20), [0, 15, 16, 17, 18])
    awards = pd.Series([""] * 15 + ["county", "school", "school", "", "national"])
    found = indicators.exchange(eligible, moving, awards, LINES)
    assert found[["part", "whole", "met"]].values.tolist() == [[1, 10, True], [1, 5, True]]
    awards[15] = ""
    assert indicators.exchange(eligible, moving, awards, LINES)["met"].tolist() == [True, False]
    assert indicators.exchange(eligible, moving & False, awards, LINES)["met"].tolist() == [False, None]


def test_other_lines_may_be_read(tmp_path) -> None:  # type: ignore[no-untyped-def]
    text = indicators.DEFAULT.read_text("utf-8").replace('primary = "4.2"', 'primary = "4.1"')
    (tmp_path / "own.toml").write_text(text, "utf-8")
    staff = people(*[teacher("B")] * 41)
    values = indicators.school_values(staff, staff, pupils(("B", "primary", 1000)), Lines.read(tmp_path / "own.toml"))
    assert row(values, "B", "degree")["met_after"] is True


# ---- of a plan -------------------------------------------------------------------------------------------------------


def test_a_plan_s_balance_recounted_from_the_tables() -> None:
    found = turnover()
    balance = Balance(found)
    staff, transfers = found.district.staff, found.plan.transfers
    goes = dict(zip(transfers["staff_id"], transfers["to_school_id"], strict=True))
    after = [goes.get(who, here) for who, here in zip(staff["staff_id"], staff["school_id"], strict=True)]
    codes = found.district.schools["school_id"]
    for value in balance.values[balance.values["indicator"] == "backbone"].to_dict("records"):
        code = codes[value["school"]]
        counts = [
            sum(
                award in ("county", "city", "province", "national") and full and school == code
                for award, full, school in zip(staff["backbone"], staff["full_time"], where, strict=True)
            )
            for where in (staff["school_id"], after)
        ]
        assert [value["before"], value["after"]] == counts
    assert balance.exchange["whole"][1] == len(transfers)
