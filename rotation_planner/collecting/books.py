"""The workbooks that come of collecting: for each school what to repair, for the bureau everything on one table.

A school's own book names its own people and rows; of another school's it says which school, never what stands there.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rotation_planner.collecting.collected import Collected, readings_text
from rotation_planner.collecting.doubts import Doubt
from rotation_planner.collecting.handed import Handed
from rotation_planner.collecting.weighing import Weight
from rotation_planner.data.identity import without_identity_numbers
from rotation_planner.data.problems import Problem, Severity
from rotation_planner.report.sheets import Alarm, Book, Column, Sheet
from rotation_planner.words import say

MOST_ROWS = 2_000  # of one table: a workbook with more mistakes than that is handed in anew
PROBLEMS = (
    Column("number", "whole"), Column("collect_severity"), Column("collect_place", "wrap", 20),
    Column("collect_row", "whole"), Column("collect_heading", "wrap", 13), Column("collect_value", "wrap", 14),
    Column("collect_problem", "wrap", 34), Column("collect_expected", "wrap", 24), Column("collect_advice", "wrap", 26),
)  # fmt: skip
DOUBTS = (
    Column("number", "whole"), Column("collect_must"), Column("collect_place", "wrap", 18),
    Column("collect_row", "whole"), Column("collect_heading", "wrap", 13), Column("collect_doubt", "wrap", 40),
    Column("collect_advice", "wrap", 30),
    Column("collect_depending", "whole"),
)  # fmt: skip
CHANGES = (
    Column("number", "whole"), Column("collect_change", "wrap", 22), Column("staff_id"), Column("name", "wrap", 22),
    Column("collect_before", "wrap", 26), Column("collect_now", "wrap", 26), Column("collect_open"),
)  # fmt: skip
SCHOOLS = (
    Column("number", "whole"), Column("school_id"), Column("school", "wrap", 24), Column("collect_state"),
    Column("collect_file", "wrap", 30), Column("collect_staff", "whole"), Column("collect_errors", "whole"),
    Column("collect_warnings", "whole"), Column("collect_doubts", "whole"), Column("collect_depending", "whole"),
)  # fmt: skip
DECIDED = (
    Column("collect_id", "wrap", 34), Column("collect_doubt", "wrap", 60), Column("collect_reading", "wrap", 40),
)  # fmt: skip
PEOPLE = (
    Column("collect_id", "wrap", 34), Column("staff_id"), Column("name"), Column("school", "wrap", 24),
    Column("collect_standing", "wrap", 50),
)  # fmt: skip


def clean(text: Any) -> Any:
    """A cell of a report: no identity number goes out."""
    return without_identity_numbers(text) if isinstance(text, str) else text


def _records(rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """The rows to be printed, numbered, at most `MOST_ROWS`."""
    return [(number, *map(clean, row)) for number, row in enumerate(rows[:MOST_ROWS], 1)]


def _note_rest(sheet: Sheet, count: int) -> None:
    if count > MOST_ROWS:
        sheet.note(say("collect.rest", count=count - MOST_ROWS))


def problem_rows(problems: Sequence[Problem], alone: str = "") -> list[tuple[Any, ...]]:
    """Problems as rows of a table, without a number; ``alone``: the only file that they can be of, left unnamed."""
    rows = []
    for p in problems:
        told = say(f"collect_severity.{p.severity.value}")
        severity = Alarm(told) if p.severity is Severity.ERROR else told
        value = p.value or ""
        rows.append((severity, _sheet_of(p.file, alone), p.row, p.column or "", value, p.message, p.expected, p.advice))
    return rows


def _sheet_of(file: str, alone: str) -> str:
    """The sheet of a place in the only workbook of a school; elsewhere file and sheet."""
    return file.removeprefix(f"{alone}!") if alone else file


class SchoolReports:
    """What each school is to repair."""

    def __init__(self, collected: Collected) -> None:
        self.collected = collected

    def write(self, school: str, path: Path) -> None:
        """The report of a school that handed something in, or is missed."""
        made = self.collected
        files = made.files_of(school)
        problems = [p for each in files for p in made.problems_of(each)]
        problems += [p for p in made.general if p.code == "collect_school_missing" and p.value == school]
        doubts = made.doubts_of(school)
        title = made.ground.school_name(school)
        facts = [
            (say("collect.fact_school"), made.ground.school(school)),
            (
                say("collect.fact_files"),
                say("policy.list_separator").join(f.name for f in files) or say("collect.none"),
            ),
            (say("collect.fact_state"), say(f"collect_state.{made.state(school)}")),
            (say("collect.fact_staff"), str(int((made.ground.staff["school_id"] == school).sum()))),
            (say("collect.fact_counts"), self._counted(problems, doubts)),
        ]
        with Book(path, f"{title} {made.title}", protected=True) as book:
            self._cover(book, title, facts)
            alone = files[0].name if len(files) == 1 else ""
            self._problems(book, title, problems, alone)
            self._doubts(book, title, school, doubts, alone)
            if made.ground.last is not None:
                self._changes(book, title, school)

    def write_unknown(self, handed: Handed, path: Path) -> None:
        """The report of a file that speaks for no known school."""
        made = self.collected
        problems = made.problems_of(handed)
        facts = [(say("collect.fact_files"), handed.name), (say("collect.fact_counts"), self._counted(problems, []))]
        with Book(path, f"{handed.name} {made.title}", protected=True) as book:
            self._cover(book, handed.name, facts)
            self._problems(book, handed.name, problems)

    def _counted(self, problems: Sequence[Problem], doubts: Sequence[tuple[Doubt, Weight]]) -> str:
        errors = sum(p.severity is Severity.ERROR for p in problems)
        warnings = sum(p.severity is Severity.WARNING for p in problems)
        return say("collect.fact_counted", errors=errors, warnings=warnings, doubts=len(doubts))

    def _cover(self, book: Book, title: str, facts: list[tuple[str, str]]) -> None:
        sheet = book.sheet("collect_cover")
        sheet.set_widths([20, 34, 34])
        sheet.heading(say("collect.school_title", school=title))
        sheet.note(say("collect.confidential"))
        sheet.gap()
        sheet.facts([(name, str(clean(text))) for name, text in facts])
        sheet.gap()
        sheet.note(say("collect.what_to_do"))

    def _problems(self, book: Book, title: str, problems: Sequence[Problem], alone: str = "") -> None:
        sheet = book.sheet("collect_problems", landscape=True)
        sheet.heading(f"{title}{say('report.facts_separator')}{say('report_sheet.collect_problems')}")
        sheet.table(PROBLEMS, _records(problem_rows(problems, alone)), main=True, filtered=True)
        _note_rest(sheet, len(problems))

    def _doubts(self, book: Book, title: str, school: str, doubts: Sequence[tuple[Doubt, Weight]], alone: str) -> None:
        sheet = book.sheet("collect_doubts", landscape=True)
        sheet.heading(f"{title}{say('report.facts_separator')}{say('report_sheet.collect_doubts')}")
        answers = tuple(say(f"collect_reply.{each}") for each in ("repaired", "right", "ask"))
        reply = (
            Column("reply", "wrap", 8, fill=True, choices=answers), Column("reply_words", "wrap", 16, fill=True),
        )  # fmt: skip
        rows = [(*self._own(school, doubt, weight, alone), "", "") for doubt, weight in doubts]
        sheet.table((*DOUBTS, *reply), _records(rows), main=True)
        sheet.note(say("collect.doubts_note"))
        _note_rest(sheet, len(doubts))

    def _own(self, school: str, doubt: Doubt, weight: Weight, alone: str) -> tuple[Any, ...]:
        side = doubt.sides[school]
        file, row, column = self.collected.ground.pool.place(side.table, side.at, side.column)
        must = Alarm(say("collect.must")) if doubt.blocking else say("collect.may")
        return must, _sheet_of(file, alone), row, column or "", doubt.own_message(school), doubt.advice, weight.count

    def _changes(self, book: Book, title: str, school: str) -> None:
        sheet = book.sheet("collect_changes", landscape=True)
        sheet.heading(f"{title}{say('report.facts_separator')}{say('report_sheet.collect_changes')}")
        rows = [change_row(each) for each in self.collected.changes if each.school == school]
        sheet.table(CHANGES, _records(rows), main=True)


def change_row(change: Any) -> tuple[Any, ...]:
    """A change as a row, without a number."""
    kind = say(f"collect_change.{change.kind}")
    is_open = say("collect.yes" if change.open else "collect.no")
    return kind, change.staff_id, change.name, str(change.before), str(change.now), is_open


def write_overview(collected: Collected, path: Path) -> None:
    """The bureau's book: every school, every doubt with who depends on it, every mistake, every change."""
    made = collected
    with Book(path, f"{say('report_sheet.collect_schools')} {made.title}") as book:
        sheet = book.sheet("collect_schools", landscape=True)
        sheet.heading(say("collect.overview_title", title=made.title))
        sheet.set_widths([6, 10, 24, 8, 30, 7, 7, 7, 7, 7])
        sheet.note(say("report.confidential_bureau"))
        rows = [
            (r["school_id"], r["school"], _alarmed(r["state"], made.state(r["school_id"]) in ("missing", "mistakes")),
             r["files"], r["staff"], r["errors"], r["warnings"], r["doubts"], r["depending"])
            for r in made.by_school.to_dict("records")
        ]  # fmt: skip
        sheet.table(SCHOOLS, _records(rows), main=True, filtered=True)
        sheet.note(str(made), bold=True)
        for note in made.notes:
            sheet.note(note)
        _open_doubts(book, made)
        _people(book, made)
        if made.settled:
            sheet = book.sheet("collect_settled", landscape=True)
            decided = [(d.id, clean(d.message), clean(d.readings[n - 1].words)) for d, n in made.settled]
            sheet.table(DECIDED, decided, main=True)
        sheet = book.sheet("collect_problems", landscape=True)
        sheet.table(PROBLEMS, _records(problem_rows(made.problems)), main=True, filtered=True)
        _note_rest(sheet, len(made.problems))
        if made.ground.last is not None:
            sheet = book.sheet("collect_changes", landscape=True)
            columns = (CHANGES[0], Column("school", "wrap", 24), *CHANGES[1:])
            records = _records([(made.ground.school(each.school), *change_row(each)) for each in made.changes])
            sheet.table(columns, records, main=True, filtered=True)
            _note_rest(sheet, len(made.changes))


