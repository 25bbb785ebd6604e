"""Trade-offs as a command: goals as they may be asked for, the pages of a meeting, what is said without a plan."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest

from rotation_planner import load_scenario, read_plan
from rotation_planner.audit import audit_plan
from rotation_planner.variants.choosing import choose, keys_of
from rotation_planner.variants.front import Answer, Point, Search

from .conftest import TINY, Ran, call


@pytest.fixture(scope="module")
def traded(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    out = tmp_path_factory.mktemp("tradeoffs") / "out"
    goals = "evenness,even-near-wished:distance,wishes"
    return Ran(out, call("tradeoffs", TINY, "--goals", goals, "--out", out, "--json"), out)


@pytest.mark.slow
def test_the_front_is_told_with_its_proof(traded: Ran) -> None:
    told = json.loads(traded.result.stdout)
    assert traded.result.exit_code == told["exit_code"] == 0
    assert told["proven"]
    assert told["complete"]
    assert [each["id"] for each in told["held"]] == ["place-due", "subject-shortage", "fewest-moves"]
    assert [each["value"] for each in told["held"]] == [2, 4, 2]
    points = [[each[name] for name in told["goals"]] for each in told["points"]]
    assert points == [[6.4, 107, 40], [6.8, 93, 35]]
    assert told["named"]["near"]["favours"] == ["near", "wishes"]
    assert set(told["named"]) == {"even", "near"}


def test_each_named_plan_has_a_page_and_passes(traded: Ran) -> None:
    told = json.loads(traded.result.stdout)
    scenario = load_scenario(TINY)
    for name in told["named"]:
        page = (traded.out / f"{name}.html").read_text("utf-8")
        assert "tradeoffs.html" in page
        assert "data:image/svg+xml" in page
        plan = read_plan(traded.out / "plans" / name)
        assert audit_plan(scenario.district, scenario.policy, plan).passes
        assert f"交流名单（{len(plan.transfers)}人）" in page
    compared = (traded.out / "tradeoffs.html").read_text("utf-8")
    assert 'href="even.html"' in compared
    assert "应交流人员尽数安排" in compared
    assert sorted(each.name for each in traded.out.iterdir()) == [
        "charts", "even.html", "even.md", "near.html", "near.md", "plans", "tradeoffs.csv", "tradeoffs.html",
        "tradeoffs.md", "tradeoffs.xlsx",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("goals", "said"),
    [
        ("evenness", "2 to 3"),
        ("evenness,nope", "nope"),
        ("evenness,evenness", "part of another"),
        ("even-near-wished,wishes", "part of another"),
        ("a,b,c,d", "2 to 3"),
    ],
)
def test_goals_that_cannot_be_traded_off(goals: str, said: str, tmp_path: Path) -> None:
    result = call("tradeoffs", TINY, "--goals", goals, "--out", tmp_path / "out", "--lang", "en")
    assert result.exit_code == 2
    assert said in result.stderr
    assert not (tmp_path / "out").exists()


def test_goals_by_level_term_and_all_moves() -> None:
    policy = load_scenario(TINY).policy
    assert "even-near-wished:wishes" in keys_of(policy)
    trade = choose(policy, ["moves", "even-near-wished"], "x")
    assert [level.id for level in trade.held] == ["place-due", "subject-shortage"]
    assert [each.favours for each in trade.chosen] == ["steady", "goal"]
    assert [level.id for level in trade.behind] == ["fewest-moves"]
    ordered = trade.ordered([1, 0], behind=True)
    assert [level.id for level in ordered.goals] == [
        "place-due", "subject-shortage", "front-2", "front-1", "fewest-moves",
    ]  # fmt: skip
    assert ordered.by_id["rural-titles"].rank == 3  # it stays with its level
    terms = choose(policy, ["evenness", "distance"], "x")
    assert terms.ordered([0, 1]).by_id["rural-titles"].rank is None
    assert [term.kind for term in terms.behind[0].terms] == ["wishes"]
    assert terms.ordered([0, 1], behind=True).by_id["rural-titles"].rank == 6


def test_where_there_is_no_plan_it_is_said_why(tmp_path: Path) -> None:
    shutil.copytree(TINY, tmp_path / "s")
    path = tmp_path / "s" / "scenario.yaml"
    text = path.read_text("utf-8").replace("adjust: {}", "adjust: {quota-quality: {at_least: 1}}")
    path.write_text(text, "utf-8")
    result = call("tradeoffs", tmp_path / "s", "--goals", "evenness,distance", "--out", tmp_path / "out", "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == told["exit_code"] == 1
    assert told["why"]
    assert not (tmp_path / "out").exists()


# ---- the search itself ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("goals", [2, 3])
def test_the_search_finds_every_point_that_none_betters(goals: int) -> None:
    for seed in range(60):
        draw = random.Random(seed)
        plans = [tuple(draw.randint(0, draw.choice([3, 40, 900])) for _ in range(goals)) for _ in range(40)]
        best = {one for one in plans if not any(two != one and all(map(int.__le__, two, one)) for two in plans)}

        def solve(order: list[int], caps: list[float], plans: list[tuple[int, ...]] = plans) -> Answer:
            allowed = [each for each in plans if all(value <= cap for value, cap in zip(each, caps, strict=True))]
            if not allowed:
                return Answer(None, impossible=True)
            return Answer(Point(min(allowed, key=lambda each: [each[goal] for goal in order]), True))

        front = Search(goals, solve, most=10_000).run()
        assert {each.values for each in front.points} == best
        assert front.complete
        part = Search(goals, solve, most=goals).run()
        assert {each.values for each in part.points} <= best
        assert part.complete is (len(best) < goals)


def test_few_points_lie_far_apart() -> None:
    line = [(number, 1000 - number) for number in range(1001)]

    def solve(order: list[int], caps: list[float]) -> Answer:
        allowed = [each for each in line if each[0] <= caps[0] and each[1] <= caps[1]]
        return Answer(Point(min(allowed, key=lambda each: [each[goal] for goal in order]), True))

    found = [each.values[0] for each in Search(2, solve, most=9).run().points]
    assert found == [0, 125, 250, 375, 500, 625, 750, 875, 1000]


def test_what_is_not_proven_is_not_told_as_complete() -> None:
    plans = [(0, 3), (1, 1), (3, 0)]

    def solve(order: list[int], caps: list[float]) -> Answer:
        allowed = [each for each in plans if each[0] <= caps[0] and each[1] <= caps[1]]
        if not allowed:
            return Answer(None)
        found = min(allowed, key=lambda each: [each[goal] for goal in order])
        return Answer(Point(found, found != (1, 1)))

    front = Search(2, solve, most=100).run()
    assert [(each.values, each.proven) for each in front.points] == [((0, 3), True), ((1, 1), False), ((3, 0), True)]
    assert not front.complete
