"""What every rule carries, whatever its kind."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from rotation_planner.policy.base import Force, Strict, Words

RuleId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]


class Rule(Strict):
    """One clause: its id, whether it must or should hold, its sentence, and where it stands in the law.

    A ``must`` rule holds in every plan. A ``should`` rule names the ``rank`` (1 = first) of the goal level in which
    each unit of its violation costs ``weight``; a ``should`` rule without rank is only measured by the audit.
    ``label`` is the short name by which reasons and tables call the rule (its id where there is none).
    ``enabled: false`` switches a rule off; the audit then reports it as waived. ``comment`` says why a parameter that
    the source leaves open has its value.
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
    comment: Words | None = None

    @model_validator(mode="after")
    def _rank_goes_with_should(self) -> Rule:
        if self.force == "must" and self.rank is not None:
            raise ValueError("rank_of_must")
        return self
