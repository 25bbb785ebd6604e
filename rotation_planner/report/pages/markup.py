"""HTML put together so that no text can act as markup: everything is escaped unless it is `Html` already."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

VOID = frozenset({"meta", "img", "br", "hr"})


class Html(str):
    """Text that is markup already; only this module and constants make it."""

    __slots__ = ()


def escaped(content: Any) -> Html:
    """Markup as it is; anything else as text, its signs of markup escaped, without control and direction characters."""
    if isinstance(content, Html):
        return content
    text = str(content)
    if not text.isprintable():  # most text is; what is long (a picture's data) is not looked at sign by sign
        text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    return Html(html.escape(text, quote=True))


def joined(parts: Iterable[Any]) -> Html:
    """Several parts one after the other."""
    return Html("".join(map(escaped, parts)))


def tag(name: str, /, *content: Any, **attributes: str) -> Html:
    """An element; an attribute's trailing underscore is dropped (``class_``), blank attributes are left out."""
    named = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escaped(value)}"' for key, value in attributes.items() if value
    )
    if name in VOID:
        return Html(f"<{name}{named}>")
    return Html(f"<{name}{named}>{joined(content)}</{name}>")


def address(*parts: str) -> str:
    """A relative address of a file beside the page; no part can name another place or a script."""
    return "/".join(quote(part, safe="") for part in parts)
