"""YAML as plain data, read strictly: duplicate keys are refused and every value knows its line."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache, partial
from io import StringIO
from pathlib import Path
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, ScalarEvent
from ruamel.yaml.parser import RoundTripParser
from ruamel.yaml.scalarbool import ScalarBoolean

from rotation_planner.data.problems import InputError, Problem, Severity

MOST_BYTES = 2_000_000
MOST_DEPTH = 60
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
Place = tuple[str | int, ...]
SLIPS = {  # what makes a file unreadable most often, told in words of its own
    "yaml_tab": re.compile(r" *\t"),
    "yaml_wide_colon": re.compile(r"\s*(- )?[\w-]+\s*："),
}


@dataclass(frozen=True)
class YamlFile:
    """A YAML file as plain ``data`` (dict, list, str, int, float, bool, date, None) that still knows its lines."""

    path: Path
    data: Any
    lines: Mapping[Place, int]

    def line(self, loc: Place = ()) -> int:
        """The 1-based line of the value at ``loc`` (keys and positions from the root), else of its nearest parent."""
        place = tuple(loc)
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_yaml(path: Path) -> YamlFile:
    """Reads a YAML file without ever running anything it holds.

    ``no`` and ``010`` stay what YAML 1.2 says they are (text and 10). Aliases and tags are refused, as are files over
    2 MB and nesting over 60 levels.

    Raises:
        InputError: one problem with the line.
    """
    path = Path(path)
    data, lines = _parsed(path, _text(path))
    return YamlFile(path, deepcopy(data), lines)  # whoever changes what was read changes no other reader's


@lru_cache(maxsize=16)
def _parsed(path: Path, text: str) -> tuple[Any, Mapping[Place, int]]:
    """Data and lines of a file; a policy is asked for by several readers of one run."""
    try:
        loaded = _parser(path).load(StringIO(text))
    except DuplicateKeyError as error:
        mark = error.problem_mark
        key = str(error.problem or "").partition('"')[2].partition('"')[0]
        _refuse(path, "yaml_duplicate_key", mark.line + 1 if mark else None, value=key)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        for code, slip in SLIPS.items():
            for number, written in enumerate(text.splitlines()[:line], 1):
                if slip.match(written):
                    _refuse(path, code, number, value=written.strip())
        _refuse(path, "yaml_syntax", line, reason=_one_line(error.problem or ""))
    except (YAMLError, ValueError) as error:
        at = getattr(error, "position", 0)
        _refuse(path, "yaml_syntax", text[: at if isinstance(at, int) else 0].count("\n") + 1, reason=_one_line(error))
    lines: dict[Place, int] = {(): 1}
    return _plain(path, loaded, (), lines), lines


def _parser(path: Path) -> YAML:
    parser = YAML(typ="rt", pure=True)
    parser.allow_duplicate_keys = False
    parser.Parser = partial(_Strict, path=path)
    return parser


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            _refuse(path, "yaml_too_large", None, limit=MOST_BYTES // 1_000_000)
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(path, "yaml_encoding", error.object[: error.start].count(b"\n") + 1)
    except OSError as error:
        _refuse(path, "file_unreadable", None, reason=error.strerror or str(error))


class _Strict(RoundTripParser):
    """Refuses what is only read to do harm before anything is made of it: aliases unfold into gigabytes, deep nesting
    exhausts the stack, tags may run code."""

    def __init__(self, loader: Any, path: Path) -> None:
        super().__init__(loader)
        self._path, self._depth = path, 0

    def get_event(self) -> Any:
        """The next event, looked at."""
        event = super().get_event()
        name, path = type(event).__name__, self._path
        self._depth += name.endswith("StartEvent") - name.endswith("EndEvent")
        line = event.start_mark.line + 1
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            _refuse(path, "yaml_alias", line)
        if getattr(event, "tag", None):
            _refuse(path, "yaml_tag", line)
        if isinstance(event, ScalarEvent) and event.style is None:
            _check_plain(path, event.value, line)
        if getattr(event, "version", None) not in (None, (1, 2)):
            _refuse(path, "yaml_version", line)
        if self._depth > MOST_DEPTH:
            _refuse(path, "yaml_too_deep", line, limit=MOST_DEPTH)
        return event


def _check_plain(path: Path, text: str, line: int) -> None:
    if text == "<<":
        _refuse(path, "yaml_alias", line)
    if found := _DAY.fullmatch(text):
        try:
            dt.date(*map(int, found.groups()))
        except ValueError:
            _refuse(path, "yaml_no_such_day", line, value=text)


def _plain(path: Path, node: Any, place: Place, lines: dict[Place, int]) -> Any:
    if isinstance(node, CommentedMap):
        plain = {}
        for key, value in node.items():
            at = (*place, _key(path, key, node.lc.key(key)[0] + 1))
            lines[at] = node.lc.value(key)[0] + 1 if not isinstance(value, Mapping) else node.lc.key(key)[0] + 1
            plain[at[-1]] = _plain(path, value, at, lines)
        return plain
    if isinstance(node, CommentedSeq):
        items = []
        for position, value in enumerate(node):
            lines[*place, position] = node.lc.item(position)[0] + 1
            items.append(_plain(path, value, (*place, position), lines))
        return items
    return _scalar(path, node, lines.get(place, 1))


def _key(path: Path, key: object, line: int) -> str | int:
    if isinstance(key, bool) or not isinstance(key, str | int):
        _refuse(path, "yaml_key", line, value=str(key))
    return str(key) if isinstance(key, str) else int(key)


def _scalar(path: Path, node: Any, line: int) -> Any:
    if node is None or isinstance(node, bool):
        return node
    if isinstance(node, ScalarBoolean):
        return bool(node)
    if isinstance(node, dt.datetime):  # the parser's own subclass, which knows how it was written
        return dt.datetime.combine(dt.date(node.year, node.month, node.day), node.time())
    if isinstance(node, dt.date):
        return dt.date(node.year, node.month, node.day)
    for kind in (str, int, float):
        if isinstance(node, kind):
            return kind(node)
    _refuse(path, "yaml_tag", line)


def _one_line(text: object) -> str:
    return " ".join(str(text).split())[:200]


def _refuse(path: Path, code: str, line: int | None, value: str | None = None, **values: object) -> NoReturn:
    raise InputError([Problem(Severity.ERROR, code, path.name, line, None, value, values)])
