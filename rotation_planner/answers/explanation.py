"""The answer for one person as data, for the bureau's eyes; the texts for each reader are made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from rotation_planner.data.showing import Text
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.wording import sentence


@dataclass(frozen=True)
class GoalThen:
    """A goal level as it is in the plan, and as it would be. ``found``: what a plan reaches that was found, where
    ``then`` is only proven to be the least."""

    id: str
    words: str
    now: float
    then: float
    found: float | None = None


@dataclass(frozen=True)
class WhyNot:
    """What stands against one school, or against staying (``school_id`` blank).

    ``answer``: ``goes`` (the plan does it), ``present``, ``no_candidate``, ``shut`` (by ``rules``), ``breaks`` (with
    everybody else as planned, ``rules``), ``impossible`` (no plan at all does it), ``worse`` (the ``goals`` that
    differ, the first of them worse), ``equal`` (another plan as good does it), ``better`` (the plan is not the best),
    ``found`` (a plan found does it, worse at the last of the ``goals`` only; that none is better is not proven),
    ``unknown``. ``least``: proven by bounds; even where no earlier goal gets worse the one told comes to at least that.
    ``within``: proven of the plans in which only that many people of the same stage and subject do otherwise.
    ``zone``: any school of the zone ``school`` is spoken of.
    ``others``: staff_ids of others whose fates change where the fewest do; ``None`` where that was not looked for.
    ``entering``: staff_ids of those of the same stage and subject (or position) who go there in the plan.
    """

    school_id: str
    school: str
    answer: str
    rank: int | None = None
    rules: tuple[str, ...] = ()
    goals: tuple[GoalThen, ...] = ()
    others: tuple[str, ...] | None = None
    exact: bool = True
    least: bool = False
    within: int = 0
    zone: bool = False
    entering: tuple[str, ...] = ()


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

    def page(self, reader: str = "bureau") -> Text:
        """The same page as one that shows itself in a notebook."""
        return Text(self.text(reader))

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
                "goals": [asdict(goal) for goal in each.goals],
                "others": None if each.others is None else list(each.others),
                "exact": each.exact, "least": each.least, "within": each.within, "zone": each.zone,
                "entering": list(each.entering),
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
