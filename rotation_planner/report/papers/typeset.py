"""A filled Word paper as PDF: its paragraphs and tables set again by typst, so that both say the same to the character.

What is read is the Word document that goes out, whatever template made it: texts, alignment, sizes, indents, page
breaks and tables. Pictures, text boxes, lists numbered by Word and footnotes are not set again; `left_out` names them,
so that the bureau knows when to print the Word file itself to PDF.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from rotation_planner.report.papers.package import Parts, W, parsed, text_parts
from rotation_planner.report.pdf import render_pdf

Block = dict[str, Any]
Look = dict[str, Any]
POINTS = 20.0  # twentieths in a point
PAGE = {"width": 11906, "height": 16838, "top": 1440, "right": 1800, "bottom": 1440, "left": 1800}
NOT_SET = {
    "pictures": ("drawing", "pict", "object"),
    "numbering": ("numPr",),
    "footnotes": ("footnoteReference", "endnoteReference"),
}
SOURCE = """
#let page-size = data.page
#set page(
  width: page-size.width * 1pt, height: page-size.height * 1pt,
  margin: (
    top: page-size.top * 1pt, right: page-size.right * 1pt, bottom: page-size.bottom * 1pt, left: page-size.left * 1pt,
  ),
  footer: context if data.numbered {
    let number = counter(page).get().first()
    set align(if calc.odd(number) { right } else { left })
    pad(x: 1em, text(size: 12pt)[— #number —])
  },
)
#let sides = ("left": left, "right": right, "center": center, "both": left)
#let shown(it) = {
  let size = it.size * 1pt
  let body = if it.bold { bold(it.text) } else { it.text }
  let gap = if it.line == none { 0.55em } else { calc.max(it.line - it.size, 2) * 1pt }
  block(above: it.before * 1pt + gap, below: it.after * 1pt + gap, width: 100%, inset: (
    left: it.left * 1pt, right: it.right * 1pt,
  ), {
    set par(justify: it.align == "both", leading: gap, first-line-indent: (amount: it.first * 1pt, all: true))
    set text(size: size, top-edge: 0.88em, bottom-edge: -0.12em)
    set align(sides.at(it.align))
    if it.text == "" { v(size) } else { par(body) }
  })
}
#let cell(it) = {
  set par(justify: false, leading: 0.5em)
  set text(size: it.size * 1pt)
  align(sides.at(it.align) + horizon, if it.bold { bold(it.text) } else { it.text })
}
#for it in data.blocks {
  if it.kind == "break" { pagebreak(weak: true) } else if it.kind == "table" {
    table(
      columns: it.widths.map(width => width * 1fr), stroke: 0.5pt, inset: (x: 3pt, y: 5pt),
      table.header(..it.head.flatten().map(cell)),
      ..it.rows.flatten().map(cell),
    )
  } else { shown(it) }
}
"""


def set_as_pdf(parts: Parts, out: Path) -> frozenset[str]:
    """Set the document as a PDF file and tell which characters the font lacks (printed as 〓)."""
    return render_pdf(SOURCE, page_of(parts), out)


def page_of(parts: Parts) -> dict[str, Any]:
    """The document as data: its page, whether pages are numbered, and its blocks from top to bottom."""
    main = text_parts(parts)[0]
    root = parsed(parts[main])
    looks = _looks(parts)
    body = root.find(W + "body")
    blocks: list[Block] = []
    for each in [] if body is None else body:
        if each.tag == W + "p":
            blocks += _paragraphs(each, looks)
        elif each.tag == W + "tbl":
            blocks.append(_table(each, looks))
        elif each.tag == W + "sdt":
            for inner in each.iterfind(f"{W}sdtContent/{W}p"):
                blocks += _paragraphs(inner, looks)
    page = dict(PAGE)
    for place, names in (("pgSz", {"width": "w", "height": "h"}), ("pgMar", {s: s for s in list(PAGE)[2:]})):
        found = root.find(f".//{W}{place}")
        for key, name in names.items():
            if found is not None and (found.get(W + name) or "").lstrip("-").isdigit():
                page[key] = abs(int(found.get(W + name) or 0))
    numbered = any(b"PAGE" in parts[part] for part in text_parts(parts)[1:])
    return {"page": {key: value / POINTS for key, value in page.items()}, "numbered": numbered, "blocks": blocks}


def left_out(parts: Parts) -> list[str]:
    """What the PDF does not show of the document (keys of `NOT_SET`)."""
    root = parsed(parts[text_parts(parts)[0]])
    return [key for key, tags in NOT_SET.items() if next(root.iter(*(W + tag for tag in tags)), None) is not None]


# ---- looks -----------------------------------------------------------------------------------------------------------


def _looks(parts: Parts) -> dict[str, Look]:
    """The look of each paragraph style, what it inherits included; "" is that of paragraphs without a style."""
    content = parts.get("word/styles.xml")
    plain: Look = {"size": 10.5, "bold": False, "align": "left", "first": 0.0, "left": 0.0, "right": 0.0,
                   "before": 0.0, "after": 0.0, "line": None, "break": False}  # fmt: skip
    if content is None:
        return {"": plain}
    root = parsed(content)
    for defaults in root.iterfind(f"{W}docDefaults"):
        _apply(plain, defaults.find(f"{W}pPrDefault/{W}pPr"), defaults.find(f"{W}rPrDefault/{W}rPr"))
    styles = {each.get(W + "styleId") or "": each for each in root.iterfind(f"{W}style")}
    normal = next((key for key, each in styles.items() if each.get(W + "default") == "1"
                   and each.get(W + "type") == "paragraph"), "")  # fmt: skip
    found: dict[str, Look] = {}

    def look(key: str, depth: int = 0) -> Look:
        if key not in found:
            style = styles.get(key)
            based = None if style is None else style.find(W + "basedOn")
            parent = "" if based is None else based.get(W + "val") or ""
            made = dict(look(parent, depth + 1) if parent and parent != key and depth < 20 else plain)
            if style is not None:
                _apply(made, style.find(W + "pPr"), style.find(W + "rPr"))
            found[key] = made
        return found[key]

    for key in styles:
        look(key)
    found[""] = look(normal) if normal else plain
    return found


def _value(parent: etree._Element | None, tag: str, name: str = "val") -> str:
    found = None if parent is None else parent.find(W + tag)
    return "" if found is None else found.get(W + name) or ""


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _on(parent: etree._Element | None, tag: str) -> bool | None:
    found = None if parent is None else parent.find(W + tag)
    return None if found is None else found.get(W + "val") not in ("0", "false", "off")


def _apply(look: Look, paragraph: etree._Element | None, run: etree._Element | None) -> None:
    """Lay the settings of a paragraph and a run over a look."""
    if (size := _number(_value(run, "sz"))) is not None:
        look["size"] = size / 2
    if (bold := _on(run, "b")) is not None:
        look["bold"] = bold
    align = {"start": "left", "end": "right", "distribute": "both"}.get(
        _value(paragraph, "jc"), _value(paragraph, "jc")
    )
    if align in ("left", "right", "center", "both"):
        look["align"] = align
    names = {"before": "before", "after": "after"}
    for key, name in names.items():
        if (number := _number(_value(paragraph, "spacing", name))) is not None:
            look[key] = number / POINTS
    if (line := _number(_value(paragraph, "spacing", "line"))) is not None:
        exact = _value(paragraph, "spacing", "lineRule") in ("exact", "atLeast")
        look["line"] = line / POINTS if exact else None
    for key, name in (("left", "left"), ("right", "right"), ("first", "firstLine")):
        chars = _number(_value(paragraph, "ind", f"{name}Chars"))
        if chars:
            look[key] = chars / 100 * look["size"]
        elif (number := _number(_value(paragraph, "ind", name))) is not None:
            look[key] = number / POINTS
    if (broken := _on(paragraph, "pageBreakBefore")) is not None:
        look["break"] = broken


# ---- blocks ----------------------------------------------------------------------------------------------------------


def _paragraphs(element: etree._Element, looks: dict[str, Look]) -> Iterator[Block]:
    """The paragraph, with a page break where it asks for one."""
    look, text = _read(element, looks)
    pieces = text.split("\f")
    if look.pop("break"):
        yield {"kind": "break"}
    for number, piece in enumerate(pieces):
        if number:
            yield {"kind": "break"}
        if piece or (len(pieces) == 1 and (look["line"] is None or look["line"] > 2)):
            yield {"kind": "text", **look, "text": piece}


def _read(element: etree._Element, looks: dict[str, Look]) -> tuple[Look, str]:
    """Look and text of a paragraph; size and weight are those of its first run with text."""
    properties = element.find(W + "pPr")
    look = dict(looks.get(_value(properties, "pStyle"), looks[""]))
    runs = [run for run in element.iter(W + "r") if run.find(W + "t") is not None]
    _apply(look, properties, runs[0].find(W + "rPr") if runs else None)
    text = ""
    for each in element.iter(W + "t", W + "br", W + "tab", W + "cr"):
        if each.tag == W + "t":
            text += each.text or ""
        elif each.tag == W + "tab":
            text += "    "
        else:
            text += "\f" if each.get(W + "type") == "page" else "\n"
    return look, text


def _table(element: etree._Element, looks: dict[str, Look]) -> Block:
    """A table by rows of cells; rows marked as heading come again on every page."""
    widths = [_number(each.get(W + "w") or "") or 1 for each in element.iterfind(f"{W}tblGrid/{W}gridCol")]
    head: list[list[Block]] = []
    rows: list[list[Block]] = []
    for row in element.iterfind(W + "tr"):
        cells = [_cell(each, looks) for each in row.iterfind(W + "tc")]
        wide = max(len(widths), len(cells))
        widths += [1] * (wide - len(widths))
        heading = _on(row.find(W + "trPr"), "tblHeader") and not rows
        (head if heading else rows).append(cells)
    blank = {"text": "", "size": 10.5, "bold": False, "align": "left"}
    for each in (*head, *rows):
        each += [blank] * (len(widths) - len(each))
    return {"kind": "table", "widths": widths or [1], "head": head, "rows": rows}


def _cell(element: etree._Element, looks: dict[str, Look]) -> Block:
    read = [_read(each, looks) for each in element.iterfind(W + "p")] or [(dict(looks[""]), "")]
    look = read[0][0]
    text = "\n".join(text for _, text in read).replace("\f", "\n")
    return {"text": text, **{key: look[key] for key in ("size", "bold", "align")}}
