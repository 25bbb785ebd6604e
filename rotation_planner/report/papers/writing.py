"""Writes all papers of a plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from rotation_planner.data.papers import PaperSettings
from rotation_planner.data.problems import InputError, Problem
from rotation_planner.report.naming import file_names
from rotation_planner.report.papers.blank import blank
from rotation_planner.report.papers.deadlines import deadlines_of
from rotation_planner.report.papers.fields import KINDS, LETTER, NOTICE, RECEPTION, Matter, sample
from rotation_planner.report.papers.note import Remarks, note
from rotation_planner.report.papers.package import packed
from rotation_planner.report.papers.template import PaperTemplate, Values
from rotation_planner.report.papers.typeset import left_out, set_as_pdf
from rotation_planner.report.turnover import Turnover
from rotation_planner.words import say

FOLDER, NOTE = "papers", "note.docx"
PLAN_FILES = ("transfers.csv", "deferred.csv", "plan.json", "audit.json", "audit.md")  # beside every plan's papers
PLURAL = {LETTER: "letters", RECEPTION: "receptions"}


class Stationery:
    """The templates of a scenario: the bureau's own where its folder has them, else the program's.

    Raises:
        InputError: everything that is wrong with the bureau's templates.
    """

    def __init__(self, settings: PaperSettings) -> None:
        self.templates: dict[str, PaperTemplate] = {}
        self.own: list[str] = []
        self.unknown: list[str] = []
        problems: list[Problem] = []
        files = {}
        if settings.templates is not None:
            files = {each.name: each for each in sorted(settings.templates.iterdir()) if each.is_file()}
        for kind in KINDS:
            path = files.pop(f"{kind}.docx", None)
            try:
                if path is None:
                    self.templates[kind] = PaperTemplate(blank(kind), f"{kind}.docx", sample(kind))
                else:
                    self.templates[kind] = PaperTemplate(path.read_bytes(), path.name, sample(kind))
                    self.own.append(path.name)
            except InputError as error:
                problems += error.problems
        # A word processor leaves a file that begins with ~$ beside an open one.
        self.unknown = [name for name in files if name.endswith(".docx") and not name.startswith(("~$", ".", _page()))]
        if problems:
            raise InputError(problems)


def _page() -> str:
    """The page of fields, which is written beside the templates."""
    return say("paper_kind.fields")


class Papers:
    """The papers of one plan, written into ``papers/`` of its folder in the language in force.

    Raises:
        InputError: a template or the file of holidays cannot be used.
    """

    def __init__(
        self, folder: Path, turnover: Turnover, title: str, settings: PaperSettings, *, pseudonyms: bool = False
    ) -> None:
        self.folder, self.papers = folder, folder / FOLDER
        self.stationery = Stationery(settings)
        self.matter = Matter(turnover, title, settings, deadlines_of(settings, turnover.district.as_of))
        self.remarks = Remarks(
            own_templates=self.stationery.own,
            unknown_templates=self.stationery.unknown,
            left_out=len(turnover.plan.transfers) - len(turnover.moves),
            pseudonyms=pseudonyms,
        )

    def write(self) -> list[Path]:
        """The public notice as Word and PDF, a letter to every mover, one to every receiving school, and the note."""
        self.papers.mkdir(parents=True, exist_ok=True)
        made: list[Path] = []
        matter = self.matter
        if len(matter.turnover.moves):
            made += self._notice()
            made += self._letters(LETTER, [(_named(who, name), values) for who, name, values in matter.letters()])
            codes = matter.turnover.of_schools("school_id")
            schools = [(f"{codes[at]}-{values['school']}", values) for at, values in matter.receptions()]
            made += self._letters(RECEPTION, schools)
        self.write_note(made)
        return [*made, self.papers / NOTE]

    def write_note(self, written: Iterable[Path]) -> None:
        """The note to the bureau on all files of the plan that are written."""
        names = {path.relative_to(self.folder).as_posix() for path in (*written, self.papers / NOTE)} | set(PLAN_FILES)
        (self.papers / NOTE).write_bytes(note(self.matter, self.remarks, sorted(names)))

    def _notice(self) -> list[Path]:
        template, values = self.stationery.templates[NOTICE], self.matter.notice()
        document = template.document(values)
        word, pdf = self.papers / "notice.docx", self.papers / "notice.pdf"
        word.write_bytes(packed(document, say("paper_kind.notice")))
        self.remarks.lacking |= set_as_pdf(document, pdf)
        self.remarks.not_in_pdf += left_out(document)
        return [word, pdf]

    def _letters(self, kind: str, letters: Sequence[tuple[str, Values]]) -> list[Path]:
        """One file each, or all of them as one, as the scenario wishes; ``letters``: file name and values."""
        title, template = say(f"paper_kind.{kind}"), self.stationery.templates[kind]
        if self.matter.settings.letters == "merged":
            path = self.papers / f"{PLURAL[kind]}.docx"
            path.write_bytes(template.merged((values for _, values in letters), title))
            return [path]
        folder = self.papers / PLURAL[kind]
        folder.mkdir(exist_ok=True)
        made = []
        for name, (_, values) in zip(file_names(label for label, _ in letters), letters, strict=True):
            path = folder / f"{name}.docx"
            path.write_bytes(template.file(values, title))
            made.append(path)
        return made


def _named(staff_id: str, name: str) -> str:
    """What a person's letter is called; a code stands for staff id and name alike, once."""
    return staff_id if staff_id == name else f"{staff_id}-{name}"
