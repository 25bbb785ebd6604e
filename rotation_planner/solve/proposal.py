"""The solution as a plan: each move with its mode, term, rules and reason; everybody who stays though a duty calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from rotation_planner.data import schema
from rotation_planner.eligibility.arrays import Array, as_array
from rotation_planner.eligibility.openings import Openings
from rotation_planner.eligibility.ways import ways
from rotation_planner.model.model import Model
from rotation_planner.model.unpack import Moves
from rotation_planner.plan.plan import DEFERRED_COLUMNS, TRANSFER_COLUMNS
from rotation_planner.policy.kinds import Duty, Modes
from rotation_planner.policy.selectors import OnExemption
from rotation_planner.policy.wording import label
from rotation_planner.solve.blocking import Blocking
from rotation_planner.words import language, say


class Proposal:
    """Frames of a plan from the moves of a model's solution."""

    def __init__(self, model: Model, values: Array, moves: Moves) -> None:
        self.model = model
        self.values = values
        self.moves = moves
        self.standing = model.ground.standing
        self.facts = model.ground.facts
        self.policy = model.policy
        self.district = model.ground.district
        self._stays: dict[tuple[str, str], Array] = {}
        self._applicants = set(self.district.applications["staff_id"])
        # Where no goal asks that everybody due is placed, the shares alone say how many go.
        self._by_share = not any(term.kind == "place_due" for level in self.policy.goals for term in level.terms)

    def _label(self, rule: str) -> str:
        return label(self.policy.by_id[rule]) if rule in self.policy.by_id else rule

    def _named(self, rules: Iterable[str]) -> str:
        return say("policy.list_separator").join(self._label(rule) for rule in rules)

    # ---- transfers -----------------------------------------------------------------------------------------------

    def transfers(self) -> pd.DataFrame:
        """One row a move, in the contract's columns, sorted by the school left and the staff_id."""
        staff, schools = self.district.staff, self.district.schools
        person, left = self.moves.person, self.facts.school[self.moves.person]
        ids, names = schools["school_id"].to_numpy(object), schools["name"].to_numpy(object)
        ground = self.model.ground
        how = ways(ground.routing, self.standing, person, self.moves.destination)
        position = staff["position"].to_numpy(object)[person]
        frame = pd.DataFrame(
            {
                "staff_id": staff["staff_id"].to_numpy(object)[person],
                "name": staff["name"].to_numpy(object)[person],
                "from_school_id": ids[left],
                "from_school": names[left],
                "to_school_id": ids[self.moves.school],
                "to_school": names[self.moves.school],
                "position": position,
                "to_position": position,
                "subject": self.moves.subject,
                "stage": self.moves.stage,
                "mode": how["mode"],
                "personnel_file_moves": how["personnel_file_moves"],
                "until": how["until"],
                "rules": [";".join(self._rules(each)) for each in person.tolist()],
                "reason": [self._reason(row) for row in range(len(person))],
                "from_department": staff["department"].to_numpy(object)[person],
                "to_department": ground.destinations.department[self.moves.destination],
            },
            columns=list(TRANSFER_COLUMNS),
        )
        return frame.sort_values(["from_school_id", "staff_id"], ignore_index=True)

    def _rules(self, person: int) -> Iterator[str]:
        """The rules that make a person move and say in which way."""
        standing = self.standing
        yield from (duty for duty, mask in standing.eligible.items() if mask[person])
        yield from (rule for rule, mask in standing.volunteer.items() if mask[person])
        if standing.forced[person]:
            yield from (rule.id for rule in self.policy.rules if rule.kind == "pins")
        yield from (rule.id for rule in self.policy.of(Modes))

    def _fact(self, duty: Duty, person: int) -> str:
        """The length of service behind a duty, in words."""
        if duty.stay is None:
            return say("reason.met")
        place = duty.stay.stay.in_
        measure = duty.stay.stay.model_copy(update={"unit": "years"})
        key = (duty.id, place)
        if key not in self._stays:
            self._stays[key] = self.facts.stay(measure)
        years = self._stays[key][person]
        return say("reason.met") if np.isnan(years) else say("reason.stay_" + place, years=int(years))

    def _reason(self, row: int) -> str:
        person = int(self.moves.person[row])
        standing = self.standing
        told: list[str] = []
        for duty in self.policy.of(Duty):
            if standing.eligible[duty.id][person]:
                key = "reason.due" if standing.due[duty.id][person] else "reason.eligible"
                told.append(say(key, rule=label(duty), fact=self._fact(duty, person)))
        applied = self.district.staff["staff_id"].iat[person] in self._applicants
        for rule, mask in standing.volunteer.items():
            if mask[person]:
                told.append(say("reason.volunteer" if applied else "reason.may", rule=self._label(rule)))
        if standing.forced[person]:
            told.append(say("reason.pinned"))
        stage, subject = str(self.moves.stage[row]), str(self.moves.subject[row])
        if (stage, subject) != (self.facts.of_people("stage")[person], self.facts.of_people("subject")[person]):
            told.append(
                say("reason.placed_other", stage=schema.label(schema.STAGES, stage, language()), subject=subject)
            )
        return say("reason.join").join(told)

    # ---- those who stay ------------------------------------------------------------------------------------------

    def deferred(self) -> pd.DataFrame:
        """Everybody who meets a duty and stays, with the reason; sorted by school and staff_id."""
        standing, staff = self.standing, self.district.staff
        met = np.logical_or.reduce([np.zeros(len(staff), bool), *standing.meets.values()])
        met[self.moves.person] = False
        people = np.flatnonzero(met)
        blocking = Blocking(self.model, self.values)
        shut = self._shut(people[standing.any_due[people] & standing.candidate[people]])
        rows = []
        for person in people.tolist():
            rules = [duty for duty, mask in standing.meets.items() if mask[person]]
            rules += [rule for rule, mask in standing.deferred.items() if mask[person]]
            rows.append(
                (
                    staff["staff_id"].iat[person],
                    staff["name"].iat[person],
                    staff["school_id"].iat[person],
                    ";".join(rules),
                    self._why(person, blocking, shut),
                )
            )
        frame = pd.DataFrame(rows, columns=list(DEFERRED_COLUMNS))
        return frame.sort_values(["school_id", "staff_id"], ignore_index=True)

    def _why(self, person: int, blocking: Blocking, shut: dict[int, str]) -> str:
        standing = self.standing
        eligible = any(mask[person] for mask in standing.eligible.values())
        for rule, mask in standing.barred.items():
            if mask[person]:
                return say("why.barred", rule=self._label(rule))
        if standing.held[person]:
            return say("why.pinned")
        for rule, mask in standing.deferred.items():
            if mask[person] and not eligible:
                return self._exempt(person, rule)
        if not standing.in_scope[person]:
            return say("why.outside")
        if not standing.any_due[person]:
            return say("why.phased")
        if person in shut:
            return say("why.no_open", rules=shut[person])
        if self._by_share:
            return say("why.enough")
        rules, source = blocking.of(person)
        if not rules:
            return say("why.traded")
        named = self._named(rules)
        return say("why.capped" if source else "why.no_place", rules=named)

    def _exempt(self, person: int, rule: str) -> str:
        """The kinds of exemption in force and the last day, for the bureau's eyes."""
        table = self.district.exemptions
        staff_id = self.district.staff["staff_id"].iat[person]
        rows = self.facts.exemption_rows(OnExemption(exemption=tuple(schema.EXEMPTIONS)))
        rows &= (table["staff_id"] == staff_id).to_numpy(bool)
        if not rows.any():
            return say("why.exempt_rule", rule=self._label(rule))
        kinds = [schema.label(schema.EXEMPTIONS, kind, language()) for kind in table.loc[rows, "kind"]]
        ends = as_array(table.loc[rows, "end"])
        until = "" if np.isnat(ends).any() else say("why.until", date=str(ends.max()))
        return say("why.exempt", kinds=say("policy.list_separator").join(kinds), until=until)

    def _shut(self, people: Array) -> dict[int, str]:
        """People without any open seat, and the rules that shut the schools."""
        openings: Openings = self.model.ground.openings
        if len(people) == 0:
            return {}
        seats = openings.seats(people, openings.open_to(people))
        without = np.flatnonzero(np.bincount(seats.person, minlength=len(people)) == 0)
        told: dict[int, str] = {}
        for row in without.tolist():
            one = people[row : row + 1]
            rules = [rule for rule, closed in openings.shut(one) if closed.any() and rule != self.policy.scope.id]
            rules += [rule.id for rule in self.policy.rules if rule.kind == "qualification" and rule.enabled]
            told[int(people[row])] = self._named(rules)
        return told