def _alarmed(text: str, wrong: bool) -> str:
    return Alarm(text) if wrong else text


def _open_doubts(book: Book, made: Collected) -> None:
    """The doubts to decide on; the sheet begins with its headings, so that `read_decisions` finds them."""
    most = max((len(d.readings) for d, _ in made.doubts), default=1)
    sheet = book.sheet("collect_doubts", landscape=True)
    columns = (
        Column("doubt", "wrap", 20, text=say("collect_column.doubt")),
        Column("depending", "whole", text=say("collect_column.depending")),
        Column("blocking", text=say("collect_column.blocking")),
        Column("about", "wrap", 40, text=say("collect_column.about")),
        Column("rules", "wrap", 18, text=say("collect_column.rules")),
        Column("readings", "wrap", 32, text=say("collect_column.readings")),
        Column("do", "wrap", 28, text=say("collect_column.do")),
        Column("decision", "wrap", 8, True, tuple(map(str, range(1, most + 1))), text=say("collect_column.decision")),
    )
    records = [
        (
            doubt.id, weight.count, _alarmed(say("collect.yes" if doubt.blocking else "collect.no"), doubt.blocking),
            clean(doubt.message), made.rule_words(weight), clean(readings_text(doubt)),
            doubt.advice, "",
        )
        for doubt, weight in made.doubts[:MOST_ROWS]
    ]  # fmt: skip
    sheet.table(columns, records, main=True)
    sheet.note(say("collect.decide_note"))
    _note_rest(sheet, len(made.doubts))


def _people(book: Book, made: Collected) -> None:
    """Whose standing depends on which doubt, and what it is under each reading."""
    sheet = book.sheet("collect_people", landscape=True)
    staff = made.ground.pool.frames["staff"]
    place = {each: at for at, each in enumerate(staff["staff_id"].tolist())}
    rows = []
    for doubt, weight in made.doubts:
        for who in weight.people or ():
            at = place.get(who)
            name = "" if at is None else staff["name"].iat[at]
            school = "" if at is None else made.ground.school(str(staff["school_id"].iat[at]))
            rows.append((doubt.id, who, name, school, _standing_text(doubt, weight, who)))
    sheet.table(PEOPLE, [tuple(map(clean, row)) for row in rows[:MOST_ROWS]], main=True, filtered=True)
    _note_rest(sheet, len(rows))


def _standing_text(doubt: Doubt, weight: Weight, who: str) -> str:
    said = []
    for reading, standings in zip(doubt.readings, weight.standings, strict=True):
        key = standings.get(who, "")
        standing = say(f"report_value.standing_{key}") if key else say("collect.absent")
        said.append(say("collect.says", who=reading.words, value=standing))
    return say("report.sentence_separator").join(said)
