"""What is assumed of the years ahead where neither data nor rules say it: one strict YAML file, defaults stated."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.data.rawtable import Nearest
from rotation_planner.data.yamlfile import YamlFile, read_yaml
from rotation_planner.policy.base import Share, Strict
from rotation_planner.policy.selectors.base import ExemptionKind, Location, Position, Tier
from rotation_planner.words import say

Part = Annotated[Share, Field(le=1)]


class Retirement(Strict):
    """Who leaves the roster by age: on the ``statutory`` day (rising month by month since 2025) or at the ``former``
    fixed age; women in the positions ``women_from_fifty`` have the former age 50, all others 55."""

    form: Literal["statutory", "former"] = "statutory"
    women_from_fifty: tuple[Position, ...] = ("support",)


class Stints(Strict):
    """What becomes of people whose term at another school is over: as the ``rule`` of the way they went by says (where
    it says nothing, whoever's personnel file stayed behind returns); all ``return``; all ``stay``; or they return where
    the former school has ``room`` and stay otherwise."""

    at_end: Literal["rule", "return", "stay", "room"] = "rule"


class NewTeachers(Strict):
    """So many of the full-time teachers who retire are replaced by new ones of the same stage and subject.

    ``where``: at the school that lacks most of the subject (``shortage``), or where the person retired (``same``).
    ``ages``: least and greatest age on arrival. ``women``: their share.
    """

    replace: Part = Fraction(0)
    where: Literal["shortage", "same"] = "shortage"
    ages: tuple[Annotated[int, Field(ge=18, le=60)], Annotated[int, Field(ge=18, le=60)]] = (22, 25)
    women: Part = Fraction(3, 4)
    title: Literal["none", "junior", "intermediate", "senior", "professor"] = "none"
    degree: Literal["below", "college", "bachelor", "master", "doctor"] = "bachelor"

    @model_validator(mode="after")
    def _in_order(self) -> NewTeachers:
        if self.ages[0] > self.ages[1]:
            raise ValueError("ages")
        return self


class Arising(Strict):
    """An exemption that comes anew each year for a share of the people of a sex and age; it lasts so many months from
    the middle of the school year."""

    kind: ExemptionKind
    share: Part
    sex: Literal["F", "M"] | None = None
    ages: tuple[int, int] = (18, 65)
    months: Annotated[int, Field(ge=1, le=120)] = 12


class Exemptions(Strict):
    """``open_months``: exemptions without an end are taken to last so many months from their start, by kind; those of
    other kinds last on. ``arise``: what comes anew."""

    open_months: dict[ExemptionKind, Annotated[int, Field(ge=1, le=240)]] = Field(default_factory=dict)
    arise: tuple[Arising, ...] = ()


class Tiers(Strict):
    """Tiers set anew. ``given``: by the year of ``as_of``, tiers by school_id. ``every``: all so many years from
    ``first`` on, by the schools' share of backbone teachers: the first ``quality`` of the schools in scope are quality
    schools, the last ``weak`` weak ones (numbers rounded down), the others general; ties by school_id."""

    given: dict[int, dict[str, Tier]] = Field(default_factory=dict)
    every: Annotated[int, Field(ge=1)] | None = None
    first: int | None = None
    quality: Part = Fraction(3, 10)
    weak: Part = Fraction(3, 10)


class Waves(Strict):
    """``smooth``: phased schools call more of those who may go than the rule asks for where a later year would else
    lose many at once, of a school or of a subject."""

    smooth: bool = True


class Burden(Strict):
    """Whom to spare: who was sent against no wish of their own, at least ``far_km`` or to one of ``countryside``, is
    not sent so again within ``years`` unless a must rule leaves no other way; nor moved again at all without wish."""

    spare: bool = True
    far_km: Annotated[float, Field(gt=0)] = 20
    countryside: tuple[Location, ...] = ("rural", "remote")
    years: Annotated[int, Field(ge=1)] = 6


class Assumptions(Strict):
    """Everything that is assumed; ``seed`` decides whatever is drawn."""

    seed: Annotated[int, Field(ge=0)] = 1
    retirement: Retirement = Retirement()
    stints: Stints = Stints()
    new_teachers: NewTeachers = NewTeachers()
    exemptions: Exemptions = Exemptions()
    tiers: Tiers = Tiers()
    waves: Waves = Waves()
    burden: Burden = Burden()

    def as_dict(self) -> dict[str, Any]:
        """As plain data, shares as text."""
        told: dict[str, Any] = _plain(self)
        return told

    def text(self) -> str:
        """As a YAML file that can be given back, with the reason for every section."""
        lines = ["# " + say("assume.head")]
        for key, value in self.as_dict().items():
            lines.append("# " + say(f"assume.why_{key}"))
            lines.append(f"{key}: {_flow(value)}")
        return "\n".join(lines) + "\n"

    def _repr_markdown_(self) -> str:
        return f"```yaml\n{self.text()}```"


BARE = Assumptions()
"""Of one year: what is certain by the calendar and the plan, and nobody new."""
USUAL = Assumptions(
    new_teachers=NewTeachers(replace=Fraction(1)),
    exemptions=Exemptions(open_months={"pregnancy": 12, "nursing": 12}),
)
"""Of several years: retired teachers are replaced, exemptions that end by nature end."""


def _plain(value: Any) -> Any:
    if isinstance(value, Strict):
        return {name: _plain(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Fraction):
        percent = value * 100
        return f"{percent.numerator}%" if percent.denominator == 1 else str(value)
    return value


def _flow(value: Any) -> str:
    """Plain data in YAML's flow style; keys that are numbers stay numbers."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _key(key: int | str) -> str:
    text = str(key)
    return text if isinstance(key, int) or re.fullmatch("[A-Za-z_]+", text) else json.dumps(text, ensure_ascii=False)


def read_assumptions(path: Path | str | None, otherwise: Assumptions = BARE) -> Assumptions:
    """The assumptions of a file; what it leaves out is as in ``otherwise``, which is also taken where none is named.

    Raises:
        InputError: everything that is wrong with the file, with lines.
    """
    if path is None:
        return otherwise
    path = Path(path)
    if not path.is_file():
        raise InputError([Problem(Severity.ERROR, "scenario_missing", path.name, value=str(path))])
    source = read_yaml(path)
    if source.data is None:
        return otherwise
    if not isinstance(source.data, dict):
        raise InputError([Problem(Severity.ERROR, "assume_shape", path.name, 1)])
    try:
        return Assumptions.model_validate(_over(_plain(otherwise), source.data))
    except ValidationError as error:
        raise InputError(_problems(error, source)) from None


def _over(below: Any, above: Any) -> Any:
    if isinstance(below, dict) and isinstance(above, Mapping):
        return {**below, **{key: _over(below.get(key), each) for key, each in above.items()}}
    return above


def _problems(error: ValidationError, source: YamlFile) -> list[Problem]:
    found = []
    for each in error.errors(include_url=False):
        place = tuple(step for step in each["loc"] if step != "[key]")
        column, line = ".".join(map(str, place)), source.line(place)
        shown = str(each["input"])[:60]
        if each["type"] == "extra_forbidden":
            model: Any = Assumptions
            for step in place[:-1]:
                field = model.model_fields.get(step) if hasattr(model, "model_fields") else None
                model = field.annotation if field is not None else model
            allowed = list(getattr(model, "model_fields", {}))
            values = {"nearest": Nearest(str(place[-1]), allowed), "allowed": ", ".join(allowed)}
            found.append(
                Problem(Severity.ERROR, "scenario_key_unknown", source.path.name, line, column, str(place[-1]), values)
            )
            continue
        values = {"detail": str(each["msg"])}
        found.append(Problem(Severity.ERROR, "assume_value", source.path.name, line, column, shown, values))
    return found
