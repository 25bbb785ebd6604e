"""Every command but ``plan``: exit codes, what is said, what is written, and what broken input gets."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from cli.calling import Call, document, tree

from rotation_planner.cli.showing import chosen
from rotation_planner.data.problems import Problem, Severity
from rotation_planner.eligibility import Stand
from rotation_planner.words import has

BROKEN: dict[str, Callable[[Path], object]] = {
    "missing folder": shutil.rmtree,
    "empty folder": lambda folder: [shutil.rmtree(folder), folder.mkdir()],
    "no scenario file": lambda folder: (folder / "scenario.yaml").unlink(),
    "a file instead of a folder": lambda folder: [shutil.rmtree(folder), folder.write_text("x")],
    "scenario is a folder": lambda folder: [(folder / "scenario.yaml").unlink(), (folder / "scenario.yaml").mkdir()],
    "scenario is binary": lambda folder: (folder / "scenario.yaml").write_bytes(bytes(range(256))),
    "a table is missing": lambda folder: (folder / "staff.csv").unlink(),
    "a table is a folder": lambda folder: [(folder / "staff.csv").unlink(), (folder / "staff.csv").mkdir()],
    "a table is empty": lambda folder: (folder / "staff.csv").write_text(""),
    "a table is binary": lambda folder: (folder / "staff.csv").write_bytes(bytes(range(256)) * 9),
    "data is a folder named like a workbook": lambda folder: [
        (folder / "book.xlsx").mkdir(), rewrite(folder, "data: .", "data: book.xlsx"),
    ],
    "data is no workbook": lambda folder: [
        (folder / "book.xlsx").write_text("x"), rewrite(folder, "data: .", "data: book.xlsx"),
    ],
    "data is missing": lambda folder: rewrite(folder, "data: .", "data: nowhere"),
    "policy is missing": lambda folder: rewrite(folder, "policy: dalian", "policy: nowhere"),
    "policy is a folder": lambda folder: rewrite(folder, "policy: dalian", "policy: ."),
    "an unknown rule is adjusted": lambda folder: rewrite(folder, "adjust: {}", "adjust: {nothing: {at_least: 1}}"),
    "a rule is adjusted to nonsense": lambda folder: rewrite(
        folder, "adjust: {}", "adjust: {quota-quality: {at_least: x}}"
    ),
}  # fmt: skip


def rewrite(folder: Path, old: str, new: str) -> None:
    path = folder / "scenario.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


# ---- check -------------------------------------------------------------------------------------------------------


def test_check_of_a_sound_scenario(call: Call, scenario: Path) -> None:
    assert "可以使用" in call("check", scenario).stdout
    assert "It can be used" in call("check", scenario, "--lang", "en").stdout
    assert call("check", scenario, "--quiet").output == ""
    assert call("check", scenario / "scenario.yaml").stdout == call("check", scenario).stdout


def test_check_for_machines(call: Call, scenario: Path) -> None:
    found = document(call("check", scenario, "--json", "--quiet"))
    assert found["usable"] is True
    assert found["title"] == "小区"
    assert found["policy"] == "dalian"
    assert found["tables"]["schools"] == 9
    assert set(found["fingerprints"]) == {"policy", "data"}
    assert found["counts"]["errors"] == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", list(BROKEN))
def test_a_broken_scenario_is_told_by_every_command(call: Call, scenario: Path, plan: Path, name: str) -> None:
    BROKEN[name](scenario)
    before = tree(scenario.parent)
    result = call("check", scenario, code=2)
    assert "不能使用" in result.stdout
    assert "错误" in result.stdout
    found = document(call("check", scenario, "--json", code=2))
    assert found["usable"] is False
    assert found["counts"]["errors"] == sum(each["severity"] == "error" for each in found["problems"]) > 0
    for each in found["problems"]:
        assert set(each) == {"severity", "code", "file", "row", "column", "value", "message", "expected", "advice"}
    for args in (
        ("audit", scenario, plan),
        ("explain", scenario, plan, "--staff", "1"),
        ("plan", scenario, "--out", "o"),
    ):
        assert "输入不能使用" in call(*args, code=2).stderr
        assert document(call(*args, "--json", code=2))["problems"]
    assert tree(scenario.parent) == before
    assert not Path("o").exists()


def test_all_problems_come_at_once_with_row_column_and_value(call: Call, scenario: Path) -> None:
    path = scenario / "staff.csv"
    lines = path.read_text("utf-8-sig").splitlines()
    lines[3] = lines[3].replace(",女,", ",妇,").replace(",男,", ",汉,")
    path.write_text("\n".join([*lines, lines[1]]), "utf-8")
    rewrite(scenario, "adjust: {}", "adjust: {nothing: {at_least: 1}}")
    found = document(call("check", scenario, "--json", code=2))["problems"]
    told = {(each["file"], each["row"], each["value"]) for each in found if each["severity"] == "error"}
    assert ("scenario.yaml", 5, "nothing") in told
    assert {("staff.csv", 4, "妇"), ("staff.csv", 4, "汉")} & told
    assert any(row == len(lines) + 1 for _, row, _ in told)
    text = call("check", scenario, code=2).stdout
    assert "staff.csv 第4行 性别" in text
    assert "应为" in text
    assert "staff.csv row 4 性别" in call("check", scenario, "--lang", "en", code=2).stdout


def test_a_limit_shows_some_of_every_kind(call: Call, scenario: Path) -> None:
    path = scenario / "staff.csv"
    path.write_text(path.read_text("utf-8-sig").replace(",男,", ",汉,").replace(",否,", ",不,", 1), "utf-8")
    few, every = (call("check", scenario, "--limit", limit, code=2).stdout for limit in (3, 0))
    assert "没有列出" in few
    assert "没有列出" not in every
    assert few.count("staff.csv") == 3
    assert "“不”" in few


def test_the_limit_is_shared_between_kinds() -> None:
    many = [Problem(Severity.ERROR, "a", "f", row) for row in range(9)]
    one = Problem(Severity.ERROR, "b", "f", 99)
    assert [(each.code, each.row) for each in chosen([*many, one], 3)] == [("a", 0), ("a", 1), ("b", 99)]
    assert len(chosen([*many, one], 0)) == 10


def test_text_of_the_data_steers_no_terminal(call: Call, scenario: Path) -> None:
    path = scenario / "staff.csv"
    path.write_text(path.read_text("utf-8-sig").replace(",男,", ",\x1b[31m[red]男[/red],", 1), "utf-8")
    text = call("check", scenario, code=2).stdout
    assert "\x1b" not in text
    assert "[red]" in text


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("field: backbone, at_least: school", "field: fame, at_least: school", "fame"),
        ("- {field: ownership, is: public}", "- {field: owner, is: public}", "owner"),
        ("to: {field: location, in: [rural, remote]}", "to: {field: place, in: [rural, remote]}", "place"),
        ("per: [school_id, stage, subject]", "per: [school_id, stage, topic]", "topic"),
        ("within: [school_id, stage,", "within: [school_id, floor,", "floor"),
        ("when: {same: group}", "when: {same: herd}", "herd"),
        ("posts: senior_posts", "posts: high_posts", "high_posts"),
        ("{field: school.tier, is: quality}", "{field: school.rank, is: quality}", "school.rank"),
        ("into: {field: location,", "into: {field: school.location,", "school.location"),
    ],
)
def test_a_policy_that_names_a_column_the_data_lacks(
    call: Call, scenario: Path, old: str, new: str, column: str
) -> None:
    from rotation_planner.policy.reading import packs

    text = packs()["dalian"].read_text("utf-8")
    assert old in text
    (scenario / "own.yaml").write_text(text.replace(old, new, 1), "utf-8")
    rewrite(scenario, "policy: dalian", "policy: own.yaml")
    (problem,) = document(call("check", scenario, "--json", code=2))["problems"]
    lines = (scenario / "own.yaml").read_text("utf-8").splitlines()
    assert (problem["code"], problem["file"], problem["value"]) == ("policy_unknown_field", "own.yaml", column)
    assert column in "\n".join(lines[problem["row"] - 1 : problem["row"] + 3])


def test_a_policy_may_name_further_and_computed_columns(call: Call, scenario: Path) -> None:
    from rotation_planner.policy.reading import packs

    text = packs()["dalian"].read_text("utf-8")
    old = "who: {field: backbone, at_least: school}"
    new = (
        "who: {all: [{field: backbone, at_least: school}, {field: 兴趣, not_in: [无]}, {field: age, at_least: 1}, "
        "{field: school.surplus, at_most: 999}]}"
    )
    (scenario / "own.yaml").write_text(text.replace(old, new), "utf-8")
    rewrite(scenario, "policy: dalian", "policy: own.yaml")
    lines = (scenario / "staff.csv").read_text("utf-8-sig").splitlines()
    (scenario / "staff.csv").write_text("\n".join([lines[0] + ",兴趣", *(line + ",棋" for line in lines[1:])]), "utf-8")
    found = document(call("check", scenario, "--json"))
    assert found["problems"] == []  # a column that the policy asks for is no unknown one


# ---- audit and compare -------------------------------------------------------------------------------------------


def test_audit_of_a_plan_that_passes(call: Call, scenario: Path, plan: Path) -> None:
    before = tree(scenario.parent)
    result = call("audit", scenario, plan)
    assert "核查通过" in result.stdout
    found = document(call("audit", scenario, plan, "--json"))
    assert found["passes"] is True
    assert {"rules", "goals", "reverse_flow", "notes"} <= set(found)
    assert call("audit", scenario, plan, "--quiet").output == ""
    assert tree(scenario.parent) == before, "audit writes nothing"


def test_audit_of_a_plan_with_breaches(call: Call, scenario: Path, plan: Path) -> None:
    plan.write_text("staff_id,to_school_id\nnobody,S002\n")
    result = call("audit", scenario, plan, code=1)
    assert "核查未通过" in result.stdout
    assert "nobody" in result.stdout
    assert "does not pass" in call("audit", scenario, plan, "--lang", "en", code=1).stdout
    assert document(call("audit", scenario, plan, "--json", code=1))["passes"] is False
    assert "核查未通过" in call("audit", scenario, plan, "--quiet", code=1).stderr


def test_cut_zeros_are_restored_and_told(call: Call, scenario: Path, plan: Path) -> None:
    for path in scenario.glob("*.csv"):
        path.write_text(path.read_text("utf-8-sig").replace("S0", "00"), "utf-8")
    plan.write_text(plan.read_text().replace("S00", "").replace("S0", ""))
    assert "丢了前导零" in call("audit", scenario, plan).stderr


@pytest.mark.parametrize("content", [None, "", "name\nx\n", "\0"])
def test_a_plan_that_cannot_be_read(call: Call, scenario: Path, plan: Path, content: str | None) -> None:
    plan.unlink()
    if content is not None:
        plan.write_text(content)
    for args in (("audit", scenario, plan), ("explain", scenario, plan, "--staff", "x"), ("compare", plan, plan)):
        assert "输入不能使用" in call(*args, code=2).stderr


def test_compare(call: Call, plan: Path) -> None:
    other = plan.with_name("other.csv")
    lines = plan.read_text().splitlines()
    other.write_text("\n".join([*lines[:-1], "new,S001,,"]))
    assert "完全相同" in call("compare", plan, plan).stdout
    text = call("compare", plan, other).stdout
    assert "仅第二个方案交流的人员" in text
    assert "new" in text
    found = document(call("compare", plan, other, "--json"))
    assert found["identical"] is False
    assert [each["staff_id"] for each in found["differences"]["only_second"]] == ["new"]
    assert call("compare", plan, other, "--quiet").output == ""


# ---- explain -----------------------------------------------------------------------------------------------------


def test_explain_somebody_who_goes(call: Call, scenario: Path, plan: Path) -> None:
    who, to = plan.read_text().splitlines()[1].split(",")[:2]
    text = call("explain", scenario, plan, "--staff", who, "--to", to).stdout
    assert who in text
    assert "方案：交流到" in text
    assert "没有规则阻止" in text
    found = document(call("explain", scenario, plan, "--staff", who, "--to", to, "--json"))
    assert found["plan"]["moves"] is True
    assert found["to"]["open"] is True
    assert found["rules"]
    assert {"id", "words", "source"} == set(found["rules"][0])
    assert found["facts"]["age"] > 20


def test_explain_somebody_who_stays_and_a_shut_school(call: Call, scenario: Path, plan: Path) -> None:
    staff = [line.split(",") for line in (scenario / "staff.csv").read_text("utf-8-sig").splitlines()[1:]]
    movers = plan.read_text()
    stayer = next(row for row in staff if row[0] not in movers and row[7] == "小学")
    shut = []
    for number in range(1, 10):
        found = document(call("explain", scenario, plan, "--staff", stayer[0], "--to", f"S{number:03}", "--json"))
        shut += [rule["id"] for rule in found["to"]["rules"]]
        assert found["to"]["open"] == (not found["to"]["rules"] and not found["to"]["present"])
    assert "qualified" in shut
    assert "方案：留在本校" in call("explain", scenario, plan, "--staff", stayer[0]).stdout
    assert "stays" in call("explain", scenario, plan, "--staff", stayer[0], "--lang", "en").stdout


def test_every_standing_is_worded() -> None:
    assert all(has(f"explain.standing_{each.value}") for each in Stand)


def test_explain_strangers(call: Call, scenario: Path, plan: Path) -> None:
    assert "名册中没有工号" in call("explain", scenario, plan, "--staff", "nobody", code=2).stderr
    who = plan.read_text().splitlines()[1].split(",")[0]
    assert "没有代码为“S999”的学校" in call("explain", scenario, plan, "--staff", who, "--to", "S999", code=2).stderr


# ---- policy, template, generate ----------------------------------------------------------------------------------


def test_policy(call: Call) -> None:
    assert "dalian" in call("policy", "list").stdout
    assert "dalian" in [each["pack"] for each in document(call("policy", "list", "--json"))["packs"]]
    text = call("policy", "show", "dalian").stdout
    assert "谁应当交流" in text
    assert "must-teacher" in text
    assert "Who must go" in call("policy", "show", "dalian", "--lang", "en").stdout
    assert document(call("policy", "show", "dalian", "--json"))["rules"][0]["id"] == "scope"
    assert "没有名为“nowhere”的规则包" in call("policy", "show", "nowhere", code=2).stderr


def test_template(call: Call) -> None:
    call("template", "--out", "new/book.xlsx")
    assert Path("new/book.xlsx").read_bytes().startswith(b"PK")
    before = Path("new/book.xlsx").read_bytes()
    assert "已经存在" in call("template", "--out", "new/book.xlsx", code=2).stderr
    assert Path("new/book.xlsx").read_bytes() == before
    call("template", "--out", "new/book.xlsx", "--force")
    Path("folder.xlsx").mkdir()
    call("template", "--out", "folder.xlsx", "--force", code=2)


def test_generate(call: Call) -> None:
    found = document(call("generate", "--out", "made", "--schools", 5, "--seed", 3, "--staff", 60, "--json"))
    assert found["tables"]["staff"] == 60
    assert "可以使用" in call("check", "made").stdout
    before = tree(Path("made"))
    assert "已经存在" in call("generate", "--out", "made", "--schools", 5, code=2).stderr
    assert tree(Path("made")) == before
    call("generate", "--out", "made", "--schools", 5, "--seed", 3, "--staff", 60, "--force")
    assert tree(Path("made")) == before
    assert "Error: " in call("generate", "--out", "x", "--schools", 5, "--staff", 6, "--lang", "en", code=2).stderr
    assert not Path("x").exists()


def test_a_policy_that_is_not_there_is_told_where_the_scenario_names_it(call: Call, scenario: Path) -> None:
    file = scenario / "scenario.yaml"
    file.write_text(file.read_text("utf-8").replace("policy: dalian", "policy: dailan"), "utf-8")
    found = [
        each for each in document(call("check", scenario, "--json", code=2))["problems"] if each["severity"] == "error"
    ]
    assert [(each["file"], each["row"], each["column"]) for each in found] == [("scenario.yaml", 3, "policy")]
    assert "“dalian”" in found[0]["message"]
