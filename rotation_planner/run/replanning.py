"""A new plan after data, pins or appeals have changed: every must rule kept, fewest people changed, then the goals."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rotation_planner.data import schema
from rotation_planner.data.appeals import checked, read_appeals
from rotation_planner.data.problems import InputError
from rotation_planner.data.scenario import SolveOptions
from rotation_planner.plan.compare import Comparison, compare
from rotation_planner.plan.files import read_plan
from rotation_planner.plan.plan import Objective, Plan, Status
from rotation_planner.plan.showing import as_html
from rotation_planner.run.making import Outcome, _interruptible, complete, make_plan
from rotation_planner.run.retelling import pseudonymous, with_old_proof
from rotation_planner.run.scenario import Scenario
from rotation_planner.run.writing import write
from rotation_planner.words import language, say

if TYPE_CHECKING:
    from rotation_planner.answers.appeals import Appeal, Price
    from rotation_planner.eligibility import Standing
    from rotation_planner.model.model import LevelBefore
    from rotation_planner.report.charts.writing import Picture
    from rotation_planner.solve import Progress

FOR_THE_PLAN = 0.4  # of the time, where appeals are priced too
SHOWN = ("staff_id", "name", "school", "was_to", "now_to", "because", "why", "gain")


@dataclass(frozen=True, eq=False)
class Replanned:
    """A new plan against a ``former`` one.

    ``outcome``: the new plan and its audit (no plan: why not). ``changes``: one row a person whose fate changes (see
    ``answers.replanning.Changes``). ``schools``: schools whose numbers change. ``goals``: id, goal, was (the former
    plan under the data of today), now, bound (among the plans that change as few). ``breaches``: must rules that the
    former plan breaks today.
    ``appeals``: one row an appeal (``None``: none were heard).
    """

    outcome: Outcome
    former: Plan
    comparison: Comparison | None = None
    changes: pd.DataFrame = dataclasses.field(default_factory=pd.DataFrame)
    schools: pd.DataFrame = dataclasses.field(default_factory=pd.DataFrame)
    goals: pd.DataFrame = dataclasses.field(default_factory=pd.DataFrame)
    breaches: pd.DataFrame = dataclasses.field(default_factory=pd.DataFrame)
    appeals: pd.DataFrame | None = None

    @property
    def before(self) -> tuple[Objective, ...]:
        """What the levels before the policy's goals reached: fewest changes, or appeals and fewest others changed."""
        return self.outcome.before

    @property
    def lines(self) -> list[str]:
        """The findings in sentences."""
        if self.outcome.plan is None:
            return [str(self.outcome)]
        told: list[str] = []
        if self.appeals is not None:
            granted = self.appeals[self.appeals["granted"]]
            others = int(self.before[1].value)
            weights = (f"{each['weight'].sum():g}" for each in (granted, self.appeals))
            values = dict(zip(("weight", "total"), weights, strict=True))
            told.append(
                say("appeals.summary", appeals=len(self.appeals), granted=len(granted), others=others, **values)
            )
            told.append(say("appeals.proven" if self.before[0].proven else "appeals.open"))
        if self.changes.empty:
            return [*told, say("replan.same")]
        gains = self.changes["gain"].value_counts()
        better, worse = (int(gains.get(name, 0)) for name in ("better", "worse"))
        told.append(say("replan.summary", changed=len(self.changes), better=better, worse=worse))
        fewest = self.before[-1]
        if self.appeals is None:
            proven = fewest.proven
            told.append(say("replan.fewest_proven") if proven else say("replan.fewest_open", bound=f"{fewest.bound:g}"))
        told.append(say("replan.goals_proven" if self.proven else "replan.goals_open"))
        return told

    @property
    def proven(self) -> bool:
        """Whether every level is proven: the changes fewest, and each goal the best among plans that change as few."""
        near = np.allclose(self.goals["now"], self.goals["bound"], rtol=0, atol=1e-9)
        return all(each.proven for each in self.before) and bool(near)

    def __str__(self) -> str:
        return "\n".join([*self.lines, str(self.outcome)])

    __repr__ = __str__

    def tables(self) -> list[tuple[str, pd.DataFrame]]:
        """What people read: headings and frames in the words of the language in force."""
        if self.outcome.plan is None:
            return []
        found = []
        if self.appeals is not None:
            found.append((say("appeals.title"), _headed(_appeals_shown(self.appeals))))
        found += [
            (say("replan.people"), _headed(_changes_shown(self.changes))),
            (say("replan.goals"), _headed(_numbers(self.goals.drop(columns="id")))),
            (say("replan.schools"), _headed(self.schools.rename(columns={"name": "school_name"}))),
            (say("replan.former_breaches"), self.breaches),
        ]
        return [(title, frame) for title, frame in found if len(frame)]

    def _repr_html_(self) -> str:
        return as_html(str(self), dict(self.tables()))

    @property
    def drawn(self) -> pd.DataFrame:
        """The changes as they are drawn: name, was (old place), now (new place) of each person."""
        stays, left = say("replan.stays"), say("replan.left")
        drawn = pd.DataFrame(
            {
                "name": self.changes["name"],
                "was": self.changes["was_to"].where(self.changes["was_to"] != "", stays),
                "now": self.changes["now_to"].where(self.changes["now_to"] != "", stays),
            }
        )
        drawn.loc[self.changes["cause"] == "gone", "now"] = left
        return drawn

    @property
    def picture(self) -> Picture:
        """The changes as a picture, from the old place of each person to the new one; shows itself in a notebook.

        Raises:
            ValueError: nothing changes, or there is no plan.
        """
        from rotation_planner.report.charts.changes import changes_picture
        from rotation_planner.report.notebook import DOTS_PER_INCH

        if self.changes.empty:
            raise ValueError(str(self))
        return changes_picture(self.drawn, dots=DOTS_PER_INCH)

    def as_dict(self) -> dict[str, Any]:
        """The record for machine-readable output."""
        frames = {"changes": self.changes, "schools": self.schools, "goals": self.goals}
        told: dict[str, Any] = {
            "before": [
                {"id": each.id, "value": each.value, "bound": each.bound, "proven": each.proven} for each in self.before
            ],
            **{name: _records(frame) for name, frame in frames.items()},
            "former_breaches": _records(self.breaches),
            "proven": self.proven if len(self.goals) else False,
        }
        return told if self.appeals is None else {**told, "appeals": _records(self.appeals)}


