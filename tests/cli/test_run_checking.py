"""Checks that raise nothing and tell all, as a notebook shows them."""

from __future__ import annotations

import shutil
from pathlib import Path

from source import ROOT

import rotation_planner as rp

TINY = ROOT / "scenarios" / "tiny"


def test_a_sound_scenario_is_usable_and_its_warnings_are_told() -> None:
    found = rp.check(TINY)
    assert found.usable
    assert found.scenario is not None
    assert repr(found) == "可以使用：提醒2处，说明0处"
    assert "患病" in str(found), "what the data lack is for the officer to read"


def test_a_broken_scenario_tells_every_error_with_its_place(tmp_path: Path) -> None:
    copy = tmp_path / "tiny"
    shutil.copytree(TINY, copy)
    staff = (copy / "staff.csv").read_text("utf-8-sig").splitlines()
    staff[3] = staff[3].replace(staff[3].split(",")[1], "", 1)
    staff[5] = staff[5].replace("01", "77")
    (copy / "staff.csv").write_text("\n".join(staff), "utf-8")
    found = rp.check(copy)
    assert not found.usable
    assert found.scenario is None
    assert "77" in found._repr_html_()
    assert "staff.csv" in set(found.tables()["要看的地方"]["文件"])


def test_a_policy_says_how_many_it_holds() -> None:
    found = rp.check_policy("dalian", TINY)
    assert found.usable
    held = {each.id: dict(each.figures) for each in found.held}
    assert held["must-teacher"]["due"] == 6
    assert "must-teacher" in found._repr_html_()
    assert not rp.check_policy("dalian").held


def test_a_policy_with_mistakes_tells_their_lines(tmp_path: Path) -> None:
    text = (ROOT / "rotation_planner" / "policy" / "packs" / "dalian.yaml").read_text("utf-8")
    file = tmp_path / "ours.yaml"
    file.write_text(text.replace("kind: scope", "kind: scoop", 1), "utf-8")
    found = rp.check_policy(file)
    assert not found.usable
    assert found.policy is None
    row = text[: text.index("  - id: scope")].count("\n") + 1
    assert found.tables()["要看的地方"]["行"].tolist() == [str(row)]
    assert max(found.tables()["要看的地方"]["所写"].str.len()) < 50, "the rule itself stands in the file"
