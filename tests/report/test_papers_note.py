from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest
from invented import TITLE, turnover
from papers_shared import SETTINGS, hostile, paragraphs

from rotation_planner.audit.result import Audit, Finding, Verdict
from rotation_planner.data.papers import PaperSettings
from rotation_planner.plan.plan import TRANSFER_COLUMNS
from rotation_planner.report.papers.blank import write_templates
from rotation_planner.report.papers.writing import Papers
from rotation_planner.report.turnover import Turnover
from rotation_planner.words import speaking


def written(folder: Path, settings: PaperSettings = SETTINGS, found: Turnover | None = None, **more: bool) -> str:
    """The papers, and what the note says."""
    Papers(folder, found or turnover(), TITLE, settings, **more).write()
    return "\n".join(paragraphs(folder / "papers" / "note.docx"))


def test_a_whole_scenario_leaves_little_to_look_at(tmp_path: Path) -> None:
    told = written(
        tmp_path, dataclasses.replace(SETTINGS, notice_from=dt.date(2026, 7, 6), report_to_by=dt.date(2026, 8, 31))
    )
    assert "（2）" not in told  # the plan's day is in a year whose holidays are not announced, that is all
    assert "2026年7月10日" in told
    assert "scenario.yaml 中写明" in told


def test_years_not_announced_are_told_to_the_bureau_and_not_to_the_public(tmp_path: Path) -> None:
    assert "2027年的国家放假安排尚未收录" in written(tmp_path)
    for name in ("letters", "receptions"):
        for path in (tmp_path / "papers" / name).iterdir():
            assert "尚未收录" not in "".join(paragraphs(path))
    assert "尚未收录" not in "".join(paragraphs(tmp_path / "papers" / "notice.docx"))
    days = tmp_path / "days.csv"
    days.write_text("日期,类别\n2027-08-04,放假\n", "utf-8")
    told = written(tmp_path, dataclasses.replace(SETTINGS, holidays=days))
    assert "节假日文件（共1日）" in told
    assert "公示时间为2027年8月2日至2027年8月9日，共5个工作日。" in paragraphs(tmp_path / "papers" / "notice.docx")


def test_what_the_scenario_does_not_say_is_told(tmp_path: Path) -> None:
    told = written(tmp_path, PaperSettings())
    assert "按标题推定为“滨海区教育局”" in told
    assert "公示中没有反映意见的渠道" in told
    assert "依据的文件未写明" in told
    assert "联系人：" not in "\n".join(paragraphs(tmp_path / "papers" / "notice.docx"))
    part = written(tmp_path, PaperSettings(phone="0411-84000000"))
    assert "未写明：联系人、电子邮箱、通信地址" in part


def test_days_that_contradict_each_other_are_told(tmp_path: Path) -> None:
    told = written(tmp_path, dataclasses.replace(SETTINGS, notice_from=dt.date(2027, 8, 30)))
    assert "日期前后矛盾" in told


def test_a_breach_and_rows_without_papers_are_told(tmp_path: Path) -> None:
    found = turnover()
    breach = Finding("headcount", "headcount", "must", "x", "1", "2", Verdict.BREACH, "超编")
    moves = found.plan.transfers.copy()
    moves.loc[0, "staff_id"] = "NOBODY"
    plan = dataclasses.replace(found.plan, transfers=moves)
    told = written(tmp_path, found=dataclasses.replace(found, plan=plan, audit=Audit((breach,))))
    assert "方案核查：不合格" in told
    assert "方案中有1行所写的人员或学校不在名册中" in told
    assert len(list((tmp_path / "papers" / "letters").iterdir())) == len(moves) - 1


def test_characters_that_the_pdf_lacks_are_told(tmp_path: Path) -> None:
    told = written(tmp_path, found=hostile())
    assert "印作“〓”" in told
    assert "𠮷" in told


def test_codes_are_told(tmp_path: Path) -> None:
    assert "已换成代码" in written(tmp_path, pseudonyms=True)


def test_nobody_moves_so_nothing_is_sent(tmp_path: Path) -> None:
    found = turnover()
    plan = dataclasses.replace(found.plan, transfers=found.plan.transfers.iloc[:0][list(TRANSFER_COLUMNS)])
    written(tmp_path, found=dataclasses.replace(found, plan=plan))
    assert [path.name for path in (tmp_path / "papers").iterdir()] == ["note.docx"]


def test_the_bureau_s_own_templates_are_used_and_named(tmp_path: Path) -> None:
    own = tmp_path / "own"
    write_templates(own)
    (own / "reception.docx").unlink()
    (own / "old.docx").write_bytes(b"")
    (own / "~$letter.docx").write_bytes(b"")
    told = written(tmp_path, dataclasses.replace(SETTINGS, templates=own))
    assert "使用了本单位的模板：notice.docx、letter.docx" in told
    assert "“old.docx”不是模板名" in told
    assert "~$" not in told


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_note_is_whole_in_both_languages(lang: str, tmp_path: Path) -> None:
    with speaking(lang):
        told = written(tmp_path, PaperSettings(), hostile(), pseudonyms=True)
    assert "{" not in told.replace("{{ name }}", "")
    if lang == "en":
        assert "。" not in told