def replan(
    scenario: Scenario,
    plan: Plan | Path | str,
    *,
    appeals: Path | str | pd.DataFrame | None = None,
    options: SolveOptions | None = None,
    progress: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
) -> Replanned:
    """A new plan for a scenario whose data, pins or rules have changed since ``plan`` was told; nothing is written.

    In order: every must rule, then (with ``appeals``: staff_id, asks, school_id, weight; a file or a frame) the
    weightiest set of appeals that can be granted together, then fewest people changed who were told otherwise, those
    who were to stay among them, then the goals of the policy. Each appeal is also priced alone.

    Raises:
        InputError: the plan or the appeals cannot be used.
    """
    from rotation_planner.answers.appeals import appeals_of, granting
    from rotation_planner.answers.keeping import Fates, keeping_to
    from rotation_planner.eligibility.routing import Routing

    options = options or scenario.file.solve
    stop = stop or threading.Event()
    given = complete(scenario, plan if isinstance(plan, Plan) else read_plan(plan))
    # Its goals spoke of other data, the judge counts them anew; of several rows of one person the first counts.
    rows_told = given.transfers.drop_duplicates("staff_id", ignore_index=True)
    former = dataclasses.replace(given, transfers=rows_told, objectives=())
    rows = None if appeals is None else _appeals(scenario, appeals)
    asked = () if rows is None else appeals_of(rows, scenario.district)

    def before(standing: Standing) -> Sequence[LevelBefore]:
        fates = Fates.of(former.transfers, Routing(standing.selecting, scenario.policy))
        return granting(fates, asked) if asked else (keeping_to(fates),)

    share = FOR_THE_PLAN if asked else 1.0
    limited = dataclasses.replace(options, time_limit=options.time_limit * share)
    outcome = make_plan(scenario, options=limited, progress=progress, stop=stop, before=before)
    if outcome.plan is None:
        return Replanned(outcome, former)
    goals = outcome.plan.objectives
    # What is proven of the goals here holds among the plans that change as few people: of all plans it says nothing.
    bare = tuple(Objective(each.id, each.value, min(0.0, each.value)) for each in goals)
    plan_now = dataclasses.replace(outcome.plan, status=Status.FEASIBLE, objectives=bare)
    outcome = dataclasses.replace(outcome, status=Status.FEASIBLE, plan=plan_now)
    heard = None
    if rows is not None:
        heard = _heard(scenario, outcome, former, rows, asked, options, stop)
    return with_old_proof(_told(scenario, outcome, former, goals, heard), scenario, given)


