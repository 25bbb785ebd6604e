from __future__ import annotations

import dataclasses
import io
import time
import zipfile
from pathlib import Path

import pytest
from invented import turnover
from papers_shared import HOSTILE, changed, hostile, matter, paragraphs, template

from rotation_planner.data.papers import PaperSettings
from rotation_planner.data.problems import InputError, Problem
from rotation_planner.report.papers.blank import blank, write_templates
from rotation_planner.report.papers.fields import KINDS, LETTER, NOTICE, RECEPTION, sample
from rotation_planner.report.papers.package import packed, read_package
from rotation_planner.report.papers.typeset import left_out, page_of, set_as_pdf
from rotation_planner.report.public_list import public_records
from rotation_planner.words import catalogue, speaking


def problems_of(kind: str, content: bytes) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        template(kind, content)
    found = list(caught.value.problems)
    assert all(each.file == f"{kind}.docx" and each.message and each.expected and each.advice for each in found)
    return found


# ---- the program's own templates -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_own_templates_use_known_fields_and_leave_no_tag_behind(kind: str, lang: str) -> None:
    with speaking(lang):
        content = template(kind).file(sample(kind), "x")
    told = "\n".join(paragraphs(content)).replace("{{ x }}", "")
    assert "{" not in told
    assert "%}" not in told


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_explained(kind: str) -> None:
    fields = sample(kind)
    rows = [each for value in fields.values() if isinstance(value, list) for each in value[0]]
    assert not [name for name in (*fields, *rows) if f"paper_field.{name}" not in catalogue()]


@pytest.mark.parametrize("kind", KINDS)
def test_samples_have_the_fields_that_are_given(kind: str) -> None:
    """A field that a paper gets but the sample lacks could never be used in a template, and the other way round."""
    papers = matter()
    given = {NOTICE: papers.notice(), LETTER: papers.letters()[0][2], RECEPTION: papers.receptions()[0][1]}[kind]
    expected = sample(kind)
    assert set(given) - {"target"} == set(expected)
    if "people" in given:
        assert set(given["people"][0]) - {"target"} == set(expected["people"][0])


def test_faces_are_the_official_ones_named_for_chinese() -> None:
    with zipfile.ZipFile(io.BytesIO(blank(LETTER))) as archive:
        styles = archive.read("word/styles.xml").decode("utf-8")
        fonts = archive.read("word/fontTable.xml").decode("utf-8")
    assert 'w:eastAsia="仿宋_GB2312"' in styles
    assert 'w:eastAsia="方正小标宋简体"' in styles
    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋"/>' in fonts


def test_templates_written_for_the_bureau_are_taken_back(tmp_path: Path) -> None:
    written = write_templates(tmp_path)
    assert [path.name for path in written] == [f"{kind}.docx" for kind in KINDS] + ["模板字段说明.docx"]
    for kind in KINDS:
        assert template(kind, (tmp_path / f"{kind}.docx").read_bytes())
    told = "\n".join(paragraphs(written[-1]))
    assert "{{ name }}" not in told
    assert "row.to_place" in told


# ---- filling ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_come_through_unharmed(name: str) -> None:
    fields = sample(LETTER) | {"name": name}
    assert f"{name}同志：" in paragraphs(template(LETTER).file(fields, name))


def test_hostile_names_stand_in_the_notice_and_the_reception_letters() -> None:
    papers = matter(hostile())
    told = paragraphs(template(NOTICE).file(papers.notice(), "x"))
    assert set(HOSTILE) <= set(told)
    assert "联系人：人事科 <甲> & 乙" in told
    merged = paragraphs(template(RECEPTION).merged((fields for _, fields in papers.receptions()), "x"))
    assert set(HOSTILE) <= set(merged)


def test_control_characters_and_line_breaks_do_not_break_the_document() -> None:
    fields = sample(LETTER) | {"name": "张\x00\x0b三\n四\ud800\ufffe"}
    assert "张 三 四同志：" in paragraphs(template(LETTER).file(fields, "x"))


