"""Both languages, in every sentence that click says too."""

from __future__ import annotations

import ast
from pathlib import Path

import click
import pytest
from cli.calling import Call

from rotation_planner.cli import program
from rotation_planner.cli.speaking import chosen_language, click_speaks, wrapped
from rotation_planner.words import catalogue, speaking

SPOKEN_BY = ("core.py", "decorators.py", "exceptions.py", "formatting.py", "parser.py", "types.py")
# Sentences for programmers, for prompts and for kinds of parameters that the program does not have.
NEVER_SAID = (
    "deprecat", "Value must be an iterable", "Could not determine name", "No options defined", "Arguments take exactly",
    "defined twice", "same flag", "Do you want to continue", "Confirm the action", "%(prog)s", "Show the version",
    "Invalid start character", "Choice(", "valid UUID", "values are required", "{name} {filename!r}",
)  # fmt: skip


def clicks_sentences() -> set[str]:
    found: set[str] = set()
    for name in SPOKEN_BY:
        path = Path(click.__file__).parent / name
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "ngettext"):
                texts = node.args[: 2 if node.func.id == "ngettext" else 1]  # type: ignore[attr-defined]
                found |= {text.value for text in texts if isinstance(text, ast.Constant)}
    return {text for text in found if not any(part in text for part in NEVER_SAID)}


def test_every_sentence_of_click_is_worded() -> None:
    ours = {texts["en"] for key, texts in catalogue().items() if key.startswith("click.")}
    assert clicks_sentences() <= ours


def commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    found: list[tuple[tuple[str, ...], click.Command]] = [(path, group)]
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found += commands(command, (*path, name))
        else:
            found.append(((*path, name), command))
    return found


@pytest.mark.parametrize("path", [path for path, _ in commands(program)])
def test_every_command_helps_in_both_languages(call: Call, path: tuple[str, ...]) -> None:
    chinese, english = (call(*path, "--help", "--lang", lang).output for lang in ("zh", "en"))
    assert "用法：" in chinese
    assert "显示说明" in chinese
    assert "Usage:" in english
    assert not any("\u4e00" <= char <= "\u9fff" for char in english)


@pytest.mark.parametrize(("path", "command"), commands(program))
def test_every_command_has_the_shared_options_and_words(path: tuple[str, ...], command: click.Command) -> None:
    with speaking("zh"):
        assert command.help
        assert all(param.help for param in command.params if isinstance(param, click.Option | click.Argument))
    if not isinstance(command, click.Group):
        options = {name for param in command.params for name in param.opts}
        assert {"--lang", "--quiet", "--json"} <= options


def test_only_finished_commands_are_there() -> None:
    assert set(program.commands) == {
        "check", "plan", "diagnose", "papers", "audit", "explain", "chains", "prices", "replan", "compare", "policy",
        "template", "generate", "collect", "roll", "horizon", "whatif", "tradeoffs",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("args", "chinese", "english"),
    [
        ((), "用法：", "Usage:"),
        (("nothing",), "没有命令 'nothing'", "No such command 'nothing'"),
        (("chek",), "是不是 'check'？", "Did you mean 'check'?"),
        (("check",), "缺少参数 'SCENARIO'", "Missing argument 'SCENARIO'"),
        (("plan", "x"), "缺少选项 '--out'", "Missing option '--out'"),
        (("check", "x", "y"), "多出了参数（y）", "unexpected extra argument (y)"),
        (("check", "x", "--nope"), "没有选项 '--nope'", "No such option '--nope'"),
        (("check", "x", "--limit"), "后面要写一个值", "requires an argument"),
        (("check", "x", "--limit", "a"), "'a' 不是有效的数", "'a' is not a valid integer"),
        (("check", "x", "--limit", "-1"), "-1 不在 x>=0 之内", "-1 is not in the range x>=0"),
        (("check", "x", "--quiet=1"), "不带值", "does not take a value"),
        (("plan", "x", "--out", "y", "--gap", "nan"), "须是有限的数", "must be a finite number"),
        (("plan", "x", "--out", "y", "--time-limit", "inf"), "须是有限的数", "must be a finite number"),
        (("plan", "x", "--out", "y", "--time-limit", "0"), "不在 x>0 之内", "not in the range x>0"),
        (("generate", "--out", "y", "--schools", "3"), "不在", "is not in the range"),
        (("generate", "--out", "y", "--schools", "9", "--as-of", "soon"), "不合格式", "does not match the format"),
        (("template", "--out", "y.csv"), "须以 .xlsx 结尾", "must end in .xlsx"),
        (("policy",), "命令", "Commands"),
        (("policy", "nothing"), "没有命令", "No such command"),
    ],
)
def test_usage_errors_in_both_languages(
    call: Call, args: tuple[str, ...], chinese: str, english: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert chinese in call(*args, code=2).stderr
    monkeypatch.setenv("ROTATION_PLANNER_LANG", "en")
    assert english in call(*args, code=2).stderr


def test_a_language_that_is_not_spoken(call: Call) -> None:
    assert "'fr' 不是以下之一" in call("check", "x", "--lang", "fr", code=2).stderr


@pytest.mark.parametrize(
    ("args", "variable", "expected"),
    [
        ([], "", "zh"),
        ([], "en", "en"),
        ([], "en_GB.UTF-8", "en"),
        ([], "fr", "zh"),
        (["--lang", "zh"], "en", "zh"),
        (["check", "--lang=en"], "", "en"),
        (["--lang", "en", "check", "--lang", "zh"], "", "zh"),
        (["--", "--lang", "en"], "", "zh"),
        (["--lang"], "en", "en"),
    ],
)
def test_which_language_is_spoken(
    args: list[str], variable: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROTATION_PLANNER_LANG", variable)
    assert chosen_language(args) == expected


def test_click_is_itself_again_afterwards() -> None:
    import gettext

    from click import core

    with click_speaks():
        assert core._ is not gettext.gettext  # type: ignore[attr-defined]
    assert core._ is gettext.gettext  # type: ignore[attr-defined]


def test_lines_of_chinese_are_as_wide_as_they_look() -> None:
    assert wrapped("一二三四，五六", 8) == ["一二三", "四，五六"]
    assert wrapped("scenario.yaml 的值", 16) == ["scenario.yaml 的", "值"]
    assert wrapped("", 10) == []


def test_the_version(call: Call) -> None:
    assert "0.1.0" in call("--version").output
