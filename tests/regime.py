"""A pack asked of tiny districts: who stands where under it, and what its audit says of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from districts import tiny_plan

from rotation_planner.audit import Verdict, audit_plan
from rotation_planner.data.district import District
from rotation_planner.eligibility import stand
from rotation_planner.policy.reading import read_policy

WORST_FIRST = (Verdict.BREACH, Verdict.PASS, Verdict.WAIVED, Verdict.NOT_APPLICABLE)


class Regime:
    """A pack, perhaps with changed parameters."""

    def __init__(self, pack: str, adjust: Mapping[str, Any] | None = None) -> None:
        self.policy = read_policy(pack, adjust=adjust)

    def standing(self, district: District) -> dict[str, str]:
        """Where everybody stands."""
        return dict(zip(district.staff["staff_id"], map(str, stand(district, self.policy).stand), strict=True))

    def must(self, district: District) -> set[str]:
        """Who must go."""
        return {who for who, stands in self.standing(district).items() if stands == "must"}

    def verdict(self, district: District, rule: str, moves: Any) -> str:
        """The verdict on a whole rule: a breach anywhere is a breach."""
        audit = audit_plan(district, self.policy, tiny_plan(district, moves))
        found = {each.verdict for each in audit.findings if each.rule == rule}
        return next(each.value for each in WORST_FIRST if each in found)

    def verdicts(self, district: District, rule: str, plans: Mapping[str, Any]) -> dict[str, str]:
        """The verdict on several plans, each of moves, by a name of one's own."""
        return {name: self.verdict(district, rule, moves) for name, moves in plans.items()}
