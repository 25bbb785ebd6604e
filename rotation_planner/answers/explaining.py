"""Why somebody goes or stays, why there, and why not elsewhere: the answer as data, for the bureau's eyes.

Why not a school: a rule shuts it; or all plans with the person there are compared with this one, goal by goal (see
``settling``): the answer is exact where that is proven. Where the time is too short, one looks whether a rule breaks or
a goal loses with everybody else as planned (``exact`` is false then: others might make room).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from rotation_planner.answers.asking import Ask, as_asked
from rotation_planner.answers.chains import Chains, chains
from rotation_planner.answers.explanation import Explanation, GoalThen, WhyNot
from rotation_planner.answers.keeping import Fates, keeping_to
from rotation_planner.answers.needs import Needs
from rotation_planner.answers.person import facts_of
from rotation_planner.data.district import District
from rotation_planner.data.scenario import SolveOptions
from rotation_planner.eligibility.openings import Openings, open_schools
from rotation_planner.eligibility.standing import Standing
from rotation_planner.plan.plan import Objective, Plan
from rotation_planner.policy.kinds import Experience
from rotation_planner.policy.policy import Policy
from rotation_planner.words import language

if TYPE_CHECKING:
    import threading

    from rotation_planner.answers.alone import Alone, Alones
    from rotation_planner.answers.seen import Seen
    from rotation_planner.answers.settling import Settled

SECONDS = 30.0  # for each plan solved again
SOLVER = find_spec("ortools") is not None  # without it everything is told but what has to be tried


class Explainer:
    """Everything that explanations of one plan share."""

    def __init__(self, district: District, policy: Policy, standing: Standing, plan: Plan) -> None:
        self.district, self.policy, self.standing, self.plan = district, policy, standing, plan
        self._openings = Openings(policy, standing)
        self.routing = self._openings.routing
        self._opened: dict[int, pd.DataFrame] = {}
        self.fates = Fates.of(plan.transfers, self.routing)
        self.rows = {row["staff_id"]: row for row in plan.transfers.to_dict("records")}
        self._settled: dict[Ask, Settled] = {}
        self.asked = 0
        self.why = dict(zip(plan.deferred["staff_id"], plan.deferred["why"], strict=True))

    @cached_property
    def _seen(self) -> Seen | None:
        """The plan in the model; ``None`` where the model does not allow it, or there is no solver to complete it."""
        if not SOLVER:
            return None
        from rotation_planner.answers.seen import Seen

        seen = Seen.of(self.district, self.policy, self.standing, self.plan.transfers)
        return seen if seen.values is not None else None

    @cached_property
    def _alones(self) -> Alones | None:
        if self._seen is None or self._seen.values is None:
            return None
        from rotation_planner.answers.alone import Alones

        return Alones(self._seen, self._seen.values)

    @cached_property
    def _chains(self) -> Chains:
        return chains(self.district, self.plan.transfers)

    @cached_property
    def needs(self) -> Needs:
        """Staff by school and subject under the plan."""
        return Needs(self.standing.facts, self.policy, self.plan.transfers)

    @property
    def movers(self) -> list[str]:
        """The staff_ids of everybody who moves, as the plan lists them."""
        return [each for each in self.rows if each in self.district.staff_pos]

    def person(
        self, staff_id: str, to: str | None = None, *, solve: bool = True, seconds: float = SECONDS
    ) -> Explanation:
        """The answer for one person, and for one school more where ``to`` names it.

        ``solve``: solve again with the person held at each wish (``seconds`` each); else what was settled is told, and
        of what was not, what happens with everybody else as planned.

        Raises:
            KeyError: nobody has the staff_id, or no school the code.
        """
        person = self.district.staff_pos[staff_id]
        schools, staff = self.district.schools, self.district.staff
        row = self.rows.get(staff_id)
        school = int(self.district.staff_school[person])
        told: dict[str, Any] = {"moves": False, "why": self.why.get(staff_id, "")}
        if row is not None:
            told = {"moves": True, **{str(key): value for key, value in row.items()}}
        seconds = seconds if solve else 0.0
        wished = self._wished(staff_id)
        opened = self._open(person)
        more: dict[str, Any] = {}
        if row is not None:
            entered = self.district.school_pos.get(row["to_school_id"])
            if entered is not None:
                km = float(self.district.km[school, entered])
                more["km"] = None if np.isnan(km) else km
                more["needs"] = self.needs.of(entered, row["stage"], row["subject"])
            more["gains"] = self._gains(person)
            more["staying"] = self._why(person, None, None, seconds=seconds)
            more["exchange"] = tuple(self._chains.of(staff_id)["staff_id"])
        asked = None
        if to is not None:
            asked = self._why(person, (self.district.school_pos[to],), None, opened=opened, seconds=seconds)
        return Explanation(
            staff_id,
            str(staff["name"].iat[person]),
            str(staff["school_id"].iat[person]),
            str(schools["name"].iat[school]),
            str(self.standing.stand[person]),
            bool(self.standing.any_due[person]),
            bool(self.standing.candidate[person]),
            self._rules(person),
            facts_of(self.standing, person),
            told,
            wishes=tuple(
                self._why(person, each, rank, opened=opened, seconds=seconds, zone=zone) for rank, each, zone in wished
            ),
            to=asked,
            open_schools=int(opened["open"].sum()),
            policy=self.policy,
            **more,
        )

    def _open(self, person: int) -> pd.DataFrame:
        """Which schools are open to somebody, and what shuts the others."""
        if person not in self._opened:
            self._opened[person] = open_schools(self.district, self.policy, self.standing, person, self._openings)
        return self._opened[person]

    def _rules(self, person: int) -> tuple[str, ...]:
        standing = self.standing
        named = {**standing.eligible, **standing.deferred, **standing.barred, **standing.volunteer}
        ids = [rule for rule, people in named.items() if people[person]]
        if not ids and str(standing.stand[person]) == "outside":
            ids = [self.policy.scope.id]
        return tuple(ids)

    def _wished(self, staff_id: str) -> list[tuple[int, tuple[int, ...], str]]:
        """The wishes by rank: the school named, or the schools of the zone named without one, and the zone then."""
        table = self.district.applications
        mine = table[table["staff_id"] == staff_id].sort_values("rank", kind="stable")
        zones = self.district.schools["zone"].to_numpy(object)
        found: list[tuple[int, tuple[int, ...], str]] = []
        for rank, school_id, zone in zip(mine["rank"], mine["school_id"], mine["zone"], strict=True):
            if school_id:
                found.append((int(rank), (self.district.school_pos[school_id],), ""))
            elif zone and (zones == zone).any():
                found.append((int(rank), tuple(np.flatnonzero(zones == zone).tolist()), str(zone)))
        return found

    def _gains(self, person: int) -> tuple[tuple[str, int], ...]:
        place, found = self.fates.destination[person], []
        for rule in self.policy.of(Experience):
            for gain in rule.gains:
                if place >= 0 and self.routing.route(gain.when, np.array([person]))[0, place]:
                    found.append((gain.words[language()], gain.years))
        return tuple(found)

    # ---- why not -------------------------------------------------------------------------------------------------

    def _why(
        self,
        person: int,
        schools: tuple[int, ...] | None,
        rank: int | None,
        *,
        seconds: float,
        opened: pd.DataFrame | None = None,
        zone: str = "",
    ) -> WhyNot:
        """Why the person does not go to any of the schools (those of a zone where it is named), or does not stay."""
        table = self.district.schools
        code, name = (zone, zone) if zone or not schools else ("", "")
        if schools and not zone:
            code, name = (str(table[column].iat[schools[0]]) for column in ("school_id", "name"))

        entering = self._entering(person, schools) if schools else ()

        def answer(kind: str, **values: Any) -> WhyNot:
            return WhyNot(code, name, kind, rank, zone=bool(zone), entering=entering, **values)

        row = self.rows.get(str(self.district.staff["staff_id"].iat[person]))
        if schools is not None:
            if row is not None and self.district.school_pos.get(row["to_school_id"]) in schools:
                return answer("goes")
            if opened is None:
                opened = self._open(person)
            is_open = opened["open"].to_numpy(bool)
            if not is_open[list(schools)].any():
                if schools == (int(self.district.staff_school[person]),):
                    return answer("present")
                shut = {each for school in schools for each in str(opened["rules"].iat[school]).split(";") if each}
                return answer("shut", rules=tuple(rule.id for rule in self.policy.rules if rule.id in shut))
            schools = tuple(school for school in schools if is_open[school])
        if not self.standing.candidate[person]:
            return answer("no_candidate", rules=self._rules(person))
        alone = None if self._alones is None else self._alones.to(person, schools)
        ask = Ask(person, schools)
        if seconds > 0 and SOLVER:
            return self._solved(ask, seconds, alone, answer)
        if told := self._settled.get(ask):
            return self._of_settled(answer, told, alone)
        if alone is None:
            return answer("unknown", exact=False)
        if alone.goals is None:
            return answer("breaks", rules=alone.rules, exact=False)
        return self._told(answer, alone.goals)

    def _told(self, answer: Any, then: Sequence[float]) -> WhyNot:
        kind, goals = self._compared(then)
        told: WhyNot = answer(kind, goals=goals, exact=False)
        return told

    @cached_property
    def _now(self) -> tuple[float, ...] | None:
        """What the goals come to in the plan: counted over its columns, else as the plan itself tells them."""
        if self._seen is not None and self._seen.values is not None:
            return self._seen.goals(self._seen.values)
        known = {each.id: each.value for each in self.plan.objectives}
        ids = [level.id for level in self.policy.goals]
        return tuple(known[each] for each in ids) if all(each in known for each in ids) else None

    def _compared(self, then: Sequence[float]) -> tuple[str, tuple[GoalThen, ...]]:
        """Worse, equal or better in the strict order of the levels, and the levels that differ."""
        differ = [
            GoalThen(level.id, level.words[language()], before, after)
            for level, before, after in zip(self.policy.goals, self._now or then, then, strict=True)
            if abs(before - after) > 1e-6 * max(1.0, abs(before))
        ]
        if not differ:
            return "equal", ()
        return ("worse" if differ[0].then > differ[0].now else "better"), tuple(differ)

    # ---- all plans with the person there -------------------------------------------------------------------------

    def _solved(self, ask: Ask, seconds: float, alone: Alone | None, answer: Any) -> WhyNot:
        """The best plan with the person held there, compared with this one goal by goal; where the time is too short
        for that, what is proven of all such plans."""
        from rotation_planner.solve import solve_plan

        rules = () if alone is None else alone.rules
        given = (self.district, self.policy, self.standing, SolveOptions(time_limit=seconds))
        plan = solve_plan(*given, before=(as_asked(ask),)).plan
        if plan is not None and self._now is not None:
            asked, goals = plan.objectives[0], plan.objectives[1:]
            if asked.value > 0 and asked.proven:
                return cast("WhyNot", answer("impossible", rules=rules))
            kind, differ = self._compared([each.value for each in goals])
            if asked.value == 0 and (kind != "worse" or self._is_worse(goals)):
                others = self._others(ask, seconds)
                return cast("WhyNot", answer(kind, goals=differ, rules=rules, others=others))
        self._settle([ask], seconds)
        told = self._settled.get(ask)
        return cast("WhyNot", answer("unknown", exact=False)) if told is None else self._of_settled(answer, told, alone)

    def _is_worse(self, goals: Sequence[Objective]) -> bool:
        """Whether the bounds prove that no plan with the person there is as good as this one."""
        for goal, now in zip(goals, self._now or (), strict=True):
            slack = 1e-6 * max(1.0, abs(now))
            if goal.bound > now + slack:
                return True
            if goal.value > now + slack or not goal.proven:
                return False
        return False

    def settle(self, *, seconds: float, stop: threading.Event | None = None) -> None:
        """Settle for everybody who moves, wishes that the plan does not meet first, then staying; within some seconds.
        Pages made afterwards tell it."""
        wishes: list[Ask] = []
        stays: list[Ask] = []
        for staff_id in self.movers:
            person = self.district.staff_pos[staff_id]
            opened = self._open(person)
            for ask in self._asks(person, [schools for _, schools, _ in self._wished(staff_id)], opened):
                (stays if ask.schools is None else wishes).append(ask)
        self.asked = len({*wishes, *stays})
        self._settle([*wishes, *stays], seconds, stop)

    @property
    def settled(self) -> int:
        """Of how many of the questions ``asked`` about everybody something is proven."""
        return sum(each.kind != "found" for each in self._settled.values())

    @property
    def within(self) -> int:
        """Of how many of them it is proven only while those of other stages and subjects keep to the plan."""
        return sum(each.within > 0 for each in self._settled.values())

    def _asks(self, person: int, there: Sequence[tuple[int, ...]], opened: pd.DataFrame) -> list[Ask]:
        """What is to be settled for one person: to stay, for who moves, and to go to schools where the plan does not
        send them, as far as these are open."""
        if not self.standing.candidate[person]:
            return []
        row = self.rows.get(str(self.district.staff["staff_id"].iat[person]))
        entered = None if row is None else self.district.school_pos.get(row["to_school_id"])
        is_open = opened["open"].to_numpy(bool)
        asks = [] if row is None else [Ask(person, None)]
        for schools in there:
            kept = tuple(school for school in schools if is_open[school])
            if kept and entered not in schools:
                asks.append(Ask(person, kept))
        return asks

    def _settle(self, asks: Sequence[Ask], seconds: float, stop: threading.Event | None = None) -> None:
        if not SOLVER:
            return
        from rotation_planner.answers.settling import settle
        from rotation_planner.answers.sifting import Sifting

        people = {ask.person for ask in asks}
        sifting = Sifting(self.district, self.policy, self.standing, self.plan.transfers, people)
        self._settled |= settle(sifting, asks, seconds=seconds, stop=stop)

    def _of_settled(self, answer: Any, told: Settled, alone: Alone | None) -> WhyNot:
        """The answer where it is proven of all plans."""
        rules = () if alone is None else alone.rules
        if told.kind == "impossible":
            return cast("WhyNot", answer("impossible", rules=rules, exact=not told.within, within=told.within))
        others: tuple[str, ...] | None = () if alone is not None and alone.goals is not None else None
        if told.kind == "equal" or self._now is None:
            return cast("WhyNot", answer(told.kind, others=others))
        level = self.policy.goals[told.level]
        goal = GoalThen(level.id, level.words[language()], self._now[told.level], told.then, told.found)
        if told.kind != "worse":
            return cast("WhyNot", answer(told.kind, goals=(goal,), rules=rules, exact=told.kind == "better"))
        # Of a plan whose earlier goals are not proven, another may better those: then only "even where they are kept".
        exact = told.exact and self._proven >= told.level and not told.within
        more = {"exact": exact, "least": not exact, "within": told.within}
        return cast("WhyNot", answer("worse", goals=(goal,), rules=rules, others=others, **more))

    @cached_property
    def _proven(self) -> int:
        """How many levels from the first on the plan's own objectives prove."""
        known = {each.id: each for each in self.plan.objectives}
        count = 0
        for level, value in zip(self.policy.goals, self._now or (), strict=False):
            each = known.get(level.id)
            if each is None or not each.proven or abs(each.value - value) > 1e-6 * max(1.0, abs(value)):
                break
            count += 1
        return count

    def _others(self, ask: Ask, seconds: float) -> tuple[str, ...] | None:
        """Who else changes where it is as asked and the fewest others change; ``None``: not found, or not proven."""
        from rotation_planner.answers.appeals import Desk
        from rotation_planner.model.model import Model
        from rotation_planner.model.unpack import unpack
        from rotation_planner.solve.levels import Limits
        from rotation_planner.solve.narrowing import Narrowing
        from rotation_planner.solve.progress import Teller

        model = Model(self.district, self.policy, self.standing, before=(as_asked(ask), keeping_to(self.fates)))
        search = Narrowing(model, Teller(None, 2, seconds), Limits(), None)
        search.costs = search.costs[:2]
        reached = search.run(float(-model.costs[0].constant))
        if reached.values is None or reached.bound[1] < reached.value[1]:
            return None
        changed = Desk(self.district, self.policy, self.standing, self.fates).changed(unpack(model, reached.values))
        ids = self.district.staff["staff_id"].to_numpy(object)
        return tuple(str(ids[person]) for person in changed if person != ask.person)

    def _entering(self, person: int, schools: tuple[int, ...]) -> tuple[str, ...]:
        """Who of the same stage and subject (of the same position, outside the classroom) goes to these schools."""
        row = self.district.staff.iloc[person]
        rows = self.plan.transfers
        there = rows["to_school_id"].map(self.district.school_pos).isin(schools)
        alike = rows["position"] == row["position"]
        if row["position"] == "teacher":
            alike = (rows["stage"] == row["stage"]) & (rows["subject"] == row["subject"])
        return tuple(rows.loc[there & alike & (rows["staff_id"] != row["staff_id"]), "staff_id"])
