"""Reads a grid strictly: every mistake with its line, all of them at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from rotation_planner.data import scenario, schema
from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.data.rawtable import Nearest
from rotation_planner.data.yamlfile import Place, YamlFile, read_yaml
from rotation_planner.policy.fitting import unknown_fields
from rotation_planner.policy.selectors import Selector
from rotation_planner.variants.building import Builder, policy_of_variant
from rotation_planner.variants.changes import NUMBERS, DataChange, changed
from rotation_planner.variants.grid import BASE, ID, MOST, MOST_EVER, RESERVED, Grid, Variant
from rotation_planner.words import language, say

KEYS = ("title", "variants", "axes", "most")
VARIANT_KEYS = ("id", "title", "adjust", "goals", "data", "policy", "solve")
CHANGE_KEYS = ("table", "where", "who", "at", "set", "add", "times", "remove", "insert")
WAYS = ("set", "add", "times", "remove", "insert")
PERSON_COLUMNS, SCHOOL_COLUMNS = ("staff_id", "relative_id"), ("school_id", "from_school", "to_school")
_selector: TypeAdapter[Any] = TypeAdapter(Selector)


def read_grid(grid: Path | str | Mapping[str, Any], builder: Builder) -> Grid:
    """The grid of a file, or one given as plain data of the same form, checked against the scenario.

    Raises:
        InputError: everything that is wrong with it.
    """
    if isinstance(grid, Mapping):
        source = YamlFile(Path(say("variants.grid_given")), dict(grid), {})
    else:
        path = Path(grid)
        if not path.is_file():
            raise InputError([Problem(Severity.ERROR, "grid_missing", path.name, value=str(path))])
        source = read_yaml(path)
    return _Reader(source, builder).read()


class _Reader:
    """Takes the grid apart and collects what is wrong."""

    def __init__(self, source: YamlFile, builder: Builder) -> None:
        self.source = source
        self.builder = builder
        self.problems: list[Problem] = []

    def read(self) -> Grid:
        content = self.source.data
        if not isinstance(content, dict):
            raise InputError([Problem(Severity.ERROR, "grid_shape", self.source.path.name, 1)])
        self._unknown((), content, KEYS)
        variants = self._list(("variants",), content.get("variants"))
        named = tuple(self._variant(("variants", number), each) for number, each in enumerate(variants))
        axes: dict[str, tuple[Variant, ...]] = {}
        given = content.get("axes") or {}
        if not isinstance(given, dict):
            self._wrong("grid_value", ("axes",), given, due=say("variants.due_axes"))
            given = {}
        for name, values in given.items():
            place: Place = ("axes", name)
            taken = tuple(
                self._variant((*place, number), each) for number, each in enumerate(self._list(place, values))
            )
            if taken:
                axes[str(name)] = taken
            elif isinstance(values, list):
                self._wrong("grid_value", place, values, due=say("variants.due_axis"))
        grid = Grid(named, axes, self._text((), content, "title"), self._most(content))
        self._conflicts(axes)
        if not self.problems:
            self._ids(grid)
        if not self.problems and grid.count > grid.most:
            self._wrong("grid_most", ("axes",), grid.count, most=grid.most)
        if not named and not axes and not self.problems:
            self._wrong("grid_empty", (), "")
        if self.problems:
            raise InputError(sorted(self.problems, key=lambda each: each.row or 0))
        return grid

    def _most(self, content: Mapping[str, Any]) -> int:
        value = content.get("most", MOST)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_EVER:
            self._wrong("grid_value", ("most",), value, due=say("variants.due_most", most=MOST_EVER))
            return MOST
        return value

    def _ids(self, grid: Grid) -> None:
        seen: set[str] = set()
        for each in grid.all() if grid.count <= grid.most else ():
            if each.id.casefold() in seen:
                values = {"value": each.id}
                self.problems.append(
                    Problem(Severity.ERROR, "grid_twice", self.source.path.name, each.line, "id", each.id, values)
                )
            seen.add(each.id.casefold())

    def _conflicts(self, axes: Mapping[str, tuple[Variant, ...]]) -> None:
        told: dict[tuple[str, ...], str] = {}
        for name, values in axes.items():
            for what in sorted(set().union(*(each.speaks_of() for each in values))):
                if what in told:
                    self._wrong("grid_conflict", ("axes", name), ".".join(what), first=told[what], second=name)
            told |= {what: name for each in values for what in each.speaks_of()}

    # ---- a variant ------------------------------------------------------------------------------------------------

    def _variant(self, place: Place, given: Any) -> Variant:
        line = self.source.line(place)
        if not isinstance(given, dict):
            self._wrong("grid_value", place, given, due=say("variants.due_variant"))
            return Variant("", line=line)
        self._unknown(place, given, VARIANT_KEYS)
        name = given.get("id")
        if not isinstance(name, str) or not ID.fullmatch(name) or name == BASE or RESERVED.fullmatch(name):
            self._wrong("grid_id", (*place, "id") if "id" in given else place, name, base=BASE)
            name = ""
        variant = Variant(
            id=name,
            title=self._text(place, given, "title"),
            adjust=self._mapping((*place, "adjust"), given.get("adjust")),
            data=tuple(
                each
                for number, change in enumerate(self._list((*place, "data"), given.get("data")))
                if (each := self._change((*place, "data", number), change)) is not None
            ),
            policy=self._text(place, given, "policy") or None,
            solve=self._solve((*place, "solve"), given.get("solve")),
            line=line,
        )
        return self._fitting(place, variant, given.get("goals"))

    def _fitting(self, place: Place, variant: Variant, goals: Any) -> Variant:
        """The variant with its goals, once its policy is known; all that does not fit it is told."""
        try:
            self.builder.source(variant.policy)
        except InputError as error:
            self._adopt((*place, "policy"), error)
            return variant
        try:
            policy = policy_of_variant(self.builder, variant, self.source.path.name, self.source.line(place))
        except InputError as error:
            self.problems += [self._lined(place, each) for each in error.problems]
            return variant
        path = self.builder.source(variant.policy).path
        self.problems += [
            dataclasses.replace(each, file=self.source.path.name, row=self._line_of(place, each))
            for each in unknown_fields(policy, path, self.builder.scenario.district)
        ]
        if goals is None:
            return variant
        known = [level.id for level in policy.goals]
        listed = isinstance(goals, list) and bool(goals)
        wrong = [each for each in goals if each not in known] if listed else [goals]
        twice = listed and not wrong and len(set(goals)) < len(goals)
        for each in [*wrong, *([goals] if twice else [])]:
            near = Nearest(str(each), known)
            self._wrong(
                "grid_goal", (*place, "goals"), each, known=say("policy.list_separator").join(known), nearest=near
            )
        return variant if wrong or twice else dataclasses.replace(variant, goals=tuple(goals))

    def _lined(self, place: Place, problem: Problem) -> Problem:
        """A problem of changed rules, at the line of the rule that it speaks of."""
        if problem.file != self.source.path.name:
            return problem
        return dataclasses.replace(problem, row=self._line_of(place, problem))

    def _line_of(self, place: Place, problem: Problem) -> int:
        for rule in self._at((*place, "adjust")) or ():
            if problem.value == rule or f"adjust.{rule} " in f"{problem.column} ":
                return self.source.line((*place, "adjust", rule))
        return self.source.line((*place, "adjust"))

    def _at(self, place: Place) -> Any:
        found: Any = self.source.data
        for step in place:
            try:
                found = found[step]
            except (KeyError, IndexError, TypeError):
                return None
        return found

    def _solve(self, place: Place, given: Any) -> dict[str, Any]:
        """The options of the search, read as in scenario.yaml."""
        taken = self._mapping(place, given)
        lines = {
            ("solve", *loc[len(place) :]): line for loc, line in self.source.lines.items() if loc[: len(place)] == place
        }
        reader = scenario._Reader(YamlFile(self.source.path, {"solve": taken}, lines))
        reader._solve(taken)
        self.problems += reader.problems
        return taken

    # ---- a change of data -----------------------------------------------------------------------------------------

    def _change(self, place: Place, given: Any) -> DataChange | None:
        before = len(self.problems)
        if not isinstance(given, dict):
            self._wrong("grid_value", place, given, due=say("variants.due_change"))
            return None
        self._unknown(place, given, CHANGE_KEYS)
        table = given.get("table")
        known = schema.find_table(table) if isinstance(table, str) else None
        if known is None:
            self._wrong("grid_table", (*place, "table"), table, known=", ".join(schema.TABLE_KEYS))
            return None
        ways = [each for each in WAYS if given.get(each) not in (None, {}, [], False)]
        one_way = len(ways) == 1 or (ways and set(ways) <= {"set", "add", "times"})
        if not one_way:
            self._wrong("grid_ways", place, ", ".join(ways), ways=", ".join(WAYS))
        columns = self.builder.scenario.district.frames[known.key].columns
        names = [name for name in columns if name != schema.ROW]
        chosen = {each: self._selector((*place, each), given.get(each)) for each in ("where", "who", "at")}
        for each, column in (("who", "staff_id"), ("at", "school_id")):
            if given.get(each) is not None and column not in names:
                self._wrong("grid_no_key", (*place, each), each, table=known.key, column=column)
        cells = {each: self._cells((*place, each), given.get(each), known, names) for each in ("set", "add", "times")}
        rows = self._list((*place, "insert"), given.get("insert"))
        for number, row in enumerate(rows):
            self._cells((*place, "insert", number), row, known, names, set_=True)
        if given.get("remove") not in (None, True, False):
            self._wrong("grid_value", (*place, "remove"), given["remove"], due="true")
        if given.get("insert") and given.get("where") is not None:
            self._wrong("grid_where_insert", (*place, "where"), "where")
        if len(self.problems) > before:
            return None
        change = DataChange(
            known.key,
            where=chosen["where"],
            who=chosen["who"],
            at=chosen["at"],
            set=cells["set"],
            add=cells["add"],
            times=cells["times"],
            remove=bool(given.get("remove")),
            insert=tuple(rows),
        )
        return change if self._applies(place, change) else None

    def _applies(self, place: Place, change: DataChange) -> bool:
        """Try the change on the scenario as it is."""
        builder = self.builder
        try:
            frames, _ = changed(builder.scenario.district, (change,), builder.standing.selecting)
        except KeyError as error:
            self._wrong("grid_selector_field", place, error.args[0] if error.args else "", table=change.table)
            return False
        except (TypeError, ValueError) as error:
            self._wrong("grid_selector", place, "", detail=" ".join(str(error).split())[:200])
            return False
        except InputError as error:
            self._adopt(place, error)
            return False
        for name in (*change.add, *change.times):
            low = frames[change.table][name].to_numpy(float)
            if schema.table(change.table)[name].kind is schema.Kind.WHOLE and (low < 0).any():
                self._wrong("grid_negative", (*place, "add" if name in change.add else "times", name), name)
                return False
        return True

    def _cells(
        self, place: Place, given: Any, table: schema.Table, names: list[str], *, set_: bool = False
    ) -> dict[str, Any]:
        taken = self._mapping(place, given)
        district = self.builder.scenario.district
        for key, value in taken.items():
            at = (*place, key)
            if key not in names:
                self._wrong("grid_column", at, key, table=table.key, nearest=Nearest(str(key), names))
                continue
            if place[-1] in ("add", "times") and not set_:
                kind = next((each.kind for each in table.columns if each.key == key), schema.Kind.TEXT)
                number = isinstance(value, int | float) and not isinstance(value, bool)
                if kind not in NUMBERS or not number or abs(value) > 1e9:
                    self._wrong("grid_number", at, value, way=str(place[-1]), column=key)
            elif key in PERSON_COLUMNS:
                self._code("grid_person", at, value, district.staff_pos)
            elif key in SCHOOL_COLUMNS and table.key != "schools":
                self._code("grid_school", at, value, district.school_pos)
        return taken

    def _code(self, code: str, place: Place, value: Any, known: Mapping[str, int]) -> None:
        if value not in (None, "") and str(value) not in known:
            self._wrong(code, place, value, nearest=Nearest(str(value), known, codes=True))

    def _adopt(self, place: Place, error: InputError) -> None:
        """Tell what a part of the grid stumbles over, at the grid's own line."""
        line = self.source.line(place)
        self.problems += [dataclasses.replace(each, file=self.source.path.name, row=line) for each in error.problems]

    def _selector(self, place: Place, given: Any) -> Any:
        if given is None:
            return None
        try:
            return _selector.validate_python(given)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            detail = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
            self._wrong("grid_selector", place, given, detail=detail)
            return None

    # ---- plain parts ----------------------------------------------------------------------------------------------

    def _text(self, place: Place, given: Mapping[str, Any], key: str) -> str:
        value = given.get(key)
        if isinstance(value, dict) and key == "title" and value and set(value) <= {"zh", "en"}:
            value = value.get(language()) or next(iter(value.values()))
        if value is None:
            return ""
        if not isinstance(value, str):
            self._wrong("grid_value", (*place, key), value, due=say("data.due_text"))
            return ""
        return value.strip()

    def _mapping(self, place: Place, value: Any) -> dict[str, Any]:
        if value is None:
            return {}
        if not isinstance(value, dict):
            self._wrong("grid_value", place, value, due=say("data.due_mapping"))
            return {}
        return value

    def _list(self, place: Place, value: Any) -> list[Any]:
        if value is None:
            return []
        if not isinstance(value, list):
            self._wrong("grid_value", place, value, due=say("variants.due_list"))
            return []
        return value

    def _unknown(self, place: Place, given: Mapping[str, Any], allowed: tuple[str, ...]) -> None:
        for key in given:
            if key not in allowed:
                near = Nearest(str(key), allowed)
                self._wrong("grid_key", (*place, key), key, nearest=near, allowed=", ".join(allowed))

    def _wrong(self, code: str, place: Place, value: Any, **values: Any) -> None:
        column, line = ".".join(map(str, place)), self.source.line(place)
        shown = "" if value is None else str(value)
        shown = shown if len(shown) <= 80 else shown[:77] + "..."
        self.problems.append(Problem(Severity.ERROR, code, self.source.path.name, line, column, shown, values))
