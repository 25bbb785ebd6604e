"""The report for a meeting: whole, offline, escaped, and without a fact of anybody's health, family or sanctions."""

from __future__ import annotations

import base64
import dataclasses
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pandas as pd
import pytest
from invented import SECRETS, TITLE, turnover

from rotation_planner.audit.result import Finding, Verdict
from rotation_planner.data import schema
from rotation_planner.report.charts import Picture
from rotation_planner.report.pages import PAGE_READERS, write_pages
from rotation_planner.report.pages.content import OF_SCHOOLS, SPEAKABLE, Report
from rotation_planner.report.pages.markup import Html, address, escaped, joined, tag
from rotation_planner.report.pages.page import html_page
from rotation_planner.report.turnover import Turnover
from rotation_planner.words import speaking

DOT = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="6"><rect width="8" height="6"/></svg>'
NAMES = ("flow", "map", "map-core", "balance", "trend")
FACTS = [word for word in (*schema.EXEMPTIONS.values(), *schema.KINSHIPS.values(), *schema.REASONS.values())
         if word != "其他"]  # fmt: skip


def dots() -> list[Picture]:
    """Stand-ins for the pictures, which other tests look at."""
    return [Picture(name, f"图 {name} <b>", 8, 6, b"", DOT) for name in NAMES]


