"""Every file that a plan produces, opened: for whom it is, and that what its reader may not see is not in it."""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from invented import SECRETS, TITLE, turnover
from papers_shared import SETTINGS, matter, paragraphs, template

from rotation_planner.data import schema
from rotation_planner.data.district import District
from rotation_planner.data.scenario import ScenarioFile
from rotation_planner.eligibility.facts import Facts
from rotation_planner.plan.plan import Status
from rotation_planner.report.papers.fields import LETTER, NOTICE, RECEPTION
from rotation_planner.report.public_list import write_public_list
from rotation_planner.report.readers import OUTPUTS, Reader, reader_of
from rotation_planner.report.school_book import SchoolBooks
from rotation_planner.report.turnover import Turnover
from rotation_planner.run import Outcome, Scenario, write
from rotation_planner.words import LANGUAGES, speaking

IDENTITY = "210202199103110012"  # invented; its last character is right
MISTYPED = "21020219910311001X"
FACTS = [
    *schema.EXEMPTIONS.values(), *schema.KINSHIPS.values(), *schema.REASONS.values(), "抑郁", "积分",
    *(key for key in schema.EXEMPTIONS if key != "other"), *schema.KINSHIPS, "points",
]  # fmt: skip
FACTS.remove("其他")


@cache
def found() -> Turnover:
    """The invented district, identity numbers in every text that a district or a plan may hold."""
    plain = turnover()
    frames = plain.district.frames
    staff = frames["staff"].assign(身份证号=IDENTITY)
    exemptions = frames["exemptions"].assign(evidence=frames["exemptions"]["evidence"] + f"，身份证{IDENTITY}")
    pins = frames["pins"].assign(reason=frames["pins"]["reason"] + MISTYPED)
    district = District(plain.district.as_of, **{**frames, "staff": staff, "exemptions": exemptions, "pins": pins})
    moves = plain.plan.transfers.assign(reason=plain.plan.transfers["reason"] + f"（{IDENTITY}）", 备注=MISTYPED)
    deferred = plain.plan.deferred.assign(why=plain.plan.deferred["why"] + IDENTITY)
    plan = dataclasses.replace(plain.plan, transfers=moves, deferred=deferred)
    standing = dataclasses.replace(plain.standing, facts=Facts(district))
    return dataclasses.replace(plain, district=district, plan=plan, standing=standing)


def scenario(given: Turnover, folder: Path) -> Scenario:
    file = ScenarioFile(
        folder / "scenario.yaml", folder, TITLE, given.district.as_of, "dalian", folder, papers=SETTINGS
    )
    return Scenario(file, given.district, given.policy)


@pytest.fixture(scope="session", params=LANGUAGES)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan's folder with all that is written of it."""
    out = tmp_path_factory.mktemp("private") / "out"
    given = found()
    with speaking(request.param):
        write(
            Outcome(Status.FEASIBLE, given.plan, given.audit, given.standing),
            scenario(given, out.parent),
            out,
            letters=True,
        )
    return out


def files(folder: Path, *readers: Reader) -> list[Path]:
    """The files below the folder, those for these readers only where any is given."""
    every = sorted(path for path in folder.rglob("*") if path.is_file())
    return [path for path in every if not readers or reader_of(path.relative_to(folder).as_posix()) in readers]


@cache
def told(path: Path) -> str:
    """Everything that a file says, wherever it may hide: its name, all texts, attributes and properties."""
    return "\n".join([path.name, *_texts(path)])


