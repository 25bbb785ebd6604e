"""The guide is true: every example of it is read as the packs are, and nothing that a pack may hold is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML
from source import PACKAGE

from rotation_planner.data.problems import InputError
from rotation_planner.policy.checking import MUST_ONLY, UNRANKED
from rotation_planner.policy.kinds import (
    KINDS,
    TERMS,
    AfterSet,
    ArrivingSet,
    ByClass,
    ByField,
    ByStay,
    Level,
    ModeCase,
    MovingSet,
    StayingSet,
)
from rotation_planner.policy.kinds.afterwards import RankPosts, TitleGroup
from rotation_planner.policy.kinds.base import Exempted
from rotation_planner.policy.kinds.must_go import AgeLimits
from rotation_planner.policy.kinds.order import Gain, Round
from rotation_planner.policy.policy import Policy
from rotation_planner.policy.reading import read_policy
from rotation_planner.policy.routes import ROUTE_FORMS
from rotation_planner.policy.scores import (
    AppraisalMeasure,
    Band,
    FieldMeasure,
    HistoryMeasure,
    Item,
    Score,
    StayMeasure,
)
from rotation_planner.policy.selectors import FORMS, Compared, Stay
from rotation_planner.words import LANGUAGES, speaking

GUIDES = sorted((PACKAGE / "policy").glob("GUIDE*.md"), key=lambda path: (len(path.stem), path.stem))
TEXT = "\n".join(path.read_text("utf-8") for path in GUIDES)
BLOCK = re.compile(r"^```yaml (\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


INNER = (
    Stay, ModeCase, Item, Band, Score, Round, Gain, RankPosts, TitleGroup, Exempted, AgeLimits, MovingSet, ArrivingSet,
    StayingSet, AfterSet, ByField, ByStay, ByClass, FieldMeasure, HistoryMeasure, StayMeasure, AppraisalMeasure, Level,
)  # fmt: skip


def blocks(sort: str) -> list[Any]:
    """The examples of one sort (the word after ``yaml``), read as data."""
    return [YAML(typ="safe", pure=True).load(text) for name, text in BLOCK.findall(TEXT) if name == sort]


def each(sort: str) -> list[Any]:
    return [entry for block in blocks(sort) for entry in block]


def example() -> dict[str, Any]:
    """The first pack of the guide, with its tables of points and with ways that the plan chooses."""
    pack = dict(blocks("pack")[0])
    pack["scores"] = {**pack["scores"], **scores()}
    pack["rules"] = [*pack["rules"], next(rule for rule in rules() if rule["kind"] == "modes")]
    return pack


def scores() -> dict[str, Any]:
    return {key: score for block in blocks("scores") for key, score in block.items()}


def written(folder: Path, data: dict[str, Any]) -> str:
    path = folder / "pack.yaml"
    with path.open("w", encoding="utf-8") as stream:
        YAML().dump(data, stream)
    return str(path)


def whole(rule: dict[str, Any]) -> dict[str, Any]:
    """A rule of the guide with what the guide says it leaves out."""
    return {"source": "示例", **rule, "words": {"en": rule["words"]["zh"], **rule["words"]}}


def rules() -> list[dict[str, Any]]:
    return [whole(rule) for rule in each("rules")]


def parts(data: Any) -> Iterator[Any]:
    yield data
    for inner in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from parts(inner)


def test_every_example_is_of_a_sort_that_is_tested() -> None:
    assert TEXT.count("```") == 2 * len(BLOCK.findall(TEXT))
    assert {name for name, _ in BLOCK.findall(TEXT)} == {
        "pack", "adjust", "selectors", "routes", "scores", "keys", "rules", "goals",
    }  # fmt: skip


PACKS = [text for name, text in BLOCK.findall(TEXT) if name == "pack"]


@pytest.mark.parametrize("text", PACKS, ids=lambda text: text.split("\n")[0])
def test_the_packs_are_read_as_they_stand(text: str, tmp_path: Path) -> None:
    path = tmp_path / "pack.yaml"
    path.write_text(text, "utf-8")
    for lang in LANGUAGES:
        with speaking(lang):
            assert "{" not in read_policy(str(path))._repr_markdown_()


def test_a_number_is_adjusted_and_its_sentence_follows(tmp_path: Path) -> None:
    path = tmp_path / "pack.yaml"
    path.write_text(PACKS[0], "utf-8")
    policy = read_policy(str(path))
    changed = read_policy(str(path), adjust=blocks("adjust")[0])
    assert "满6年" in policy._repr_markdown_()
    assert "满9年" in changed._repr_markdown_()
    assert "本区自定九年" in changed._repr_markdown_()


@pytest.mark.slow
@pytest.mark.parametrize("selector", each("selectors"), ids=str)
def test_every_selector_is_read(selector: dict[str, Any], tmp_path: Path) -> None:
    pack = example()
    pack["populations"]["these"] = {"words": {"zh": "这些人", "en": "these"}, "who": selector}
    assert isinstance(read_policy(written(tmp_path, pack)), Policy)


@pytest.mark.slow
@pytest.mark.parametrize("route", each("routes"), ids=str)
def test_every_route_is_read(route: dict[str, Any], tmp_path: Path) -> None:
    pack = example()
    pack["rules"].append(whole({"id": "along", "kind": "route", "words": {"zh": "流向"}, "allow": route}))
    assert isinstance(read_policy(written(tmp_path, pack)), Policy)


@pytest.mark.parametrize("key", each("keys"), ids=str)
def test_every_key_of_an_order_is_read(key: Any, tmp_path: Path) -> None:
    pack = example()
    order = {"id": "first", "kind": "order", "words": {"zh": "先后"}, "who": {"everyone": True}}
    pack["rules"].append(whole({**order, "within": ["school_id"], "by": [key]}))
    assert isinstance(read_policy(written(tmp_path, pack)), Policy)


def test_every_score_is_told_as_a_table(tmp_path: Path) -> None:
    told = read_policy(written(tmp_path, example()))._repr_markdown_()
    for score in scores().values():
        assert f"### {score['words']['zh']}" in told
    assert "| 职称 | 中级2分，高级4分，正高级6分 |" in told


def test_rules_and_goals_make_one_pack(tmp_path: Path) -> None:
    pack = {**example(), "rules": rules(), "goals": each("goals")}
    policy = read_policy(written(tmp_path, pack))
    told = policy._repr_markdown_()
    assert "{" not in told, "every placeholder is filled"
    assert "不低于本校符合条件教师的15%" in told
    assert "派出2至3年" in told


def test_a_line_less_is_an_error(tmp_path: Path) -> None:
    """The reading of the examples is the strict one."""
    pack = {**example(), "rules": rules(), "goals": each("goals")}
    pack["rules"][1]["stays"] = pack["rules"][1].pop("stay")
    with pytest.raises(InputError):
        read_policy(written(tmp_path, pack))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_rule_appears(kind: str) -> None:
    assert kind in {rule["kind"] for rule in rules()}


@pytest.mark.parametrize("term", TERMS)
def test_every_term_appears(term: str) -> None:
    assert term in {each_term["kind"] for level in each("goals") for each_term in level["terms"]}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_selector_appears(form: str) -> None:
    assert any(form in selector for selector in each("selectors"))


@pytest.mark.parametrize("form", ROUTE_FORMS)
def test_every_form_of_route_appears(form: str) -> None:
    assert any(form in route for route in each("routes"))


@pytest.mark.parametrize("name", [info.alias or name for name, info in Compared.model_fields.items()])
def test_every_comparison_appears(name: str) -> None:
    assert any(name in part for part in parts(each("selectors")) if isinstance(part, dict))


@pytest.mark.parametrize("kind", KINDS)
def test_every_parameter_of_a_kind_is_named(kind: str) -> None:
    """In an example or in the text beside it."""
    assert not unnamed(KINDS[kind])


@pytest.mark.parametrize("form", [*INNER, *FORMS.values(), *ROUTE_FORMS.values(), *TERMS.values()])
def test_every_parameter_of_a_part_is_named(form: type[BaseModel]) -> None:
    assert not unnamed(form)


def unnamed(form: type[BaseModel]) -> set[str]:
    own = {info.alias or name for name, info in form.model_fields.items()}
    return {name for name in own if not re.search(rf"\b{name}\b", TEXT)}


def test_the_guide_says_which_kinds_are_always_musts_and_which_take_no_rank() -> None:
    told = re.search(r"always a must: (.*?)\. (.*?) as should-rules", TEXT, re.DOTALL)
    assert told
    for text, kinds in zip(told.groups(), (MUST_ONLY, UNRANKED), strict=True):
        assert {KINDS[name] for name in re.findall(r"`(\w+)`", text)} == set(kinds)
