"""What every rule carries, whatever its kind."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from rotation_planner.policy.base import Force, Strict, Words

RuleId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]


class Exempted(Strict):
    """A logged exception from a rule that holds "in principle": these people, and the people of these schools."""

    staff: tuple[str, ...] = ()
    schools: tuple[str, ...] = ()
    reason: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _somebody(self) -> Exempted:
        if not self.staff and not self.schools:
            raise ValueError("exception_of_nobody")
        return self


class Rule(Strict):
    """One clause: its id, whether it must or should hold, its sentence, and where it stands in the law.

    A ``must`` rule holds in every plan. A ``should`` rule names the ``rank`` (1 = first) of the goal level in which
    each unit of its violation costs ``weight``; a ``should`` rule without rank is only measured by the audit.
    ``label`` is the short name by which reasons and tables call the rule (its id where there is none).
    ``enabled: false`` switches a rule off; the audit then reports it as waived. ``comment`` says why a parameter that
    the source leaves open has its value.

    ``exceptions`` (kinds duty, defer, bar, route, order, merit, kin, together, share, count) leave single people, or
    the people of single schools, out of the rule: it does not speak of them, they are in none of its sets. The kinds
    headcount, subject_staffing, posts and title_posts take schools only, which the rule then does not judge. The audit
    tells every exception with its reason.
    """

    id: RuleId
    kind: str
    label: Words | None = None
    words: Words
    source: Annotated[str, Field(min_length=1)]
    force: Force = "must"
    rank: Annotated[int, Field(ge=1)] | None = None
    weight: Annotated[int, Field(ge=1)] = 1
    enabled: bool = True
    exceptions: tuple[Exempted, ...] = ()
    comment: Words | None = None

    @model_validator(mode="after")
    def _rank_goes_with_should(self) -> Rule:
        if self.force == "must" and self.rank is not None:
            raise ValueError("rank_of_must")
        return self
