"""One of the coming years: looked ahead from, planned with what the later ones ask of it."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rotation_planner.answers.keeping import Fates, keeping_to
from rotation_planner.data.scenario import SolveOptions
from rotation_planner.eligibility.arrays import Array
from rotation_planner.eligibility.routing import Routing
from rotation_planner.eligibility.standing import Standing, stand
from rotation_planner.model.model import LevelBefore
from rotation_planner.plan.plan import Plan
from rotation_planner.run.making import Outcome, make_plan
from rotation_planner.run.scenario import Scenario
from rotation_planner.solve import Progress
from rotation_planner.years.assumptions import Assumptions
from rotation_planner.years.forecast import Forecast, look_ahead
from rotation_planner.years.ledger import read_ledger, recent
from rotation_planner.years.levels import Need, needed, spared
from rotation_planner.years.waves import Programme, spread

Listener = Callable[[Progress], None]


@dataclass(frozen=True, eq=False)
class Ahead:
    """What is seen from a year on: where everybody stands, who becomes due when, and who is to go when."""

    standing: Standing
    forecast: Forecast
    programme: Programme
    once: Array
    heavy: Array


def look(scenario: Scenario, years: int, how: Assumptions) -> Ahead:
    """Look ahead from a scenario over so many years, this one with them."""
    standing = stand(scenario.district, scenario.policy, draw=scenario.file.solve.draw)
    forecast = look_ahead(standing, scenario.policy, years, how)
    programme = spread(forecast, standing, scenario.policy, smooth=how.waves.smooth)
    return Ahead(standing, forecast, programme, *burdened(scenario, standing, how, scenario.file.folder))


def burdened(scenario: Scenario, standing: Standing, how: Assumptions, folder: Path) -> tuple[Array, Array]:
    """Who was sent against no wish of their own in the last years, and to which schools each of those who bore a
    heavy burden (far, or in the countryside) is not to go: bool [staff], bool [staff, schools]."""
    district, rule = scenario.district, how.burden
    people, schools = len(district.staff), len(district.schools)
    once, heavy = np.zeros(people, bool), np.zeros((people, schools), bool)
    if not rule.spare:
        return once, heavy
    ledger = recent(read_ledger(folder), district.as_of, rule.years)
    forced = ledger[(ledger["forced"] == "yes").to_numpy(bool)]
    applied = district.staff["staff_id"].isin(district.applications["staff_id"]).to_numpy(bool)
    once = district.staff["staff_id"].isin(forced["staff_id"]).to_numpy(bool) & ~applied
    weighty = forced[((forced["far"] == "yes") | (forced["countryside"] == "yes")).to_numpy(bool)]
    bore = district.staff["staff_id"].isin(weighty["staff_id"]).to_numpy(bool) & ~applied
    if bore.any():
        location = standing.facts.of_schools("location")
        country = np.isin(location, rule.countryside)
        at = standing.facts.school[bore]
        with np.errstate(invalid="ignore"):
            far = district.km[at] >= rule.far_km
        heavy[bore] = far | (country[None, :] & ~country[at][:, None])
    return once, heavy


def levels_of(
    scenario: Scenario, ahead: Ahead, how: Assumptions, needs: Sequence[Need], keep: Plan | None = None
) -> list[LevelBefore]:
    """The goal levels that come before the policy's own: what later years need, whom to spare; with ``keep`` then the
    plan nearest to that one."""
    levels = []
    if needs:
        levels.append(needed(needs))
    candidate = ahead.standing.candidate
    if (ahead.once & candidate).any():
        levels.append(spared(ahead.once, ahead.heavy))
    if keep is not None:
        routing = Routing(ahead.standing.selecting, scenario.policy)
        levels.append(keeping_to(Fates.of(keep.transfers, routing)))
    return levels


def plan_year(
    scenario: Scenario,
    ahead: Ahead,
    how: Assumptions,
    options: SolveOptions,
    *,
    needs: Sequence[Need] = (),
    keep: Plan | None = None,
    progress: Listener | None = None,
    stop: threading.Event | None = None,
) -> Outcome:
    """The plan of one year under what the years ahead ask."""
    levels = levels_of(scenario, ahead, how, needs, keep)
    outcome = make_plan(
        scenario, options=options, progress=progress, stop=stop, before=(lambda _: levels) if levels else None, search=0
    )
    if outcome.plan is None or not outcome.before:
        return outcome
    reached = {each.id: each.value for each in outcome.before}
    return dataclasses.replace(outcome, plan=dataclasses.replace(outcome.plan, more={"ahead": reached}))