def write_replanned(
    found: Replanned, scenario: Scenario, out: Path | str, *,
    letters: bool = False, pseudonyms: Path | None = None, processes: int = 1,
) -> Path:  # fmt: skip
    """Write the new plan with its reports, and the page on what changes, into the folder ``out``.

    ``letters``: the public notice and the letters too. ``pseudonyms``: codes in the place of names and staff ids, on
    the page too; the key is read from this file where it is there, and kept in it. ``processes``: see `write`.

    Raises:
        InputError: the folder cannot be written to, or the key or a template cannot be used.
        ValueError: there is no plan.
    """
    from rotation_planner.report.changes import ChangesPage, write_changes

    if found.outcome.plan is None:
        raise ValueError("no plan to write")
    levels = [
        *found.as_dict()["before"],
        *_records(found.goals[["id", "now", "bound"]].rename(columns={"now": "value"})),
    ]
    told = {"replan": {"proven": found.proven, "changed": len(found.changes), "levels": levels}}
    plan = dataclasses.replace(found.outcome.plan, more={**found.outcome.plan.more, **told})
    outcome = dataclasses.replace(found.outcome, plan=plan)

    def page(folder: Path) -> None:
        told = found if pseudonyms is None else pseudonymous(found, scenario, pseudonyms)
        page = ChangesPage(say("replan.title", title=scenario.title), told.lines, told.tables(), told.drawn)
        records = {"changes": told.changes, "schools": told.schools, "goals": told.goals}
        if told.appeals is not None:
            records["appeals"] = told.appeals
        write_changes(folder / "changes", page, records)

    return write(outcome, scenario, out, letters=letters, pseudonyms=pseudonyms, more=page, processes=processes)


# ---- what changes ----------------------------------------------------------------------------------------------------


def _told(
    scenario: Scenario,
    outcome: Outcome,
    former: Plan,
    reached: Sequence[Objective],
    appeals: pd.DataFrame | None,
) -> Replanned:
    from rotation_planner.answers.replanning import Changes, schools_changed
    from rotation_planner.audit import audit_plan
    from rotation_planner.policy.wording import label

    plan = outcome.plan
    if plan is None or outcome.audit is None:
        raise ValueError("no plan to tell of")
    district, policy = scenario.district, scenario.policy
    judged = audit_plan(district, policy, former, draw=scenario.file.solve.draw)
    was = {goal.id: goal.value for goal in judged.goals}
    words = {level.id: level.words[language()] for level in policy.goals}
    goals = pd.DataFrame(
        [(goal.id, words[goal.id], was.get(goal.id, np.nan), goal.value, goal.bound) for goal in reached],
        columns=["id", "goal", "was", "now", "bound"],
    )
    rules = {rule.id: label(rule) for rule in policy.rules}
    breaches = pd.DataFrame(
        [(rules.get(each.rule, each.rule), each.sentence) for each in judged.breaches],
        columns=[say("cli.rule"), say("cli.finding")],
    )
    asked = frozenset() if appeals is None else frozenset(appeals.loc[appeals["granted"], "staff_id"])
    found = compare(former, plan)
    changes = Changes(policy, outcome.standing, former, plan, asked, found).frame()
    schools = schools_changed(district.schools, former, plan)
    return Replanned(outcome, former, found, changes, schools, goals, breaches, appeals)


def _headed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.rename(columns={name: say(f"replan_column.{name}") for name in frame.columns})


def _changes_shown(frame: pd.DataFrame) -> pd.DataFrame:
    shown = frame[list(SHOWN)].copy()
    for name in ("was_to", "now_to"):
        shown[name] = shown[name].where(shown[name] != "", say("replan.stays"))
    shown.loc[frame["cause"] == "gone", "now_to"] = say("replan.left")
    shown["gain"] = [say(f"replan_gain.{each}") for each in shown["gain"]]
    return shown


def _appeals_shown(frame: pd.DataFrame) -> pd.DataFrame:
    shown = frame[["staff_id", "name", "told", "weight", "granted", "alone", "others", "who", "lost"]].copy()
    shown = shown.rename(columns={"told": "asks"})
    shown["weight"] = [f"{each:g}" for each in shown["weight"]]
    shown["granted"] = [say("appeals.yes" if each else "appeals.no") for each in shown["granted"]]
    shown["alone"] = [say(f"appeals.{each}") for each in shown["alone"]]
    shown["others"] = ["" if np.isnan(each) else f"{each:g}" for each in shown["others"]]
    return shown


