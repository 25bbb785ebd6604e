"""What the report says, once for screen and print: summary, audit, goals, pictures, the backbone's flow, lists.

The report is the bureau's, but it is shown in meetings: it tells no fact of anybody's health, family or sanctions.
Rules that turn on such facts are counted together and never worded; a breach that names a person is only counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rotation_planner.audit.result import Finding, ReverseFlowPage, Verdict
from rotation_planner.policy.citing import cited
from rotation_planner.policy.kinds import ReverseFlow
from rotation_planner.policy.wording import label
from rotation_planner.report.audit_sheets import by_rule, verdict_words
from rotation_planner.report.charts.writing import Picture
from rotation_planner.report.district_book import (
    goal_records,
    overview_lines,
    plan_verdict,
    sheet_title,
)
from rotation_planner.report.district_schools import missing_by_school
from rotation_planner.report.numbers import percent
from rotation_planner.report.past import YearFlow, trend
from rotation_planner.report.public_list import COLUMNS as MOVE_COLUMNS
from rotation_planner.report.public_list import public_records
from rotation_planner.report.sheets import ALARM, listed, width_of
from rotation_planner.report.turnover import LEADERS, Turnover
from rotation_planner.words import has, language, say

# Kinds of rule whose words speak of service, posts, subjects and schools; every other kind may turn on personal facts.
SPEAKABLE = frozenset(
    {
        "scope", "duty", "phase", "volunteer", "share", "count", "keep_leader", "order", "rounds", "experience",
        "qualification", "departments", "route", "modes", "headcount", "subject_staffing", "posts", "title_posts",
        "reverse_flow", "flow", "tier_limit",
    }
)  # fmt: skip
# Of these also the findings: they speak of the district, of schools, subjects and posts, never of a person.
OF_SCHOOLS = frozenset(
    {"phase", "share", "count", "headcount", "subject_staffing", "posts", "title_posts", "reverse_flow", "flow",
     "tier_limit"}
)  # fmt: skip
WORST_FIRST = (Verdict.BREACH, Verdict.PASS, Verdict.WAIVED, Verdict.NOT_APPLICABLE)
MOST_BREACHES = 60
NARROW = 12  # a column of at most so many half-width characters is never wrapped
Row = tuple[str, ...]


@dataclass(frozen=True)
class Tile:
    """A number of the summary: what it is, the number, and what it was before or is a part of."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Table:
    """A table of texts. ``numeric``: the columns to set right. ``alarms``: the rows to mark. ``links``: by row, where
    its first cell leads."""

    headings: Row
    rows: tuple[Row, ...]
    numeric: frozenset[int] = frozenset()
    alarms: frozenset[int] = frozenset()
    links: tuple[str, ...] = ()

    @property
    def longest(self) -> list[int]:
        """The longest line of each column in half-width characters, the heading's among them."""
        return [
            max([width_of(line) for row in self.rows for line in row[place].split("\n")] + [width_of(heading)])
            for place, heading in enumerate(self.headings)
        ]

    @property
    def wide(self) -> list[bool]:
        """The columns that may be wrapped."""
        return [longest > NARROW for longest in self.longest]


@dataclass(frozen=True)
class Figure:
    """A picture and what to read in it."""

    picture: Picture
    caption: str


@dataclass(frozen=True)
class FlowPage:
    """The reverse-flow page of one rule."""

    words: str
    readings: Table
    matrix: Table
    schools: Table
    balance: Figure | None
    trend: Figure | None
    trend_table: Table | None


