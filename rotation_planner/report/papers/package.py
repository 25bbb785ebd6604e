"""A Word document as the parts in its archive: read with care, cleaned of what its author left in it, written alike.

A template comes from somebody's desk: its properties name the author, its settings the folder it lay in, and comments,
tracked changes and hidden text travel along unseen. What cannot be told apart from content is refused, the rest is
taken out, so that a public paper holds what is printed and nothing else.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Mapping
from typing import NoReturn

from lxml import etree

from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.words import say

Parts = dict[str, bytes]
MOST_BYTES, MOST_UNPACKED, MOST_PARTS = 20_000_000, 100_000_000, 1_000
TYPES, CORE, APP = "[Content_Types].xml", "docProps/core.xml", "docProps/app.xml"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
TEXT_TYPES = ("document.main+xml", "header+xml", "footer+xml", "footnotes+xml", "endnotes+xml")
LEFT_OUT = re.compile(
    r"docProps/(custom|thumbnail)|word/(comments|people|printerSettings|glossary/|webSettings)|customXml/|\[trash\]"
)
REFUSED = re.compile(r"vbaProject|activeX/|embeddings/|attachedToolbars", re.IGNORECASE)
REVISIONS = [W + name for name in ("ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "sectPrChange")]
SETTINGS_LEFT_OUT = [W + name for name in ("attachedTemplate", "mailMerge", "docVars", "rsids", "proofState")]
STAMP = (1980, 1, 1, 0, 0, 0)
CORE_XML = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties '
    'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{title}</dc:title>'
    "<dc:creator>{author}</dc:creator></cp:coreProperties>"
)
APP_XML = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)


def parsed(content: bytes) -> etree._Element:
    """XML without entities, network or endless depth.

    Raises:
        etree.XMLSyntaxError: not well formed.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(content, parser)
    if root.getroottree().docinfo.doctype:
        raise etree.XMLSyntaxError("doctype", 0, 0, 0)
    return root


def serialised(root: etree._Element) -> bytes:
    """The part's bytes."""
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)


def escaped(text: str) -> str:
    """Text for XML; characters that XML cannot hold are left out."""
    kept = "".join(
        c for c in text if c in "\t\n" or (c >= " " and c not in "\x7f\ufffe\uffff" and not "\ud800" <= c <= "\udfff")
    )
    return kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def read_package(content: bytes, name: str) -> Parts:
    """The parts of a Word document, cleaned; ``name`` is how problems call the file.

    Raises:
        InputError: no Word document, damaged, too large, or with parts that may not go out to others.
    """
    try:
        if len(content) > MOST_BYTES:
            refuse(name, "paper_template_large", limit=MOST_BYTES // 1_000_000)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [each for each in archive.infolist() if not each.is_dir()]
            if len(members) > MOST_PARTS or sum(each.file_size for each in members) > MOST_UNPACKED:
                refuse(name, "paper_template_large", limit=MOST_UNPACKED // 1_000_000)
            parts = {each.filename: archive.read(each) for each in members}
        types = parsed(parts[TYPES])
        return _cleaned(parts, types, name)
    except (zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, RuntimeError, NotImplementedError, EOFError) as error:
        raise InputError([Problem(Severity.ERROR, "paper_template_broken", name)]) from error


def _cleaned(parts: Parts, types: etree._Element, name: str) -> Parts:
    if MAIN_TYPE not in {each.get("ContentType") for each in types}:
        refuse(name, "paper_template_broken")
    kinds = {(each.get("PartName") or "").lstrip("/"): each.get("ContentType") or "" for each in types}
    for part in parts:
        if REFUSED.search(part):
            refuse(name, "paper_template_objects", part)
    commented = [part for part in parts if part.startswith("word/comments") and _has_comment(parts[part])]
    if commented:
        refuse(name, "paper_template_comments")
    kept = {part: content for part, content in parts.items() if not LEFT_OUT.match(part)}
    kept.pop("word/_rels/settings.xml.rels", None)
    for part in list(kept):
        if part.endswith(".rels"):
            kept[part] = _relations(kept[part], part, kept, name)
        elif kinds.get(part, "").endswith(TEXT_TYPES):
            _check_text(parsed(kept[part]), name)
        elif part == "word/settings.xml":
            root = parsed(kept[part])
            for each in [child for child in root if child.tag in SETTINGS_LEFT_OUT]:
                root.remove(each)
            kept[part] = serialised(root)
    for each in list(types):
        part = (each.get("PartName") or "").lstrip("/")
        if part and part not in kept and part not in (CORE, APP):
            types.remove(each)
    kept[TYPES] = serialised(types)
    return kept


def _has_comment(content: bytes) -> bool:
    return any(True for _ in parsed(content).iter(W + "comment"))


def _check_text(root: etree._Element, name: str) -> None:
    """Nothing that travels along unseen."""
    if next(root.iter(*REVISIONS), None) is not None:
        refuse(name, "paper_template_revisions")
    if any(each.get(W + "val") not in ("0", "false") for each in root.iter(W + "vanish")):
        refuse(name, "paper_template_hidden")
    if next(root.iter(W + "commentReference"), None) is not None:
        refuse(name, "paper_template_comments")


def _relations(content: bytes, part: str, kept: Mapping[str, bytes], name: str) -> bytes:
    """The relations to parts that are still there; of those to the outside only hyperlinks."""
    root = parsed(content)
    folder = posixpath.dirname(posixpath.dirname(part))
    for each in list(root):
        target = each.get("Target") or ""
        if each.get("TargetMode") == "External":
            if not (each.get("Type") or "").endswith("/hyperlink"):
                refuse(name, "paper_template_objects", target)
            continue
        inside = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        if inside not in kept and inside not in (CORE, APP):
            root.remove(each)
    return serialised(root)


def text_parts(parts: Parts) -> list[str]:
    """The parts that hold text, the main one first."""
    kinds = {(each.get("PartName") or "").lstrip("/"): each.get("ContentType") or "" for each in parsed(parts[TYPES])}
    found = [part for part, kind in kinds.items() if kind.endswith(TEXT_TYPES) and part in parts]
    return sorted(found, key=lambda part: (kinds[part] != MAIN_TYPE, part))


def packed(parts: Mapping[str, bytes], title: str) -> bytes:
    """The document's file: the same parts give the same bytes; its properties say the title and nothing of anybody."""
    author = escaped(say("report.author"))
    said = {CORE: CORE_XML.format(title=escaped(title), author=author).encode(), APP: APP_XML.encode()}
    whole = {**parts, **{part: said[part] for part in said if part in parts or part.encode() in parts[TYPES]}}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(whole, key=lambda part: (part != TYPES, part)):
            archive.writestr(zipfile.ZipInfo(part, STAMP), whole[part], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def refuse(name: str, code: str, value: str | None = None, **values: object) -> NoReturn:
    """Ends the reading of a template with one problem."""
    raise InputError([Problem(Severity.ERROR, code, name, None, None, value, values)])