def _texts(path: Path) -> Iterator[str]:
    content = path.read_bytes()
    if path.suffix in (".xlsx", ".docx"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield archive.comment.decode("utf-8", "replace")
            for info in archive.infolist():
                yield info.filename + info.comment.decode("utf-8", "replace")
                data = archive.read(info)
                if info.filename.endswith((".xml", ".rels")):
                    for element in ElementTree.fromstring(data).iter():
                        yield from (text for text in (element.text, element.tail, *element.attrib.values()) if text)
                    # What a word processor joins: the text of each paragraph as one.
                    yield re.sub(r"<[^>]*>", "", data.decode("utf-8"))
                else:
                    yield data.decode("utf-8", "replace")
    elif path.suffix == ".pdf":
        from pypdf import PdfReader

        book = PdfReader(io.BytesIO(content))
        yield from (str(value) for value in (book.metadata or {}).values())
        for page in book.pages:
            text = page.extract_text()
            yield text
            yield "".join(text.split())
            yield from (str(each.get_object()) for each in page.get("/Annots") or ())
    elif path.suffix == ".png":
        at = 8
        while at < len(content):
            size, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
            data = content[at + 8 : at + 8 + size]
            if kind in (b"tEXt", b"iTXt", b"zTXt", b"eXIf"):
                yield data.decode("utf-8", "replace")
                if kind == b"zTXt":
                    yield zlib.decompress(data.split(b"\0", 1)[1][1:]).decode("utf-8", "replace")
            at += size + 12
    else:
        yield content.decode("utf-8-sig")


# ---- for whom --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_file_has_a_reader_and_every_reader_is_said_for_a_file(folder: Path) -> None:
    names = [path.relative_to(folder).as_posix() for path in files(folder)]
    assert {reader_of(name) for name in names} == set(Reader)
    produced = {pattern for pattern, _ in OUTPUTS for name in names if Path(name).match(pattern)}
    merged = {"papers/letters.docx", "papers/receptions.docx", "charts/*.pdf"}
    assert {pattern for pattern, _ in OUTPUTS} - produced <= merged


@pytest.mark.parametrize("name", ["lists/secret.xlsx", "notes.txt", "lists/schools/a/b.xlsx", "papers/letters/x.pdf"])
def test_a_file_that_nobody_declared_is_refused(name: str) -> None:
    with pytest.raises(LookupError):
        reader_of(name)


def test_the_note_names_every_file_with_its_reader(folder: Path) -> None:
    cells = set(paragraphs(folder / "papers" / "note.docx"))
    assert {"papers/letters/*.docx", "lists/district.xlsx", "report.html", "transfers.csv"} <= cells


# ---- nobody ----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_identity_numbers_are_nowhere(folder: Path) -> None:
    """In none of the files, the bureau's own included, though they stand in every text of data and plan."""
    assert not [path for path in files(folder) if IDENTITY in told(path) or MISTYPED in told(path)]


def test_no_file_says_who_made_it_or_hides_anything(folder: Path) -> None:
    for path in files(folder):
        if path.suffix == ".docx":
            with zipfile.ZipFile(path) as archive:
                names = archive.namelist()
                core = archive.read("docProps/core.xml").decode("utf-8")
            assert "<dc:creator>rotation_planner</dc:creator>" in core
            assert "lastModifiedBy" not in core
            assert not [name for name in names if "comment" in name or "custom" in name or "embed" in name]
        if path.suffix == ".png":
            assert not [text for text in _texts(path) if "/" in text and "matplotlib.org" not in text]


# ---- the public, persons, principals ---------------------------------------------------------------------------------


def test_nobody_but_the_bureau_reads_a_secret_or_a_fact(folder: Path) -> None:
    for path in files(folder, Reader.PUBLIC, Reader.PERSON, Reader.PRINCIPAL):
        text = told(path)
        assert not [word for word in (*SECRETS, *FACTS) if word in text], path


def test_public_files_name_movers_only_and_no_staff_id(folder: Path) -> None:
    given = found()
    staff = given.district.staff
    movers = set(staff["name"][given.moving])
    for path in files(folder, Reader.PUBLIC):
        text = told(path)
        assert not [staff_id for staff_id in staff["staff_id"] if staff_id in text], path
        others = [name for name in set(staff["name"]) - movers if name in text]
        assert not [name for name in others if not any(name in mover for mover in movers)], path


def test_a_letter_names_its_person_only(folder: Path) -> None:
    staff = found().district.staff
    names = dict(zip(staff["staff_id"], staff["name"], strict=True))
    letters = files(folder, Reader.PERSON)
    assert len(letters) == len(found().moves)
    for path in letters:
        own = path.name.partition("-")[0]
        text = told(path)
        assert names[own] in text
        assert not [staff_id for staff_id in names if staff_id in text and staff_id != own], path
        assert not [name for name in names.values() if name in text and name not in names[own]], path


def test_a_reception_letter_names_those_who_arrive_only(folder: Path) -> None:
    given = found()
    staff = given.district.staff
    for path in (folder / "papers" / "receptions").iterdir():
        school = given.district.school_pos[path.name.partition("-")[0]]
        arriving = set(given.moves["staff_id"][given.moves["target"] == school])
        cells = set(paragraphs(path))
        assert {name for who, name in zip(staff["staff_id"], staff["name"], strict=True) if who in arriving} <= cells
        others = set(staff["name"][~staff["staff_id"].isin(arriving)]) - set(
            staff["name"][staff["staff_id"].isin(arriving)]
        )
        assert not others & cells


# ---- the proof: change what the reader may not know, and not a byte of the paper changes -----------------------------


def other_facts(given: Turnover) -> Turnover:
    """The same moves among the same people, everything else about them another: ids, dates, titles, reasons, kin."""
    ids = {who: f"Z{number:05d}" for number, who in enumerate(reversed(given.district.staff["staff_id"].tolist()))}

    def renamed(frame: pd.DataFrame) -> pd.DataFrame:
        columns = [name for name in ("staff_id", "relative_id", "reports_to") if name in frame]
        changed = {name: pd.Series([ids.get(each, "") for each in frame[name]], dtype="str") for name in columns}
        return frame.reset_index(drop=True).assign(**changed)

    frames = {name: renamed(frame) if "staff_id" in frame else frame for name, frame in given.district.frames.items()}
    day = pd.Timestamp("1971-02-03")
    frames["staff"] = frames["staff"].assign(
        sex="F", birth_date=day, hired_on=day, joined_school=day, points=99.0, degree="doctor", title="professor",
        backbone="national", home_latitude=1.0,
    )  # fmt: skip
    frames["exemptions"] = frames["exemptions"].assign(kind="sanction", evidence="别的依据")
    frames["pins"] = frames["pins"].assign(reason="别的理由")
    frames["applications"] = frames["applications"].assign(reason="couple")
    district = District(given.district.as_of, **frames)
    moves = renamed(given.plan.transfers).assign(reason="别的理由", rules="other")
    deferred = given.plan.deferred.iloc[:0]
    standing = dataclasses.replace(given.standing, facts=Facts(district))
    plan = dataclasses.replace(given.plan, transfers=moves, deferred=deferred)
    return dataclasses.replace(given, district=district, plan=plan, standing=standing)


def test_public_papers_depend_on_nothing_but_what_is_public(tmp_path: Path) -> None:
    for name, given in (("one", found()), ("two", other_facts(found()))):
        (tmp_path / name).mkdir()
        write_public_list(tmp_path / name, given, TITLE)
        (tmp_path / name / "notice.docx").write_bytes(template(NOTICE).file(matter(given).notice(), TITLE))
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_letters_depend_on_no_reason_and_on_nobody_else() -> None:
    given = found()
    other = other_facts(given)
    form = template(LETTER)
    before = {
        name: form.file(fields | {"staff_id": "", "number": ""}, "x") for _, name, fields in matter(given).letters()
    }
    after = {
        name: form.file(fields | {"staff_id": "", "number": ""}, "x") for _, name, fields in matter(other).letters()
    }
    assert before == after
    schools = template(RECEPTION)
    lists = []
    for each in (given, other):
        lists.append([sorted(paragraphs(schools.file(fields, "x"))) for _, fields in matter(each).receptions()])
    assert [[text for text in one if not text.isdigit()] for one in lists[0]] == [
        [text for text in one if not text.isdigit()] for one in lists[1]
    ]


def test_a_principal_s_book_does_not_depend_on_the_facts_behind_a_deferral(tmp_path: Path) -> None:
    given = found()
    frames = given.district.frames
    frames["exemptions"] = frames["exemptions"].assign(kind="hardship", evidence="别的依据")
    frames["pins"] = frames["pins"].assign(reason="别的理由")
    frames["relatives"] = frames["relatives"].assign(kinship="in_law")
    district = District(given.district.as_of, **frames)
    why = given.plan.deferred["why"].str.partition(":")[0] + ": 别的原因"
    plan = dataclasses.replace(
        given.plan,
        transfers=given.plan.transfers.assign(reason="别的理由"),
        deferred=given.plan.deferred.assign(why=why),
    )
    standing = dataclasses.replace(given.standing, facts=Facts(district))
    other = dataclasses.replace(given, district=district, plan=plan, standing=standing)
    for school in given.in_scope.tolist():
        for name, each in (("one", given), ("two", other)):
            SchoolBooks(each, TITLE).write(school, tmp_path / f"{name}.xlsx")
        assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


@pytest.mark.slow
def test_pictures_do_not_depend_on_names() -> None:
    from rotation_planner.report.charts import pictures

    given = found()
    frames = given.district.frames
    frames["staff"] = frames["staff"].assign(name="某某")
    other = dataclasses.replace(given, district=District(given.district.as_of, **frames))
    one, two = ([(each.name, each.title, each.png, each.svg) for each in pictures(of)] for of in (given, other))
    assert one == two
    assert all(len(png) > 1000 and len(svg) > 1000 for _, _, png, svg in one)
