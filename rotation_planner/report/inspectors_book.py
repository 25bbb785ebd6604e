"""The inspectors' workbook: the shares of the year with the people behind them, and the balance before and after."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from rotation_planner.audit.result import Verdict
from rotation_planner.policy.citing import cited
from rotation_planner.policy.wording import label
from rotation_planner.report.balance import Balance
from rotation_planner.report.indicators import INDICATORS, Lines
from rotation_planner.report.shares import ShareLine, Shares
from rotation_planner.report.sheets import INK, Alarm, Book, Column, Kind, Sheet, listed
from rotation_planner.report.turnover import Turnover
from rotation_planner.words import language, say

Record = tuple[Any, ...]
WIDTHS = (9, 44, 9, 8, 8, 8, 10, 10, 10, 10, 10, 11)
EXCHANGE = (
    Column("number", "whole"), Column("clause", "wrap", 44), Column("part", "whole"), Column("whole", "whole"),
    Column("reached", "percent"), Column("asked"), Column("conclusion"),
)  # fmt: skip
OVERVIEW = (
    Column("stage"), Column("indicator", "wrap", 44), Column("line"), Column("schools", "whole"),
    Column("met_before", "whole"), Column("met_after", "whole"), Column("mean_before", "thousandth"),
    Column("mean_after", "thousandth"), Column("cv_before", "thousandth"), Column("cv_after", "thousandth"),
    Column("cv_line"), Column("evenness"),
)  # fmt: skip
SHARES = (
    Column("number", "whole"), Column("rule", "wrap", 26), Column("scope", "wrap", 36), Column("part", "whole"),
    Column("whole", "whole"), Column("reached", "percent"), Column("asked"), Column("asked_number"),
    Column("force"), Column("conclusion"), Column("source", "wrap", 26),
)  # fmt: skip
PEOPLE = (
    Column("number", "whole"), Column("rule", "wrap", 24), Column("scope", "wrap", 28), Column("counts_as"),
    Column("staff_id"), Column("name"), Column("school", width=22), Column("position"), Column("subject"),
    Column("backbone"), Column("goes", width=22),
)  # fmt: skip
CROSSINGS = (
    Column("school", width=24), Column("stage"), Column("indicator", "wrap", 34), Column("line"),
    Column("people_before", "whole"), Column("people_after", "whole"), Column("rate_before", "thousandth"),
    Column("rate_after", "thousandth"), Column("crossing"), Column("staff_id"), Column("name"),
    Column("change_by"), Column("other_school", width=24),
)  # fmt: skip
CLAUSES = (Column("rule", "wrap", 24), Column("words", "wrap", 62), Column("source", "wrap", 26))
MOST_NAMES = 6


class InspectorsBook:
    """The inspectors' book of one plan."""

    def __init__(
        self, turnover: Turnover, title: str, lines: Lines | None = None, shares: Shares | None = None
    ) -> None:
        self.turnover = turnover
        self.title = title
        self.balance = Balance(turnover, lines)
        self.shares = shares or Shares(turnover)
        self.schools: list[str] = turnover.district.schools["name"].tolist()
        self.codes: list[str] = turnover.district.schools["school_id"].tolist()
        self.names: list[str] = turnover.district.staff["name"].tolist()
        self.ids: list[str] = turnover.district.staff["staff_id"].tolist()

    def write(self, path: Path) -> None:
        """Write the book."""
        with Book(path, say("inspect.title", title=self.title)) as book:
            self._summary(book.sheet("inspect", landscape=True))
            for name, columns, records, note in (
                ("shares", SHARES, self.share_records(), say("inspect.shares_note")),
                ("share_people", PEOPLE, self.people_records(), say("inspect.people_note")),
                ("indicators", indicator_columns(), self.indicator_records(), ""),
                ("crossings", CROSSINGS, self.crossing_records(), ""),
            ):
                if name in ("indicators", "crossings") and not self.balance.applies:
                    continue
                sheet = book.sheet(name, landscape=True)
                sheet.heading(say("report_sheet." + name))
                sheet.table(columns, list(records), main=True, filtered=True)
                if note:
                    sheet.gap()
                    sheet.note(note)
            self._method(book.sheet("method"))

    # ---- the summary -------------------------------------------------------------------------------------------------

    def _summary(self, sheet: Sheet) -> None:
        turnover = self.turnover
        sheet.set_widths(WIDTHS)
        sheet.heading(say("inspect.title", title=self.title))
        day = say("report.counted_to", day=say("report.date", day=turnover.district.as_of))
        policy = say("report.policy_used", title=turnover.policy.title[language()])
        sheet.note(day + say("report.facts_separator") + policy)
        sheet.gap()
        if not self.balance.applies:
            sheet.note(say("inspect.not_applicable"), size=11, color=INK)
            sheet.note(say("inspect.confidential"))
            return
        sheet.heading(say("inspect.exchange"), level=2)
        sheet.table(EXCHANGE, self.exchange_records())
        sheet.gap()
        sheet.heading(say("inspect.overview"), level=2)
        sheet.table(OVERVIEW, self.overview_records())
        sheet.gap()
        sheet.heading(say("inspect.crossings"), level=2)
        for line in self.crossing_sentences() or [say("inspect.no_crossing")]:
            sheet.note(line, size=11, color=INK)
        sheet.gap()
        sheet.note(say("inspect.confidential"))

    def exchange_records(self) -> list[Record]:
        """The two shares over the whole district."""
        return [
            (number, say("inspect.clause_" + row["clause"]), row["part"], row["whole"], row["share"],
             say("inspect.share_at_least", share=100 * row["at_least"]), conclusion(row["met"]))
            for number, row in enumerate(self.balance.exchange.to_dict("records"), 1)
        ]  # fmt: skip

    def overview_records(self) -> list[Record]:
        """One row a stage and indicator: how many schools are at the line, how even the schools are."""
        rows: list[Record] = []
        values = self.balance.values
        for each in self.balance.spread.to_dict("records"):
            mine = values[(values["stage"] == each["stage"]) & (values["indicator"] == each["indicator"])]
            met = [sum(value is True for value in mine[when]) for when in ("met_before", "met_after")]
            line = self.balance.lines.per_hundred[each["indicator"]][each["stage"]]
            rows.append(
                (listed("stage", each["stage"]), say("inspect_indicator." + each["indicator"]),
                 say("inspect.at_least", number=float(line)), each["schools"], *met, each["mean_before"],
                 each["mean_after"], each["cv_before"], each["cv_after"],
                 say("inspect.at_most", number=each["at_most"]), _crossed(each["met_before"], each["met_after"]))
            )  # fmt: skip
        return rows

    # ---- the shares --------------------------------------------------------------------------------------------------

    @cached_property
    def _told(self) -> list[ShareLine]:
        """The shares to be shown: every floor, and caps where anybody leaves or they do not hold."""
        return [each for each in self.shares.lines if each.floor or each.part or each.finding.verdict is Verdict.BREACH]

    def share_records(self) -> Iterator[Record]:
        """One row a clause and scope, floors first."""
        for number, each in enumerate(sorted(self._told, key=lambda line: not line.floor), 1):
            asked = ""
            if each.asked is not None:
                key = "inspect.share_at_least" if each.floor else "inspect.share_at_most"
                asked = say(key, share=100 * each.asked)
            verdict = listed("verdict", each.finding.verdict.value.replace(" ", "_"))
            yield (
                number, label(each.rule), each.finding.scope, each.part, each.whole, each.share, asked,
                each.finding.required, listed("force", each.finding.force),
                Alarm(verdict) if each.finding.verdict is Verdict.BREACH else verdict, cited(each.rule.source),
            )  # fmt: skip

    def people_records(self) -> Iterator[Record]:
        """The people behind the shares: of floors numerator and denominator, of caps the numerator."""
        turnover, number = self.turnover, 0
        position, subject, backbone = (turnover.of_people(c) for c in ("position", "subject", "backbone"))
        for each in sorted(self._told, key=lambda line: not line.floor):
            part, whole = set(each.counted), set(each.among) if each.floor else set()
            for person in sorted(part | whole, key=lambda one: (one not in part, self.ids[one])):
                number += 1
                both = person in part and person in whole
                counts = "both" if both else "part_only" if person in part else "whole_only"
                there = int(turnover.goes_to[person])
                yield (
                    number, label(each.rule), each.finding.scope, say("inspect." + counts), self.ids[person],
                    self.names[person], self.schools[int(turnover.school_before[person])],
                    listed("position", position[person]), subject[person], listed("backbone", backbone[person]),
                    self.schools[there] if turnover.moving[person] else "",
                )  # fmt: skip

    # ---- the indicators ----------------------------------------------------------------------------------------------

    def indicator_records(self) -> Iterator[Record]:
        """One row a school and stage: pupils, and of each indicator people, number per hundred pupils, verdict."""
        basis = {
            (school, stage): say("inspect_basis." + how)
            for school, stage, how in self.balance.pupils[["school", "stage", "basis"]].itertuples(index=False)
        }
        for _, rows in self.balance.values.groupby(["school", "stage"], sort=False):
            school, stage = int(rows["school"].iloc[0]), str(rows["stage"].iloc[0])
            record: list[Any] = [
                self.codes[school], self.schools[school], listed("stage", stage), rows["pupils"].iloc[0],
                basis[school, stage],
            ]  # fmt: skip
            for row in rows.to_dict("records"):
                record += [row["before"], row["after"], row["rate_before"], row["rate_after"]]
                record.append(_crossed(row["met_before"], row["met_after"]))
            yield tuple(record)

    def crossing_records(self) -> Iterator[Record]:
        """One row a person behind a line that a school crosses."""
        for row in self.balance.thanks.to_dict("records"):
            person, up = row["person"], row["crossing"] == "up"
            other = self.turnover.school_before if up else self.turnover.goes_to
            yield (
                self.schools[row["school"]], listed("stage", row["stage"]),
                say("inspect_indicator." + row["indicator"]), say("inspect.at_least", number=row["line"]),
                row["before"], row["after"], row["rate_before"], row["rate_after"],
                say("inspect.up") if up else Alarm(say("inspect.down")), self.ids[person], self.names[person],
                say("report_column.into" if up else "report_column.out"), self.schools[int(other[person])],
            )  # fmt: skip

    def crossing_sentences(self) -> list[str]:
        """Which school crosses which line, and thanks to whom."""
        thanks, told = self.balance.thanks, []
        for row in self.balance.values.query("crossing != ''").to_dict("records"):
            behind = thanks[
                (thanks["school"] == row["school"])
                & (thanks["stage"] == row["stage"])
                & (thanks["indicator"] == row["indicator"])
            ]["person"].tolist()
            other = self.turnover.school_before if row["crossing"] == "up" else self.turnover.goes_to
            people = [
                say("inspect.person", name=self.names[person], school=self.schools[int(other[person])])
                for person in behind[:MOST_NAMES]
            ]
            if len(behind) > MOST_NAMES:
                people.append(say("inspect.more", count=len(behind)))
            told.append(
                say(
                    "inspect.crossing_" + row["crossing"], school=self.schools[row["school"]],
                    stage=listed("stage", row["stage"]), indicator=say("inspect_indicator." + row["indicator"]),
                    before=row["rate_before"], after=row["rate_after"], line=row["line"],
                    people=say("report.separator").join(people),
                )
            )  # fmt: skip
        return told

    # ---- how it was counted ------------------------------------------------------------------------------------------

    def _method(self, sheet: Sheet) -> None:
        sheet.set_widths((24, 62, 26))
        sheet.heading(say("report_sheet.method"))
        if self.balance.applies:
            for line in method_sentences(self.balance.lines):
                sheet.note(line, size=11, color=INK)
            sheet.gap()
        sheet.heading(say("inspect.clauses"), level=2)
        words = self.turnover.audit.words
        rules = {each.rule.id: each.rule for each in self.shares.lines}
        sheet.table(CLAUSES, [(label(rule), words.get(rule.id, ""), cited(rule.source)) for rule in rules.values()])


