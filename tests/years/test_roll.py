"""A plan carried over into the next year: by hand on the small example, and as laws on drawn districts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from source import ROOT
from years.yearbook import scenario

import rotation_planner as rp
from rotation_planner.data.dates import completed_years
from rotation_planner.data.generator import generate_with_plan, write_district
from rotation_planner.data.problems import InputError, Severity
from rotation_planner.plan.files import write_plan_files
from rotation_planner.plan.plan import Plan
from rotation_planner.plan.table import blank_frame
from rotation_planner.run import Outcome
from rotation_planner.years import Assumptions, Rolled
from rotation_planner.years.assumptions import Arising, Exemptions, NewTeachers, Retirement, Stints, Tiers
from rotation_planner.years.leaving import retired

NEXT = dt.date(2028, 8, 31)
FIRST = pd.Timestamp(2027, 9, 1)


@pytest.fixture(scope="module")
def tiny() -> tuple[rp.Scenario, Outcome]:
    """The small example of the README with its one best plan of eleven moves."""
    found = rp.load_scenario(ROOT / "scenarios" / "tiny")
    return found, rp.make_plan(found)


@pytest.fixture(scope="module")
def rolled(tiny: tuple[rp.Scenario, Outcome], tmp_path_factory: pytest.TempPathFactory) -> Rolled:
    """The small example a year later."""
    found, outcome = tiny
    assert outcome.plan is not None
    folder = tmp_path_factory.mktemp("plan")
    write_plan_files(folder, outcome.plan)
    return rp.roll(found, folder, tmp_path_factory.mktemp("next") / "2028")


def row(frame: pd.DataFrame, who: str) -> dict[str, object]:
    return dict(frame[frame["staff_id"] == who].iloc[0])


def test_the_small_example_by_hand(rolled: Rolled) -> None:
    staff, history = rolled.scenario.district.staff, rolled.scenario.district.history
    assert rolled.scenario.district.as_of == NEXT
    assert rolled.scenario.title == "潮汐区2028年度教师校长交流轮岗（手算小例）"
    assert len(staff) == 66  # nobody of the example retires by then
    where = dict(zip(staff["staff_id"], staff["school_id"], strict=True))
    expected = {"0101": "04", "0401": "01", "0103": "02", "0203": "05", "0104": "03", "0303": "05", "0504": "06",
                "0107": "02", "0209": "05", "0403": "03", "0308": "04"}  # fmt: skip
    assert {who: where[who] for who in expected} == expected
    assert all(row(staff, who)["joined_school"] == FIRST for who in expected)
    assert row(staff, "0101")["position"] == "principal"
    assert row(staff, "0101")["position_since"] == pd.Timestamp(2018, 9, 1)  # the same position, held on
    # 0203 leaves 02, where she was since 2007, for a term in a village; the file stays at 02.
    past = history[history["staff_id"] == "0203"]
    assert past[["school_id", "kind", "location", "tier"]].to_numpy().tolist() == [
        ["02", "post", "urban", "quality"], ["05", "exchange", "rural", "general"]
    ]  # fmt: skip
    assert past["start"].tolist() == [pd.Timestamp(2007, 9, 1), FIRST]
    assert past["end"].tolist() == [pd.Timestamp(2027, 8, 31), pd.Timestamp(2029, 8, 31)]
    assert past["人事档案学校"].tolist() == ["", "02"]
    # 0103 is transferred between city schools with the file: no term, nothing to come back from.
    assert history[history["staff_id"] == "0103"]["kind"].tolist() == ["post"]
    counts = rolled.counts
    assert (counts["moved"], counts["terms"], counts["retired"], counts["new"]) == (11, 7, 0, 0)
    assert (counts["applications"], counts["pins"]) == (11, 1)
    assert len(rolled.scenario.district.applications) == len(rolled.scenario.district.pins) == 0
    # 01, 02, 03 and 05 are phased and go on in the second of five years.
    assert rolled.scenario.district.schools["分年起始年"].tolist() == ["2027", "2027", "2027", "", "2027", ""]
    assert rolled.scenario.file.adjust == {"phase-large": {"begun": "分年起始年"}}
    # 0111's pregnancy and 0303's illness ended within the year, 0205's goes on to February 2028: over as well.
    assert (counts["exemptions_on"], counts["exemptions_over"]) == (2, 3)
    assert (rolled.scenario.file.folder / "roll.md").read_text("utf-8").count("|") > 40


def test_terms_end_where_the_file_stayed_people_return(tiny: tuple[rp.Scenario, Outcome], rolled: Rolled) -> None:
    second = rp.roll(rolled.scenario, Plan(blank_frame(("staff_id",)), blank_frame(("staff_id",))))
    staff = second.scenario.district.staff
    # 0104's term inside the group lasts three years; 0101's post is taken by 0401; the others return on the day after.
    assert sorted(second.returned) == ["0203", "0209", "0303", "0308", "0504"]
    assert second.counts["stayed"] == 1
    back = row(staff, "0203")
    assert (back["school_id"], back["joined_school"]) == ("02", pd.Timestamp(2029, 9, 1))
    assert row(staff, "0104")["school_id"] == "03"
    assert row(staff, "0101")["school_id"] == "04"
    stay = rp.roll(
        rolled.scenario, Plan(blank_frame(("staff_id",)), blank_frame(("staff_id",))),
        assume=Assumptions(stints=Stints(at_end="stay")),
    )  # fmt: skip
    assert stay.returned == ()
    assert row(stay.scenario.district.staff, "0203")["school_id"] == "05"


def test_the_written_folder_is_what_the_reader_reads(rolled: Rolled) -> None:
    again = rp.load_scenario(rolled.scenario.file.folder)
    assert again.fingerprints == rolled.scenario.fingerprints
    assert not [each for each in again.problems if each.severity is Severity.ERROR]


# Men born from 1965-01 on retire a month later for every four months: those of 1969-05 to 1969-08 14 months after 60.
@pytest.mark.parametrize(
    ("born", "sex", "position", "gone"),
    [
        ("1969-06-15", "M", "teacher", True),  # 2030-08-15: the day itself
        ("1969-06-16", "M", "teacher", False),  # a day later
        ("1969-05-31", "M", "teacher", True),  # 60 years and 14 months: 2030-07-31
        ("1969-04-15", "M", "teacher", True),  # 13 months late: 2030-05-15
        ("1974-03-15", "F", "teacher", True),  # women of 55, born from 1970-01 on: 13 months late, 2030-04-15
        ("1974-07-15", "F", "teacher", True),  # 14 months late, 2030-09-15: the day itself
        ("1975-01-15", "F", "support", False),  # women of 50, born from 1975-01 on: a month late, 2025-02-15
    ],
)
def test_retirement_on_both_sides_of_the_day(born: str, sex: str, position: str, gone: bool) -> None:
    staff = pd.DataFrame({"birth_date": [pd.Timestamp(born)], "sex": [sex], "position": [position]})
    day = {"1974-07-15": dt.date(2030, 9, 15), "1975-01-15": dt.date(2025, 2, 14)}.get(born, dt.date(2030, 8, 15))
    assert retired(staff, day, Retirement()).tolist() == [gone]
    if position == "support":
        assert retired(staff, day + dt.timedelta(days=1), Retirement()).tolist() == [True]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple[rp.Scenario, Path]]:
    """Three generated districts with a plan each."""
    made = {}
    for seed in (1, 2, 3):
        found = generate_with_plan(9, seed, staff=140)
        folder = tmp_path_factory.mktemp(f"drawn{seed}")
        write_district(found.frames, folder / "here", "2027年小区", lang="zh")
        found.moves[["staff_id", "to_school_id", "stage", "subject"]].to_csv(folder / "plan.csv", index=False)
        made[seed] = (rp.load_scenario(folder / "here"), folder / "plan.csv")
    return made


@pytest.mark.slow
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.sampled_from([1, 2, 3]),
    replace=st.sampled_from(["0", "1/2", "1"]),
    at_end=st.sampled_from(["rule", "return", "stay", "room"]),
    years=st.integers(1, 3),
)
def test_laws_of_rolling(
    drawn: dict[int, tuple[rp.Scenario, Path]], seed: int, replace: str, at_end: str, years: int
) -> None:
    """Nobody is lost but who retires; whoever stays has served exactly so many years more; data are data again."""
    here, plan = drawn[seed]
    day = dt.date(2027 + years, 8, 31)
    how = Assumptions.model_validate({"new_teachers": {"replace": replace}, "stints": {"at_end": at_end}})
    found = rp.roll(here, plan, as_of=day, assume=how)
    before, after = here.district.staff.set_index("staff_id"), found.scenario.district.staff.set_index("staff_id")
    assert set(before.index) - set(after.index) == set(found.retired)
    assert set(after.index) - set(before.index) == set(found.new)
    gone = retired(here.district.staff, day, Retirement())
    assert set(found.retired) == set(here.district.staff["staff_id"][gone])
    moved = set(pd.read_csv(plan, dtype=str)["staff_id"])
    stayed = [who for who in after.index if who in before.index and who not in moved and who not in found.returned]
    served = [
        completed_years(frame.loc[stayed, "joined_school"].to_numpy("datetime64[D]"), np.datetime64(on, "D"))
        for frame, on in ((before, here.district.as_of), (after, day))
    ]
    assert (served[1] - served[0] == years).all()
    assert (before.loc[stayed, "school_id"] == after.loc[stayed, "school_id"]).all()
    assert found.scenario.fingerprints["data"] != here.fingerprints["data"]
    assert found.counts["people_after"] == len(after)
    history = found.scenario.district.history
    assert (history["end"].isna() | (history["end"] >= history["start"])).all()


def test_own_columns_and_line_of_command(tmp_path: Path) -> None:
    people = {
        "ann": {"at": "A", "years": 9, "特长": "合唱", "reports_to": "bob", "duties": "class_teacher"},
        "bob": {"at": "A", "years": 2, "department": "教务处"}, "cy": {"at": "A", "reports_to": "bob"},
    }  # fmt: skip
    here = scenario(tmp_path / "here", {"A": {"校训": "勤"}, "B": {}}, people)
    (tmp_path / "plan.csv").write_text("staff_id,to_school_id\nann,B\n", "utf-8")
    found = rp.roll(here, tmp_path / "plan.csv", tmp_path / "next")
    staff = found.scenario.district.staff
    assert row(staff, "ann")["特长"] == "合唱"
    assert found.scenario.district.schools["校训"].tolist() == ["勤", ""]
    assert row(staff, "ann")["reports_to"] == ""
    assert row(staff, "ann")["duties"] == ""
    assert row(staff, "cy")["reports_to"] == "bob"
    assert (tmp_path / "next" / "own.yaml").is_file()  # the policy goes along
    assert found.scenario.title == "2028年小区"
    assert any("特长" in each for each in found.doubts)


def test_assumed_people_exemptions_and_tiers(tmp_path: Path) -> None:
    people = {"old": {"at": "A", "age": 58, "years": 5}, "star": {"at": "B", "backbone": "city", "years": 2}}
    people |= {f"p{number}": {"at": "AB"[number % 2], "age": 30, "years": 3} for number in range(4)}
    demand = [{"school_id": each, "stage": "primary", "subject": "语文", "required": 3} for each in "ABC"]
    schools = {"A": {"tier": "quality"}, "B": {}, "C": {"headcount_limit": 1}}
    # Women born in 1969 retire at 55: at 58 she is past it.
    exemptions = [{"staff_id": "p0", "kind": "pregnancy", "start": "2027-01-01"}]
    here = scenario(tmp_path / "here", schools, people, demand=demand, exemptions=exemptions)
    how = Assumptions(
        new_teachers=NewTeachers(replace="1"),
        exemptions=Exemptions(
            open_months={"pregnancy": 12}, arise=(Arising(kind="nursing", share="50%", sex="F", ages=(28, 40)),)
        ),
        tiers=Tiers(every=3, first=2028, quality="1/3", weak="1/3"),
    )
    plan = Plan(blank_frame(("staff_id",)), blank_frame(("staff_id",)))
    found, again = (rp.roll(here, plan, assume=how) for _ in range(2))
    assert found.retired == ("old",)
    assert found.new == ("N2027001",)
    newcomer = row(found.scenario.district.staff, "N2027001")
    assert newcomer["school_id"] == "C"  # lacks three, the others fewer
    assert newcomer["subject"] == "语文"
    assert newcomer["hired_on"] == FIRST
    table = found.scenario.district.exemptions
    assert table[table["staff_id"] == "p0"]["end"].iloc[0] == pd.Timestamp(2027, 12, 31)
    assert (table["kind"] == "nursing").sum() == 2  # half of four women of thirty-one
    assert found.scenario.district.schools["tier"].tolist() == [
        "general",
        "quality",
        "weak",
    ]  # by backbone share, then id
    assert again.scenario.district.staff.equals(found.scenario.district.staff)
    assert again.scenario.fingerprints == found.scenario.fingerprints


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("staff_id,to_school_id\nnobody,B\n", "roll_who"),
        ("staff_id,to_school_id\nann,B\nann,B\n", "roll_twice"),
        ("staff_id,to_school_id\nann,Z\n", "roll_where"),
        ("staff_id,to_school_id,from_school_id\nann,B,C\n", "roll_from"),
        ("staff_id,to_school_id,until,mode\nann,B,2026-08-31,transfer\n", "roll_until"),
        ("staff_id,to_school_id,to_position\nann,B,king\n", "roll_value"),
    ],
)
def test_a_plan_that_is_none_of_this_scenario_is_refused(tmp_path: Path, text: str, code: str) -> None:
    here = scenario(tmp_path / "here", {"A": {}, "B": {}}, {"ann": {"at": "A", "years": 9}})
    (tmp_path / "plan.csv").write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        rp.roll(here, tmp_path / "plan.csv", tmp_path / "next")
    assert code in {each.code for each in caught.value.problems}
    assert not (tmp_path / "next").exists()


def test_a_day_that_lies_behind_is_refused(tmp_path: Path) -> None:
    here = scenario(tmp_path / "here", {"A": {}, "B": {}}, {"ann": {"at": "A", "years": 9}})
    plan = Plan(blank_frame(("staff_id",)), blank_frame(("staff_id",)))
    with pytest.raises(InputError):
        rp.roll(here, plan, as_of=dt.date(2027, 8, 31))


@pytest.mark.slow
def test_the_real_sized_district_rolls_clean() -> None:
    here = rp.load_scenario(ROOT / "scenarios" / "binhai")
    staff, schools = here.district.staff, here.district.schools
    codes = schools["school_id"][schools["stages"].str.contains("primary")].tolist()
    following = {code: codes[(at + 1) % len(codes)] for at, code in enumerate(codes)}
    young = staff[(staff["position"] == "teacher") & (staff["stage"] == "primary") & (staff["title"] == "junior")]
    young = young[young["school_id"].isin(codes)]
    movers = young.groupby("school_id").head(2)
    moves = movers[["staff_id"]].assign(to_school_id=movers["school_id"].map(following))
    plan = Plan(moves.reset_index(drop=True), blank_frame(("staff_id",)))
    found = rp.roll(here, plan)
    assert {each.severity for each in found.scenario.problems} <= {Severity.NOTE}
    assert len(found.scenario.district.staff) == len(here.district.staff) - found.counts["retired"]
    assert found.counts["moved"] == len(moves)
