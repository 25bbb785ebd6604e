"""How many people depend on a doubt, counted a second way: each reading is settled, collected and judged by itself."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from collecting.handing import POLICY, Pen, put_together, years
from collecting.test_handed_in import generated

import rotation_planner as rp
from rotation_planner.collecting import collect, weighing
from rotation_planner.collecting.blanks import bureau_rows, own_rows
from rotation_planner.data import generator
from rotation_planner.data.district import District
from rotation_planner.data.writing import write_tables
from rotation_planner.eligibility.openings import open_schools
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.reading import read_policy


def judged(district: District, policy: Policy) -> dict[str, tuple[object, ...]]:
    """Of everybody of whom a rule speaks: the standing, the rules, and for those who may move the open schools."""
    standing = rp.stand(district, policy)
    found = {}
    for at, row in enumerate(standing.table.itertuples(index=False)):
        places: tuple[str, ...] = ()
        if row.candidate:
            schools = open_schools(district, policy, standing, at)
            places = tuple(schools["school_id"][schools["open"]])
        found[str(row.staff_id)] = (row.standing, row.due, row.candidate, row.rules, places)
    return found


@pytest.mark.slow
def test_each_reading_settled_and_judged_by_itself(tmp_path: Path) -> None:
    now = generated(6, 3, 130)
    rng = np.random.default_rng(5)
    staff = now.staff.copy()
    long_here = (staff["joined_school"] < pd.Timestamp("2020-01-01")) & (staff["position"] == "teacher")
    chosen = rng.permutation(np.flatnonzero(long_here))[:9]
    staff.loc[chosen[:4], "joined_school"] += pd.Timedelta(days=365 * 6)
    staff.loc[chosen[4:7], "birth_date"] -= pd.Timedelta(days=365 * 9)
    schools = now.schools["school_id"].tolist()
    staff.loc[chosen[7:9], "school_id"] = [schools[0], schools[-1]]
    last = tmp_path / "last"
    write_tables({**now.frames, "staff": staff}, last)
    (last / "scenario.yaml").write_text("as_of: 2027-08-30\npolicy: dalian\ndata: .\n", "utf-8")
    for school in schools:
        write_tables(own_rows(now, school), tmp_path / "in" / school)
    write_tables(bureau_rows(now), tmp_path / "in" / "区")
    given = {"last": rp.load_scenario(last), "as_of": generator.AS_OF}
    made = collect(tmp_path / "in", **given)  # type: ignore[arg-type]
    policy = read_policy("dalian")
    assert len(made.doubts) >= 8
    assert made.usable
    counted = 0
    for doubt, weight in made.doubts:
        pictures = []
        for number in range(1, len(doubt.readings) + 1):
            settled = collect(tmp_path / "in", **given, settled={doubt.id: number})  # type: ignore[arg-type]
            assert settled.district is not None
            pictures.append(judged(settled.district, policy))
        differing = {who for other in pictures[1:] for who in other if other[who] != pictures[0].get(who)}
        # Rules that are met but never bind show in no table: the weight may hold a person more, never one less.
        assert differing <= set(weight.people or ()), doubt.id
        counted += len(differing)
        if doubt.code in ("joined_altered", "moved_unplanned"):
            assert differing == set(weight.people or ()), doubt.id
    assert counted > 3


def test_more_doubts_than_can_be_counted(pen: Pen, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pen.copy("A", "B", "a3", school_id="B", joined_school=years(2))
    pen.strike("C", "relatives", "c3")
    monkeypatch.setattr(weighing, "MOST_JUDGED", 1)
    made = put_together(folder)
    # Those that stand in the way of a scenario are counted first.
    assert [(doubt.code, weight.count) for doubt, weight in made.doubts] == [("two_rosters", 2), ("kin_one_side", None)]
    assert "另有 1 个" in made.notes[0]
    assert "two_rosters/a3" in made._repr_html_()


def test_a_policy_that_asks_for_columns_nobody_handed_in(folder: Path, pen: Pen, tmp_path: Path) -> None:
    text = POLICY.read_text("utf-8").replace("who: {field: title, is: senior}", "who: {field: 住校, is: 是}")
    (tmp_path / "own.yaml").write_text(text, "utf-8")
    pen.strike("C", "relatives", "c3")
    made = put_together(folder, policy=tmp_path / "own.yaml")
    assert not made.usable
    assert "policy_unknown_field" in {p.code for p in made.problems}
    assert [weight.count for _, weight in made.doubts] == [None]
    assert made.notes
    assert dt.date(2027, 8, 31) == made.as_of
