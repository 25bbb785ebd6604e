"""The grids that people read as examples are grids."""

from __future__ import annotations

import re
from pathlib import Path

from rotation_planner import load_scenario
from rotation_planner.variants.building import Builder
from rotation_planner.variants.reading import KEYS, VARIANT_KEYS, WAYS, read_grid

from .conftest import ROOT

GUIDE = ROOT / "rotation_planner" / "variants" / "GRID.md"
BINHAI = ROOT / "scenarios" / "binhai"


def test_the_guide_and_the_example_are_grids(tmp_path: Path) -> None:
    text = GUIDE.read_text("utf-8")
    example = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert example is not None
    (tmp_path / "grid.yaml").write_text(example[1], "utf-8")
    builder = Builder(load_scenario(BINHAI), BINHAI)
    grid = read_grid(tmp_path / "grid.yaml", builder)
    assert grid.count == 8
    assert [each.id for each in grid.all()][4:] == ["q15+p0", "q15+p1", "q20+p0", "q20+p1"]
    for each in (*VARIANT_KEYS, *KEYS, *WAYS, "where", "who", "at"):
        assert f"`{each}" in text or f"{each}:" in text
    own = read_grid(BINHAI / "whatif.yaml", builder)
    assert own.count == 8
    axes = [each for axis in own.axes.values() for each in axis]
    for variant in (*own.variants, *(each for each in axes if each.data)):  # no change of the example misses its rows
        built = builder.build(variant)
        assert not [note for note in built.notes if "没有触及" in note]
