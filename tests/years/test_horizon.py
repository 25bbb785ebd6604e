"""Several years in a row on districts small enough to follow by hand."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from years.yearbook import moves, scenario

import rotation_planner as rp
from rotation_planner.plan.plan import Status
from rotation_planner.years import Assumptions
from rotation_planner.years.assumptions import Waves

STEADY = Assumptions(waves=Waves(smooth=False))
# Whoever is eligible must go, and nobody goes farther than 20 km.
ALL_GO = "{id: all, kind: share, over: {people: {eligible: [nine]}}, per: [school_id], at_least: 100%}"
NEAR = "{id: near-by, kind: route, allow: {km: true, at_most: 20}}"


def narrow(folder: Path) -> rp.Scenario:
    """Mathematics: A and D have one too many, B and C lack one each. dan (D) is due in 2027, ann (A) in 2029. From D to
    B are 2 km and to C 5; from A to B are 3 and to C 30, too far. If dan takes the nearer place at B in 2027, ann has
    nowhere to go in 2029: a teacher at C in 2027 is what 2029 needs."""
    maths = {"subject": "数学"}
    people = {
        "ann": {"at": "A", "years": 7, **maths}, "al": {"at": "A", "years": 1, **maths},
        "dan": {"at": "D", "years": 9, **maths}, "dot": {"at": "D", "years": 1, **maths},
        "bea": {"at": "B", "years": 1}, "cy": {"at": "C", "years": 1},
    }  # fmt: skip
    demand = [{"school_id": each, "stage": "primary", "subject": "数学", "required": 1} for each in "ABCD"]
    demand += [{"school_id": each, "stage": "primary", "subject": "语文", "required": 1} for each in "BC"]
    km = {"AB": 3, "AC": 30, "AD": 4, "BC": 28, "BD": 2, "CD": 5}
    distances = [{"from_school": a, "to_school": b, "km": value} for (a, b), value in km.items()]
    return scenario(folder, {each: {} for each in "ABCD"}, people, ALL_GO, NEAR, demand=demand, distances=distances)


def test_year_by_year_without_looking_ahead_the_third_is_impossible(tmp_path: Path) -> None:
    here = narrow(tmp_path / "here")
    for year in (2027, 2028):
        made = rp.make_plan(here)
        assert made.plan is not None
        assert moves(made.plan) == ({"dan": "B"} if year == 2027 else {})
        here = rp.roll(here, made.plan).scenario
    assert rp.make_plan(here).status is Status.INFEASIBLE


@pytest.mark.slow
def test_looking_ahead_averts_it_and_says_what_to_do_this_year(tmp_path: Path) -> None:
    out = tmp_path / "out"
    found = rp.horizon(narrow(tmp_path / "here"), 3, out, assume=STEADY)
    assert found.complete
    plans = [moves(each.outcome.plan) for each in found.years]
    assert plans == [{"dan": "C"}, {}, {"ann": "B"}]
    (trouble,) = found.troubles
    assert (trouble.year, trouble.averted) == (2029, 2027)
    assert trouble.needs == ("2027年交流后B校小学数学不超过0人",)
    told = json.loads((out / "horizon.json").read_text("utf-8"))
    assert told["first_impossible"] == 2029
    assert told["troubles"][0]["averted_in"] == 2027
    # Each year's folder is a scenario and a plan that belong together.
    for year in (2028, 2029):
        again = rp.load_scenario(out / str(year) / "scenario")
        assert rp.audit(again, out / str(year)).passes
    for name in ("horizon.md", "horizon.html", "waves.csv", "waves.xlsx", "bureau/ledger.csv", "assumptions.yaml"):
        assert (out / name).is_file()


def test_what_nobody_can_avert_is_told_and_the_rule_gives(tmp_path: Path) -> None:
    # ann is alone in mathematics and no other school teaches it: in 2028 she must go and cannot.
    people = {"ann": {"at": "A", "years": 8, "subject": "数学"}, "bea": {"at": "B", "years": 1}}
    demand = [
        {"school_id": "A", "stage": "primary", "subject": "数学", "required": 1},
        {"school_id": "B", "stage": "primary", "subject": "语文", "required": 1},
    ]
    here = scenario(tmp_path / "here", {"A": {}, "B": {}}, people, ALL_GO, demand=demand)
    found = rp.horizon(here, 3, assume=STEADY)
    assert [each.year for each in found.troubles] == [2028, 2029]
    assert all(each.averted is None and each.eased and each.repairs for each in found.troubles)
    assert not found.complete
    assert len(found.years) == 3
    # An exception of one year is not handed on to the next.
    assert (
        "all" not in found.years[2].scenario.file.adjust
        or len(found.years[2].scenario.policy.by_id["all"].exceptions) == 1
    )


def phased(folder: Path, years: int, people: dict[str, float], rule: str = "") -> rp.Scenario:
    """One subject, a school S with these people and years of service, a school T that takes everybody."""
    staff: dict[str, object] = {name: {"at": "S", "years": service} for name, service in people.items()}
    staff |= {f"young{number}": {"at": "S", "years": 1} for number in range(4)} | {"tea": {"at": "T", "years": 1}}
    phase = "{id: part, kind: phase, duty: nine, over: {everyone: true}, many: 10%, years: " + str(years) + "}"
    demand = [
        {"school_id": "S", "stage": "primary", "subject": "语文", "required": 1, "minimum": 0},
        {"school_id": "T", "stage": "primary", "subject": "语文", "required": 40, "maximum": 40},
    ]
    return scenario(folder, {"S": {}, "T": {}}, staff, phase, *([rule] if rule else []), demand=demand)


def test_a_phased_school_is_done_in_its_years(tmp_path: Path) -> None:
    # Six over three years: two a year. Asked anew every year of those that are left it would be 2, 2, 1.
    here = phased(tmp_path / "here", 3, {f"p{number}": 15 - number for number in range(6)})
    found = rp.horizon(here, 4, assume=STEADY)
    assert [sorted(moves(each.outcome.plan)) for each in found.years] == [["p0", "p1"], ["p2", "p3"], ["p4", "p5"], []]
    column = found.years[3].scenario.district.schools["分年起始年"]
    assert column.tolist() == ["", ""]
    assert found.years[1].scenario.district.schools["分年起始年"].tolist() == ["2027", ""]
    assert found.complete


@pytest.mark.slow
def test_smoothing_sends_a_few_earlier_so_that_no_year_loses_many(tmp_path: Path) -> None:
    # Four may go now, six more from 2029 on. The rule alone calls 1, 1, (2+6)/3 = 3, 3, 2; even is 2 every year.
    people = {f"now{number}": 14 - number for number in range(4)} | {f"soon{number}": 7.0 for number in range(6)}
    plain = rp.horizon(phased(tmp_path / "plain", 5, people), 5, assume=STEADY)
    even = rp.horizon(phased(tmp_path / "even", 5, people), 5, assume=Assumptions())
    assert [len(moves(each.outcome.plan)) for each in plain.years] == [1, 1, 3, 3, 2]
    assert [len(moves(each.outcome.plan)) for each in even.years] == [2, 2, 2, 2, 2]
    assert even.wave_table("school", "moved").loc[even.years[0].scenario.district.schools["name"].iat[0]].max() == 2
    # The numbers called stand in the data, so the judge sees the same people due as the planner.
    assert all(each.outcome.passes for each in even.years)
    assert even.years[0].scenario.district.schools["今年安排人数"].tolist() == ["2", ""]


def burdened(folder: Path, *, pinned: bool = False) -> rp.Scenario:
    """ann and abe alike, one of them must go; R is in the countryside. ann is nearer, but was sent out in 2025."""
    people = {
        "ann": {"at": "A", "years": 9}, "abe": {"at": "A", "years": 9}, "ada": {"at": "A", "years": 1},
        "bea": {"at": "R", "years": 1},
    }  # fmt: skip
    demand = [{"school_id": "A", "stage": "primary", "subject": "语文", "required": 2, "minimum": 2},
              {"school_id": "R", "stage": "primary", "subject": "语文", "required": 2, "maximum": 2}]  # fmt: skip
    half = "{id: half, kind: share, over: {people: {eligible: [nine]}}, per: [school_id], at_least: 50%}"
    pins = [{"staff_id": "ann", "verdict": "move"}] if pinned else []
    schools = {"A": {}, "R": {"location": "rural"}}
    made = scenario(folder, schools, people, half, "{id: fixed, kind: pins}", demand=demand, pins=pins)
    (folder / "ledger").mkdir(exist_ok=True)
    (folder / "ledger" / "burdens.csv").write_text(
        "工号,姓名,起,原学校,新学校,新学校区域,公里,远途,下乡,非本人意愿,止,依据\n"
        "ann,Ann,2025-09-01,A,R,乡村,30,是,是,是,2026-08-31,nine\n",
        "utf-8",
    )
    return made


@pytest.mark.parametrize("pinned", [False, True])
def test_nobody_is_sent_out_twice_unless_a_must_rule_leaves_no_other(tmp_path: Path, pinned: bool) -> None:
    found = rp.horizon(burdened(tmp_path / "here", pinned=pinned), 1, assume=STEADY)
    assert moves(found.years[0].outcome.plan) == ({"ann": "R"} if pinned else {"abe": "R"})
    assert found.burdened_twice == (1 if pinned else 0)
    assert found.figures["burdened_twice"].tolist() == ([2] if pinned else [0])  # goes again, and out again


def test_without_sparing_the_ledger_only_records(tmp_path: Path) -> None:
    from rotation_planner.years.assumptions import Burden

    free = Assumptions(waves=Waves(smooth=False), burden=Burden(spare=False))
    found = rp.horizon(burdened(tmp_path / "here", pinned=True), 1, assume=free)
    assert found.figures["burdened_twice"].tolist() == [0]
    assert len(found.ledger) == 2


def test_it_shows_itself(tmp_path: Path) -> None:
    found = rp.horizon(narrow(tmp_path / "here"), 2, assume=STEADY)
    assert "2027" in str(found)
    page = found._repr_html_()
    assert "<table" in page
    assert "data:image/png" in page
    assert list(found.programme.columns) == ["staff_id", "name", "school_id", "stage", "subject", "eligible", "goes"]
    assert dict(zip(found.programme["staff_id"], found.programme["eligible"], strict=True)) == {
        "dan": 2027,
        "ann": 2029,
    }


def test_asked_to_stop_it_keeps_the_years_planned_by_then(tmp_path: Path) -> None:
    stop = threading.Event()

    def tell(step: str) -> None:
        if "2028" in step:
            stop.set()

    found = rp.horizon(narrow(tmp_path / "here"), 3, tmp_path / "out", assume=STEADY, tell=tell, stop=stop)
    assert found.interrupted
    assert [each.number for each in found.years] == [2027]
    assert not found.complete
    assert (tmp_path / "out" / "2027" / "plan.json").is_file()
