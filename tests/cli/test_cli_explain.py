"""The commands that answer: explain in its three texts, for a school and for everybody; chains; improvements."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli.calling import Call, document, tree

from rotation_planner.plan.table import read_transfers


def mover(plan: Path) -> tuple[str, str]:
    """Somebody who goes, and the school entered."""
    who, to = plan.read_text().splitlines()[1].split(",")[:2]
    return who, to


def test_three_texts_of_one_answer(call: Call, scenario: Path, plan: Path) -> None:
    who, to = mover(plan)
    full = document(call("explain", scenario, plan, "--staff", who, "--json"))
    assert full["staying"]["answer"] in {"impossible", "worse", "equal", "better"}
    assert full["staying"]["exact"]
    assert "## 为什么是本人" in full["text"]
    own = call("explain", scenario, plan, "--staff", who, "--for", "person").stdout
    assert who in own
    assert "您交流到" in own
    public = call("explain", scenario, plan, "--staff", who, "--for", "public", "--lang", "en").stdout
    assert who not in public
    assert set(document(call("explain", scenario, plan, "--staff", who, "--for", "person", "--json"))) == {
        "exit_code", "text",
    }  # fmt: skip
    tried = document(call("explain", scenario, plan, "--staff", who, "--to", to, "--seconds", "0", "--json"))
    assert tried["to"]["answer"] == "goes"
    assert not tried["staying"]["exact"]


def test_the_schools_side(call: Call, scenario: Path, plan: Path) -> None:
    who, to = mover(plan)
    found = document(call("explain", scenario, plan, "--school", to, "--json"))
    assert who in [row["staff_id"] for row in found["comes"]]
    head = found["headcount"]
    assert head["after"] == head["today"] - len(found["leaves"]) + len(found["comes"])
    assert who in call("explain", scenario, plan, "--school", to).stdout
    assert who not in call("explain", scenario, plan, "--school", to, "--for", "public").stdout


def test_pages_for_everybody_who_moves(call: Call, scenario: Path, plan: Path, tmp_path: Path) -> None:
    out = tmp_path / "pages"
    found = document(call("explain", scenario, plan, "--all", "--out", out, "--json"))
    moves = len(read_transfers(plan))
    assert found["pages"] == moves
    assert found["asked"] >= found["settled"] >= moves
    written = tree(out)
    assert len(written) == 2 * moves + 1
    assert len(written["public.md"].decode().splitlines()) == moves
    before = tree(out)
    assert "已经存在" in call("explain", scenario, plan, "--all", "--out", out, code=2).stderr
    assert tree(out) == before
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".pages")]


def test_explain_wants_one_question(call: Call, scenario: Path, plan: Path) -> None:
    who, to = mover(plan)
    for args in ((), ("--staff", who, "--school", to), ("--all",)):
        call("explain", scenario, plan, *args, code=2)


def test_chains_and_weakest_links(call: Call, scenario: Path, plan: Path) -> None:
    found = document(call("chains", scenario, plan, "--links", "2", "--json"))
    told = [row["staff_id"] for each in found["exchanges"] for row in each["moves"]]
    assert sorted(told) == sorted(read_transfers(plan)["staff_id"])
    assert len(found["links"]) == 2
    assert "最薄弱" in call("chains", scenario, plan, "--links", "1").stdout
    assert "weakest" not in call("chains", scenario, plan, "--links", "0", "--lang", "en").stdout.lower()


def test_an_audit_says_whether_anything_can_be_improved(call: Call, scenario: Path, plan: Path) -> None:
    assert document(call("audit", scenario, plan, "--json"))["improvements"] is None
    found = document(call("audit", scenario, plan, "--improvements", "--json"))["improvements"]
    assert found["verdict"] in {"some", "none"}  # a hand-made plan may be the best
    assert found["sentence"]


@pytest.mark.slow
def test_a_proven_plan_leaves_nothing_undone(call: Call, scenario: Path, tmp_path: Path) -> None:
    call("plan", scenario, "--out", tmp_path / "out")
    page = (tmp_path / "out" / "audit.md").read_text("utf-8")
    assert "还有没有可以改进之处" in page
    assert "任何调整" in page


def test_the_schools_side_of_a_leader_without_a_subject(call: Call) -> None:
    tiny = Path(__file__).parents[2] / "scenarios" / "tiny"
    Path("plan.csv").write_text("staff_id,to_school_id\n0101,04\n0401,01\n", "utf-8")
    told = call("explain", tiny, "plan.csv", "--school", "01").stdout
    assert "陆闻远（0101），校长，到望海镇中心小学" in told
    assert "严守潮（0401），校长，来自望海镇中心小学" in told
    assert "，，" not in told
    assert "，：" not in told
    told = call("explain", tiny, "plan.csv", "--staff", "0101", "--for", "public", "--seconds", 0).stdout
    assert "一名校长由潮声路小学交流到望海镇中心小学" in told
