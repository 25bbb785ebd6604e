"""Codes in the place of names and staff ids, for sharing a plan with people who need not know whose it is.

The codes are drawn by lot and mean nothing; only the key file, kept where its owner says, turns them back. Everything
that is written afterwards is written from a district, a plan and an audit that hold codes alone, so no list, chart or
letter can let a name slip. Codes hide names, not people: who knows a school's staff may still recognise somebody by
age, subject and title.
"""

from __future__ import annotations

import csv
import dataclasses
import os
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from rotation_planner.audit.result import Audit, ReverseFlowPage
from rotation_planner.data import schema
from rotation_planner.data.csvfile import read_csv
from rotation_planner.data.district import District
from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.data.safetext import neutralise
from rotation_planner.eligibility.facts import Facts
from rotation_planner.eligibility.standing import Standing
from rotation_planner.plan.files import fingerprint, is_edited
from rotation_planner.plan.plan import DEFERRED_COLUMNS, TRANSFER_COLUMNS, Plan
from rotation_planner.words import say

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 6
COLUMNS = ("code", "staff_id", "name")
FREE_TEXT = {"evidence", "reason", "why"}
ID_COLUMNS = ("staff_id", "reports_to", "relative_id")
IN_BRACKETS = re.compile(r"[（(]([^（）()]+)[）)]")
LONG_NUMBER = re.compile(r"\d{11,}")  # telephone, identity and card numbers


@dataclass
class Key:
    """Whose code is whose: ``codes`` by staff_id, ``names`` by staff_id as of the last use."""

    codes: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def cover(self, district: District) -> None:
        """Give a code to everybody of the district who has none."""
        taken = set(self.codes.values()) | set(district.staff_pos)
        staff = district.staff
        for staff_id, name in zip(staff["staff_id"].tolist(), staff["name"].tolist(), strict=True):
            self.names[staff_id] = name
            while staff_id not in self.codes:
                code = "P" + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
                if code not in taken:
                    self.codes[staff_id] = code
                    taken.add(code)

    def write(self, path: Path) -> None:
        """Write the key, readable by its owner alone; a former one is replaced once the new one is whole."""
        new = path.with_name(path.name + ".new")
        path.parent.mkdir(parents=True, exist_ok=True)
        new.unlink(missing_ok=True)
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            rows = sorted((code, staff_id, self.names.get(staff_id, "")) for staff_id, code in self.codes.items())
            writer.writerows([neutralise(cell) for cell in row] for row in rows)
        os.replace(new, path)


def read_key(path: Path) -> Key:
    """The key in a file.

    Raises:
        InputError: it is none.
    """
    raw, problems = read_csv(path, path.stem)
    errors = [each for each in problems if each.severity is Severity.ERROR]
    headings = {schema.plain(text): place for place, text in enumerate(raw.headings)} if raw else {}
    if raw is None or errors or not set(COLUMNS) <= set(headings):
        raise InputError(errors or [Problem(Severity.ERROR, "pseudonyms_no_key", path.name, value=str(path))])
    columns = [[str(cell) for cell in raw.columns[headings[name]]] for name in COLUMNS]
    key = Key()
    for code, staff_id, name in zip(*columns, strict=True):
        if not code or not staff_id or staff_id in key.codes or code in key.codes.values():
            raise InputError([Problem(Severity.ERROR, "pseudonyms_no_key", path.name, value=code or staff_id)])
        key.codes[staff_id], key.names[staff_id] = code, name
    return key


def restored(plan: Plan, key: Key) -> Plan:
    """The plan with names and staff ids in the place of codes; rows that hold none stay as they are."""
    whose = {code: staff_id for staff_id, code in key.codes.items()}
    frames = []
    for frame in (plan.transfers, plan.deferred):
        codes = frame["staff_id"].tolist()
        ids = [whose.get(code, code) for code in codes]
        given = zip(ids, codes, frame["name"].tolist(), strict=True)
        names = [name if staff_id == code else key.names.get(staff_id, "") for staff_id, code, name in given]
        frames.append(frame.assign(staff_id=pd.Series(ids, dtype="str"), name=pd.Series(names, dtype="str")))
    moves, deferred = frames
    prints = dict(plan.fingerprints)
    if "transfers" in prints and not is_edited(plan):
        prints["transfers"] = fingerprint(moves)
    return dataclasses.replace(plan, transfers=moves, deferred=deferred, fingerprints=prints)


def disguised(
    district: District, standing: Standing, plan: Plan, audit: Audit, key: Key
) -> tuple[District, Standing, Plan, Audit]:
    """The same with codes in the place of names and staff ids; ``key`` covers everybody of the district."""
    disguise = _Disguise(district, key)
    other = District(district.as_of, **{name: disguise.frame(name, frame) for name, frame in district.frames.items()})
    moves = disguise.plan_frame(plan.transfers, TRANSFER_COLUMNS)
    deferred = disguise.plan_frame(plan.deferred, DEFERRED_COLUMNS)
    return (
        other,
        # What was selected stays selected: only the facts that are shown are those of the other district.
        dataclasses.replace(standing, facts=Facts(other)),
        dataclasses.replace(plan, transfers=moves, deferred=deferred),
        disguise.audit(audit),
    )


