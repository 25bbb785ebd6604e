from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from rotation_planner.report.font import FAMILY, MISSING, drawable, font_file, missing
from rotation_planner.report.pdf import PdfError, render_pdf
from rotation_planner.words import speaking

PAGE = "= #data.title\n#for each in data.names [- #each]\n*强* #data.number"
HOSTILE = ("=HYPERLINK(1)", "#image(1)", "$x$", "*粗*", "`code`", "\\", "<label>", "//注", "张䶮", "@ref", "_下_")


def data(**more: object) -> dict[str, object]:
    return {"title": "公示", "names": list(HOSTILE), "number": 3, **more}


def told(path: Path) -> str:
    """The text of a PDF file, for readers of the tests that have poppler."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode("utf-8")


def test_the_same_data_give_the_same_bytes_and_no_date(tmp_path: Path) -> None:
    first, second = tmp_path / "a.pdf", tmp_path / "b.pdf"
    assert render_pdf(PAGE, data(), first) == frozenset()
    render_pdf(PAGE, data(), second)
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes().startswith(b"%PDF-")
    assert b"CreationDate" not in first.read_bytes()


def test_the_carried_font_is_the_only_one(tmp_path: Path) -> None:
    out = tmp_path / "a.pdf"
    for lang in ("zh", "en"):
        with speaking(lang):
            render_pdf(PAGE, data(), out)
        told = out.read_bytes().decode("latin-1")
        fonts = {part.split()[0].split("/")[0] for part in told.split("/FontName/")[1:]}
        assert {name.partition("+")[2] for name in fonts} <= {"NotoSansSC-Regular"}
    assert FAMILY.replace(" ", "") in font_file().name


def test_names_never_act_as_markup(tmp_path: Path) -> None:
    out = tmp_path / "a.pdf"
    render_pdf(PAGE, data(), out)
    text = told(out)
    assert not [name for name in HOSTILE if name not in text]


def test_a_character_that_the_font_lacks_is_printed_as_a_mark_and_told(tmp_path: Path) -> None:
    out = tmp_path / "a.pdf"
    # beyond the font; of private use; of a plane that no table knows
    assert render_pdf(PAGE, data(names=["𠮷野", "王\ue000", "李\U000323af"]), out) == {"𠮷", "\ue000", "\U000323af"}
    text = told(out)
    assert all(name in text for name in (f"{MISSING}野", f"王{MISSING}", f"李{MISSING}"))


def test_what_has_no_shape_is_left_out_and_lines_stay() -> None:
    assert drawable("张\u200b䶮\x07\ufe00\U000e0101\n") == "张䶮"
    assert drawable("一\n二\t三", keep="\n\t") == "一\n二\t三"
    assert missing("张\u200b䶮\x07\n") == frozenset()


def test_numbers_of_every_kind_and_unknown_ones(tmp_path: Path) -> None:
    render_pdf("#data.a #data.b #data.c #data.d", {"a": np.int64(3), "b": 2.5, "c": float("nan"), "d": np.bool_(True)},
               tmp_path / "a.pdf")  # fmt: skip
    with pytest.raises(TypeError, match="date"):
        render_pdf("", {"a": np.datetime64("2027-08-31").astype(object)}, tmp_path / "b.pdf")


def test_images_come_along(tmp_path: Path) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10"/></svg>'
    render_pdf('#image("dot.svg")', {}, tmp_path / "a.pdf", {"dot.svg": svg})


@pytest.mark.parametrize("wrong", ["#nothing", '#text(font: "Arial")[A]', "𠮷", '#read("/etc/hostname")'])
def test_wrong_markup_is_an_error_and_a_former_file_stays(wrong: str, tmp_path: Path) -> None:
    out = tmp_path / "a.pdf"
    out.write_bytes(b"former")
    with pytest.raises(PdfError):
        render_pdf(wrong, {}, out)
    assert out.read_bytes() == b"former"
