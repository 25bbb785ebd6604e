"""What the pictures of people and places count."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from invented import frame, turnover
from matplotlib.patches import FancyArrowPatch, PathPatch

from rotation_planner.report.burden import AGES, age_band, burden
from rotation_planner.report.charts import distance, flow_trend, move_map, school_balance, zone_flow
from rotation_planner.report.charts.places import arrows, core_of, positions
from rotation_planner.report.charts.tiers import MOST_ZONES, zone_matrix
from rotation_planner.report.charts.writing import planned
from rotation_planner.report.past import FEWEST_YEARS, trend
from rotation_planner.report.turnover import Turnover


def changed(found: Turnover, **tables: pd.DataFrame) -> Turnover:
    """The same plan of a district with other tables."""
    from rotation_planner.eligibility import stand

    district = dataclasses.replace(found.district, **tables)
    return dataclasses.replace(found, district=district, standing=stand(district, found.policy))


def names_of(found: Turnover) -> set[str]:
    """The pictures that would be drawn."""
    return {name for name, *_ in planned(found)}


def without_moves(found: Turnover) -> Turnover:
    return dataclasses.replace(found, plan=dataclasses.replace(found.plan, transfers=found.plan.transfers[:0]))


def test_zones_count_every_move() -> None:
    found = turnover()
    names, matrix = zone_matrix(found)
    assert matrix.sum() == len(found.moves)
    assert "" not in names
    zone = found.of_schools("zone")
    for i, left in enumerate(names):
        assert matrix[i].sum() == sum(zone[s] == left for s in found.moves["source"])
    ribbons = [each for each in zone_flow(found).patches if isinstance(each, PathPatch)]
    assert len(ribbons) == np.count_nonzero(matrix)


def test_of_many_zones_the_least_are_one() -> None:
    found = turnover(30, 8)
    schools = found.district.schools.assign(zone=[f"片区{s}" for s in range(30)])
    names, matrix = zone_matrix(changed(found, schools=schools))
    assert len(names) == MOST_ZONES
    assert names[-1] == ""
    assert matrix.sum() == len(found.moves)


def test_arrows_are_as_many_as_pairs_and_carry_everybody() -> None:
    found = turnover()
    every = arrows(found)
    assert sum(count for *_, count, _ in every) == len(found.moves)
    drawn = [each for each in move_map(found).patches if isinstance(each, FancyArrowPatch)]
    assert len(drawn) == len(every) == len(found.moves.groupby(["source", "target"]))
    tier = found.of_schools("tier")
    order = ["quality", "general", "weak"]
    for source, target, _, way in every:
        step = order.index(tier[target]) - order.index(tier[source])
        assert way == ("down" if step > 0 else "up" if step < 0 else "even")


def test_of_very_many_lines_the_broadest_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rotation_planner.report.charts.places.MOST_LINES", 2)
    found = turnover()
    counts = sorted((count for *_, count, _ in arrows(found)), reverse=True)
    ax = move_map(found)
    assert len([each for each in ax.patches if isinstance(each, FancyArrowPatch)]) == 2 < len(counts)
    assert f"图中只画人数最多的 2 条，共 {sum(counts[:2])} 人" in ax.get_title(loc="left")


def test_the_map_keeps_distances() -> None:
    found = turnover()
    at, km = positions(found), found.district.km
    apart = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
    assert np.allclose(apart, km, rtol=0.01, atol=0.05)


def test_schools_without_coordinates_are_told_and_nothing_fails() -> None:
    found = turnover()
    schools = found.district.schools.copy()
    schools.loc[0, ["latitude", "longitude"]] = np.nan
    title = move_map(changed(found, schools=schools)).get_title(loc="left")
    touched = ((found.moves["source"] == 0) | (found.moves["target"] == 0)).sum()
    assert f"另有 {touched} 人的学校未填经纬度" in title
    schools[["latitude", "longitude"]] = np.nan
    bare = changed(found, schools=schools, distances=found.district.distances[:0])
    assert move_map(bare).texts[0].get_text() == "学校未填经纬度，不能绘制交流地图"
    assert distance(bare).texts[0].get_text() == "学校之间的距离未知"
    assert "map" not in names_of(bare)


def test_a_crowd_is_drawn_larger_and_none_where_there_is_none() -> None:
    found = turnover(30, 8)
    schools = found.district.schools.copy()
    line = np.linspace(0, 1, 30)
    schools["latitude"], schools["longitude"] = 38 + line, 121 + line
    assert core_of(changed(found, schools=schools)) is None
    schools.loc[:19, "latitude"] = 38.5 + line[:20] / 50
    schools.loc[:19, "longitude"] = 121.5 + line[:20] / 50
    crowded = changed(found, schools=schools)
    box, at = core_of(crowded), positions(crowded)
    assert box is not None
    inside = (box[0] <= at[:, 0]) & (at[:, 0] <= box[1]) & (box[2] <= at[:, 1]) & (at[:, 1] <= box[3])
    assert inside.sum() >= 12
    title = move_map(crowded, box=box).get_title(loc="left")
    assert f"（{inside.sum()} 所）" in title


def test_the_burden_counts_everybody_once_in_each_way() -> None:
    found = turnover()
    parts = dict(burden(found))
    whole = parts["whole"][0]
    assert whole.moving == len(found.moves)
    eligible = np.logical_or.reduce(list(found.standing.eligible.values()))
    assert whole.eligible == eligible.sum()
    assert whole.eligible_moving == (eligible & found.moving).sum()
    assert set(parts) == {"whole", "sex", "age", "title", "zone"}
    for name in ("sex", "age", "title", "zone"):
        for count in ("all", "moving", "eligible", "eligible_moving"):
            assert sum(getattr(group, count) for group in parts[name]) == getattr(whole, count), (name, count)


def test_of_very_many_zones_those_with_most_eligible_people_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    found = turnover()
    every = dict(burden(found))["zone"]
    monkeypatch.setattr("rotation_planner.report.burden.MOST_ZONES", 2)
    told = dict(burden(found))["zone"]
    assert len(every) > 2
    assert sorted(group.eligible for group in told) == sorted(group.eligible for group in every)[-2:]
    assert set(told) < set(every)


@pytest.mark.parametrize(("age", "band"), [(18, 0), (29, 0), (30, 1), (49, 4), (50, 5), (54, 5), (55, 6), (80, 6)])
def test_ages_at_the_edges_of_their_bands(age: int, band: int) -> None:
    found = turnover()
    staff = found.district.staff.copy()
    staff["birth_date"] = pd.Timestamp(2027 - age, 8, 31)
    staff.loc[1, "birth_date"] = pd.NaT
    bands = age_band(changed(found, staff=staff))
    assert (bands[0], bands[1]) == (band, -1)
    assert AGES[band][0] <= age <= AGES[band][1]


def past(posts: list[tuple[str, str, str, str, str]]) -> pd.DataFrame:
    keys = ("staff_id", "school_id", "start", "end", "kind")
    return frame("history", [dict(zip(keys, each, strict=True)) for each in posts])


def with_past(posts: list[tuple[str, str, str, str, str]], since: str | None = "2010-09-01") -> Turnover:
    """One backbone teacher of S000 (quality), T000003, with these posts before and the present school since 2026."""
    found = turnover()
    staff = found.district.staff.copy()
    staff["backbone"], staff["backbone_since"] = "", pd.NaT
    staff.loc[3, "backbone"] = "county"
    staff.loc[3, "backbone_since"] = pd.Timestamp(since) if since else pd.NaT
    staff.loc[3, "joined_school"] = pd.Timestamp("2026-09-01")
    return changed(found, staff=staff, history=past(posts))


POSTS = [
    ("T000003", "S000", "2018-09-01", "2020-08-31", "post"),  # quality
    ("T000003", "S001", "2020-09-01", "2023-02-28", "post"),  # general: down in 2020
    ("T000003", "S002", "2021-09-01", "2022-08-31", "support_teaching"),  # weak, from general: out in 2021
    ("T000003", "S003", "2023-03-01", "2024-08-31", "post"),  # quality: up, in the school year 2022
    ("T000003", "S002", "2024-09-01", "2026-08-31", "post"),  # weak: down in 2024; up again to S000 in 2026
]


def test_past_flow_is_told_by_school_year() -> None:
    years = trend(with_past(POSTS))
    told = {each.year: (each.down, each.out, each.up, each.total) for each in years if not each.planned}
    assert list(told) == list(range(2020, 2027))
    assert told[2020] == (1, 0, 0, 1)
    assert told[2021] == (0, 1, 0, 1)
    assert told[2022] == (0, 1, 1, 1)
    assert told[2023] == (0, 0, 0, 0)
    assert told[2024] == (1, 0, 0, 1)
    assert told[2026] == (0, 1, 1, 1)
    assert years[-1].planned
    assert years[-1].year == 2027
    assert flow_trend(years).get_title(loc="left").startswith("往年骨干教师流向：此前 7 年中，从严理解符合")


def test_before_the_award_or_outside_the_district_nothing_counts() -> None:
    assert [each.year for each in trend(with_past(POSTS, "2022-01-01"))][:1] == [2022]
    assert trend(with_past(POSTS, None)) == []
    outside = [(*each[:1], "" if each[1] == "S001" else each[1], *each[2:]) for each in POSTS]
    assert trend(with_past(outside)) == []  # two years are left


def test_a_few_years_are_no_trend() -> None:
    assert FEWEST_YEARS > 1
    assert trend(with_past(POSTS[-1:])) == []
    assert flow_trend([]).texts[0].get_text() == "任职经历记录不足，不能统计往年的流向"
    assert "trend" not in names_of(with_past(POSTS[-1:]))
    assert "trend" in names_of(with_past(POSTS))


def test_school_balance_is_the_page_s() -> None:
    page = turnover().audit.reverse_flow[0]
    drawn = [patch.get_width() for patch in school_balance(page).patches]
    assert sorted(drawn) == sorted(page.schools["balance"][page.schools["balance"] != 0])


def test_a_plan_without_moves_has_its_pictures_too() -> None:
    for name, width, height, draws in planned(without_moves(turnover())):
        for draw in draws:
            assert draw().get_title(loc="left") or draw().texts, name
        assert 0 < width < 12
        assert 0 < height < 16


def test_names_with_signs_of_formulas_are_drawn_as_they_are() -> None:
    found = turnover()
    schools = found.district.schools.copy()
    schools.loc[0, "name"] = "$x_1$\\frac小学"
    schools.loc[0, "zone"] = "$"
    ax = move_map(changed(found, schools=schools))
    assert "$x_1$\\frac小学" in {text.get_text() for text in ax.texts}
    zone_flow(changed(found, schools=schools)).figure.draw_without_rendering()
