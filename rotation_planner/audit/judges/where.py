"""Judges of where people go and in which way: qualification, routes, modes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rotation_planner.audit.books import Destination
from rotation_planner.audit.calendar import months_later
from rotation_planner.audit.case import Case, finding, summed_up
from rotation_planner.audit.moves import Move, placements
from rotation_planner.audit.result import Finding, Verdict
from rotation_planner.policy.kinds import Duty, Modes, Qualification, RouteRule
from rotation_planner.words import say


def judge_qualification(case: Case, rule: Qualification) -> Iterator[Finding]:
    """The person may teach what the row says; the school entered teaches it and has a ``demand`` row for it."""
    books = case.books
    stages = [set((each or "").split(";")) - {""} for each in books.of_school("stages")]
    staffed = {(row["school_id"], row["stage"], row["subject"]) for row in books.demand}

    def wrong(move: Move) -> Iterator[str]:
        person, values = move.person, {"school": case.school(move.entered)}
        values["stage"] = case.listed("staff", "stage", move.stage)
        values["subject"] = move.subject or say("audit.blank")
        if (move.stage, move.subject) not in placements(books, person, rule.other_subjects, rule.other_stages):
            yield say("audit.not_placed_so", **values)
        if move.stage is None:
            if not stages[move.left] & stages[move.entered]:
                yield say("audit.no_shared_stage", **values)
        elif move.stage not in stages[move.entered]:
            yield say("audit.stage_not_taught", **values)
        elif move.subject is not None and staffed and case.place_after(person) not in staffed:
            yield say("audit.no_demand_row", **values)

    return _each_move(case, rule, wrong)


def judge_route(case: Case, rule: RouteRule) -> Iterator[Finding]:
    """People of the rule go only along allowed routes and along no forbidden one."""
    who, allowed = case.asking.person(rule.who), case.asking.route(rule.allow)
    forbidden = None if rule.forbid is None else case.asking.route(rule.forbid)

    def wrong(move: Move) -> Iterator[str]:
        values = {"left": case.school(move.left), "entered": case.school(move.entered)}
        if not allowed(move.person, Destination(move.entered)):
            yield say("audit.route_not_allowed", **values)
        if forbidden is not None and forbidden(move.person, Destination(move.entered)):
            yield say("audit.route_forbidden", **values)

    return _each_move(case, rule, wrong, case.movers(who))


def judge_modes(case: Case, rule: Modes) -> Iterator[Finding]:
    """Mode, personnel file and end of service are those of the first case whose route holds."""
    routes = [case.asking.route(each.when) for each in rule.cases]
    serving = [(case.duties.ask("eligible", duty.id), duty.serves_years) for duty in case.policy.of(Duty)]

    def wrong(move: Move) -> Iterator[str]:
        if move.mode == "part_time":
            yield say("audit.mode_part_time")
            return
        number = next((n for n, holds in enumerate(routes) if holds(move.person, Destination(move.entered))), None)
        if number is None:
            yield say("audit.mode_none")
            return
        way = rule.cases[number]
        if move.mode != way.mode:
            given, due = (case.mode(each) for each in (move.mode, way.mode))
            yield say("audit.mode_wrong", given=given, due=due, case=way.id)
        if move.file_moves is not way.file_moves:
            given, due = (case.yes_no(each) for each in (move.file_moves, way.file_moves))
            yield say("audit.file_wrong", given=given, due=due, case=way.id)
        years = way.years
        if years is not None:
            years = max([years, *(least for eligible, least in serving if least and eligible(move.person))])
        until = None if years is None else months_later(case.books.as_of, 12 * years)
        if move.until != until or (until is None and move.until_text):
            due = say("audit.for_good") if until is None else until.isoformat()
            yield say("audit.until_wrong", given=move.until_text or say("audit.blank"), due=due, case=way.id)

    return _each_move(case, rule, wrong)


def _each_move(
    case: Case,
    rule: Qualification | RouteRule | Modes,
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
