"""The one font that draws Chinese and English alike in charts and PDF files, and what it cannot draw."""

from __future__ import annotations

import importlib.util
import io
import unicodedata
from functools import cache
from pathlib import Path

CARRIER, FONT_FOLDER = "zhplot", "fonts"
FAMILY = "Noto Sans SC"
LAYOUT_TABLES = ("GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "STAT", "DSIG")  # no page writes downwards
MISSING = "〓"  # the printers' mark for a character that the type case lacks


@cache
def font_file() -> Path:
    """The TrueType file, found in its carrier without importing it.

    Raises:
        FileNotFoundError: the carrier is not installed.
    """
    found = importlib.util.find_spec(CARRIER)
    for folder in (found.submodule_search_locations or []) if found else []:
        for path in sorted(Path(folder, FONT_FOLDER).glob("*.ttf")):
            return path
    raise FileNotFoundError(CARRIER)


@cache
def characters() -> frozenset[int]:
    """The code points that the font draws."""
    from matplotlib.ft2font import FT2Font  # slow to load: only when something is drawn

    return frozenset(FT2Font(str(font_file())).get_charmap())


def _shapeless(char: str) -> bool:
    """Whether a character has no shape of its own: control and format characters, and selectors of a glyph's variant.

    Characters of private use and those newer than our tables have one, so they are never left out.
    """
    return unicodedata.category(char) in ("Cc", "Cf") or "\ufe00" <= char <= "\ufe0f" or char >= "\U000e0100"


def missing(text: str) -> frozenset[str]:
    """The characters of the text that the font cannot draw."""
    return frozenset(c for c in set(text) if ord(c) not in characters() and not _shapeless(c))


def drawable(text: str, keep: str = "") -> str:
    """The text with a visible mark for every character that the font cannot draw; those without a shape are left out,
    except those of ``keep``."""
    return "".join(c if c in keep else "" if _shapeless(c) else c if ord(c) in characters() else MISSING for c in text)


def subset_font(text: str) -> bytes:
    """The font as WOFF with the characters of the text only, the same bytes for the same characters."""
    from fontTools import subset  # type: ignore[import-untyped]

    options = subset.Options(flavor="woff", layout_features=[], hinting=False, name_IDs=[], recalc_timestamp=False)
    options.drop_tables += LAYOUT_TABLES
    font = subset.load_font(str(font_file()), options)
    # Names that no subset keeps: made up, for working them out takes longer than all the rest.
    font.setGlyphOrder([".notdef", *(f"glyph{number}" for number in range(1, font["maxp"].numGlyphs))])
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=sorted({*map(ord, text), ord(MISSING)} & characters()))
    subsetter.subset(font)
    out = io.BytesIO()
    font.flavor = "woff"
    font.save(out, reorderTables=False)
    return out.getvalue()
