"""Invented districts: the same every time, of the size asked for, and such as a bureau would recognise."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from generator.recount import days

from rotation_planner.data.dates import age_on, completed_years, retirement_date
from rotation_planner.data.generator import AS_OF, generate, usual_staff, write_district
from rotation_planner.data.reading import read_district
from rotation_planner.data.schema import TABLES
from rotation_planner.data.yamlfile import read_yaml

SEEDS = (0, 1, 2)


@pytest.fixture(scope="module", params=SEEDS)
def frames(request: pytest.FixtureRequest) -> dict[str, pd.DataFrame]:
    return generate(40, request.param)


def held(frames: dict[str, pd.DataFrame], titles: list[str]) -> pd.Series:
    staff = frames["staff"]
    count = staff[staff["title"].isin(titles)].groupby("school_id").size()
    return frames["schools"]["school_id"].map(count).fillna(0)


def teachers_in_scope(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    schools = frames["schools"]
    inside = schools[(schools["ownership"] == "public") & schools["stages"].str.contains("primary|junior")]
    staff = frames["staff"]
    return staff[staff["school_id"].isin(inside["school_id"]) & (staff["full_time"] == "yes")]


def test_the_same_seed_gives_the_same_district() -> None:
    one, other, third = generate(12, 5), generate(12, 5), generate(12, 6)
    for key, frame in one.items():
        pd.testing.assert_frame_equal(frame, other[key])
    assert not one["staff"].equals(third["staff"])


def test_the_same_district_on_every_machine() -> None:
    """The fingerprint changes when the generator is changed on purpose, and never otherwise."""
    texts = [frame.to_csv(index=False, lineterminator="\n") for frame in generate(9, 3).values()]
    assert hashlib.sha256("".join(texts).encode()).hexdigest()[:16] == "6324627d77346c81"


@pytest.mark.parametrize(("schools", "staff"), [(4, 200), (20, 1000), (60, 5000), (200, 20000), (1200, 100000)])
def test_the_usual_staff_grows_with_the_schools(schools: int, staff: int) -> None:
    assert usual_staff(schools) == staff


@pytest.mark.parametrize(("schools", "staff"), [(4, 36), (7, 333), (25, 2001)])
def test_sizes_are_exact(schools: int, staff: int) -> None:
    made = generate(schools, 1, staff=staff)
    assert len(made["schools"]) == schools
    assert len(made["staff"]) == staff
    assert made["staff"].groupby("school_id").size().min() >= 9


@pytest.mark.parametrize(("schools", "staff", "seed"), [(3, None, 1), (10, 50, 1), (10, None, -1)])
def test_what_cannot_be_is_refused(schools: int, staff: int | None, seed: int) -> None:
    with pytest.raises(ValueError, match=r"\d"):
        generate(schools, seed, staff=staff)


def test_tables_and_columns_are_the_contracts(frames: dict[str, pd.DataFrame]) -> None:
    assert list(frames) == [table.key for table in TABLES]
    for table in TABLES:
        assert list(frames[table.key].columns) == table.keys
        assert len(frames[table.key]), table.key


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("schools", "seed", "feasible"), [(4, 3, True), (11, 4, True), (30, 5, True), (30, 6, False)])
def test_the_reader_finds_nothing_to_say(tmp_path: Path, schools: int, seed: int, feasible: bool, lang: str) -> None:
    path = write_district(generate(schools, seed, feasible=feasible), tmp_path, "试验区", lang=lang)  # type: ignore[arg-type]
    district, problems = read_district(tmp_path, AS_OF)
    assert not problems
    assert len(district.schools) == schools
    assert read_yaml(path).data["title"] == "试验区"


def test_both_languages_say_the_same(tmp_path: Path) -> None:
    made = generate(15, 8)
    for lang in ("zh", "en"):
        write_district(made, tmp_path / lang, "区", lang=lang)  # type: ignore[arg-type]
    chinese, english = (read_district(tmp_path / lang, AS_OF)[0] for lang in ("zh", "en"))
    for key, frame in chinese.frames.items():
        pd.testing.assert_frame_equal(frame, english.frames[key])


def test_ids_and_school_names_are_unique(frames: dict[str, pd.DataFrame]) -> None:
    assert frames["schools"]["school_id"].is_unique
    assert frames["schools"]["name"].is_unique
    assert frames["staff"]["staff_id"].is_unique


def test_some_people_share_a_name_and_some_have_rare_characters(frames: dict[str, pd.DataFrame]) -> None:
    names = frames["staff"]["name"]
    assert names.duplicated().any()
    assert names.map(lambda name: any(not 0x4E00 <= ord(c) <= 0x9FA5 for c in name)).any()


def test_tiers_keep_their_limits(frames: dict[str, pd.DataFrame]) -> None:
    schools = frames["schools"]
    inside = schools[(schools["ownership"] == "public") & schools["stages"].str.contains("primary|junior")]
    for table in (schools, inside):
        share = table["tier"].value_counts(normalize=True)
        assert 0 < share["quality"] <= 0.3
        assert 0 < share["weak"] <= 0.3


def test_limits_follow_the_national_standard(frames: dict[str, pd.DataFrame]) -> None:
    schools = frames["schools"]
    near = schools["location"].isin(["urban", "town"]) & (schools["headcount_limit"] >= 60)
    for stage, pupils in {"primary": 19, "junior": 13.5, "senior": 12.5}.items():
        chosen = schools[near & (schools["stages"] == stage)]
        expected = np.ceil(chosen["students"] / pupils)
        assert (abs(expected - chosen["headcount_limit"]) <= 1).all()


def test_some_schools_are_over_staffed_and_more_are_short(frames: dict[str, pd.DataFrame]) -> None:
    schools = frames["schools"].set_index("school_id")
    over = frames["staff"].groupby("school_id").size() - schools["headcount_limit"]
    assert (over > 0).sum() >= 5
    assert (over < 0).sum() >= 8
    assert over.max() <= 0.06 * schools["headcount_limit"].max()


def test_no_more_posts_are_held_than_there_are(frames: dict[str, pd.DataFrame]) -> None:
    schools = frames["schools"]
    senior, middle = held(frames, ["senior", "professor"]), held(frames, ["intermediate"])
    assert (senior <= schools["senior_posts"]).all()
    assert (middle <= schools["intermediate_posts"]).all()
    assert (senior == schools["senior_posts"]).sum() >= 4
    assert (senior < schools["senior_posts"]).sum() >= 4
    staff = frames["staff"]
    columns = {"principal": "principal_posts", "deputy_principal": "deputy_posts", "middle_chief": "middle_chief_posts"}
    for position, column in columns.items():
        count = schools["school_id"].map(staff[staff["position"] == position].groupby("school_id").size()).fillna(0)
        assert (count <= schools[column]).all()
    assert (staff[staff["position"] == "principal"].groupby("school_id").size() == 1).all()


def test_everybody_teaches_what_their_school_teaches(frames: dict[str, pd.DataFrame]) -> None:
    staff = frames["staff"].merge(frames["schools"][["school_id", "stages"]], on="school_id")
    teaching = staff[staff["stage"] != ""]
    assert all(stage in stages.split(";") for stage, stages in zip(teaching["stage"], teaching["stages"], strict=True))
    rows = frames["demand"].set_index(["school_id", "stage", "subject"]).index
    full = staff[staff["full_time"] == "yes"].set_index(["school_id", "stage", "subject"]).index
    assert full.isin(rows).all()
    assert (staff.loc[staff["position"] == "support", "subject"] == "").all()


def test_most_subjects_are_near_balance(frames: dict[str, pd.DataFrame]) -> None:
    demand = frames["demand"].set_index(["school_id", "stage", "subject"])["required"]
    full = frames["staff"][frames["staff"]["full_time"] == "yes"]
    gap = full.groupby(["school_id", "stage", "subject"]).size().reindex(demand.index, fill_value=0) - demand
    assert (gap.abs() <= 1).mean() > 0.85
    assert (gap < 0).sum() >= 10
    assert (gap > 0).sum() >= 10


def test_dates_stand_in_order_and_nobody_is_past_retirement(frames: dict[str, pd.DataFrame]) -> None:
    staff = frames["staff"]
    birth, hired, joined = (days(staff[c]) for c in ("birth_date", "hired_on", "joined_school"))
    assert (completed_years(birth, hired) >= 18).all()
    assert (hired <= joined).all()
    assert (joined <= np.datetime64(AS_OF)).all()
    assert (retirement_date(birth, staff["sex"].to_numpy(str)) > np.datetime64(AS_OF)).all()
    since = days(staff["position_since"])
    leads = staff["position"].isin(["principal", "deputy_principal", "middle_chief", "middle_deputy"]).to_numpy()
    assert (~np.isnat(since) == leads).all()
    assert (since[leads] >= hired[leads]).all()


def test_nobody_leads_too_young(frames: dict[str, pd.DataFrame]) -> None:
    leaders = frames["staff"][frames["staff"]["position"].isin(["principal", "deputy_principal"])]
    assert age_on(days(leaders["birth_date"]), AS_OF).min() >= 34


def test_a_fifth_to_a_third_have_served_nine_years(frames: dict[str, pd.DataFrame]) -> None:
    teachers = teachers_in_scope(frames)
    long = pd.Series(completed_years(days(teachers["joined_school"]), AS_OF) >= 9, index=teachers["school_id"])
    assert 0.17 <= long.mean() <= 0.33
    by_school = long.groupby(level=0).mean()
    assert by_school.min() < 0.1
    assert by_school.max() > 0.3


def test_women_are_the_greater_part(frames: dict[str, pd.DataFrame]) -> None:
    women = (teachers_in_scope(frames)["sex"] == "F").groupby(teachers_in_scope(frames)["stage"]).mean()
    assert 0.68 <= women["primary"] <= 0.82
    assert 0.54 <= women["junior"] <= 0.70


def test_awards_gather_in_quality_schools(frames: dict[str, pd.DataFrame]) -> None:
    teachers = teachers_in_scope(frames).merge(frames["schools"][["school_id", "tier"]], on="school_id")
    share = (teachers["backbone"] != "").groupby(teachers["tier"]).mean()
    assert share["quality"] > share["general"] > share["weak"] > 0


def test_kin_stand_on_both_sides(frames: dict[str, pd.DataFrame]) -> None:
    rows = frames["relatives"]
    pairs = set(zip(rows["staff_id"], rows["relative_id"], rows["kinship"], strict=True))
    assert pairs == {(other, one, kinship) for one, other, kinship in pairs}


def test_wishes_can_be_met(frames: dict[str, pd.DataFrame]) -> None:
    wishes = frames["applications"]
    assert (wishes["school_id"].eq("") != wishes["zone"].eq("")).all()
    ranks = wishes.groupby("staff_id")["rank"].apply(list)
    assert all(r == list(range(1, len(r) + 1)) for r in ranks)
    assert ranks.map(len).max() == 3
    known = wishes[wishes["school_id"] != ""].merge(frames["staff"][["staff_id", "stage", "subject"]], on="staff_id")
    rows = frames["demand"].set_index(["school_id", "stage", "subject"]).index
    assert known.set_index(["school_id", "stage", "subject"]).index.isin(rows).all()


def test_exemptions_are_of_every_kind_and_some_are_over(frames: dict[str, pd.DataFrame]) -> None:
    table = frames["exemptions"]
    assert set(table["kind"]) == set(TABLES[3]["kind"].values)
    end = days(table["end"])
    assert (end < np.datetime64(AS_OF)).any()
    assert (np.isnat(end) | (end >= days(table["start"]))).all()
    assert (table["evidence"] != "").all()


def test_earlier_posts_leave_no_gap_and_end_before_the_present(frames: dict[str, pd.DataFrame]) -> None:
    table = frames["history"].merge(frames["staff"][["staff_id", "hired_on", "joined_school"]], on="staff_id")
    assert (table["start"] >= table["hired_on"]).all()
    assert (table["start"] <= table["end"]).all()
    posts = table[table["kind"].isin(["post", "exchange"])]
    assert (posts["end"] < posts["joined_school"]).all()
    assert {"post", "exchange", "support_teaching", "attachment"} == set(table["kind"])


@pytest.mark.slow
def test_ferries_are_longer_than_the_straight_line(tmp_path: Path) -> None:
    made = generate(60, 4)
    write_district(made, tmp_path, "区")
    district, _ = read_district(tmp_path, AS_OF)
    write_district({**made, "distances": made["distances"].iloc[:0]}, tmp_path, "区")
    straight, _ = read_district(tmp_path, AS_OF)
    for row in made["distances"].itertuples():
        one, other = district.school_pos[row.from_school], district.school_pos[row.to_school]
        assert district.km[one, other] == row.km
        assert row.km > straight.km[one, other]


def test_another_day_of_counting() -> None:
    made = generate(8, 1, as_of=dt.date(2030, 2, 28))
    joined = days(made["staff"]["joined_school"])
    assert (joined <= np.datetime64("2030-02-28")).all()
    assert joined.max() == np.datetime64("2029-09-01")


@pytest.mark.parametrize("title", ["滨海区2027年度", "No", "2027", "a: b # c", '“引号”"与\\', "- 一"])
def test_titles_survive_the_scenario_file(tmp_path: Path, title: str) -> None:
    path = write_district({}, tmp_path, title, policy="./own.yaml")
    data = read_yaml(path).data
    assert (data["title"], data["policy"], data["as_of"]) == (title, "./own.yaml", AS_OF)
