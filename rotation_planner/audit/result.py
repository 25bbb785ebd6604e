"""What the judge says: findings rule by rule, goals counted again, and the reverse-flow page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import pandas as pd

from rotation_planner.data.showing import Page
from rotation_planner.words import say


class Verdict(StrEnum):
    """The four verdicts of the contract."""

    PASS = "pass"
    BREACH = "breach"
    NOT_APPLICABLE = "not applicable"
    WAIVED = "waived"


@dataclass(frozen=True)
class Finding:
    """One rule in one scope (the district, a school, a subject of a school, a person).

    ``required`` and ``found`` are finished short texts; ``people`` the staff_ids behind a breach (or behind the numbers
    of a share); ``sentence`` says the finding in the language in force when it was made. ``amount`` is what a breach
    weighs in the goals of a ``should`` rule: missing or surplus persons for shares, numbers and flows, else 1.
    """

    rule: str
    kind: str
    force: str
    scope: str
    required: str
    found: str
    verdict: Verdict
    sentence: str = ""
    people: tuple[str, ...] = ()
    amount: int = 0


@dataclass(frozen=True)
class GoalCount:
    """A goal level counted again from the plan; ``claimed`` is what the plan's file says (``None``: nothing).

    ``terms``: units by term (and by ``should`` rule of the level), ``points`` the same times their weights.
    """

    id: str
    value: float
    terms: Mapping[str, float]
    claimed: float | None
    points: Mapping[str, float] = field(default_factory=dict)

    @property
    def agrees(self) -> bool:
        """Whether plan and recount tell the same number."""
        return self.claimed is None or abs(self.claimed - self.value) <= 1e-6 * max(1.0, abs(self.value))


@dataclass(frozen=True, eq=False)
class ReverseFlowPage:
    """The backbone flow of one reverse-flow rule.

    ``matrix``: moves of backbone teachers, index = tier left, columns = tier entered. ``schools``: one row a school
    with school_id, name, tier, before, out, into, after, balance. ``verdicts``: reading -> (verdict, sentence).
    """

    rule: str
    matrix: pd.DataFrame
    schools: pd.DataFrame
    verdicts: Mapping[str, tuple[Verdict, str]]

    def __repr__(self) -> str:
        return say("audit_report.flow", rule=self.rule).lstrip("# ")

    def _repr_html_(self) -> str:
        from rotation_planner.audit.showing import page_html

        return page_html(self)


@dataclass(frozen=True)
class Better:
    """A change that betters a plan: ``kind`` is ``single``, ``swap`` or ``three_way``; the ``people`` whose fates it
    changes (staff_id), the goal level that it betters first, from ``before`` to ``after``."""

    kind: str
    people: tuple[str, ...]
    goal: str
    before: float
    after: float
    sentence: str


@dataclass(frozen=True)
class LeftUndone:
    """Whether any single change, swap or three-way exchange would better the plan: ``verdict`` is ``none``, ``some``,
    ``unknown`` (not searched to the end) or ``not searched``; ``proven``: because no plan at all is better."""

    verdict: str
    sentence: str
    found: tuple[Better, ...] = ()
    proven: bool = False

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True, eq=False)
class Audit:
    """The whole judgement. It passes when no ``must`` rule is breached and every goal's number agrees.

    ``words`` and ``sources`` by rule id, the judge's own ``plan`` and ``goals`` too; ``moves``: rows that are moves.
    ``undone``: what a search for improvements came to, handed in by who searched; the judge itself does not search.
    """

    findings: tuple[Finding, ...]
    goals: tuple[GoalCount, ...] = ()
    reverse_flow: tuple[ReverseFlowPage, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    moves: int = 0
    undone: LeftUndone | None = None

    @cached_property
    def breaches(self) -> tuple[Finding, ...]:
        """Breaches of must rules."""
        return tuple(f for f in self.findings if f.verdict is Verdict.BREACH and f.force == "must")

    @property
    def passes(self) -> bool:
        """Whether the plan may stand."""
        return not self.breaches and all(goal.agrees for goal in self.goals)

    def rule(self, rule: str) -> Page:
        """One rule by its id, scope by scope: what is required, what was found.

        Raises:
            KeyError: the audit has no rule of this id.
        """
        from rotation_planner.audit.showing import rule_page

        return rule_page(self, rule)

    def __repr__(self) -> str:
        title = "audit_report.title_pass" if self.passes else "audit_report.title_breach"
        return say(title, count=len(self.breaches)).lstrip("# ")

    def _repr_html_(self) -> str:
        from rotation_planner.audit.showing import audit_html

        return audit_html(self)