def _numbers(frame: pd.DataFrame) -> pd.DataFrame:
    shown = frame.copy()
    for name in ("was", "now", "bound"):
        shown[name] = ["" if np.isnan(each) else f"{each:,.10g}" for each in shown[name]]
    return shown


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(key): value for key, value in row.items()} for row in plain.to_dict("records")]


# ---- appeals ---------------------------------------------------------------------------------------------------------


def _appeals(scenario: Scenario, appeals: Path | str | pd.DataFrame) -> pd.DataFrame:
    if not isinstance(appeals, pd.DataFrame):
        return read_appeals(Path(appeals), scenario.district)
    frame = appeals.reindex(columns=schema.APPEALS.keys).reset_index(drop=True)
    frame[["staff_id", "asks", "school_id"]] = frame[["staff_id", "asks", "school_id"]].astype(object).fillna("")
    frame["weight"] = frame["weight"].astype(float).fillna(1.0)
    if problems := checked(frame, scenario.district):
        raise InputError(problems)
    return frame


def _heard(
    scenario: Scenario,
    outcome: Outcome,
    former: Plan,
    rows: pd.DataFrame,
    asked: Sequence[Appeal],
    options: SolveOptions,
    stop: threading.Event,
) -> pd.DataFrame:
    """One row an appeal: staff_id, name, asks, school_id, told, weight, granted (with the others), alone (``yes``,
    ``no``, ``unknown``), others (how many others change when it alone is granted), who (their ids), lost (in words),
    and goal by goal the change against the former plan under the data of today (``goal.<id>``)."""
    from rotation_planner.answers.appeals import Desk
    from rotation_planner.answers.keeping import Fates
    from rotation_planner.audit import audit_plan
    from rotation_planner.eligibility.routing import Routing

    if outcome.plan is None:
        raise ValueError("no plan to hear appeals on")
    district, policy, standing = scenario.district, scenario.policy, outcome.standing
    fates = Fates.of(former.transfers, Routing(standing.selecting, policy))
    desk = Desk(district, policy, standing, fates)
    seconds = max(options.time_limit - outcome.seconds.get("solving", 0.0), 1.0)
    prices = _interruptible(partial(desk.prices, asked, options, seconds=seconds, stop=stop), stop)
    was = {each.id: each.value for each in audit_plan(district, policy, former, draw=options.draw).goals}
    entered = dict(zip(outcome.plan.transfers["staff_id"], outcome.plan.transfers["to_school_id"], strict=True))
    words = {level.id: level.words[language()] for level in policy.goals}
    told = []
    for row, appeal, price in zip(rows.itertuples(index=False), asked, prices, strict=True):
        to = entered.get(row.staff_id)
        lost = {each.id: round(each.value - was[each.id], 6) for each in price.goals}
        school = "" if appeal.school < 0 else str(district.schools["name"].iat[appeal.school])
        possible = {True: "yes", False: "no", None: "unknown"}[price.possible]
        others = [str(district.staff["staff_id"].iat[person]) for person in price.others]
        told.append(
            {
                "staff_id": row.staff_id,
                "name": str(district.staff["name"].iat[appeal.person]),
                "asks": appeal.asks,
                "school_id": row.school_id,
                "told": say(f"appeals.{appeal.asks}", school=school),
                "weight": float(appeal.weight),
                "granted": appeal.granted(None if to is None else district.school_pos[to]),
                "alone": possible,
                "others": float(len(others)) if price.possible else np.nan,
                "who": say("policy.list_separator").join(others),
                "lost": _price_words(price, lost, words, desk),
                **{f"goal.{name}": lost.get(name, np.nan) for name in words},
            }
        )
    return pd.DataFrame(told)


def _price_words(price: Price, lost: dict[str, float], words: dict[str, str], desk: Any) -> str:
    if price.possible is False:
        return say("appeals.not_alone", why=desk.why_not(price.appeal))
    if price.possible is None:
        return say("appeals.unknown")
    changed = [say("appeals.goal_change", goal=words[each], change=f"{by:+g}") for each, by in lost.items() if by]
    return say("policy.list_separator").join(changed) if changed else say("appeals.no_change")