class Reader(HTMLParser):
    """The elements of a page with their attributes, and its texts."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((name, {key: value or "" for key, value in attributes}))
        if name not in ("meta", "img", "br"):
            self.open.append(name)

    def handle_endtag(self, name: str) -> None:
        assert self.open.pop() == name

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.texts.append(data)

    @property
    def told(self) -> str:
        return "\n".join(self.texts)


@pytest.fixture(scope="module", params=["zh", "en"])
def pages(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan's folder with its report, beside a few of its files."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "lists" / "schools").mkdir(parents=True)
    (folder / "lists" / "district.xlsx").touch()
    found, schools = turnover(), {}
    for code in found.district.schools["school_id"]:
        schools[code] = folder / "lists" / "schools" / f"{code}-某#校.xlsx"
        schools[code].touch()
    with speaking(request.param):
        written = write_pages(folder, found, TITLE, drawn=dots(), schools=schools)
    assert {path.relative_to(folder).as_posix() for path in written} == set(PAGE_READERS)
    return folder


def page_of(found: Turnover, title: str = TITLE) -> Reader:
    return Reader(html_page(Report(found, title, dots(), {}), [("全区工作簿", "lists/district.xlsx")]))


def with_findings(*findings: Finding) -> Turnover:
    found = turnover()
    return dataclasses.replace(found, audit=dataclasses.replace(found.audit, findings=findings))


def test_the_page_is_whole_and_asks_nobody_for_anything(pages: Path) -> None:
    text = (pages / "report.html").read_text("utf-8")
    page = Reader(text)
    assert page.open == []
    assert not [name for name, _ in page.elements if name in ("script", "link", "iframe", "object", "base", "form")]
    for name, attributes in page.elements:
        assert not [key for key in attributes if key.startswith("on")], name
        assert attributes.get("src", "data:image/svg+xml;base64,").startswith("data:image/svg+xml;base64,")
    assert "http" not in re.sub(r"base64,[A-Za-z0-9+/=]+", "", text).replace("http-equiv", "")
    policy = next(each["content"] for _, each in page.elements if each.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")
    assert [b for b in re.findall(r"url\(([^)]*)\)", text) if not b.startswith("data:font/woff;base64,")] == []


def test_the_summary_is_first_then_audit_goals_pictures_flow_and_lists(pages: Path) -> None:
    page = Reader((pages / "report.html").read_text("utf-8"))
    sections = [each["id"] for name, each in page.elements if name == "section"]
    assert sections == ["summary", "audit", "goals", "pictures", "flow", "lists"]
    assert [each["href"] for name, each in page.elements if name == "a"][:6] == ["#" + each for each in sections]
    found = turnover()
    assert TITLE in page.told
    for name in found.district.staff["name"][found.moving]:
        assert name in page.told
    images = [each for name, each in page.elements if name == "img"]
    assert len(images) == len(NAMES)
    assert {base64.b64decode(each["src"].partition(",")[2]) for each in images} == {DOT}
    assert all(each["alt"] for each in images)


def test_every_link_leads_to_a_file_beside_the_page(pages: Path) -> None:
    page = Reader((pages / "report.html").read_text("utf-8"))
    links = [each["href"] for name, each in page.elements if name == "a" and not each["href"].startswith("#")]
    written_later = {"transfers.csv", "audit.md"}
    assert len(links) >= len(turnover().in_scope) + 3
    for link in links:
        assert (pages / unquote(link)).exists() or link in written_later, link
    assert not [link for link in links if "inspectors" in link or "papers" in link]  # not there, not led to


def test_the_font_has_every_character_of_the_page(pages: Path) -> None:
    from fontTools.ttLib import TTFont

    text = (pages / "report.html").read_text("utf-8")
    font = pages / "font.woff"
    font.write_bytes(base64.b64decode(re.search(r"data:font/woff;base64,([^)]*)\)", text)[1]))
    known = set(TTFont(font).getBestCmap())
    assert not {c for c in Reader(text).told if c.isprintable() and ord(c) not in known}


def test_names_never_act_as_markup() -> None:
    found = turnover()
    evil = "<script>alert(1)</script>\"'&\u202e"
    schools, staff = found.district.schools.copy(), found.district.staff.copy()
    schools["name"], staff["name"] = evil, evil
    district = dataclasses.replace(found.district, schools=schools, staff=staff)
    page = page_of(dataclasses.replace(found, district=district), title=evil + "</title><img src=x>")
    assert page.open == []
    assert "script" not in {name for name, _ in page.elements}
    assert len([name for name, _ in page.elements if name == "img"]) == len(NAMES)
    assert "<script>alert(1)</script>\"'&" in page.told
    assert "\u202e" not in page.told


def test_markup_is_escaped_unless_made_here() -> None:
    assert tag("p", "<b>", Html("<i>"), class_='a"b') == '<p class="a&quot;b">&lt;b&gt;<i></p>'
    assert tag("meta", name="x", content="") == '<meta name="x">'
    assert joined(["&", 3]) == "&amp;3"
    assert escaped("a\x00\u200bb") == "ab"
    assert (
        address("lists", "javascript:alert(1)", "a b#?%.xlsx") == "lists/javascript%3Aalert%281%29/a%20b%23%3F%25.xlsx"
    )


# ---- no fact of health, family or sanctions --------------------------------------------------------------------------


def printed(path: Path) -> str:
    if shutil.which("pdftotext") is None:
        return ""
    return subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True).stdout.decode("utf-8")


def test_no_secret_and_no_fact_is_on_the_pages(pages: Path) -> None:
    told = [Reader((pages / "report.html").read_text("utf-8")).told]
    told += [printed(pages / name) for name in PAGE_READERS if name.endswith(".pdf")]
    for text in told:
        # The last line of each page says itself that such facts are left out.
        text = re.sub(r"本报告不载个人健康、家庭、处分情况。|This report holds no fact of .*", "", text)
        assert not [word for word in (*SECRETS, *FACTS) if word in text]


def test_the_page_is_the_same_whatever_the_facts_are() -> None:
    found = turnover()
    tables = {
        name: getattr(found.district, name).copy() for name in ("exemptions", "relatives", "applications", "pins")
    }
    tables["exemptions"]["evidence"], tables["exemptions"]["kind"] = "另一事实", "other"
    tables["relatives"]["kinship"] = "sibling"
    tables["applications"]["reason"] = tables["pins"]["reason"] = "另一理由"
    plan = dataclasses.replace(found.plan, deferred=found.plan.deferred.assign(why="exempt: 另一事实"),
                               transfers=found.plan.transfers.assign(reason="另一理由"))  # fmt: skip
    other = dataclasses.replace(found, district=dataclasses.replace(found.district, **tables), plan=plan)
    report = [html_page(Report(each, TITLE, dots(), {}), []) for each in (found, other)]
    assert report[0] == report[1]


@pytest.mark.parametrize("kind", ["kin", "bar", "defer", "pins", "together", "unheard_of", "keep_leader", "order"])
def test_a_breach_that_may_name_a_person_is_counted_only(kind: str) -> None:
    rule = next((each.id for each in turnover().policy.rules if each.kind == kind), "kin")
    finding = Finding(
        rule, kind, "must", "张三（T000003）", "张三一", "张三二", Verdict.BREACH, "张三患病", ("T000003",)
    )
    page = page_of(with_findings(finding))
    assert "张三" not in page.told
    assert "另有 1 处不符合" in page.told


@pytest.mark.parametrize(("language", "told"), [("zh", "资料001第4项第3、17条"), ("en", "001, item 4, facts 3 and 17")])
def test_where_a_rule_comes_from_is_told_in_the_readers_language(language: str, told: str) -> None:
    with speaking(language):
        found = turnover()
        rules = {each.rule for each in found.audit.findings}
        sources = dict.fromkeys(rules, "001, item 4, facts 3 and 17 (default of this pack)")
        report = Report(
            dataclasses.replace(found, audit=dataclasses.replace(found.audit, sources=sources)), TITLE, dots(), {}
        )
        named = {row[2] for row in report.rules.rows} - {""}
    assert len(named) == 1
    assert told in named.pop()


def test_rules_on_personal_facts_are_one_row_without_words() -> None:
    found = turnover()
    findings = [
        Finding(rule.id, rule.kind, "must", "district", "", "", verdict, "句")
        for rule, verdict in zip(found.policy.rules, [Verdict.PASS] * 99, strict=False)
    ]
    rows = Report(with_findings(*findings), TITLE, dots(), {}).rules.rows
    personal = [rule for rule in found.policy.rules if rule.kind not in SPEAKABLE]
    assert {"defer", "kin", "pins"} <= {rule.kind for rule in personal}
    assert len(rows) == len(found.policy.rules) - len(personal) + 1
    assert rows[-1][0] == "涉及个人情形的规则"
    assert f"共 {len(personal)} 条" in rows[-1][1]
    assert rows[-1][4] == f"核查{len(personal)}处，{len(personal)}处符合"


def test_breaches_about_schools_are_told_in_full() -> None:
    assert OF_SCHOOLS <= SPEAKABLE
    finding = Finding("headcount", "headcount", "must", "海棠小学", "至多10", "12", Verdict.BREACH, "由9人变为12人")
    report = Report(with_findings(finding), TITLE, dots(), {})
    table, note = report.breaches
    assert table.rows == (("不超编", "必须", "海棠小学", "至多10", "12", "由9人变为12人"),)
    assert note == ""
    assert report.rules.alarms == {0}
    assert not report.verdict[1]


# ---- the rest --------------------------------------------------------------------------------------------------------


def test_the_flow_page_has_readings_matrix_and_schools() -> None:
    found = turnover()
    (flow,) = Report(found, TITLE, dots(), {}).flows
    page = found.audit.reverse_flow[0]
    assert len(flow.readings.rows) == len(page.verdicts)
    assert flow.matrix.rows[-1][-1] == str(page.matrix.to_numpy().sum())
    assert {row[0] for row in flow.schools.rows} == set(
        page.schools["name"][(page.schools["out"] + page.schools["into"]) > 0]
    )
    assert flow.trend_table is None  # the invented district has no history


def test_characters_that_the_paper_lacks_are_told_on_the_page(tmp_path: Path) -> None:
    found = turnover()
    staff = found.district.staff.copy()
    staff.loc[found.moving, "name"] = "𠮷野"
    rare = dataclasses.replace(found, district=dataclasses.replace(found.district, staff=staff))
    write_pages(tmp_path, rare, TITLE, drawn=dots())
    told = Reader((tmp_path / "report.html").read_text("utf-8")).told
    assert "𠮷野" in told
    assert "以“〓”代替字库所缺的字：𠮷" in told
    assert "字库" not in page_of(found).told


def test_tiles_count_what_the_plan_does() -> None:
    found = turnover()
    tiles = {tile.label: tile for tile in Report(found, TITLE, dots(), {}).tiles}
    assert tiles["交流人数"].value == str(len(found.moves))
    limit = found.district.schools["headcount_limit"].to_numpy()
    assert tiles["超编学校（所）"].value == str(int((found.headcount[1] > limit).sum()))


def test_a_plan_without_moves_or_flow_rule_has_its_report(tmp_path: Path) -> None:
    found = turnover()
    empty = dataclasses.replace(
        found,
        plan=dataclasses.replace(found.plan, transfers=found.plan.transfers[:0], deferred=pd.DataFrame()),
        audit=dataclasses.replace(found.audit, findings=(), reverse_flow=()),
    )
    written = write_pages(tmp_path, empty, TITLE, drawn=dots()[:1])
    assert [path.name for path in written] == ["report.pdf", "report.html"]
    assert "无" in Reader((tmp_path / "report.html").read_text("utf-8")).told


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path) -> None:
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        write_pages(folder, turnover(), TITLE, drawn=dots())
    for name in PAGE_READERS:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_the_paper_tells_what_the_page_tells(pages: Path) -> None:
    text = printed(pages / "report.pdf")
    if not text:
        pytest.skip("pdftotext is not installed")
    found = turnover()
    flat = re.sub(r"\s", "", text)
    for name in [*found.district.staff["name"][found.moving], *found.district.schools["name"]]:
        assert name in flat
