"""The templates as they come with the program, made from the words, in the language in force.

A bureau that wants its own wording takes these out (`write_templates`), changes them in Word and names their folder in
the scenario. Tags are docxtpl's: ``{{ name }}``; lines that begin with ``{%p`` and rows with ``{%tr`` vanish.
"""

from __future__ import annotations

from pathlib import Path
from string import Formatter

from rotation_planner.report.papers.fields import KINDS, LETTER, NOTICE, RECEPTION, sample
from rotation_planner.report.papers.layout import document, paragraph, table
from rotation_planner.report.papers.package import packed
from rotation_planner.words import catalogue, language, say

# The columns of the lists with their widths in points, Chinese and English.
NOTICE_COLUMNS = {
    "number": (32, 24), "name": (52, 64), "from_school": (103, 89), "to_school": (103, 89), "position": (51, 66),
    "subject": (51, 48), "mode": (50, 62),
}  # fmt: skip
RECEPTION_COLUMNS = {
    "number": (32, 24), "name": (50, 64), "from_place": (88, 78), "teaches": (62, 62), "position": (50, 62),
    "mode": (52, 62), "file": (52, 36), "until": (78, 58),
}  # fmt: skip


def tagged(key: str) -> str:
    """A sentence of the words with a tag for each of its placeholders; a clause that may be blank brings its comma."""
    text = catalogue()[key][language()]
    tags = {name: f"{{{{ {name} }}}}" for _, name, _, _ in Formatter().parse(text) if name}
    if "work" in tags:
        tags["work"] = f"{{% if work %}}{say('paper_text.comma')}{tags['work']}{{% endif %}}"
    return say(key, **tags)


def _text(key: str, style: str = "PaperText") -> str:
    return paragraph(style, tagged(key))


def _only_if(condition: str, *inside: str) -> str:
    """Paragraphs that stand only where a field is not blank."""
    return paragraph("PaperTag", f"{{%p if {condition} %}}") + "".join(inside) + paragraph("PaperTag", "{%p endif %}")


def _ask() -> str:
    """Whom to ask, each line only where it is known."""
    return "".join(_only_if(each, _text(f"paper_text.{each}")) for each in ("contact", "phone", "email", "address"))


def _signed() -> str:
    return (
        paragraph("PaperText", "") + _text("paper_text.issuer", "PaperSigned") + _text("paper_text.date", "PaperSigned")
    )


def _list(columns: dict[str, tuple[int, int]]) -> str:
    """A table of people, one column a field of the row."""
    widths = [each[language() == "en"] for each in columns.values()]
    head = [say(f"paper_column.{name}") for name in columns]
    return table(widths, head, [[f"{{{{ row.{name} }}}}" for name in columns]], repeat="for row in people")


def _notice() -> str:
    return "".join(
        [
            _text("paper_text.notice_title", "PaperTitle"),
            _text("paper_text.notice_list"),
            _text("paper_text.notice_period"),
            _text("paper_text.notice_objections"),
            _ask(),
            paragraph("PaperText", ""),
            _text("paper_text.notice_annex"),
            _signed(),
            paragraph("PaperAnnex", say("paper_text.annex"), page_before=True),
            _text("paper_text.notice_annex_title", "PaperTitle"),
            _list(NOTICE_COLUMNS),
        ]
    )


def _letter() -> str:
    return "".join(
        [
            _only_if("number", paragraph("PaperNumber", "{{ number }}")),
            _text("paper_text.letter_title", "PaperTitle"),
            _text("paper_text.letter_salutation", "PaperSalutation"),
            _text("paper_text.letter_decision"),
            _only_if("until", _text("paper_text.letter_until")),
            _text("paper_text.letter_report"),
            paragraph("PaperTag", "{%p if file_moves %}"),
            _text("paper_text.letter_file_moves"),
            paragraph("PaperTag", "{%p else %}"),
            _text("paper_text.letter_file_stays"),
            paragraph("PaperTag", "{%p endif %}"),
            _only_if("leads", _text("paper_text.letter_leads")),
            _only_if("can_ask", _text("paper_text.letter_ask")),
            _ask(),
            _signed(),
            _text("paper_text.letter_copies", "PaperCopies"),
        ]
    )


def _reception() -> str:
    return "".join(
        [
            _text("paper_text.reception_title", "PaperTitle"),
            _text("paper_text.reception_salutation", "PaperSalutation"),
            _text("paper_text.reception_decision"),
            _text("paper_text.reception_care"),
            _text("paper_text.reception_files"),
            _only_if("can_ask", _text("paper_text.letter_ask")),
            _ask(),
            paragraph("PaperText", ""),
            _text("paper_text.reception_annex"),
            _signed(),
            paragraph("PaperAnnex", say("paper_text.annex"), page_before=True),
            _text("paper_text.reception_annex_title", "PaperTitle"),
            _list(RECEPTION_COLUMNS),
        ]
    )


MADE = {NOTICE: (_notice, True), LETTER: (_letter, False), RECEPTION: (_reception, True)}


def blank(kind: str) -> bytes:
    """The template of this kind as a Word file."""
    body, pages = MADE[kind]
    return packed(document(body(), pages=pages), say(f"paper_kind.{kind}"))


def template_names() -> list[str]:
    """The names of the files that `write_templates` writes."""
    return [*(f"{kind}.docx" for kind in KINDS), f"{say('paper_kind.fields')}.docx"]


def write_templates(folder: Path) -> list[Path]:
    """Write the templates into ``folder``, to be changed in Word, with a page that explains every field."""
    folder.mkdir(parents=True, exist_ok=True)
    fields = packed(document(_field_page(), pages=True), say("paper_kind.fields"))
    written = [folder / name for name in template_names()]
    for path, content in zip(written, [*map(blank, KINDS), fields], strict=True):
        path.write_bytes(content)
    return written


def _field_page() -> str:
    """Which fields each template may use, and what they hold."""
    made = [_text("paper_kind.fields", "PaperTitle"), _text("paper_text.fields_how"), _text("paper_text.fields_tags")]
    for kind in KINDS:
        made.append(paragraph("PaperHeading", f"{kind}.docx  {say(f'paper_kind.{kind}')}"))
        rows = []
        for name, value in sample(kind).items():
            rows.append([name, say(f"paper_field.{name}")])
            if isinstance(value, list):
                rows += [[f"row.{each}", say(f"paper_field.{each}")] for each in value[0]]
        head = [say("paper_column.field"), say("paper_column.meaning")]
        made.append(table([3, 7], head, rows))
    return "".join(made)
