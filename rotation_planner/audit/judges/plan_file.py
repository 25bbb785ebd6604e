"""Judge of the plan's file itself, whatever the policy says."""

from __future__ import annotations

from collections.abc import Iterator

from rotation_planner.audit.case import PLAN_FILE, Case, finding, summed_up
from rotation_planner.audit.moves import Fault
from rotation_planner.audit.result import Finding, Verdict
from rotation_planner.words import say


def judge_plan_file(case: Case) -> Iterator[Finding]:
    """Every row names a person once, the right schools and the position held, and can be read."""
    rows = len(case.plan.transfers)
    if rows == 0:
        yield finding(PLAN_FILE, Verdict.PASS, say("audit.plan_empty"), found=0)
        return
    breaches = [
        finding(
            PLAN_FILE, Verdict.BREACH, say(f"fault.{fault.name}", **_values(case, fault)),
            scope=_who(case, fault), people=(fault.staff_id,),
        )
        for fault in case.faults
    ]  # fmt: skip
    yield from summed_up(PLAN_FILE, rows, breaches, say("audit.what_rows"))


def _who(case: Case, fault: Fault) -> str:
    person = case.books.person_of.get(fault.staff_id)
    return case.person(person) if person is not None else say("audit.stranger", id=fault.staff_id)


def _values(case: Case, fault: Fault) -> dict[str, str]:
    """What fills a fault's sentence, listed values in words and blanks said to be blank."""
    fields = {"stage": "stage", "given": "position", "held": "position"}
    shown = {
        name: case.listed("staff", fields[name], value or None) if name in fields else value or say("audit.blank")
        for name, value in fault.values.items()
    }
    return {"who": _who(case, fault), **shown}
