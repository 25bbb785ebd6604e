"""What the tests of the papers share: a district with hostile names, its papers, and Word files opened."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from invented import TITLE, turnover

from rotation_planner.data.district import District
from rotation_planner.data.papers import PaperSettings
from rotation_planner.report.papers.blank import blank
from rotation_planner.report.papers.deadlines import deadlines_of
from rotation_planner.report.papers.fields import Matter, sample
from rotation_planner.report.papers.template import PaperTemplate
from rotation_planner.report.turnover import Turnover

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HOSTILE = ("张䶮", "<b>&amp;", "{{ name }}", "=1+1", "{_{ x }_}", 'O\'Brien "A"', "{% if %}", "㛃𠮷", "买买提·艾力")
SETTINGS = PaperSettings(
    issuer="滨海区教育局", contact="人事科 <甲> & 乙", phone="0411-84000000", email="rs@example.org",
    address="滨海区海棠路1号", number="滨教人〔2027〕{n}号", basis=("义务教育学校教师交流轮岗办法",),
)  # fmt: skip


@cache
def hostile() -> Turnover:
    """The invented district whose first movers have names that break careless writers."""
    found = turnover(30, 10)
    names = found.district.staff["name"].tolist()
    for person, name in zip(found.moves["person"], HOSTILE, strict=False):
        names[person] = name
    staff = found.district.staff.assign(name=names)
    district = District(as_of=found.district.as_of, **{**found.district.frames, "staff": staff})
    return dataclasses.replace(found, district=district)


def matter(found: Turnover | None = None, settings: PaperSettings = SETTINGS) -> Matter:
    """All papers of a plan."""
    found = found or turnover()
    return Matter(found, TITLE, settings, deadlines_of(settings, found.district.as_of))


def template(kind: str, content: bytes | None = None) -> PaperTemplate:
    """A template of this kind: the program's own, or this file."""
    return PaperTemplate(blank(kind) if content is None else content, f"{kind}.docx", sample(kind))


def paragraphs(content: bytes | Path, part: str = "word/document.xml") -> list[str]:
    """The paragraphs of a Word file, those of its tables included."""
    data = content.read_bytes() if isinstance(content, Path) else content
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = ElementTree.fromstring(archive.read(part))
    return [_text(each) for each in root.iter(W + "p")]


def _text(paragraph: ElementTree.Element) -> str:
    return "".join(
        "\n" if each.tag == W + "br" else each.text or ""
        for each in paragraph.iter()
        if each.tag in (W + "t", W + "br")
    )


def changed(
    content: bytes, *swaps: tuple[str, str], part: str = "word/document.xml", add: dict[str, bytes] | None = None
) -> bytes:
    """A Word file with texts of a part swapped and parts added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == part:
                text = data.decode("utf-8")
                for before, after in swaps:
                    assert before in text
                    text = text.replace(before, after)
                data = text.encode("utf-8")
            new.writestr(name, data)
        for name, data in (add or {}).items():
            new.writestr(name, data)
    return out.getvalue()
