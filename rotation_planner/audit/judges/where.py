"""Judges of where people go and in which way: qualification, departments, routes, modes, exchanges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from rotation_planner.audit.asking import AskMove
from rotation_planner.audit.case import Case, finding, summed_up
from rotation_planner.audit.moves import Move, placements
from rotation_planner.audit.result import Finding, Verdict
from rotation_planner.policy.kinds import Departments, Modes, Qualification, RouteRule, Swap
from rotation_planner.words import say


def judge_qualification(case: Case, rule: Qualification) -> Iterator[Finding]:
    """The person may teach what the row says; the school entered teaches it and has a ``demand`` row open for it."""

    def wrong(move: Move) -> Iterator[str]:
        values = {"school": case.school(move.entered), "subject": move.subject or say("audit.blank")}
        values["stage"] = case.listed("staff", "stage", move.stage)
        for name in unfit(case, rule, move.person, move.entered, move.stage, move.subject):
            yield say(f"audit.{name}", **values)

    return _each_move(case, rule, wrong)


def unfit(
    case: Case, rule: Qualification, person: int, school: int, stage: str | None, subject: str | None
) -> list[str]:
    """What stands against placing a person so in a school, as names of sentences."""
    books, found = case.books, []
    if (stage, subject) not in placements(books, person, rule.other_subjects, rule.other_stages):
        found.append("not_placed_so")
    taught = case.stages_taught
    if stage is None:
        if not taught[books.at[person]] & taught[school]:
            found.append("no_shared_stage")
    elif stage not in taught[school]:
        found.append("stage_not_taught")
    elif subject is not None and books.demand:
        place = (books.school_id[school], stage, subject)
        if place not in case.required:
            found.append("no_demand_row")
        elif rule.open_to != "any":
            today, required = books.full_time_today[place], case.required[place]
            if required is None or today > required or (today == required and rule.open_to == "understaffed"):
                found.append(f"row_{rule.open_to}")
    return found


def judge_departments(case: Case, rule: Departments) -> Iterator[Finding]:
    """Whom the rule places enters a department that the school has; everybody else changes the school only."""

    def wrong(move: Move) -> Iterator[str]:
        values = {"school": case.school(move.entered), "department": move.department or say("audit.blank")}
        for name in case.offices.wrong(move.person, move.entered, move.department):
            yield say(f"audit.{name}", **values)

    return _each_move(case, rule, wrong)


def passes(case: Case, rule: RouteRule) -> AskMove:
    """Whether a way is allowed by the rule and not forbidden."""
    allowed = case.asking.route(rule.allow)
    forbidden = None if rule.forbid is None else case.asking.route(rule.forbid)
    return lambda person, to: allowed(person, to) and (forbidden is None or not forbidden(person, to))


def judge_route(case: Case, rule: RouteRule) -> Iterator[Finding]:
    """People of the rule go only along allowed routes and along no forbidden one."""
    who, excepted, allowed = case.asking.person(rule.who), case.asking.excepted(rule), case.asking.route(rule.allow)
    forbidden = None if rule.forbid is None else case.asking.route(rule.forbid)

    def wrong(move: Move) -> Iterator[str]:
        values = {"left": case.place(move.left, None), "entered": case.place(move.entered, move.department)}
        to = case.destination(move)
        if not allowed(move.person, to):
            yield say("audit.route_not_allowed", **values)
        if forbidden is not None and forbidden(move.person, to):
            yield say("audit.route_forbidden", **values)

    return _each_move(case, rule, wrong, [move for move in case.movers(who) if not excepted(move.person)])


def judge_modes(case: Case, rule: Modes) -> Iterator[Finding]:
    """Mode, personnel file and end of service are those of the case in which the move is made."""

    def wrong(move: Move) -> Iterator[str]:
        ways = case.ways
        if move.way is None:
            yield say("audit.mode_unknown", given=case.mode(move.mode)) if ways.chosen else say("audit.mode_none")
            return
        way = ways.cases[move.way]
        if not ways.holds(move.person, way, move.entered, move.department):
            yield say("audit.mode_route", case=way.id)
        if move.mode != way.mode:
            given, due = (case.mode(each) for each in (move.mode, way.mode))
            yield say("audit.mode_wrong", given=given, due=due, case=way.id)
        if move.file_moves is not way.file_moves:
            given, due = (case.yes_no(each) for each in (move.file_moves, way.file_moves))
            yield say("audit.file_wrong", given=given, due=due, case=way.id)
        days = ways.last_days(move.person, way)
        if days is None:
            holds, due = not move.until_text, say("audit.for_good")
        else:
            least, most = days
            holds, due = move.until is not None and least <= move.until <= most, least.isoformat()
            if least != most:
                due = say("audit.between", least=due, most=most.isoformat())
        if not holds:
            yield say("audit.until_wrong", given=move.until_text or say("audit.blank"), due=due, case=way.id)

    return _each_move(case, rule, wrong)


def judge_swap(case: Case, rule: Swap) -> Iterator[Finding]:
    """Between any two schools as many go one way as the other, alike in the columns."""
    columns = [case.books.of_person(column) for column in rule.alike]
    ways: dict[tuple[Any, ...], tuple[list[int], list[int]]] = {}
    for move in case.movers(case.asking.person(rule.who)):
        if not move.inside:
            pair = min(move.left, move.entered), max(move.left, move.entered)
            there, back = ways.setdefault((*pair, *(column[move.person] for column in columns)), ([], []))
            (there if move.left == pair[0] else back).append(move.person)
    breaches = []
    for (one, other, *values), (there, back) in sorted(ways.items(), key=lambda item: str(item[0])):
        if len(there) == len(back):
            continue
        alike = [case.listed("staff", column, value) for column, value in zip(rule.alike, values, strict=True)]
        name = say("audit.part_separator").join([case.school(one), case.school(other), *alike])
        breaches.append(
            finding(
                rule,
                Verdict.BREACH,
                say("audit.swap", scope=name, there=len(there), back=len(back)),
                scope=name,
                required=min(len(there), len(back)),
                found=max(len(there), len(back)),
                people=case.ids([*there, *back]),
            )
        )
    yield from summed_up(rule, len(ways), breaches, say("audit.what_exchanges"))


def _each_move(
    case: Case,
    rule: Qualification | Departments | RouteRule | Modes,
    wrong: Callable[[Move], Iterator[str]],
    moves: list[Move] | None = None,
) -> Iterator[Finding]:
    """One breach for each move about which something is wrong."""
    breaches = []
    checked = case.movers() if moves is None else moves
    for move in checked:
        reasons = list(wrong(move))
        if reasons:
            who, why = case.person(move.person), say("audit.clause_separator").join(reasons)
            breaches.append(
                finding(
                    rule,
                    Verdict.BREACH,
                    say("audit.about", who=who, why=why),
                    scope=who,
                    found=why,
                    people=case.ids([move.person]),
                )
            )
    yield from summed_up(rule, len(checked), breaches, say("audit.what_moves"))
