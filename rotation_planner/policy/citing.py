"""Where a rule comes from, told in the language in force."""

from __future__ import annotations

import re

from rotation_planner.words import has, language, say

LISTED = r"\d+(?:, \d+)*(?: and \d+)?"
DEFAULT = " (default of this pack)"
ONE = re.compile(
    rf"(?P<paper>\d{{3}})(?:, items? (?P<items>{LISTED}))?(?:, facts? (?P<facts>{LISTED}))?(?:, (?P<part>[a-z ]+))?"
)


def cited(source: str) -> str:
    """A source as the reader's language says it.

    The packs that come with the program cite in one way (``001, item 4, facts 3 and 17``); that is told in Chinese to
    Chinese readers. Any other source, of a district's own policy, stands as it was written.
    """
    if language() == "en":
        return source
    papers = source.removesuffix(DEFAULT).split("; ")
    found = [ONE.fullmatch(each) for each in papers]
    told = [_told(each) for each in found if each is not None]
    if len(told) < len(papers) or not all(told):
        return source
    return say("citing.and").join(told) + (say("citing.default") if source.endswith(DEFAULT) else "")


def _told(found: re.Match[str]) -> str:
    """One citation; blank where its part has no words."""
    text = say("citing.paper", paper=found["paper"])
    for name in ("items", "facts"):
        if found[name]:
            text += say(f"citing.{name}", numbers=say("citing.and").join(re.findall(r"\d+", found[name])))
    part = f"citing.part_{found['part'].replace(' ', '_')}" if found["part"] else ""
    if part and not has(part):
        return ""
    return text + (say(part) if part else "")