def test_a_letter_says_what_holds_for_the_person() -> None:
    fields = sample(LETTER) | {
        "name": "王晓雅", "basis": "《办法》", "starts_on": "2027年9月1日", "from_place": "海棠小学",
        "to_place": "石岛小学", "from_school": "海棠小学", "to_school": "石岛小学", "mode": "调动",
        "work": "任教小学语文，职务为教师", "until": "", "file_moves": True, "leads": False, "number": "",
    }  # fmt: skip
    told = paragraphs(template(LETTER).file(fields, "x"))
    assert told[0] == "交流轮岗通知书"
    assert (
        "根据《办法》，经研究决定，安排你自2027年9月1日起由海棠小学到石岛小学工作（调动），任教小学语文，职务为教师。"
        in told
    )
    assert "人事档案和人事关系转入石岛小学，由双方单位按有关规定办理。" in told
    assert not [text for text in told if "交流期限" in text or "干部管理权限" in text or "保留在" in text]
    lent = paragraphs(
        template(LETTER).file(fields | {"file_moves": False, "until": "2030年8月31日", "leads": True}, "x")
    )
    assert "交流期限至2030年8月31日。" in lent
    assert "交流期间，人事档案和人事关系保留在海棠小学。" in lent
    assert "校级领导职务的任免，按干部管理权限另行办理。" in lent


def test_the_same_values_give_the_same_bytes() -> None:
    assert template(LETTER).file(sample(LETTER), "x") == template(LETTER).file(sample(LETTER), "x")


def test_merged_letters_are_the_single_ones_one_after_the_other() -> None:
    papers, form = matter(hostile()), template(LETTER)
    letters = [fields for _, _, fields in papers.letters()]
    single = [text for fields in letters for text in paragraphs(form.file(fields, "x"))]
    merged = form.merged(letters, "x")
    assert [text for text in paragraphs(merged) if text] == [text for text in single if text]
    with zipfile.ZipFile(io.BytesIO(merged)) as archive:
        document = archive.read("word/document.xml").decode("utf-8")
    assert document.count("<w:sectPr") == len(letters)
    assert document.count('w:val="nextPage"') == len(letters)


def test_five_hundred_letters_are_no_matter_of_minutes() -> None:
    """Far below the minute that they may take; generous, so that a busy machine does not fail it."""
    form, fields = template(LETTER), sample(LETTER)
    began = time.perf_counter()
    for number in range(500):
        form.file(fields | {"name": f"教师{number}"}, "x")
    assert time.perf_counter() - began < 30


# ---- what the bureau may get wrong -----------------------------------------------------------------------------------


def test_unknown_fields_are_told_with_file_field_and_the_nearest_known() -> None:
    found = problems_of(LETTER, changed(blank(LETTER), ("{{ name }}", "{{ nmae }}"), ("{{ issuer }}", "{{ isuer }}")))
    assert [(each.code, each.column) for each in found] == [
        ("paper_template_field", "isuer"),
        ("paper_template_field", "nmae"),
    ]
    assert "name" in found[1].message


def test_an_unknown_field_of_a_row_is_told() -> None:
    (found,) = problems_of(NOTICE, changed(blank(NOTICE), ("{{ row.name }}", "{{ row.nmae }}")))
    assert (found.code, found.column) == ("paper_template_field", "nmae")


def test_the_notice_cannot_be_made_to_tell_more_than_the_public_may_read() -> None:
    for field in ("staff_id", "until", "reason", "birth_date"):
        (found,) = problems_of(NOTICE, changed(blank(NOTICE), ("{{ row.name }}", f"{{{{ row.{field} }}}}")))
        assert found.code == "paper_template_field"