class Report:
    """The report of one plan; texts in the language in force."""

    def __init__(self, turnover: Turnover, title: str, drawn: Sequence[Picture], links: dict[str, str]) -> None:
        """``drawn``: the plan's pictures. ``links``: where each school's workbook is, by school_id."""
        self.turnover, self.title = turnover, title
        self.drawn = {picture.name: picture for picture in drawn}
        self.links = links

    # ---- summary -----------------------------------------------------------------------------------------------------

    @property
    def basis(self) -> list[str]:
        """By which rules and to which day."""
        day = say("report.date", day=self.turnover.district.as_of)
        return [say("report.counted_to", day=day), say("report.policy_used", title=sheet_title(self.turnover))]

    @property
    def verdict(self) -> tuple[str, bool]:
        """What the audit says, and whether the plan may stand."""
        text, color = plan_verdict(self.turnover)
        return text, color != ALARM

    @property
    def lines(self) -> list[str]:
        """The plan in a few sentences."""
        status = say("page.status", status=listed("status", self.turnover.plan.status.value))
        return [*overview_lines(self.turnover), status]

    @cached_property
    def tiles(self) -> list[Tile]:
        """The numbers that a meeting asks for first."""
        turnover = self.turnover
        people = turnover.moves["person"].to_numpy()
        due = turnover.standing.any_due
        placed, scope = int((due & turnover.moving).sum()), turnover.in_scope
        backbone = int(turnover.backbone[people].sum())
        leaders = int(np.isin(turnover.of_people("position")[people], LEADERS).sum())
        limit = turnover.of_schools("headcount_limit")[scope]
        over = [int((each[scope] > limit).sum()) for each in turnover.headcount]
        short = [int(missing_by_school(turnover, when).sum()) for when in ("before", "after")]
        km = turnover.kilometres[~np.isnan(turnover.kilometres)]
        tiles = [
            Tile(say("page.tile_moves"), str(len(people)), say("page.note_leaders", count=leaders)),
            Tile(say("page.tile_due"), percent(placed, int(due.sum())), f"{placed}/{int(due.sum())}"),
            Tile(say("page.tile_backbone"), str(backbone), percent(backbone, len(people))),
            Tile(say("page.tile_short"), str(short[1]), say("page.note_before", before=short[0])),
            Tile(say("page.tile_over"), str(over[1]), say("page.note_before", before=over[0])),
        ]
        if len(km):
            tiles.append(Tile(say("page.tile_km"), f"{km.mean():.1f}", say("page.note_most", most=f"{km.max():.1f}")))
        return tiles

    # ---- audit and goals ---------------------------------------------------------------------------------------------

    @cached_property
    def rules(self) -> Table:
        """Rule by rule; those that may turn on personal facts in one row at the end."""
        audit, alarms = self.turnover.audit, set()
        rows: list[Row] = []
        personal: list[Finding] = []
        for rule, findings in by_rule(self.turnover):
            kind = findings[0].kind
            own = rule not in self.turnover.policy.by_id
            if kind not in SPEAKABLE and not own:
                personal += findings
                continue
            verdict = _worst(findings)
            if verdict is Verdict.BREACH:
                alarms.add(len(rows))
            rows.append(
                (self._name(rule), audit.words.get(rule, ""), cited(audit.sources.get(rule, "")),
                 listed("force", findings[0].force), _result(findings, kind), verdict_words(verdict))
            )  # fmt: skip
        if personal:
            if _worst(personal) is Verdict.BREACH:
                alarms.add(len(rows))
            many = len({finding.rule for finding in personal})
            rows.append(
                (say("page.personal"), say("page.personal_words", count=many), "", "", _held(personal),
                 verdict_words(_worst(personal)))
            )  # fmt: skip
        headings = ("rule", "words", "source", "force", "result", "verdict")
        return Table(_headings(headings), tuple(rows), alarms=frozenset(alarms))

    def _name(self, rule: str) -> str:
        known = self.turnover.policy.by_id.get(rule)
        return label(known) if known is not None else say(f"page.own_{rule}") if has(f"page.own_{rule}") else rule

    @cached_property
    def breaches(self) -> tuple[Table, str]:
        """Where rules about schools do not hold, must rules first, and what of the rest is told elsewhere."""
        broken = [each for each in self.turnover.audit.findings if each.verdict is Verdict.BREACH]
        broken.sort(key=lambda each: each.force != "must")
        told = [each for each in broken if each.kind in OF_SCHOOLS and each.rule in self.turnover.policy.by_id]
        rows = tuple(
            (self._name(each.rule), listed("force", each.force), each.scope, each.required, each.found, each.sentence)
            for each in told[:MOST_BREACHES]
        )
        left = len(broken) - len(rows)
        note = say("page.more_breaches", count=left) if left else "" if broken else say("report.no_breach")
        return Table(_headings(("rule", "force", "scope", "required_text", "found", "finding")), rows), note

    @cached_property
    def goals(self) -> Table:
        """Each goal level with what is proven of it."""
        rows = tuple(
            (words, *(_number(each) for each in numbers), proof)
            for words, *numbers, proof in goal_records(self.turnover)
        )
        return Table(_headings(("goal", "value", "bound", "recount", "proof")), rows, frozenset({1, 2, 3}))

    # ---- pictures ----------------------------------------------------------------------------------------------------

    def figure(self, name: str) -> Figure | None:
        """A picture with its caption; ``None`` where the data did not allow it."""
        picture = self.drawn.get(name)
        caption = "picture." + name.partition("-")[0] if not has("picture." + name) else "picture." + name
        return Figure(picture, say(caption)) if picture is not None else None

    @property
    def figures(self) -> list[Figure]:
        """The pictures but those of the reverse-flow page."""
        found = (self.figure(name) for name in self.drawn if not name.startswith(("balance", "trend")))
        return [each for each in found if each is not None]

    @cached_property
    def flows(self) -> list[FlowPage]:
        """The reverse-flow pages."""
        return [self._flow(page, number) for number, page in enumerate(self.turnover.audit.reverse_flow)]

    def _flow(self, page: ReverseFlowPage, number: int) -> FlowPage:
        ending = f"-{number + 1}" if number else ""
        rule = self.turnover.policy.by_id.get(page.rule)
        used = rule.reading if isinstance(rule, ReverseFlow) else ""
        years = trend(self.turnover, page.rule)
        readings = tuple(
            (
                listed("reading", reading) + (say("page.in_force") if reading == used else ""),
                verdict_words(verdict),
                why,
            )
            for reading, (verdict, why) in page.verdicts.items()
        )
        broken = frozenset(
            place for place, (verdict, _) in enumerate(page.verdicts.values()) if verdict is Verdict.BREACH
        )
        return FlowPage(
            self.turnover.audit.words.get(page.rule, page.rule),
            Table(_headings(("reading", "verdict", "finding")), readings, alarms=broken),
            _matrix(page),
            self._balances(page),
            self.figure("balance" + ending),
            self.figure("trend" + ending),
            _years(years) if years else None,
        )

    def _balances(self, page: ReverseFlowPage) -> Table:
        """The schools that anybody left or entered."""
        table = page.schools[(page.schools["out"] > 0) | (page.schools["into"] > 0)]
        rows = tuple(
            (name, listed("tier", tier), *map(str, (before, out, into, after)), f"{balance:+d}" if balance else "0")
            for name, tier, before, out, into, after, balance in zip(
                *(table[c] for c in ("name", "tier", "before", "out", "into", "after", "balance")), strict=True
            )
        )  # fmt: skip
        headings = _headings(("school", "tier", "before", "out", "into", "after", "net"))
        return Table(headings, rows, frozenset(range(2, 7)))

    # ---- lists -------------------------------------------------------------------------------------------------------

    @cached_property
    def schools(self) -> Table:
        """The schools in scope with their staff before and after; each leads to its principal's workbook."""
        turnover = self.turnover
        schools = len(turnover.district.schools)
        out, into = (np.bincount(turnover.moves[c], minlength=schools) for c in ("source", "target"))
        limit, tier = turnover.of_schools("headcount_limit"), turnover.of_schools("tier")
        backbone, names = turnover.backbone_counts, turnover.district.schools["name"].tolist()
        codes = turnover.district.schools["school_id"].tolist()
        rows = tuple(
            (names[s], listed("tier", tier[s]), _number(limit[s]), str(turnover.headcount[0][s]), str(out[s]),
             str(into[s]), str(turnover.headcount[1][s]), str(backbone[0][s]), str(backbone[1][s]))
            for s in turnover.in_scope
        )  # fmt: skip
        headings = _headings(
            ("school", "tier", "limit", "before", "out", "into", "after", "backbone_before", "backbone_after")
        )
        links = tuple(self.links.get(codes[s], "") for s in turnover.in_scope)
        return Table(headings, rows, frozenset(range(2, 9)), links=links)

    @cached_property
    def moves(self) -> Table:
        """Everybody who moves, in the columns that the public may read."""
        rows = tuple(tuple(str(cell) for cell in record) for record in public_records(self.turnover))
        return Table(tuple(_one_line(column.heading) for column in MOVE_COLUMNS), rows, frozenset({0}))


