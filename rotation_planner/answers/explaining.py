"""Why somebody goes or stays, why there, and why not elsewhere: the answer as data, for the bureau's eyes.

Why not a school: a rule shuts it; or it is tried. With everybody else as planned one looks whether a rule breaks or a
goal loses (``exact`` is false then: others might make room); solved again with the person held there, the best of all
such plans is compared with this one, goal by goal, and the answer is exact where the solve proves it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from time import monotonic
from typing import TYPE_CHECKING, Any

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
    from rotation_planner.answers.alone import Alones
    from rotation_planner.answers.seen import Seen

SECONDS = 30.0  # for each plan solved again
# Without the solver everything is told but what has to be tried.
SOLVER = find_spec("ortools") is not None


class Explainer:
    """Everything that explanations of one plan share."""

    def __init__(self, district: District, policy: Policy, standing: Standing, plan: Plan) -> None:
        self.district, self.policy, self.standing, self.plan = district, policy, standing, plan
        self.routing = Openings(policy, standing).routing
        self.fates = Fates.of(plan.transfers, self.routing)
        self.rows = {row["staff_id"]: row for row in plan.transfers.to_dict("records")}
        self._until = 0.0
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
        self, staff_id: str, to: str | None = None, *, solve: bool = True, seconds: float = SECONDS, until: float = 0.0
    ) -> Explanation:
        """The answer for one person, and for one school more where ``to`` names it.

        ``solve``: solve again with the person held at each wish (``seconds`` each); else each is tried with everybody
        else as planned; schools asked for also by bounds of all plans, up to ``until`` (a time of ``monotonic``).

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
        seconds, self._until = seconds if solve else 0.0, until
        wished = self._wished(staff_id)
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
        opened = open_schools(self.district, self.policy, self.standing, person)
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

        def answer(kind: str, **values: Any) -> WhyNot:
            return WhyNot(code, name, kind, rank, zone=bool(zone), **values)

        row = self.rows.get(str(self.district.staff["staff_id"].iat[person]))
        if schools is not None:
            if row is not None and self.district.school_pos.get(row["to_school_id"]) in schools:
                return answer("goes")
            if opened is None:
                opened = open_schools(self.district, self.policy, self.standing, person)
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
        if seconds > 0 and SOLVER:
            return self._solved(person, schools, seconds, () if alone is None else alone.rules, answer)
        if alone is None:
            return answer("unknown", exact=False)
        if schools is not None and (alone.goals is None or self._compared(alone.goals)[0] == "worse"):
            proven = self._bounded(person, schools, answer)
            if proven is not None:
                return proven
        if alone.goals is None:
            return answer("breaks", rules=alone.rules, exact=False)
        return self._told(answer, alone.goals)

    def _bounded(self, person: int, schools: tuple[int, ...], answer: Any) -> WhyNot | None:
        """What bounds prove of every plan with the person there, while there is time for it."""
        if self._until <= monotonic() or self._seen is None or self._seen.values is None:
            return None
        from rotation_planner.answers.probing import probe

        left = min(self._until - monotonic(), SECONDS)
        found = probe(self._seen, self._seen.values, person, schools, seconds=left)
        if found is None:
            return None
        told: WhyNot = answer("impossible")
        if found.level is not None and self._now is not None:
            level = self.policy.goals[found.level]
            goal = GoalThen(level.id, level.words[language()], self._now[found.level], found.then)
            told = answer("worse", goals=(goal,), least=True)
        return told

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

    def _solved(
        self, person: int, schools: tuple[int, ...] | None, seconds: float, in_the_way: tuple[str, ...], answer: Any
    ) -> WhyNot:
        """The best plan with the person held there, compared with this one."""
        from rotation_planner.solve import solve_plan

        wanted = as_asked(Ask(person, schools))
        options = SolveOptions(time_limit=seconds)
        given = (self.district, self.policy, self.standing, options)
        plan = solve_plan(*given, before=(wanted,)).plan
        if plan is None or self._now is None:
            return answer("unknown", exact=False)
        asked, goals = plan.objectives[0], plan.objectives[1:]
        if asked.value > 0:
            kind = "impossible" if asked.proven else "unknown"
            return answer(kind, rules=in_the_way, exact=asked.proven)
        kind, differ = self._compared([each.value for each in goals])
        others = self._others(given, person, wanted)
        exact = kind != "worse" or self._is_worse(goals)
        return answer(kind if exact else "unknown", goals=differ, rules=in_the_way, others=others, exact=exact)

    def _is_worse(self, goals: Sequence[Objective]) -> bool:
        """Whether the bounds prove that no plan with the person there is as good as this one."""
        for goal, now in zip(goals, self._now or (), strict=True):
            slack = 1e-6 * max(1.0, abs(now))
            if goal.bound > now + slack:
                return True
            if goal.value > now + slack or not goal.proven:
                return False
        return False

    def _others(self, given: Any, person: int, wanted: Any) -> tuple[str, ...]:
        """Who else changes where the person is held there and the fewest others change."""
        from rotation_planner.solve import solve_plan

        if self._seen is None:
            return ()
        plan = solve_plan(*given, before=(wanted, keeping_to(self.fates))).plan
        if plan is None:
            return ()
        fates = Fates.of(plan.transfers, self.routing)
        changed = fates.destination != self.fates.destination
        changed[person] = False
        return tuple(self.district.staff["staff_id"].to_numpy(object)[changed])