@pytest.mark.parametrize(
    "tag",
    [
        "{{ name", "{% if name %}", "{% endif %}", "{{ name | nofilter }}", "{{ name | safe }}", "{% include 'x' %}",
        "{{ ''.__class__ }}", "{% autoescape false %}{{ name }}{% endautoescape %}", "{{ notice_days / 0 }}",
        "{{ name.__init__.__globals__ }}", "{{ range(9) }}", "{{ lipsum() }}", "{% import 'x' as y %}",
        "{{ 1 + name }}",
    ],
)  # fmt: skip
def test_broken_or_forbidden_tags_are_told(tag: str) -> None:
    found = problems_of(LETTER, changed(blank(LETTER), ("{{ name }}", tag)))
    assert {each.code for each in found} <= {"paper_template_syntax", "paper_template_field"}


def test_tags_that_the_word_processor_cut_into_runs_are_read() -> None:
    split = '{{ na</w:t></w:r><w:proofErr w:type="spellStart"/><w:r><w:rPr><w:b/></w:rPr><w:t>me }}'
    content = changed(blank(LETTER), ("{{ name }}", split))
    assert "<&同志：" in paragraphs(template(LETTER, content).file(sample(LETTER) | {"name": "<&"}, "x"))


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "broken"), (b"PK\x03\x04 no", "broken"), (b"x" * 20_000_001, "large")],
)
def test_a_file_that_is_no_word_document(content: bytes, code: str) -> None:
    (found,) = problems_of(NOTICE, content)
    assert found.code == f"paper_template_{code}"


def test_what_travels_along_unseen_is_refused() -> None:
    title = "交流轮岗通知书</w:t></w:r>"
    for added, code in (
        ('<w:ins w:id="1" w:author="王五"><w:r><w:t>x</w:t></w:r></w:ins>', "revisions"),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>内情</w:t></w:r>", "hidden"),
        ('<w:r><w:commentReference w:id="0"/></w:r>', "comments"),
    ):
        (found,) = problems_of(LETTER, changed(blank(LETTER), (title, title + added)))
        assert found.code == f"paper_template_{code}"
    (found,) = problems_of(LETTER, changed(blank(LETTER), add={"word/vbaProject.bin": b"x"}))
    assert found.code == "paper_template_objects"


def test_what_its_author_left_in_a_template_is_taken_out() -> None:
    settings = "</w:settings>"
    content = changed(
        blank(LETTER),
        (settings, '<w:docVars><w:docVar w:name="a" w:val="内情"/></w:docVars><w:rsids/>' + settings),
        part="word/settings.xml",
        add={
            "docProps/custom.xml": "王五".encode(), "docProps/thumbnail.jpeg": b"x", "word/people.xml": "王五".encode(),
            "customXml/item1.xml": "内情".encode(), "word/_rels/settings.xml.rels": "C:/王五/".encode(),
        },
    )  # fmt: skip
    content = changed(content, ("rotation_planner", "王五"), part="docProps/core.xml")
    written = template(LETTER, content).file(sample(LETTER), "通知")
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        told = "\n".join(archive.read(name).decode("utf-8") for name in archive.namelist())
        names = archive.namelist()
    assert "王五" not in told
    assert "内情" not in told
    assert not [name for name in names if "custom" in name or "thumbnail" in name or "people" in name]


# ---- the PDF ---------------------------------------------------------------------------------------------------------


def test_the_pdf_is_set_from_the_word_paper(tmp_path: Path) -> None:
    document = template(NOTICE).document(matter(hostile()).notice())
    page = page_of(document)
    told = [each["text"] for each in page["blocks"] if each["kind"] == "text"]
    written = paragraphs(packed(document, "x"))
    (table,) = [each for each in page["blocks"] if each["kind"] == "table"]
    cells = {each["text"] for row in (*table["head"], *table["rows"]) for each in row}
    assert set(told) | cells == set(written)
    assert [each["text"] for row in table["head"] for each in row][1] == "姓名"
    names = {row[1]["text"] for row in table["rows"]}
    assert set(HOSTILE) <= names
    assert page["page"]["width"] == pytest.approx(595.3)
    assert page["numbered"]
    unknown = set_as_pdf(document, tmp_path / "notice.pdf")
    assert (tmp_path / "notice.pdf").read_bytes().startswith(b"%PDF")
    assert unknown <= set("".join(HOSTILE))


