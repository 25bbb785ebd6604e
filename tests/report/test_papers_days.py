from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from rotation_planner.data.papers import PaperSettings
from rotation_planner.data.problems import InputError
from rotation_planner.data.scenario import read_scenario_file
from rotation_planner.report.papers.deadlines import deadlines_of
from rotation_planner.report.papers.workdays import WorkDays, read_holidays

AS_OF = dt.date(2027, 8, 31)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("first", "number", "last"),
    [
        ("2026-08-03", 5, "2026-08-07"),
        ("2026-08-05", 5, "2026-08-11"),  # over a weekend
        ("2026-08-08", 1, "2026-08-10"),  # begins on a Saturday
        ("2026-09-28", 6, "2026-10-10"),  # over the National Day, with the Saturday worked instead
        ("2026-04-30", 3, "2026-05-07"),  # over Labour Day
        ("2026-08-07", 1, "2026-08-07"),
    ],
)
def test_a_period_of_working_days(first: str, number: int, last: str) -> None:
    days = WorkDays()
    assert days.last_of(day(first), number) == day(last)
    assert not days.unannounced


def test_a_year_not_announced_falls_back_to_weekends_and_the_file() -> None:
    days = WorkDays({day("2027-10-01"): False, day("2027-10-09"): True})
    assert not days.works(day("2027-10-01"))  # a Friday
    assert days.works(day("2027-10-09"))  # a Saturday
    assert not days.unannounced
    assert not days.works(day("2027-10-02"))
    assert days.works(day("2027-10-04"))
    assert days.unannounced == {2027}


def test_the_bureau_s_file_goes_before_the_calendar() -> None:
    assert not WorkDays({day("2026-08-03"): False}).works(day("2026-08-03"))


def test_holidays_are_read_in_both_languages(tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    path.write_text("日期,至,类别\n2027-10-01,2027-10-03,放假\n2027年10月9日,,上班\n2027.10.11,,\n", "utf-8-sig")
    given = read_holidays(path)
    path.write_text("date,until,kind\n2027-10-01,2027-10-03,off\n2027-10-09,,Work\n2027-10-11,,off\n", "utf-8")
    assert given == read_holidays(path)
    assert [each.day for each, works in given.items() if not works] == [1, 2, 3, 11]
    assert given[day("2027-10-09")] is True


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        ("", "holidays_empty", None),
        ("name\nx\n", "holidays_column", 1),
        ("date\n2027-02-30\n", "holidays_day", 2),
        ("date,until\n2027-10-03,2027-10-01\n", "holidays_day", 2),
        ("date,kind\n2027-10-03,maybe\n", "holidays_kind", 2),
    ],
)
def test_a_wrong_file_of_days_is_told_with_its_row(text: str, code: str, row: int | None, tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        read_holidays(path)
    assert [(each.code, each.row) for each in caught.value.problems if each.severity == "error"] == [(code, row)]
    assert all(each.message and each.expected and each.advice for each in caught.value.problems)


def test_no_working_day_at_all_is_an_error_and_no_endless_search() -> None:
    with pytest.raises(InputError):
        WorkDays({AS_OF + dt.timedelta(number): False for number in range(500)}).last_of(AS_OF, 1)


def test_days_that_the_scenario_leaves_open_follow_from_the_plan_s_day() -> None:
    found = deadlines_of(PaperSettings(), AS_OF)
    assert found.starts_on == day("2027-09-01")
    assert found.report_to_by == AS_OF
    assert (found.notice_from, found.notice_to) == (day("2027-08-02"), day("2027-08-06"))
    assert found.reply_by == day("2027-07-28")
    assert found.issued_on == day("2027-08-09")
    assert found.confirm_by == day("2027-09-03")
    assert found.unannounced == (2027,)
    assert found.reckoned == {"reply_by", "notice_from", "issued_on", "report_to_by", "starts_on"}
    assert not found.disorder


def test_days_given_are_kept_and_contradictions_seen() -> None:
    found = deadlines_of(PaperSettings(notice_from=day("2026-07-04"), notice_days=7), day("2026-08-31"))
    assert (found.notice_from, found.notice_to) == (day("2026-07-04"), day("2026-07-14"))
    assert found.unannounced == ()
    late = deadlines_of(PaperSettings(notice_from=day("2026-08-28")), day("2026-08-31"))
    assert ("issued_on", "report_to_by") in late.disorder


# ---- the section of the scenario -------------------------------------------------------------------------------------


def scenario(folder: Path, papers: str) -> Path:
    path = folder / "scenario.yaml"
    path.write_text(f"title: 小区\nas_of: 2027-08-31\npolicy: dalian\npapers:\n{papers}", "utf-8")
    return path


def test_the_section_is_read(tmp_path: Path) -> None:
    (tmp_path / "days.csv").write_text("date\n2027-10-01\n", "utf-8")
    (tmp_path / "templates").mkdir()
    found = read_scenario_file(
        scenario(
            tmp_path,
            "  issuer: 滨海区教育局\n  phone: '0411-84000000'\n  notice_from: 2027年7月5日\n  notice_days: 7\n"
            "  holidays: days.csv\n  templates: templates\n  basis: [《办法》]\n  letters: merged\n",
        )
    ).papers
    assert found.issuer == "滨海区教育局"
    assert found.notice_from == day("2027-07-05")
    assert (found.notice_days, found.basis, found.letters) == (7, ("《办法》",), "merged")
    assert found.holidays is not None
    assert found.holidays.is_file()
    assert found.templates is not None
    assert read_scenario_file(scenario(tmp_path, "")).papers == PaperSettings()


@pytest.mark.parametrize(
    "wrong",
    [
        "phone: 84000000", "notice_days: 0", "notice_days: yes", "notice_days: 61", "notice_from: 2027-02-30x",
        "letters: two", "basis: [1]", "holidays: none.csv", "templates: scenario.yaml", "isuer: x", "contact: {a: 1}",
    ],
)  # fmt: skip
def test_a_wrong_setting_is_told_with_its_line(wrong: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_scenario_file(scenario(tmp_path, f"  {wrong}\n"))
    (problem,) = caught.value.problems
    assert problem.row == 5
    assert problem.column == "papers." + wrong.partition(":")[0]
    assert problem.message
    assert problem.expected
