"""From a scenario and a variant to the files of a scenario that stands by itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rotation_planner.data.yamlfile import YamlFile, read_yaml
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.reading import policy_of, policy_path
from rotation_planner.run.scenario import Scenario
from rotation_planner.variants.changes import changed
from rotation_planner.variants.grid import BASE, Variant, merged
from rotation_planner.variants.packing import POLICY_FILE, Files, packed_scenario, to_yaml, with_tables
from rotation_planner.words import language, say

if TYPE_CHECKING:
    from rotation_planner.eligibility import Standing


@dataclass(frozen=True, eq=False)
class Built:
    """A variant's scenario: what its file says (``content``) and the other ``files``; its ``changes`` in words, and
    ``notes`` on what a reader may be misled by."""

    content: dict[str, Any]
    files: Files
    changes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Builder:
    """Builds the variants of one scenario; ``beside``: the folder from which policy files are named."""

    def __init__(self, scenario: Scenario, beside: Path) -> None:
        from rotation_planner.eligibility import stand

        self.scenario = scenario
        self.beside = beside
        self.content, self.files = packed_scenario(scenario)
        self.standing: Standing = stand(scenario.district, scenario.policy, draw=scenario.file.solve.draw)
        self._read: dict[Path, YamlFile] = {}

    def source(self, policy: str | None = None) -> YamlFile:
        """The policy's file of a variant, or the scenario's own; read once.

        Raises:
            InputError: there is no such policy, or it cannot be read.
        """
        own = policy_path(self.scenario.file.policy, self.scenario.file.folder)
        path = own if policy is None else policy_path(policy, self.beside)
        if path not in self._read:
            self._read[path] = read_yaml(path)
        return self._read[path]

    def changes_of(self, variant: Variant) -> dict[str, Any]:
        """The changes to the rules that hold in a variant: the scenario's own hold only under its own policy."""
        own = dict(self.scenario.changes) if self.source(variant.policy) is self.source() else {}
        return dict(merged(own, variant.adjust))

    def build(self, variant: Variant) -> Built:
        """The variant's scenario.

        Raises:
            InputError: something in it cannot be used.
        """
        content, files = dict(self.content), dict(self.files)
        if variant.id != BASE:
            content["title"] = say("variants.titled", title=self.scenario.title, variant=variant.name)
        source = self.source(variant.policy)
        content["adjust"] = self.changes_of(variant)
        files[POLICY_FILE] = source.path.read_bytes()
        if variant.goals is not None:
            files[POLICY_FILE] = to_yaml(in_order(source, content["adjust"], variant.goals))
            content["adjust"] = {}
        if variant.solve:
            content["solve"] = {**(content.get("solve") or {}), **variant.solve}
        told: list[tuple[str, int]] = []
        if variant.data:
            frames, told = changed(self.scenario.district, variant.data, self.standing.selecting)
            files = with_tables(content, files, {**self.scenario.district.frames, **frames}, set(frames))
        words = (*self._told(variant), *(each for each, _ in told))
        notes = [say("variants.idle", change=each) for each, touched in told if not touched]
        return Built(content, files, words, (*self._other_measures(variant), *notes))

    def _told(self, variant: Variant) -> list[str]:
        """What the variant changes besides the tables, in words."""
        policy = policy_of_variant(self, variant, "", 1)
        told = [] if variant.policy is None else [say("variants.under", policy=policy.title[language()])]
        levels = {level.id: level.words[language()] for level in policy.goals}
        for rule, change in variant.adjust.items():
            found = policy.by_id.get(rule)
            label = None if found is None else found.label
            name = levels.get(rule, rule) if label is None else label[language()]
            for path, value in leaves(change):
                told.append(say("variants.adjusted", rule=name, parameter=".".join(path), value=_plain(value)))
        if variant.goals is not None:
            listed = say("policy.list_separator").join(levels[each] for each in variant.goals)
            told.append(say("variants.goals_in_order", goals=listed))
        told += [say("variants.solved_with", option=key, value=value) for key, value in variant.solve.items()]
        return told

    def _other_measures(self, variant: Variant) -> list[str]:
        """A goal that is counted otherwise has numbers that do not compare."""
        if variant.policy is not None and self.source(variant.policy) is not self.source():
            return [say("variants.other_policy")]
        levels = {level.id: level.words[language()] for level in self.scenario.policy.goals}
        return [say("variants.other_measure", goal=levels[each]) for each in variant.adjust if each in levels]


def leaves(value: Any, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    """The single parameters of a change with where they stand."""
    if not isinstance(value, Mapping):
        return [(path, value)]
    return [each for key, inner in value.items() for each in leaves(inner, (*path, str(key)))]


def _plain(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


def in_order(source: YamlFile, adjust: Mapping[str, Any], goals: tuple[str, ...]) -> dict[str, Any]:
    """The pack's data with its changes and with these goal levels in this order.

    A should-rule that a goal level pays for stays with its level wherever that now stands; where the level is left out,
    the rule is only measured.
    """
    data = dict(source.data)
    for part in ("rules", "goals"):
        data[part] = [merged(entry, adjust[entry["id"]]) if entry["id"] in adjust else entry for entry in data[part]]
    former = [entry["id"] for entry in data["goals"]]
    place = {number + 1: goals.index(name) + 1 for number, name in enumerate(former) if name in goals}
    rules = []
    for entry in data["rules"]:
        rule = dict(entry)
        if rule.get("rank") is not None:
            rank = place.get(rule.pop("rank"))
            if rank is not None:
                rule["rank"] = rank
        rules.append(rule)
    by_id = {entry["id"]: entry for entry in data["goals"]}
    return {**data, "rules": rules, "goals": [by_id[name] for name in goals]}


def policy_of_variant(builder: Builder, variant: Variant, file: str, line: int) -> Policy:
    """The policy of a variant as it will be read, its goals aside.

    Raises:
        InputError: everything that is wrong with it, told of the grid's file and line.
    """
    source = builder.source(variant.policy)
    return policy_of(source, adjust=builder.changes_of(variant), adjust_file=file, adjust_line=line)
