"""Tables and pages as HTML: escaped, aligned, cut with a word."""

from __future__ import annotations

import pandas as pd

from rotation_planner.data.problems import InputError, Problem, Severity
from rotation_planner.data.showing import as_html, text_html, worded
from rotation_planner.words import speaking


def test_numbers_stand_right_texts_left_blanks_blank() -> None:
    frame = pd.DataFrame({"name": ["a" * 20, None], "many": [1200.5, float("nan")], "yes": [True, False]})
    html = as_html("first\nsecond", {"title": frame})
    assert "<strong>first</strong>" in html
    assert "<p>second</p>" in html
    assert '<td class="n">1,200.5</td>' in html
    assert '<td class="n"></td>' in html
    assert "nan" not in html
    assert "<td>" + "a" * 20 in html
    assert "是" in html


def test_a_long_table_says_what_is_left_out_and_hidden_columns_are() -> None:
    frame = pd.DataFrame({"name": [f"n{i}" for i in range(30)], "_row": range(30)})
    html = as_html("", {"": frame}, most_rows=5)
    assert "共30行，这里显示前5行" in html
    assert "n4" in html
    assert "n5" not in html
    assert "_row" not in html
    assert "<strong>" not in html


def test_everything_is_escaped() -> None:
    html = as_html("<b>", {"<i>": pd.DataFrame({"<u>": ["<s>\n&"]})})
    assert not any(tag in html for tag in ("<b>", "<i>", "<u>", "<s>"))
    assert "&lt;s&gt;<br>&amp;" in html


def test_a_page_keeps_its_headings_lists_and_tables() -> None:
    page = "# One \\<b\\>\n\nA line\nand more\n\n## Two\n\n"
    page += "- point\n- second\n\n| a | b |\n|---|---|\n| 1\\|2 | 3 |\n"
    html = text_html(page)
    assert "<h3>One &lt;b&gt;</h3>" in html
    assert "<p>A line<br>and more</p>" in html
    assert "<h4>Two</h4>" in html
    assert "<li>point</li><li>second</li>" in html
    assert ">1|2</td>" in html
    assert "---" not in html


def test_headings_are_worded_where_they_can_be() -> None:
    assert list(worded(pd.DataFrame(columns=["name", "other"]), "report_column").columns) == ["姓名", "other"]


def test_bad_input_is_told_in_sentences_in_the_place_of_a_traceback() -> None:
    one = Problem(Severity.ERROR, "unknown_staff", "pins.csv", 3, "工号", "X1", {"nearest": ""})
    lines = InputError([one] * 60)._render_traceback_()
    assert lines[0] == "不能使用：错误60处，提醒0处。改好之后再运行这一格。"
    assert "pins.csv 第3行 工号" in lines[1]
    assert lines[-1] == "……还有10处"
    with speaking("en"):
        assert "60 error(s)" in InputError([one] * 60)._render_traceback_()[0]
