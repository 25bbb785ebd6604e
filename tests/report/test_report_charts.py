from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from invented import turnover
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.patches import PathPatch

from rotation_planner.report.charts import (
    age_mix,
    ages,
    backbone_share,
    burden_chart,
    distance,
    move_map,
    staffing,
    tier_flow,
    write_charts,
    zone_flow,
)
from rotation_planner.report.charts.schools import SHOWN_OF_MANY
from rotation_planner.report.charts.style import new_figure
from rotation_planner.report.charts.tiers import TIERS, tier_matrix
from rotation_planner.report.font import drawable, font_file
from rotation_planner.words import speaking

CHARTS = (tier_flow, staffing, backbone_share, zone_flow, move_map, distance, ages, age_mix, burden_chart)


def words(ax: Axes) -> str:
    return "\n".join(text.get_text() for text in ax.findobj(mpl.text.Text))


@pytest.mark.parametrize("draw", CHARTS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_chart_is_drawn_with_every_glyph_and_nothing_is_left_changed(draw, lang, tmp_path: Path) -> None:
    before = dict(mpl.rcParams)
    with speaking(lang):
        ax = draw(turnover())
    assert isinstance(ax, Axes)
    ax.figure.savefig(tmp_path / "chart.png")  # a missing glyph is an error here
    assert dict(mpl.rcParams) == before
    assert {text.get_fontproperties().get_file() for text in ax.findobj(mpl.text.Text)} == {str(font_file())}


@pytest.mark.parametrize("draw", CHARTS)
def test_a_chart_is_drawn_on_the_axes_given_and_no_window_opened(draw) -> None:
    ax = new_figure(4, 4).add_subplot()
    assert draw(turnover(), ax=ax) is ax
    assert isinstance(ax.figure, Figure)
    import sys

    pyplot = sys.modules.get("matplotlib.pyplot")
    assert pyplot is None or not pyplot.get_fignums()


def test_matrix_counts_every_move_by_tier() -> None:
    found = turnover()
    matrix = tier_matrix(found)
    assert matrix.sum() == len(found.moves)
    tier = dict(zip(found.district.schools["school_id"], found.district.schools["tier"], strict=True))
    transfers = found.plan.transfers
    for i, left in enumerate(TIERS):
        for j, entered in enumerate(TIERS):
            pairs = (transfers["from_school_id"].map(tier) == left) & (transfers["to_school_id"].map(tier) == entered)
            assert matrix[i, j] == pairs.sum()
    assert (tier_matrix(found, backbone=True) <= matrix).all()


def test_a_ribbon_for_every_pair_of_tiers_that_has_moves() -> None:
    found = turnover()
    ax = tier_flow(found)
    assert len([each for each in ax.patches if isinstance(each, PathPatch)]) == np.count_nonzero(tier_matrix(found))
    assert f"全部交流 {len(found.moves)} 人\n" in ax.get_title(loc="left")


def test_titles_tell_the_finding() -> None:
    found = turnover()
    limit = found.district.schools["headcount_limit"].to_numpy()
    over = [int((each > limit).sum()) for each in found.headcount]
    assert staffing(found).get_title(loc="left") == f"超编学校：交流前 {over[0]} 所，交流后 {over[1]} 所"
    assert "个百分点" in backbone_share(found).get_title(loc="left")


def test_every_school_is_named_and_of_very_many_those_that_change_most() -> None:
    found = turnover()
    ax = staffing(found)
    assert {label.get_text() for label in ax.get_yticklabels()} == set(found.district.schools["name"])
    many = turnover(90, 8)
    ax = staffing(many)
    assert len(ax.get_yticks()) == SHOWN_OF_MANY
    assert "共 90 所学校，图中为变化最大的 60 所" in ax.get_title(loc="left")
    change = np.abs(many.headcount[1] - many.headcount[0])
    shown = {label.get_text() for label in ax.get_yticklabels()}
    left_out = [change[s] for s, name in enumerate(many.district.schools["name"]) if name not in shown]
    assert max(left_out) <= sorted(change)[-SHOWN_OF_MANY]


def test_characters_that_the_font_lacks_are_marked() -> None:
    assert drawable("张䶮小学 A1") == "张䶮小学 A1"
    assert drawable("𠮷野\x07") == "〓野"


def test_files_are_pictures_of_the_right_fineness(written: Path) -> None:
    folder = written / "charts"
    names = ("flow", "zones", "map", "staffing", "backbone", "distance", "ages", "burden", "balance")
    assert {path.name for path in folder.iterdir()} == {f"{name}.{kind}" for name in names for kind in ("png", "svg")}
    assert imread(folder / "flow.png").shape[:2] == (1000, 2200)
    for path in folder.glob("*.svg"):
        told = path.read_text("utf-8")
        assert "<text" not in told  # characters are outlines: no font is needed
        assert not [word for word in ("<script", "<date", "Matplotlib v") if word in told]


def test_the_same_plan_gives_the_same_bytes(written: Path, tmp_path: Path) -> None:
    for path in write_charts(tmp_path, turnover()):
        assert path.read_bytes() == (written / "charts" / path.name).read_bytes()
