"""The note to the bureau that goes with the papers: the days and where they come from, what to look at before anything
is sent, and which file is for whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from rotation_planner.report.papers.fields import DAY_FIELDS, Matter, day_text
from rotation_planner.report.papers.layout import document, paragraph, table
from rotation_planner.report.papers.package import packed
from rotation_planner.report.readers import OUTPUTS, pattern_of, reader_of
from rotation_planner.report.school_book import verdict_sentence
from rotation_planner.words import say

ASKED = ("contact", "phone", "email", "address")


@dataclass
class Remarks:
    """What came up while the papers were made and the bureau should know."""

    lacking: set[str] = field(default_factory=set)
    not_in_pdf: list[str] = field(default_factory=list)
    own_templates: list[str] = field(default_factory=list)
    unknown_templates: list[str] = field(default_factory=list)
    left_out: int = 0
    pseudonyms: bool = False

    def told(self, matter: Matter) -> list[str]:
        """Sentences, those that matter most first."""
        return list(self._told(matter))

    def _told(self, matter: Matter) -> Iterable[str]:
        settings, days = matter.settings, matter.deadlines
        if self.pseudonyms:
            yield say("paper_note.pseudonyms")
        if not matter.turnover.audit.passes:
            yield verdict_sentence(matter.turnover)[0]
        if self.left_out:
            yield say("paper_note.left_out", count=self.left_out)
        for first, second in days.disorder:
            yield say(
                "paper_note.disorder", first=say(f"paper_field.{first}"), second=say(f"paper_field.{second}"),
                first_day=day_text(getattr(days, first)), second_day=day_text(getattr(days, second)),
            )  # fmt: skip
        if days.unannounced:
            years = say("report.separator").join(map(str, days.unannounced))
            key = "unannounced_own" if days.own_days else "unannounced"
            yield say(f"paper_note.{key}", years=years, count=days.own_days)
        if not settings.issuer:
            key = "issuer_guessed" if matter.issuer else "issuer_missing"
            yield say(f"paper_note.{key}", issuer=matter.issuer)
        missing = [say(f"paper_field.{each}") for each in ASKED if not getattr(settings, each)]
        if len(missing) == len(ASKED):
            yield say("paper_note.no_contact")
        elif missing:
            yield say("paper_note.missing", missing=say("report.separator").join(missing))
        if not settings.basis:
            yield say("paper_note.no_basis", basis=matter.common["basis"])
        if self.lacking:
            yield say("paper_note.lacking", characters=" ".join(sorted(self.lacking)))
        for each in self.not_in_pdf:
            yield say(f"paper_note.not_in_pdf_{each}")
        if self.own_templates:
            yield say("paper_note.own_templates", names=say("report.separator").join(self.own_templates))
        for name in self.unknown_templates:
            yield say("problem.paper_template_unknown", value=name)


def note(matter: Matter, remarks: Remarks, names: Iterable[str]) -> bytes:
    """The note as a Word file; ``names`` are the files written, by their path below the plan's folder."""
    turnover, days = matter.turnover, matter.deadlines
    summary = say("paper_note.summary", title=matter.title, moves=len(turnover.moves))
    made = [
        paragraph("PaperTitle", say("paper_kind.note")),
        paragraph("PaperText", summary),
        paragraph("PaperText", verdict_sentence(turnover)[0]),
        paragraph("PaperHeading", say("paper_note.check")),
    ]
    told = remarks.told(matter)
    made += [
        paragraph("PaperText", say("paper_note.item", number=number, text=text)) for number, text in enumerate(told, 1)
    ]
    if not told:
        made.append(paragraph("PaperText", say("paper_note.nothing")))
    made.append(paragraph("PaperHeading", say("paper_note.days")))
    rows = []
    for name in sorted(DAY_FIELDS, key=lambda name: getattr(days, name)):
        how = f"paper_note.how_{name}" if name in days.reckoned or name in ("notice_to", "confirm_by") else ""
        source = say(how, days=days.notice_days) if how else say("paper_note.given")
        rows.append([say(f"paper_field.{name}"), day_text(getattr(days, name)), source])
    made.append(table([140, 104, 198], [say(f"paper_note.{each}") for each in ("what", "day", "where_from")], rows))
    made.append(paragraph("PaperHeading", say("paper_note.files")))
    made.append(paragraph("PaperText", say("paper_note.handing_on")))
    count = Counter(map(pattern_of, names))
    rows = [[pattern, str(count[pattern]), reader_of(pattern).words] for pattern, _ in OUTPUTS if count[pattern]]
    made.append(table([180, 60, 202], [say(f"paper_note.{each}") for each in ("file", "count", "reader")], rows))
    return packed(document("".join(made), pages=True), say("paper_kind.note"))