def _headings(keys: Sequence[str]) -> Row:
    return tuple(_one_line(say("report_column." + key)) for key in keys)


def _one_line(heading: str) -> str:
    """A heading that is broken for narrow cells, whole again."""
    return heading.replace("\n", "" if language() == "zh" else " ")


def _number(value: float | None) -> str:
    """A number as people read it: whole where it is whole, a dash where it is not known."""
    if value is None or value != value:
        return "—"
    return f"{value:.0f}" if abs(value - round(value)) < 1e-9 else f"{value:.2f}"


def _worst(findings: Sequence[Finding]) -> Verdict:
    verdicts = {finding.verdict for finding in findings}
    return next(verdict for verdict in WORST_FIRST if verdict in verdicts)


def _held(findings: Sequence[Finding]) -> str:
    held = sum(finding.verdict is Verdict.PASS for finding in findings)
    broken = sum(finding.verdict is Verdict.BREACH for finding in findings)
    return say("report.scopes_held", held=held, checked=held + broken)


def _result(findings: Sequence[Finding], kind: str) -> str:
    """The one finding of a rule about schools in words, else in how many of its scopes it holds."""
    if len(findings) == 1 and (kind in OF_SCHOOLS or findings[0].verdict is not Verdict.BREACH):
        return findings[0].sentence
    return _held(findings)


def _matrix(page: ReverseFlowPage) -> Table:
    tiers = [str(tier) for tier in page.matrix.columns]
    headings = (say("report_column.tier_left"), *(listed("tier", tier) for tier in tiers), say("report_column.total"))
    rows = [
        (listed("tier", str(tier)), *(str(int(each)) for each in row), str(int(row.sum())))
        for tier, row in page.matrix.iterrows()
    ]
    totals = [int(each) for each in page.matrix.sum()]
    rows.append((say("report.every_move"), *map(str, totals), str(sum(totals))))
    return Table(headings, tuple(rows), frozenset(range(1, len(headings))))


def _years(years: list[YearFlow]) -> Table:
    headings = tuple(say("page.year_" + name) for name in ("name", "total", "down", "out", "up", "held"))
    rows = tuple(
        (
            say("page.planned", year=each.year) if each.planned else str(each.year),
            *(str(number) for number in (each.total, each.down, each.out, each.up)),
            "—" if not each.total else verdict_words(Verdict.PASS if each.down > each.out else Verdict.BREACH),
        )
        for each in years
    )
    return Table(headings, rows, frozenset(range(1, 5)))
