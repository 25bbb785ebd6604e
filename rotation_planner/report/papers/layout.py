"""The look of an official paper as Word knows it: A4, the margins, faces and sizes of China's standard for documents
of Party and government offices (GB/T 9704), as styles that an office can change in one place.

The faces are named, not shipped: they are on the machines of every bureau, with the usual stand-ins named beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from rotation_planner.report.papers.package import TYPES, Parts, escaped
from rotation_planner.words import language, say

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# Faces by use, and what stands in for them where they are missing.
SONG_TITLE, FANG_SONG, HEI, SONG = ("paper_font." + each for each in ("title", "body", "heading", "number"))
TEXT_WIDTH = 8845  # of the page, in twentieths of a point: 156 mm
LINE = 560  # 28 points
CHARACTER = 320  # one character of the body, 16 points

Align = Literal["left", "center", "right", "both"]


def face(use: str) -> str:
    """The fonts of a run: the Chinese face for Chinese, a Latin one for letters and digits."""
    latin = "Times New Roman"
    return f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:cs="{latin}" w:eastAsia="{say(use)}"/>'


def _style(
    key: str, size: float, *, use: str = FANG_SONG, align: Align = "both", line: int | None = LINE, based: bool = True,
    indent: str = "", before: int = 0, after: int = 0, bold: bool = False, more: str = "",
) -> str:  # fmt: skip
    height = f'w:line="{line}" w:lineRule="exact"' if line else 'w:line="240" w:lineRule="auto"'
    first = ' w:default="1"' if key == "Normal" else ' w:customStyle="1"'
    strong = "<w:b/>" if bold else ""
    return (
        f'<w:style w:type="paragraph"{first} w:styleId="{key}"><w:name w:val="{escaped(_style_name(key))}"/>'
        + ('<w:basedOn w:val="Normal"/>' if based else "")
        + f'<w:qFormat/><w:pPr>{more}<w:spacing w:before="{before}" w:after="{after}" {height}/>{indent}'
        + f'<w:jc w:val="{align}"/></w:pPr><w:rPr>{face(use)}{strong}'
        + f'<w:sz w:val="{size * 2:g}"/><w:szCs w:val="{size * 2:g}"/></w:rPr></w:style>'
    )


def _style_name(key: str) -> str:
    return "Normal" if key == "Normal" else say(f"paper_style.{key}")


def styles() -> bytes:
    """The styles of a paper."""
    chinese = language() == "zh"
    body = 16 if chinese else 12
    line = LINE if chinese else None
    first = '<w:ind w:firstLineChars="200" w:firstLine="640"/>' if chinese else ""
    gap = 0 if chinese else 160
    # What is signed stands on the right, the date four characters from the edge, the issuer centred over it.
    signed = f'<w:ind w:left="{int(13 * CHARACTER)}"/>'
    keep = "<w:keepNext/>"
    made = [
        _style("Normal", body, line=line, based=False),
        _style("PaperNumber", body, line=line, align="right", after=gap),
        _style("PaperTitle", 22 if chinese else 16, use=SONG_TITLE, align="center", line=700 if chinese else None,
               before=240, after=480, bold=not chinese, more=keep),
        _style("PaperSalutation", body, line=line, align="left", after=gap),
        _style("PaperText", body, line=line, indent=first, after=gap),
        _style("PaperSigned", body, line=line, align="center", indent=signed, more=keep),
        _style("PaperCopies", 14 if chinese else 10.5, line=line, align="left", before=240, more=(
            '<w:pBdr><w:top w:val="single" w:sz="6" w:space="4" w:color="auto"/>'
            '<w:bottom w:val="single" w:sz="6" w:space="4" w:color="auto"/></w:pBdr>')),
        _style("PaperAnnex", body, use=HEI, line=line, align="left", bold=not chinese),
        _style("PaperHeading", body, use=HEI, line=line, align="left", indent=first, before=120, bold=not chinese,
               more=keep),
        _style("PaperTableHead", 10.5 if chinese else 9, use=HEI, line=None, align="center", bold=not chinese),
        _style("PaperTableText", 10.5 if chinese else 9, line=None, align="center"),
        _style("PaperTag", 9, line=None, align="left"),
        _style("PaperPage", 14 if chinese else 10, use=SONG, line=None, align="center"),
    ]  # fmt: skip
    default = (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{face(FANG_SONG)}"
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
    )
    return f"{HEAD}<w:styles {NAMES}>{default}{''.join(made)}</w:styles>".encode()


# ---- pieces of a document --------------------------------------------------------------------------------------------


def paragraph(style: str, text: str, *, properties: str = "", page_before: bool = False) -> str:
    """One paragraph in a style of `styles`; ``text`` may hold tags, which stand as they are."""
    before = "<w:pageBreakBefore/>" if page_before else ""
    lines = '</w:t><w:br/><w:t xml:space="preserve">'.join(escaped(text).split("\n"))
    run = f'<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr><w:t xml:space="preserve">{lines}</w:t></w:r>'
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{before}{properties}</w:pPr>{run if text else ""}</w:p>'


def table(widths: Sequence[int], head: Sequence[str], rows: Sequence[Sequence[str]], *, repeat: str = "") -> str:
    """A table with lines; its heading comes again on every page. ``repeat``: the tag ``for row in …`` of the rows."""
    scale = TEXT_WIDTH / sum(widths)
    wide = [int(width * scale) for width in widths]
    border = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in wide)
    margin = '<w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar>'
    body = "".join(_row(wide, row) for row in rows)
    if repeat:
        body = _row(wide, [f"{{%tr {repeat} %}}"]) + body + _row(wide, ["{%tr endfor %}"])
    # A document does not end with a table: what follows it is as low as a line can be.
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(wide)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{border}</w:tblBorders><w:tblLayout w:type="fixed"/>{margin}</w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{_row(wide, head, heading=True)}{body}</w:tbl>"
        '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
        '<w:rPr><w:sz w:val="2"/></w:rPr></w:pPr></w:p>'
    )


def _row(widths: Sequence[int], cells: Sequence[str], *, heading: bool = False) -> str:
    style = "PaperTableHead" if heading else "PaperTableText"
    settings = '<w:cantSplit/><w:trHeight w:val="454"/>' + ("<w:tblHeader/>" if heading else "")
    if len(cells) < len(widths):  # a tag's own row
        spread = f'<w:tcPr><w:tcW w:w="{sum(widths)}" w:type="dxa"/><w:gridSpan w:val="{len(widths)}"/></w:tcPr>'
        return f"<w:tr><w:tc>{spread}{paragraph('PaperTag', cells[0])}</w:tc></w:tr>"
    made = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f"{paragraph(style, cell)}</w:tc>"
        for width, cell in zip(widths, cells, strict=True)
    )
    return f"<w:tr><w:trPr>{settings}</w:trPr>{made}</w:tr>"


def document(body: str, *, pages: bool) -> Parts:
    """A document's parts; ``pages``: with page numbers, on the outer side as official papers have them."""
    feet = '<w:footerReference w:type="default" r:id="rId4"/><w:footerReference w:type="even" r:id="rId5"/>'
    section = (
        f"<w:sectPr>{feet if pages else ''}"
        '<w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1587" '
        'w:header="851" w:footer="1361" w:gutter="0"/>'
        "</w:sectPr>"
    )
    kinds = {"document": "document.main", "styles": "styles", "settings": "settings", "fontTable": "fontTable"}
    links = ["styles", "settings", "fontTable"]
    parts = {
        "word/document.xml": f"{HEAD}<w:document {NAMES}><w:body>{body}{section}</w:body></w:document>".encode(),
        "word/styles.xml": styles(),
        "word/settings.xml": (
            f'{HEAD}<w:settings {NAMES}><w:zoom w:percent="100"/>{"<w:evenAndOddHeaders/>" if pages else ""}'
            '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat>'
            '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" '
            'w:val="15"/></w:compat></w:settings>'
        ).encode(),
        "word/fontTable.xml": _fonts(),
    }
    if pages:
        links += ["footer_odd", "footer_even"]
        kinds |= {"footer_odd": "footer", "footer_even": "footer"}
        parts["word/footer_odd.xml"] = _footer("right")
        parts["word/footer_even.xml"] = _footer("left")
    overrides = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{WORD}.{kind}+xml"/>' for part, kind in kinds.items()
    )
    extras = (
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        '<Override PartName="/docProps/app.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/>'
    )
    parts[TYPES] = (
        f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}{extras}</Types>'
    ).encode()
    parts["_rels/.rels"] = _links(
        [
            (f"{OFFICE}/officeDocument", "word/document.xml"),
            (
                "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
                "docProps/core.xml",
            ),
            (f"{OFFICE}/extended-properties", "docProps/app.xml"),
        ]
    )
    parts["word/_rels/document.xml.rels"] = _links(
        [(f"{OFFICE}/{link.split('_')[0]}", f"{link}.xml") for link in links]
    )
    return parts


def _links(targets: Sequence[tuple[str, str]]) -> bytes:
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    names = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    return f"{HEAD}<Relationships {names}>{links}</Relationships>".encode()


def _footer(side: Align) -> bytes:
    place = "".join(f'<w:ind w:{side}="{CHARACTER}"/><w:jc w:val="{side}"/>')
    run = '<w:r><w:t xml:space="preserve">{}</w:t></w:r>'
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    text = f"{run.format('— ')}{field}{run.format(' —')}"
    return f'{HEAD}<w:ftr {NAMES}><w:p><w:pPr><w:pStyle w:val="PaperPage"/>{place}</w:pPr>{text}</w:p></w:ftr>'.encode()


def _fonts() -> bytes:
    made = "".join(
        f'<w:font w:name="{say(use)}"><w:altName w:val="{say(use + "_else")}"/><w:charset w:val="86"/></w:font>'
        for use in (SONG_TITLE, FANG_SONG, HEI, SONG)
    )
    return f"{HEAD}<w:fonts {NAMES}>{made}</w:fonts>".encode()
