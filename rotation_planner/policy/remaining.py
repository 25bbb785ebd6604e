"""What else is wrong with a pack whose entries do not all read: the rest of it is judged without them.

The schema refuses a pack as a whole; names that lead nowhere and rules that contradict each other are then never looked
for. Without the entries that the schema refuses (rules, goals, populations, scores) the rest is a pack that can be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import ValidationError

from rotation_planner.policy.checking import contradictions
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.walking import Finding, Place

LISTED = ("rules", "goals")
NAMED = ("populations", "scores")
HEAD: dict[str, Any] = {"pack": "pack", "title": {"zh": "-", "en": "-"}, "source": "-", "comment": None}


def findings_of_the_rest(data: dict[str, Any], refused: Iterable[Place], misspelt: Iterable[Place]) -> list[Finding]:
    """The contradictions of a pack's other entries.

    ``refused``: the places of all that the schema refuses; ``misspelt``: those of unknown keys, which are left out
    first, so that an entry whose other keys are right can still be named by others. Of an entry that holds a refused
    place only names that lead nowhere are told, and nothing that only follows from an entry's being left out.
    """
    refused = list(refused)
    wrong = {place[:2] for place in refused}
    unnamed = any("id" in place[2:] for place in refused)
    kept, numbers = _without_keys(data, set(misspelt)), {part: _numbers(data, part) for part in LISTED}
    gone: list[Any] = []
    for attempt in range(2):
        try:
            policy = Policy.model_validate(kept)
        except ValidationError as error:
            if attempt:
                return []
            kept, numbers, gone = _without_entries(kept, {tuple(each["loc"][:2]) for each in error.errors()})
        else:
            unnamed = unnamed or any(not isinstance(each, dict) or "id" not in each for each in gone)
            return list(_told(policy, wrong, numbers, gone, unnamed))
    return []


def _numbers(data: dict[str, Any], part: str) -> list[int]:
    entries = data.get(part)
    return list(range(len(entries))) if isinstance(entries, list) else []


def _without_keys(value: Any, places: set[Place], at: Place = ()) -> Any:
    if isinstance(value, dict):
        inner = {key: (*at, key) for key in value}
        return {key: _without_keys(value[key], places, place) for key, place in inner.items() if place not in places}
    if isinstance(value, list):
        return [_without_keys(each, places, (*at, number)) for number, each in enumerate(value)]
    return value


def _without_entries(
    data: dict[str, Any], refused: set[tuple[Any, ...]]
) -> tuple[dict[str, Any], dict[str, list[int]], list[Any]]:
    """The pack without the refused entries, the numbers of the others in the file, and the entries left out."""
    kept, numbers, gone = dict(data), dict[str, list[int]](), list[Any]()
    for part in LISTED:
        numbers[part] = [number for number in _numbers(data, part) if (part, number) not in refused]
        if isinstance(data.get(part), list):
            kept[part] = [data[part][number] for number in numbers[part]]
            gone += [each for number, each in enumerate(data[part]) if (part, number) in refused]
    for part in NAMED:
        if isinstance(data.get(part), dict):
            kept[part] = {name: each for name, each in data[part].items() if (part, name) not in refused}
            gone += [{"id": name, "entry": each} for name, each in data[part].items() if (part, name) in refused]
        elif part in data:
            kept.pop(part)
    heads = {each[0] for each in refused if each} & set(HEAD)
    return {key: each for key, each in kept.items() if key not in heads} | {h: HEAD[h] for h in heads}, numbers, gone


def _ids(value: Any) -> Iterator[str]:
    """Every name that something left out defines."""
    if isinstance(value, dict):
        yield from (each for key, each in value.items() if key in {"id", "label"} and isinstance(each, str))
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _ids(each)


def _told(
    policy: Policy, wrong: set[Place], numbers: dict[str, list[int]], gone: list[Any], unnamed: bool
) -> Iterator[Finding]:
    names = {name for each in gone for name in _ids(each)}
    for code, place, value, values in contradictions(policy):
        if len(place) >= 2 and place[0] in LISTED and isinstance(place[1], int):
            place = (place[0], numbers[str(place[0])][place[1]], *place[2:])
        follows = value in names or (gone and code in {"policy_one_scope", "policy_rank"})
        follows = follows or (unnamed and code.startswith("policy_unknown_"))
        if not follows and (place[:2] not in wrong or code.startswith("policy_unknown_")):
            yield code, place, value, values
