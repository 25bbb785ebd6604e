"""Writes a plan with everything that people get of it."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from pathlib import Path

from rotation_planner.plan.files import write_plan_files, write_plan_json, writing
from rotation_planner.plan.plan import Plan
from rotation_planner.run.making import Outcome, complete
from rotation_planner.run.scenario import Scenario


def outcome_of(scenario: Scenario, plan: Plan) -> Outcome:
    """Any plan, hand-edited ones too, completed and judged, so that everything can be written of it."""
    from rotation_planner.audit import audit_plan
    from rotation_planner.eligibility import stand

    draw = scenario.file.solve.draw
    whole = complete(scenario, plan)
    standing = stand(scenario.district, scenario.policy, draw=draw)
    verdict = audit_plan(scenario.district, scenario.policy, whole, draw=draw)
    return Outcome(whole.status, whole, verdict, standing)


def check_papers(scenario: Scenario, *, letters: bool = True) -> list[str]:
    """Read all that the papers need, so that what is wrong is told before any work; the names of unused templates.

    ``letters``: the templates too, not the days alone, which every principal's workbook names.

    Raises:
        InputError: a template or the file of holidays cannot be used.
    """
    from rotation_planner.report.papers.deadlines import deadlines_of

    deadlines_of(scenario.file.papers, scenario.file.as_of)
    if scenario.file.papers.templates is None or not letters:
        return []
    from rotation_planner.report.papers.writing import Stationery  # loads slowly

    return Stationery(scenario.file.papers).unknown


def write(
    outcome: Outcome,
    scenario: Scenario,
    out: Path | str,
    *,
    letters: bool = False,
    pseudonyms: Path | None = None,
    more: Callable[[Path], None] | None = None,
    reports: bool = True,
    processes: int = 1,
    published: Callable[[], None] | None = None,
) -> Path:
    """Write plan, audit and reports into the folder ``out``, whole or not at all; a former plan there is replaced.

    ``letters``: the public notice and the letters too. ``pseudonyms``: codes in the place of names and staff ids; the
    key is read from this file where it is there, and kept in it. ``more`` writes further files into the folder given.
    ``reports=False``: plan and audit alone. ``processes``: how many write side by side; more than one for programs that
    run no threads of their own, see `report.together`. Plan and audit stand in ``out`` before the reports that join
    them; ``published`` is called then. A failure in the reports takes them back, a killed run leaves them.

    Raises:
        InputError: the folder cannot be written to, or the key, a template or the file of holidays cannot be used.
        ValueError: the outcome has no plan.
    """
    from rotation_planner.audit.writing import audit_json, audit_markdown
    from rotation_planner.eligibility.facts import Facts
    from rotation_planner.plan.staging import publish, to_json
    from rotation_planner.report.privacy import cleaned

    if reports:
        from rotation_planner.report import write_reports

    out = Path(out)
    plan, verdict = outcome.plan, outcome.audit
    if plan is None or verdict is None:
        raise ValueError("no plan to write")
    standing, policy = outcome.standing, scenario.policy
    district, plan, verdict = cleaned(scenario.district, plan, verdict)
    if district is not scenario.district:
        standing = dataclasses.replace(standing, facts=Facts(district))
    if pseudonyms is not None:
        from rotation_planner.report.pseudonyms import Key, disguised, read_key

        key = read_key(pseudonyms) if pseudonyms.exists() else Key()
        key.cover(district)
        # The key first: codes that nobody can turn back would be worse than none.
        key.write(pseudonyms)
        district, standing, plan, verdict = disguised(district, standing, plan, verdict, key)
    with writing(out) as folder:
        started = time.perf_counter()
        (folder / "audit.json").write_text(to_json(audit_json(verdict, policy)), "utf-8", newline="\n")
        (folder / "audit.md").write_text(audit_markdown(verdict, policy, district), "utf-8", newline="\n")
        plan = _timed(plan, "writing", started)
        write_plan_files(folder, plan)
        if reports:
            started = time.perf_counter()
            publish(folder)
            if published is not None:
                published()
            write_reports(
                folder, district, policy, standing, plan, verdict, scenario.title,
                settings=scenario.file.papers, letters=letters, pseudonyms=pseudonyms is not None, processes=processes,
            )  # fmt: skip
            plan = _timed(plan, "reports", started)
        if more is not None:
            more(folder)
        write_plan_json(folder, plan)
    return out


def _timed(plan: Plan, phase: str, started: float) -> Plan:
    return dataclasses.replace(plan, seconds={**plan.seconds, phase: time.perf_counter() - started})
