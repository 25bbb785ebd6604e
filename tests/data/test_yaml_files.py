"""YAML read strictly: what is plain comes through with its line, whatever is tricky is refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rotation_planner.data.problems import InputError
from rotation_planner.data.yamlfile import MOST_BYTES, read_yaml


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "file.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("010", 10),
        ("1_000", 1000),
        ("0.1", 0.1),
        ("true", True),
        ("~", None),
        ("'12'", "12"),
        ("2027-08-31", dt.date(2027, 8, 31)),
        ("语文", "语文"),
        ("1:30", "1:30"),
        ("[1, [a, {b: c}]]", [1, ["a", {"b": "c"}]]),
        ("{}", {}),
    ],
)
def test_values_are_plain(tmp_path: Path, text: str, value: Any) -> None:
    found = read_yaml(write(tmp_path, f"key: {text}\n")).data["key"]
    assert found == value
    assert type(found) is type(value)


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    text = "# a comment\nrules:\n  first:\n    at_least: 0.18\n\n  second:\n    - a\n    - {b: 1,\n       c: 2}\n"
    file = read_yaml(write(tmp_path, text))
    assert file.line(("rules", "first", "at_least")) == 4
    assert file.line(("rules", "second", 0)) == 7
    assert file.line(("rules", "second", 1, "c")) == 9
    assert file.line(("rules", "first", "not there", 3)) == file.line(("rules", "first"))
    assert file.line(("nowhere",)) == file.line(()) == 1


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        ("a: 1\nb: 2\na: 3\n", "yaml_duplicate_key", 3),
        ("a:\n  b: 1\n  b: 2\n", "yaml_duplicate_key", 3),
        ("a: [1\nb: 2\n", "yaml_syntax", 2),
        ("a: 1\n\tb: 2\n", "yaml_tab", 2),
        ("a: 1\nb:\n\t- 2\nc: 3\n", "yaml_tab", 3),
        ("a: 1\nb：2\nc: 3\n", "yaml_wide_colon", 2),
        ("a: “x：y”\nb: [1\n", "yaml_syntax", 3),
        ("a: 1\nb: \x01\n", "yaml_syntax", 2),
        ("a: 1\n---\nb: 2\n", "yaml_syntax", 2),
        ("a: &x 1\nb: *x\n", "yaml_alias", 1),
        ("a: {b: 1}\n<<: {c: 1}\n", "yaml_alias", 2),
        ("a: 1\nb: !!python/object/apply:os.system [x]\n", "yaml_tag", 2),
        ("a: !!str 5\n", "yaml_tag", 1),
        ("? [a]\n: 1\n", "yaml_key", 1),
        ("a: 2027-02-30\n", "yaml_no_such_day", 1),
        ("%YAML 1.1\n---\na: no\n", "yaml_version", 2),
        ("a: " + "[" * 100_000, "yaml_too_deep", 1),
        ("a: 1\nb: 滨海".encode("gb18030"), "yaml_encoding", 2),
        (b"#" * (MOST_BYTES + 1), "yaml_too_large", None),
    ],
)
def test_tricks_and_slips_are_refused_with_their_line(
    tmp_path: Path, text: str | bytes, code: str, row: int | None
) -> None:
    with pytest.raises(InputError) as caught:
        read_yaml(write(tmp_path, text))
    assert [(p.code, p.row) for p in caught.value.problems] == [(code, row)]


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_yaml(tmp_path)
    assert caught.value.problems[0].code == "file_unreadable"


@given(text=st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = write(tmp_path_factory.getbasetemp(), text)
    problems = []
    try:
        read_yaml(path)
    except InputError as error:
        problems += error.problems
    assert all(p.code.startswith("yaml_") and p.message for p in problems)


def test_what_one_reader_changes_no_other_sees(tmp_path: Path) -> None:
    path = write(tmp_path, "a: {b: [1, 2]}")
    first = read_yaml(path)
    first.data["a"]["b"].append(3)
    again = read_yaml(path)
    assert again.data == {"a": {"b": [1, 2]}}
    assert again.line(("a", "b", 1)) == 1
    path.write_text("\na: {b: [4]}", "utf-8")  # a file that has changed is read as it is now
    assert (read_yaml(path).data, read_yaml(path).line(("a",))) == ({"a": {"b": [4]}}, 2)
