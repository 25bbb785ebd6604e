"""The plan planted in a district keeps every rule of dalian, counted again from the tables alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from generator.recount import breaches, people
from hypothesis import given, settings
from hypothesis import strategies as st

from rotation_planner.data.generator import AS_OF, Generated, generate_with_plan, write_district
from rotation_planner.data.reading import read_district


@pytest.mark.slow
@settings(max_examples=40, derandomize=True, deadline=None, database=None)
@given(schools=st.integers(4, 26), seed=st.integers(0, 10_000))
def test_small_districts_have_a_plan(schools: int, seed: int) -> None:
    made = generate_with_plan(schools, seed)
    assert breaches(made.frames, made.moves, AS_OF) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2027])
def test_a_district_of_sixty_schools_has_a_plan(seed: int) -> None:
    made = generate_with_plan(60, seed)
    assert breaches(made.frames, made.moves, AS_OF) == []
    assert len(made.moves) > 80


@pytest.mark.parametrize(("schools", "staff"), [(4, 36), (10, 100), (10, 2000)])
def test_other_densities_have_a_plan(schools: int, staff: int) -> None:
    made = generate_with_plan(schools, 1, staff=staff)
    assert breaches(made.frames, made.moves, AS_OF) == []


@pytest.fixture(scope="module")
def made() -> Generated:
    return generate_with_plan(30, 11)


def broken(made: Generated, moves: pd.DataFrame) -> set[str]:
    return {line.split(":")[0] for line in breaches(made.frames, moves, AS_OF)}


def test_the_recount_sees_nobody_moving(made: Generated) -> None:
    assert {"share of leaders", "share of teachers", "pin"} <= broken(made, made.moves.iloc[:0])


def test_the_recount_sees_a_vacant_principal(made: Generated) -> None:
    principal = made.moves["position"] == "principal"
    assert principal.any()
    first = made.moves.index[principal][0]
    assert "no principal" in broken(made, made.moves.drop(first))


def test_the_recount_sees_who_may_not_move(made: Generated) -> None:
    staff = people(made.frames, made.moves, AS_OF)
    young = staff[staff["teacher"] & ~staff["meets"]].iloc[0]
    row = {**made.moves.iloc[0].to_dict(), "staff_id": young["staff_id"], "from_school_id": young["school_id"]}
    assert "scope" in broken(made, pd.concat([made.moves, pd.DataFrame([row])], ignore_index=True))


def test_the_recount_sees_everybody_at_one_school(made: Generated) -> None:
    primary = made.frames["schools"].query("stages == 'primary' and location == 'urban'")["school_id"].iloc[0]
    moves = made.moves.assign(to_school_id=primary)
    assert {"headcount", "subject", "destination"} <= broken(made, moves)


def test_the_recount_sees_reverse_flow(made: Generated) -> None:
    staff = people(made.frames, made.moves, AS_OF).set_index("staff_id")
    awarded = made.moves["staff_id"].map(staff["award"] & (staff["at_tier"] == "quality"))
    quality = made.frames["schools"].query("tier == 'quality'")["school_id"].iloc[0]
    moves = made.moves.assign(to_school_id=made.moves["to_school_id"].mask(awarded, quality))
    assert "reverse flow" in broken(made, moves)


def test_only_plain_teachers_and_leaders_are_planted(made: Generated) -> None:
    assert set(made.moves["position"]) <= {"teacher", "principal", "deputy_principal"}


@pytest.mark.parametrize("schools", [4, 12, 45])
def test_a_planted_contradiction_cannot_be_met(tmp_path: Path, schools: int) -> None:
    """In one school every subject is at its minimum, the quota asks for a leaver, and nobody can come instead.

    Of the people who do not count as teachers of a subject only the deputies can leave without being replaced, and
    without all of them the school would still be above its limit: so no one arrives, so no teacher leaves.
    """
    made = generate_with_plan(schools, 2, feasible=False)
    assert made.moves.empty
    staff = people(made.frames, made.moves, AS_OF)
    demand = made.frames["demand"].set_index(["school_id", "stage", "subject"])
    now = staff[staff["full_time"] == "yes"].groupby(["school_id", "stage", "subject"]).size()
    minimum = demand["minimum"].astype("float")
    bound = minimum.notna() & (minimum >= now.reindex(demand.index, fill_value=0))
    shut = bound.groupby(level=0).all()
    found = []
    for school in made.frames["schools"].itertuples():
        here = staff[staff["school_id"] == school.school_id]
        strict = school.location == "urban" or school.tier == "quality"
        freed = ((here["position"] == "deputy_principal") & (here["full_time"] == "no")).sum()
        if shut.get(school.school_id, False) and strict and here["eligible"].any():
            assert np.isin(
                here.loc[here["full_time"] == "no", "position"], ["principal", "deputy_principal", "support"]
            ).all()
            if len(here) - freed > school.headcount_limit:
                found.append(school.school_id)
    assert len(found) == 1
    write_district(made.frames, tmp_path, "区")
    assert not read_district(tmp_path, AS_OF)[1]
