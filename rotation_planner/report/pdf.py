"""PDF files through typst: the carried font only, no missing character unseen, the same bytes each time.

A page is typst markup of ours; everything that people wrote comes in as ``data`` and is shown as text, so no name can
act as markup::

    render_pdf("= #data.title\\n#for each in data.names [- #each]", {"title": "...", "names": [...]}, Path("list.pdf"))
"""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rotation_planner.report.font import FAMILY, drawable, font_file, missing
from rotation_planner.words import language

# The font has one weight: what is strong is drawn with an outline of its own colour.
PRELUDE = f"""
#set document(date: none)
#set text(font: "{FAMILY}", fallback: false, size: 10.5pt, lang: sys.inputs.lang, region: "cn", cjk-latin-spacing: auto)
#let bold(body) = context text(stroke: 0.028em + text.fill, body)
#show strong: it => bold(it.body)
#show heading: it => bold(it)
#let data = json("data.json")
"""
MAIN, DATA = "main.typ", "data.json"
PLAIN = "\n\t"


class PdfError(RuntimeError):
    """A page that typst cannot set: a slip of ours in the markup, never of the data."""


def render_pdf(
    source: str, data: Mapping[str, Any], out: Path, files: Mapping[str, bytes] | None = None
) -> frozenset[str]:
    """Set typst markup as a PDF file and tell which characters the font lacks.

    Such characters are printed as 〓, never left out in silence; who calls may tell the reader. The font has all of
    GBK and the rare characters of names in use, so the answer is nearly always empty.

    Args:
        source: typst markup. ``data`` is there as ``#data``; ``#bold[...]`` and ``*...*`` print strong; language, font
            and size are set.
        data: texts, numbers, yes/no, ``None`` and lists and mappings of them; numbers that are not finite count as
            ``None``.
        out: the file to write; a former one is replaced once the new one is whole.
        files: further files by name that the markup may read, images for one: ``#image("flow.svg")``.

    Raises:
        PdfError: the markup is wrong, wants another font, or holds a character that the font lacks.
        FileNotFoundError: the font's carrier is not installed.
    """
    found = paper(source, data, files)
    found.write(out)
    return found.lacking


@dataclass(frozen=True)
class Paper:
    """A page ready to be set: markup, its data as JSON, files that it reads, characters that the font lacks."""

    source: str
    data: str
    files: Mapping[str, bytes]
    lacking: frozenset[str]

    def write(self, out: Path) -> None:
        """Set it as a PDF file; a former one is replaced once the new one is whole."""
        out.write_bytes(_set(PRELUDE + self.source, self.data, self.files))


def paper(source: str, data: Mapping[str, Any], files: Mapping[str, bytes] | None = None) -> Paper:
    """Make typst markup and its data ready to be set, see `render_pdf`."""
    unknown: set[str] = set()
    if lacking := missing(source):
        raise PdfError(f"the markup holds characters that the font lacks: {' '.join(sorted(lacking))}")
    text = json.dumps(_printable(data, unknown), ensure_ascii=False, allow_nan=False)
    return Paper(source, text, files or {}, frozenset(unknown))


def _set(markup: str, data: str, files: Mapping[str, bytes]) -> bytes:
    import typst  # compiled, loads slowly: only when a page is set

    # A folder of its own is all that the markup can read.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / MAIN).write_text(markup, "utf-8", newline="\n")
        (folder / DATA).write_text(data, "utf-8", newline="\n")
        for each, content in files.items():
            (folder / each).write_bytes(content)
        try:
            pdf, warnings = typst.compile_with_warnings(
                folder / MAIN, root=folder, font_paths=_fonts(), ignore_system_fonts=True, format="pdf",
                sys_inputs={"lang": language()}, timestamp=0,
            )  # fmt: skip
        except typst.TypstError as error:
            raise PdfError("\n".join([error.message, *error.hints, *error.trace])) from error
    if told := [each.message for each in warnings if "font" in each.message]:
        raise PdfError("\n".join(told))
    return pdf


@cache
def _fonts() -> Any:
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font_file().parent)])


def _printable(value: Any, unknown: set[str]) -> Any:
    """The value as JSON takes it, its texts as the font can draw them; what it cannot draw goes into ``unknown``."""
    if isinstance(value, str):
        unknown |= missing(value)
        return drawable(value, keep=PLAIN)
    if isinstance(value, Mapping):
        return {str(key): _printable(each, unknown) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_printable(each, unknown) for each in value]
    if value is None or isinstance(value, (bool, int)):
        return value
    if hasattr(value, "item"):
        return _printable(value.item(), unknown)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    raise TypeError(f"{type(value).__name__} cannot be printed: hand it over as text")
