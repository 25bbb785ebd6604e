"""The same work on a running cluster: real processes, nothing shared but the address."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rotation_planner import compare, read_plan, whatif
from rotation_planner.variants import pool

from .conftest import TINY, call


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    from distributed import LocalCluster

    folder = tmp_path_factory.mktemp("workers")
    running: Any = LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=1, threads_per_worker=1, processes=True, host="127.0.0.1", protocol="tcp",
        dashboard_address=None, local_directory=str(folder),
    )  # fmt: skip
    try:
        yield str(running.scheduler_address)
    finally:
        running.close()


@pytest.mark.slow
def test_a_cluster_makes_the_same_plans(cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    grid = {"variants": [{"id": "nope", "adjust": {"quota-quality": {"at_least": "100%"}}}]}
    made = whatif(TINY, grid, out=tmp_path / "far", cluster=cluster)
    assert [each["outcome"] for each in made.records] == ["planned", "infeasible"]
    assert made.records[1]["why"]
    near = whatif(TINY, grid, out=tmp_path / "near", workers=1)
    assert compare(made.plan(), near.plan()).identical
    assert read_plan(tmp_path / "far" / "variants" / "base" / "plan").fingerprints == near.plan().fingerprints
    assert sorted(each.name for each in tmp_path.iterdir()) == ["far", "near"]
    shutil.copytree(TINY, tmp_path / "city" / "one")
    result = call("plan", tmp_path / "city", "--out", tmp_path / "districts", "--cluster", cluster, "--quiet")
    assert result.exit_code == 0
    assert compare(read_plan(tmp_path / "districts" / "districts" / "one"), made.plan()).identical
    assert (tmp_path / "districts" / "districts" / "one" / "report.pdf").is_file()


def test_no_cluster_at_the_address_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "CONNECT_SECONDS", 0.2)
    (tmp_path / "grid.yaml").write_text("variants: [{id: a}]\n", "utf-8")
    for address in ("tcp://127.0.0.1:9", "nonsense://x"):
        result = call(
            "whatif", TINY, "--grid", tmp_path / "grid.yaml", "--out", tmp_path / "out", "--cluster", address,
            "--lang", "en",
        )  # fmt: skip
        assert result.exit_code == 2
        assert "does not answer" in result.stderr
    assert not (tmp_path / "out").exists()


def test_without_dask_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    (tmp_path / "grid.yaml").write_text("variants: [{id: a}]\n", "utf-8")
    result = call("whatif", TINY, "--grid", tmp_path / "grid.yaml", "--out", tmp_path / "out", "--cluster", "tcp://x:1")
    assert result.exit_code == 2
    assert "rotation_planner[cluster]" in result.stderr
