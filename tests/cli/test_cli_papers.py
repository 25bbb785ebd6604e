from __future__ import annotations

from pathlib import Path

import pytest
from cli.calling import Call, document, tree

import rotation_planner.report.charts
from rotation_planner.report.papers.blank import write_templates

PAPERS = {"papers/note.docx", "papers/notice.docx", "papers/notice.pdf"}


@pytest.fixture(autouse=True)
def no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures take seconds to draw and have tests of their own."""
    monkeypatch.setattr(rotation_planner.report.charts, "pictures", lambda _: iter(()))


def with_papers(scenario: Path, section: str) -> None:
    path = scenario / "scenario.yaml"
    path.write_text(f"{path.read_text('utf-8')}papers:\n{section}", "utf-8")


def break_template(folder: Path) -> None:
    """A folder of templates in which the letter names a field that is not there."""
    import zipfile

    write_templates(folder)
    path = folder / "letter.docx"
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["word/document.xml"] = parts["word/document.xml"].replace(b"{{ name }}", b"{{ nmae }}")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@pytest.mark.slow
def test_papers_of_a_hand_made_plan(call: Call, scenario: Path, plan: Path) -> None:
    told = document(call("papers", scenario, plan, "--out", "out", "--json"))
    assert told["passes"]
    assert set(told["files"]) >= PAPERS | {"transfers.csv", "plan.json", "lists/district.xlsx", "report.html"}
    moves = len(plan.read_text("utf-8").splitlines()) - 1
    assert len([name for name in told["files"] if name.startswith("papers/letters/")]) == moves
    call("audit", scenario, "out")


@pytest.mark.slow
def test_papers_of_a_plan_that_breaches_a_rule_are_written_and_warned_of(
    call: Call, scenario: Path, plan: Path
) -> None:
    lines = plan.read_text("utf-8").splitlines()
    school = lines[1].split(",")[1]
    moved = [line.split(",") for line in lines[1:]]
    edited = [lines[0], *(",".join([row[0], school, *row[2:]]) for row in moved)]
    plan.write_text("\n".join(edited) + "\n", "utf-8")
    result = call("papers", scenario, plan, "--out", "out", "--merged", code=1)
    assert "不能发出" in result.output
    assert {path.name for path in Path("out/papers").iterdir()} == {
        "letters.docx", "note.docx", "notice.docx", "notice.pdf", "receptions.docx",
    }  # fmt: skip


@pytest.mark.slow
def test_a_plan_with_and_without_papers(call: Call, scenario: Path) -> None:
    with_papers(scenario, "  issuer: 滨海区教育局\n  letters: merged\n")
    call("plan", scenario, "--out", "out", "--papers")
    assert Path("out/papers/letters.docx").is_file()
    call("plan", scenario, "--out", "out")
    assert not Path("out/papers").exists()  # letters of a former plan would be wrong ones


def test_a_wrong_template_is_told_before_anything_is_done(call: Call, scenario: Path, plan: Path) -> None:
    break_template(scenario / "templates")
    with_papers(scenario, "  templates: templates\n")
    before = tree(Path())
    for args in (("papers", scenario, plan, "--out", "out"), ("plan", scenario, "--out", "out", "--papers")):
        told = document(call(*args, "--json", code=2))
        assert [(each["file"], each["column"]) for each in told["problems"] if each["severity"] == "error"] == [
            ("letter.docx", "nmae")
        ]
    assert "nmae" in call("check", scenario, code=2).output
    assert tree(Path()) == before


def test_a_file_that_is_no_template_is_noted(call: Call, scenario: Path) -> None:
    folder = scenario / "templates"
    write_templates(folder)
    (folder / "letter.docx").rename(folder / "leter.docx")
    with_papers(scenario, "  templates: templates\n")
    told = document(call("check", scenario, "--json"))
    assert ("paper_template_unknown", "leter.docx") in [(each["code"], each["value"]) for each in told["problems"]]


def test_wrong_holidays_are_told(call: Call, scenario: Path) -> None:
    (scenario / "papers").mkdir()
    (scenario / "papers" / "days.csv").write_text("date\nsoon\n", "utf-8")
    with_papers(scenario, "  holidays: papers/days.csv\n")
    assert [each["code"] for each in document(call("check", scenario, "--json", code=2))["problems"]
            if each["severity"] == "error"] == ["holidays_day"]  # fmt: skip
    call("plan", scenario, "--out", "out", code=2)
    assert not Path("out").exists()


@pytest.mark.slow
def test_codes_and_back(call: Call, scenario: Path, plan: Path) -> None:
    result = call("papers", scenario, plan, "--out", "coded", "--pseudonyms", "key.csv")
    assert "key.csv" in result.output
    assert "妥善保管" in result.output
    ids = {line.split(",")[0] for line in plan.read_text("utf-8").splitlines()[1:]}
    coded = Path("coded/transfers.csv").read_text("utf-8-sig")
    assert not [each for each in ids if each in coded]
    result = call("papers", scenario, "coded", "--names", "key.csv", "--out", "back")
    assert "改动过" not in result.output
    back = Path("back/transfers.csv").read_text("utf-8-sig")
    assert all(each in back for each in ids)


@pytest.mark.slow
def test_a_key_inside_the_output_is_warned_of_and_a_wrong_one_refused(call: Call, scenario: Path, plan: Path) -> None:
    assert "务必移走" in call("papers", scenario, plan, "--out", "out", "--pseudonyms", "out/key.csv").output
    wrong = Path("wrong.csv")
    wrong.write_text("a,b\n1,2\n", "utf-8")
    for option in ("--pseudonyms", "--names"):
        call("papers", scenario, plan, "--out", "no", option, wrong, code=2)
    call("plan", scenario, "--out", "no", "--pseudonyms", wrong, code=2)
    assert not Path("no").exists()
    assert wrong.read_text("utf-8") == "a,b\n1,2\n"


def test_templates_are_handed_out_and_not_overwritten(call: Call) -> None:
    told = document(call("template", "--papers", "--out", "own", "--json"))
    assert {"letter.docx", "notice.docx", "reception.docx"} < set(told["files"])
    call("template", "--papers", "--out", "own", code=2)
    call("template", "--papers", "--out", "own", "--force")
    english = document(call("template", "--papers", "--out", "english", "--lang", "en", "--json"))
    assert "Fields of the templates.docx" in english["files"]
