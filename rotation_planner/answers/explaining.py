"""Why somebody goes or stays, why there, and why not elsewhere: the answer as data, for the bureau's eyes.

Why not a school: a rule shuts it; or it is tried. With everybody else as planned one looks whether a rule breaks or a
goal loses (``exact`` is false then: others might make room); solved again with the person held there, the best of all
such plans is compared with this one, goal by goal, and the answer is exact where the solve proves it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from importlib.util import find_spec
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np

from rotation_planner.answers.asking import Ask, as_asked
from rotation_planner.answers.chains import Chains, chains
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
from rotation_planner.policy.wording import sentence
from rotation_planner.words import language

if TYPE_CHECKING:
    from rotation_planner.answers.alone import Alones
    from rotation_planner.answers.seen import Seen

SECONDS = 30.0  # for each plan solved again
# Without the solver everything is told but what has to be tried.
SOLVER = find_spec("ortools") is not None


@dataclass(frozen=True)
class GoalThen:
    """A goal level as it is in the plan, and as it would be."""

    id: str
    words: str
    now: float
    then: float


@dataclass(frozen=True)
class WhyNot:
    """What stands against one school, or against staying (``school_id`` blank).

    ``answer``: ``goes`` (the plan does it), ``present``, ``no_candidate``, ``shut`` (by ``rules``), ``breaks`` (with
    everybody else as planned, ``rules``), ``impossible`` (no plan at all does it), ``worse`` (the ``goals`` that
    differ, the first of them worse), ``equal`` (another plan as good does it), ``better`` (the plan is not the best),
    ``unknown``. ``least``: proven by bounds; even where no earlier goal gets worse the one told comes to at least that.
    ``others``: staff_ids of others whose fates change where the fewest do.
    """

    school_id: str
    school: str
    answer: str
    rank: int | None = None
    rules: tuple[str, ...] = ()
    goals: tuple[GoalThen, ...] = ()
    others: tuple[str, ...] = ()
    exact: bool = True
    least: bool = False


@dataclass(frozen=True, eq=False)
class Explanation:
    """The whole answer for one person; the texts for each reader are made of it (see ``pages``)."""

    staff_id: str
    name: str
    school_id: str
    school: str
    standing: str
    due: bool
    candidate: bool
    rules: tuple[str, ...]
    facts: Mapping[str, Any]
    plan: Mapping[str, Any]
    staying: WhyNot | None = None
    wishes: tuple[WhyNot, ...] = ()
    to: WhyNot | None = None
    km: float | None = None
    needs: Mapping[str, int] = field(default_factory=dict)
    open_schools: int = 0
    gains: tuple[tuple[str, int], ...] = ()
    exchange: tuple[str, ...] = ()
    policy: Policy | None = None

    @property
    def moves(self) -> bool:
        """Whether the person goes."""
        return bool(self.plan["moves"])

    def text(self, reader: str = "bureau") -> str:
        """The page for a reader: ``bureau`` in full, ``person`` in short, ``public`` redacted (Markdown)."""
        from rotation_planner.answers.pages import page

        return page(self, reader)

    def as_dict(self) -> dict[str, Any]:
        """The record for machine-readable output; everything that the bureau reads."""
        by_id = {} if self.policy is None else self.policy.by_id

        def rules(ids: Sequence[str]) -> list[dict[str, str]]:
            known = [by_id[each] for each in ids if each in by_id]
            return [{"id": rule.id, "words": sentence(rule), "source": rule.source} for rule in known]

        def why_not(each: WhyNot | None) -> dict[str, Any] | None:
            if each is None:
                return None
            shut = each.answer == "shut"
            return {
                "school_id": each.school_id, "name": each.school, "answer": each.answer, "rank": each.rank,
                "open": each.answer not in ("shut", "present"), "present": each.answer == "present",
                "rules": rules(each.rules) if shut else [], "in_the_way": [] if shut else rules(each.rules),
                "goals": [asdict(goal) for goal in each.goals], "others": list(each.others), "exact": each.exact,
                "least": each.least,
            }  # fmt: skip

        own = ("staff_id", "name", "school_id", "school", "standing", "due", "candidate")
        return {
            **{name: getattr(self, name) for name in own},
            "rules": rules(self.rules),
            "facts": dict(self.facts),
            "plan": dict(self.plan),
            "staying": why_not(self.staying),
            "wishes": [why_not(each) for each in self.wishes],
            "to": why_not(self.to),
            "km": self.km,
            "needs": dict(self.needs),
            "open_schools": self.open_schools,
            "gains": [{"words": words, "years": years} for words, years in self.gains],
            "exchange": list(self.exchange),
        }

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        from rotation_planner.answers.pages import page_html

        return page_html(self)


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
            asked = self._why(person, self.district.school_pos[to], None, opened=opened, seconds=seconds)
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
            wishes=tuple(self._why(person, each, rank, opened=opened, seconds=seconds) for each, rank in wished),
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

    def _wished(self, staff_id: str) -> list[tuple[int, int]]:
        """The schools that the applications name, each with its best rank; a zone without a school is not one."""
        table = self.district.applications
        mine = table[(table["staff_id"] == staff_id) & (table["school_id"] != "")]
        found: dict[int, int] = {}
        for rank, school_id in zip(mine["rank"], mine["school_id"], strict=True):
            school = self.district.school_pos[school_id]
            found[school] = min(found.get(school, int(rank)), int(rank))
        return sorted(found.items(), key=lambda item: (item[1], item[0]))

    def _gains(self, person: int) -> tuple[tuple[str, int], ...]:
        place, found = self.fates.destination[person], []
        for rule in self.policy.of(Experience):
            for gain in rule.gains:
                if place >= 0 and self.routing.route(gain.when, np.array([person]))[0, place]:
                    found.append((gain.words[language()], gain.years))
        return tuple(found)

    # ---- why not -------------------------------------------------------------------------------------------------

    def _why(self, person: int, school: int | None, rank: int | None, *, seconds: float, opened: Any = None) -> WhyNot:
        schools = self.district.schools
        code = "" if school is None else str(schools["school_id"].iat[school])
        name = "" if school is None else str(schools["name"].iat[school])

        def answer(kind: str, **values: Any) -> WhyNot:
            return WhyNot(code, name, kind, rank, **values)

        row = self.rows.get(str(self.district.staff["staff_id"].iat[person]))
        if row is not None and school is not None and row["to_school_id"] == code:
            return answer("goes")
        if school is not None:
            if opened is None:
                opened = open_schools(self.district, self.policy, self.standing, person)
            shut = tuple(each for each in str(opened["rules"].iat[school]).split(";") if each)
            if not bool(opened["open"].iat[school]):
                present = school == int(self.district.staff_school[person])
                return answer("present") if present else answer("shut", rules=shut)
            if not self.standing.candidate[person]:
                return answer("no_candidate", rules=self._rules(person))
        if not self.standing.candidate[person]:
            return answer("no_candidate", rules=self._rules(person))
        alone = None if self._alones is None else self._alones.to(person, school)
        if seconds > 0 and SOLVER:
            return self._solved(person, school, seconds, () if alone is None else alone.rules, answer)
        if alone is None:
            return answer("unknown", exact=False)
        if school is not None and (alone.goals is None or self._compared(alone.goals)[0] == "worse"):
            proven = self._bounded(person, school, answer)
            if proven is not None:
                return proven
        if alone.goals is None:
            return answer("breaks", rules=alone.rules, exact=False)
        return self._told(answer, alone.goals)

    def _bounded(self, person: int, school: int, answer: Any) -> WhyNot | None:
        """What bounds prove of every plan with the person there, while there is time for it."""
        if self._until <= monotonic() or self._seen is None or self._seen.values is None:
            return None
        from rotation_planner.answers.probing import probe

        found = probe(self._seen, self._seen.values, person, school, seconds=min(self._until - monotonic(), SECONDS))
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
        self, person: int, school: int | None, seconds: float, in_the_way: tuple[str, ...], answer: Any
    ) -> WhyNot:
        """The best plan with the person held there, compared with this one."""
        from rotation_planner.solve import solve_plan

        wanted = as_asked(Ask(person, school))
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
