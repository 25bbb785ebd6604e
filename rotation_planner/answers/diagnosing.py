"""Why there is no plan, what must give, and what each repair costs; or, where there is a plan, what it cannot meet.

Nothing is told on one call of one engine: that there is no plan is proven by the second engine on the clash itself, and
every repair is made to the data or the policy and solved again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from rotation_planner.answers.again import Again, candidates, cheapest, exact
from rotation_planner.answers.beside import Beside
from rotation_planner.answers.changing import changed
from rotation_planner.answers.clashing import Telling
from rotation_planner.answers.diagnosis import Diagnosis, Give, Repair, Shortfall
from rotation_planner.answers.giving import Giving, bare
from rotation_planner.answers.pieces import Side
from rotation_planner.answers.repairs import Changes
from rotation_planner.answers.resolving import Knot, Option, Resolving
from rotation_planner.answers.searching import MOST_CLASHES, Found, Search
from rotation_planner.answers.wholly import Least, solved
from rotation_planner.data.district import District
from rotation_planner.eligibility.standing import stand
from rotation_planner.model.model import Model
from rotation_planner.model.registry import CONSTRAINTS
from rotation_planner.plan.plan import Status
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.wording import label
from rotation_planner.solve.engines import Outcome, clock
from rotation_planner.words import say

CONFIRMING = 20.0  # seconds for the second engine
NARROW = 0.4  # of the time left goes at most to what of the first clash is needed, beside what gives
LEAST = 0.65  # of the time left goes at most to what gives, without which nothing else is told
WAYS = 0.7  # and of what is left then to other ways
PROOF = 0.5  # of the time left then is waited for the proof: where less is enough, all that is looked for again

Tell = Callable[[str], None]


def diagnose(
    district: District,
    policy: Policy,
    *,
    draw: int | None = None,
    seconds: float = 60.0,
    repairs: int = 8,
    tell: Tell | None = None,
    stop: threading.Event | None = None,
) -> Diagnosis:
    """Say whether there is any plan; where there is none, the clashes, all that must give, and up to ``repairs``
    repairs of each clash; where there is one, the should-rules that no plan meets fully.

    ``tell`` is called with what is being done. ``stop``: set it to end early with what is known by then.
    """
    begun = clock()
    work = _Diagnosing(district, policy, draw, begun + seconds, repairs, tell or (lambda _: None), stop)
    found = work.run()
    object.__setattr__(found, "seconds", clock() - begun)
    return found


class _Diagnosing:
    def __init__(
        self,
        district: District,
        policy: Policy,
        draw: int | None,
        until: float,
        repairs: int,
        tell: Tell,
        stop: threading.Event | None,
    ) -> None:
        self.district, self.policy, self.draw = district, policy, draw
        self.until, self.most, self.tell, self.stop = until, repairs, tell, stop
        self.refused = self.untold = 0

    def _giving(self, policy: Policy, soft: tuple[str, ...] | None = None) -> Giving:
        standing = stand(self.district, policy, draw=self.draw)
        model = Model(self.district, bare(policy), standing)
        return Giving(model, until=self.until, soft=soft, stop=self.stop)

    def run(self) -> Diagnosis:
        self.tell("looking")
        giving = self._giving(self.policy)
        search = Search(giving)
        search.look_ahead()
        values = giving.quick(giving.program()).values
        if values is None:
            self.tell("clash")
            first = search.first()
            if first:
                return self._impossible(giving, search, first)
            values = solved(giving)
        if values is None:
            return Diagnosis(Status.UNKNOWN)
        exact(giving.model, values)
        return self._possible()

    # ---- there is a plan -----------------------------------------------------------------------------------------

    def _possible(self) -> Diagnosis:
        self.tell("shoulds")
        rules = [rule for rule in self.policy.active if rule.force == "should" and rule.kind in CONSTRAINTS]
        found: list[Shortfall] = []
        weighed = 0
        for rule in rules:
            must = tuple(
                each.model_copy(update={"force": "must", "rank": None}) if each.id == rule.id else each
                for each in self.policy.rules
            )
            giving = self._giving(changed(self.policy, rules=must), (rule.id,))
            answer, amounts = giving.least()
            if answer.outcome is not Outcome.OPTIMAL:
                continue
            weighed += 1
            if not amounts:
                continue
            least = sum(amounts.values())
            telling = Telling(giving)
            places = tuple(dict.fromkeys(telling.where(giving.places[number]) for number, _ in amounts))
            cost = (
                say("diagnosis.should_measured")
                if rule.rank is None
                else say("diagnosis.should_cost", rank=rule.rank, points=least * rule.weight)
            )
            found.append(Shortfall(rule.id, label(rule), least, places, cost))
        return Diagnosis(Status.FEASIBLE, shortfalls=tuple(found), weighed=weighed, complete=weighed == len(rules))

    # ---- there is none -------------------------------------------------------------------------------------------

    def _impossible(self, giving: Giving, search: Search, first: list[Found]) -> Diagnosis:
        if not giving.refuted(first[0][0], {}, CONFIRMING):
            return Diagnosis(Status.UNKNOWN, unconfirmed=True)
        enough = NARROW * giving.left
        narrowing = Beside(first[0], lambda _: self._narrowed(giving, search, first[0], enough))
        self.tell("least")
        resolving = Resolving(giving, search, list(first))
        giving.until = clock() + LEAST * giving.left
        least = resolving.least()
        resolving.narrow(narrowing.told(self.until - clock()))
        proof = resolving.proof(least, self.until - clock())
        try:
            return self._resolved(giving, search, resolving, least, proof)
        finally:
            proof.end()

    def _narrowed(self, giving: Giving, search: Search, clash: Found, seconds: float) -> Found:
        """What of a clash is needed; the second engine is asked of fewer places, too."""
        told = search.narrowed(clash, {}, seconds)
        return told if told[0] == clash[0] or giving.refuted(told[0], {}, CONFIRMING) else clash

    def _resolved(
        self, giving: Giving, search: Search, resolving: Resolving, least: Least, proof: Beside[Least]
    ) -> Diagnosis:
        changes, whole = Changes(giving, self.draw), list[Repair]()
        again = Again(self.district, self.policy, self.draw, self.until, self.most, self.stop)
        while True:
            values = least.values
            covered = values is not None and resolving.covered(least.amounts, MOST_CLASHES)
            giving.until = self.until
            knots = resolving.knots(least.amounts)
            hits = [] if values is None else [candidates(changes, [Option(each.hit, values)]) for each in knots]
            whole += again.least(giving.model, len(resolving.clashes), hits)
            self.tell("ways")
            giving.until = clock() + WAYS * (self.until - clock())
            resolving.ways(knots, least)
            giving.until = self.until
            known, least = least, proof.told(PROOF * giving.left)
            if least.amounts == known.amounts:
                break
        clashes = [resolving.kernel(each) for each in resolving.clashes]
        others = [numbers for numbers, _ in clashes[1:MOST_CLASHES]]
        refuted = [giving.refuted(numbers, {}, min(CONFIRMING, giving.left / 4)) for numbers in others]
        self.tell("repairs")
        repairs = self._repairs(giving, resolving, knots, least, again, changes, whole)
        giving.until = self.until
        least = proof.told(giving.left)
        telling = Telling(giving)
        alone = {number: (amount, below) for knot in knots for (number, below), amount in knot.alone.items()}
        gives = tuple(self._give(giving, telling, side, amount) for side, amount in sorted(least.amounts.items()))
        return Diagnosis(
            Status.INFEASIBLE,
            tuple(telling.clash(numbers, alone, certain) for numbers, certain in clashes[:MOST_CLASHES]),
            gives,
            sum(least.amounts.values()) if least.values is not None else None,
            least.proven,
            tuple(repairs),
            untold=self.untold,
            refused=self.refused,
            untried=sum(len(knot.untried) for knot in knots),
            more=search.more or len(clashes) > MOST_CLASHES,
            complete=search.complete and covered and all(refuted),
        )

    def _give(self, giving: Giving, telling: Telling, side: Side, amount: int) -> Give:
        place = giving.places[side[0]]
        key = "diagnosis.give_below" if side[1] else "diagnosis.give_above"
        return Give(label(giving.rules[place.rule]), telling.where(place), amount, say(key, amount=amount))

    def _repairs(
        self,
        giving: Giving,
        resolving: Resolving,
        knots: list[Knot],
        least: Least,
        again: Again,
        changes: Changes,
        whole: list[Repair],
    ) -> list[Repair]:
        if again.over:
            self.untold, self.refused = again.untold + sum(len(knot.options) for knot in knots), again.refused
            return sorted(whole, key=cheapest)
        of_knots = [candidates(changes, knot.options) for knot in knots]
        hits = [candidates(changes, knot.options[:1])[0] for knot in knots if knot.options]
        told = again.each(giving.model, knots, of_knots, hits, whole)
        if len(knots) > 1:
            rules = [{giving.places[number].rule for number in numbers} for numbers, _ in resolving.clashes]
            shared = candidates(changes, resolving.shared(set.intersection(*rules), least))
            whole = [*whole, *again.everything(giving.model, len(resolving.clashes), shared)]
            told = [*{each.sentence: each for each in sorted(whole, key=cheapest)}.values(), *told]
        self.untold, self.refused = again.untold, again.refused
        return told