def indicator_columns() -> tuple[Column, ...]:
    """The columns of the indicators school by school."""
    columns = [
        Column("school_id"), Column("school", width=22), Column("stage"), Column("pupils", "whole"),
        Column("pupils_basis", width=16),
    ]  # fmt: skip
    facts: tuple[tuple[str, Kind], ...] = (
        ("people_before", "whole"), ("people_after", "whole"), ("rate_before", "thousandth"),
        ("rate_after", "thousandth"), ("conclusion", "text"),
    )  # fmt: skip
    for name in INDICATORS:
        short = say("inspect_short." + name)
        columns += [Column(f"{name}.{f}", k, text=f"{short}\n{say('report_column.' + f)}") for f, k in facts]
    return tuple(columns)


def method_sentences(lines: Lines) -> list[str]:
    """How everything was counted, with the numbers in force."""

    def numbers(by_stage: Any) -> dict[str, float]:
        return {stage: float(by_stage.get(stage, Fraction(0))) for stage in ("primary", "junior")}

    return [
        say("inspect_method.teachers"),
        say("inspect_method.degree", **numbers(lines.per_hundred["degree"])),
        say("inspect_method.backbone", **numbers(lines.per_hundred["backbone"])),
        say(
            "inspect_method.arts", subjects=say("report.separator").join(sorted(lines.subjects)),
            **numbers(lines.per_hundred["arts"]),
        ),
        say("inspect_method.pupils", **{stage: float(each) for stage, each in lines.pupils_per_teacher.items()}),
        say("inspect_method.spread", **numbers(lines.spread)),
        say("inspect_method.exchange"),
        say("inspect_method.exact"),
        say("inspect_method.source"),
    ]  # fmt: skip


def conclusion(met: bool | None) -> str:
    """Whether a line is met, in words; coloured where it is not."""
    if met is None:
        return say("inspect.nobody")
    return say("inspect.met") if met else Alarm(say("inspect.missed"))


def _crossed(before: bool | None, after: bool | None) -> str:
    """Whether a line is met afterwards, and whether that is new."""
    if before is None or after is None:
        return say("inspect.unknown")
    if before == after:
        return conclusion(after)
    return say("inspect.up") if after else Alarm(say("inspect.down"))