def disguised_table(frame: pd.DataFrame, district: District, key: Key) -> pd.DataFrame:
    """A table about people (columns of staff ids, ``name``, sentences and lists of ids) with codes in their place;
    whoever is not of the district is named by the id alone."""
    disguise = _Disguise(district, key)
    changed: dict[str, pd.Series] = {}
    for name in frame.columns:
        if not pd.api.types.is_string_dtype(frame[name]):
            continue
        if name == "name" and "staff_id" in frame:
            texts = [key.codes.get(each, each) for each in frame["staff_id"].tolist()]
        elif str(name).endswith("staff_id"):
            texts = [key.codes.get(each, each) for each in frame[name].tolist()]
        else:
            texts = [disguise.told(each) for each in frame[name].tolist()]
        changed[str(name)] = pd.Series(texts, index=frame.index, dtype="str")
    return frame.assign(**changed)


class _Disguise:
    """Replaces what tells a person, in tables and in sentences."""

    def __init__(self, district: District, key: Key) -> None:
        self.codes: Mapping[str, str] = key.codes
        self.names = dict(zip(district.staff["staff_id"].tolist(), district.staff["name"].tolist(), strict=True))
        self.known = {text for text in (*self.names.values(), *self.names) if len(text) > 1}
        self.lengths = sorted({len(text) for text in self.known})

    def _coded(self, column: pd.Series) -> pd.Series:
        return pd.Series([self.codes.get(each, each) for each in column.tolist()], index=column.index, dtype="str")

    def frame(self, key: str, frame: pd.DataFrame) -> pd.DataFrame:
        """A table of the district."""
        changed = {name: self._coded(frame[name]) for name in ID_COLUMNS if name in frame}
        if key == "staff":
            changed["name"] = changed["staff_id"]
        return self._open(frame.assign(**changed), set(schema.table(key).keys) - FREE_TEXT)

    def plan_frame(self, frame: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
        """A table of the plan, in the order of the codes; whoever is not of the district is named by the id alone."""
        coded = self._coded(frame["staff_id"])
        whole = self._open(frame.assign(staff_id=coded, name=coded), set(columns) - FREE_TEXT)
        school = next(name for name in columns if name.endswith("school_id"))
        return whole.sort_values([school, "staff_id"], kind="stable", ignore_index=True)

    def _open(self, frame: pd.DataFrame, settled: set[str]) -> pd.DataFrame:
        """Of every column that may say anything, the texts that name somebody are left out."""
        kept = {
            str(name): pd.Series([self.withheld(each) for each in frame[name].tolist()], index=frame.index, dtype="str")
            for name in frame.columns
            if name not in settled and pd.api.types.is_string_dtype(frame[name])
        }
        return frame.assign(**kept)

    def withheld(self, text: str) -> str:
        """The text, or that it is left out."""
        return say("pseudonym.withheld") if self._tells(text) else text

    def _tells(self, text: str) -> bool:
        if LONG_NUMBER.search(text):
            return True
        return any(
            text[start : start + size] in self.known
            for size in self.lengths
            if size <= len(text)
            for start in range(len(text) - size + 1)
        )

    # ---- sentences ---------------------------------------------------------------------------------------------------

    def sentence(self, text: str) -> str:
        """A sentence of the audit, in which people stand as name (staff id)."""
        out, last = [], 0
        for found in IN_BRACKETS.finditer(text):
            staff_id = found[1]
            name = self.names.get(staff_id)
            before = text[last : found.start()]
            if name is not None and before.rstrip(" ").endswith(name):
                out.append(before.rstrip(" ").removesuffix(name) + self.codes[staff_id])
                last = found.end()
        return "".join(out) + text[last:]

    def told(self, text: str) -> str:
        """A sentence, or a list of staff ids."""
        separator = say("policy.list_separator")
        parts = text.split(separator)
        if text and all(each in self.codes for each in parts):
            return separator.join(self.codes[each] for each in parts)
        return self.sentence(text)

    def audit(self, audit: Audit) -> Audit:
        """The judgement with codes."""
        findings = tuple(
            dataclasses.replace(
                each,
                scope=self.sentence(each.scope),
                required=self.sentence(each.required),
                found=self.sentence(each.found),
                sentence=self.sentence(each.sentence),
                people=tuple(sorted(self.codes.get(who, who) for who in each.people)) if each.kind != "kin" else
                tuple(self.codes.get(who, who) for who in each.people),
            )
            for each in audit.findings
        )  # fmt: skip
        pages = tuple(self._page(page) for page in audit.reverse_flow)
        return dataclasses.replace(audit, findings=findings, reverse_flow=pages)

    def _page(self, page: ReverseFlowPage) -> ReverseFlowPage:
        verdicts = {reading: (verdict, self.sentence(text)) for reading, (verdict, text) in page.verdicts.items()}
        return dataclasses.replace(page, verdicts=verdicts)