def test_what_the_pdf_does_not_show_is_known() -> None:
    numbered = changed(blank(NOTICE), ('<w:pStyle w:val="PaperText"/>', '<w:pStyle w:val="PaperText"/><w:numPr/>'))
    assert left_out(read_package(numbered, "x")) == ["numbering"]
    assert not left_out(read_package(blank(NOTICE), "x"))


def test_templates_of_another_hand_are_set_too() -> None:
    """A document made by python-docx: other styles, no grid widths of ours, an inherited heading style."""
    import docx

    book = docx.Document()
    book.add_heading("公示", 0)
    book.add_paragraph("一共{{ count }}人")
    made = book.add_table(rows=3, cols=2)
    made.cell(0, 0).text, made.cell(1, 0).text = "{%tr for row in people %}", "{{ row.name }}"
    made.cell(1, 1).text, made.cell(2, 0).text = "{{ row.to_school }}", "{%tr endfor %}"
    out = io.BytesIO()
    book.save(out)
    document = template(NOTICE, out.getvalue()).document(matter(hostile()).notice())
    blocks = page_of(document)["blocks"]
    assert blocks[0]["text"] == "公示"
    assert blocks[0]["size"] > 20
    assert "张䶮" in {row[0]["text"] for row in blocks[-1]["rows"]}


# ---- what the fields say ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "title", "issuer"),
    [
        ("zh", "滨海区2027年度教师交流轮岗", "滨海区教育局"),
        ("zh", "大连市甘井子区2027年度教师交流", "大连市甘井子区教育局"),
        ("zh", "青禾县司法局2027年度重点岗位干部轮岗", "青禾县司法局"),
        ("zh", "2027年交流", ""),
        ("en", "Binhai District: rotation 2027", "Binhai District Education Bureau"),
        ("en", "Qinghe Bureau of Justice 2027", "Qinghe Bureau of Justice"),
        ("en", "Rotation 2027", ""),
        ("en", "滨海区2027年度教师交流轮岗", "滨海区教育局"),
        ("zh", "Binhai District: rotation 2027", "Binhai District Education Bureau"),
    ],
)
def test_who_signs_where_the_scenario_does_not_say(lang: str, title: str, issuer: str) -> None:
    with speaking(lang):
        papers = dataclasses.replace(matter(), title=title, settings=PaperSettings())
        assert papers.issuer == issuer


def test_departments_stand_with_their_school_and_a_copy_goes_to_each_once() -> None:
    found = turnover()
    moves = found.plan.transfers.assign(from_department="教务处", to_department="总务处")
    moves["to_school_id"] = moves["from_school_id"]
    inside = dataclasses.replace(found, plan=dataclasses.replace(found.plan, transfers=moves))
    _, name, fields = matter(inside).letters()[0]
    school = fields["from_school"]
    assert (fields["from_place"], fields["to_place"]) == (f"{school}教务处", f"{school}总务处")
    assert fields["copies"] == school
    assert (name, f"{school}教务处", f"{school}总务处") in [record[1:4] for record in public_records(inside)]


def test_ordinary_staff_of_an_office_are_not_called_teachers() -> None:
    found = turnover()
    moves = found.plan.transfers.assign(subject="", stage="", to_position="teacher", from_department="办公室")
    office = dataclasses.replace(found, plan=dataclasses.replace(found.plan, transfers=moves))
    _, _, fields = matter(office).letters()[0]
    assert fields["work"] == fields["position"] == ""
    told = "\n".join(paragraphs(template(LETTER).file(fields, "x")))
    assert f"到{fields['to_place']}工作（{fields['mode']}）。" in told
    assert "教师，" not in told
    assert {record[4] for record in public_records(office)} == {""}
