"""The store of cells: whole or not at all, named by what the numbers depend on."""

import errno
import math
import os
import sysconfig
from pathlib import Path

import numpy as np
import pytest

from results.rows import KpiRow
from results.store import parquet
from scenarios.study.cells import (
    BrokenCell,
    Cell,
    CellName,
    CellStore,
    NoSuchStudy,
    NotWritable,
    read_cell,
)  # fmt: skip


def cell(scenario="as_is", replication=0, value=0.1 + 0.2, **changed):
    row = KpiRow("K-R1", "min", value, 30.0, 7.0)
    known = {"scenario_digest": "a" * 16, "base_digest": "b" * 16, "seed": 1, "code": "0.1.0+c"}
    return Cell(
        scenario=scenario, replication=replication, kpis=[row], journal_digest="j", exogenous_digest="x",
        counts={"OnSite": 3}, **{**known, **changed},
    )  # fmt: skip


def name_of(one):
    return CellName(one.scenario, one.replication, one.digest)


def test_a_cell_comes_back_as_it_was_put(tmp_path):
    store = CellStore(tmp_path)
    store.put(cell())
    assert store.has(name_of(cell()))
    assert store.get(name_of(cell())) == cell()


def test_an_undefined_value_survives(tmp_path):
    store = CellStore(tmp_path)
    store.put(cell(value=math.nan))
    found = store.get(name_of(cell()))
    assert math.isnan(found.kpis[0].value)
    assert found == cell(value=math.nan) != cell()


@pytest.mark.parametrize(
    "changed", [{"scenario_digest": "0"}, {"base_digest": "0"}, {"seed": 2}, {"code": "0.1.0+d"}, {"replication": 1}]
)
def test_whatever_the_numbers_depend_on_names_another_cell(tmp_path, changed):
    store = CellStore(tmp_path)
    store.put(cell())
    assert not store.has(name_of(cell(**changed)))


def test_a_cell_that_cannot_be_moved_into_place_leaves_the_others_and_no_crumbs(tmp_path, monkeypatch):
    store = CellStore(tmp_path)
    store.put(cell())

    def full(self, target):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(NotWritable, match=r"No space left.*finished replications are kept"):
        store.put(cell(replication=1))
    assert [p.name for p in (tmp_path / "cells" / "as_is").iterdir()] == [name_of(cell()).relative.name]


def test_a_folder_that_cannot_be_made_is_refused_before_anything_is_computed(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(NotWritable, match="name another folder by --out"):
        CellStore(tmp_path / "file" / "study").prepare()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write read-only folders")
def test_a_read_only_folder_is_refused(tmp_path):
    tmp_path.chmod(0o555)
    with pytest.raises(NotWritable, match="cannot write"):
        CellStore(tmp_path / "study").prepare()


def test_results_never_go_among_installed_packages():
    with pytest.raises(NotWritable, match="among installed packages"):
        CellStore(Path(sysconfig.get_path("purelib")) / "study").prepare()


def test_resuming_demands_a_study(tmp_path):
    with pytest.raises(NoSuchStudy, match="leave --resume away"):
        CellStore(tmp_path / "none").prepare(resume=True)
    store = CellStore(tmp_path / "some")
    store.prepare()
    store.put(cell())
    CellStore(tmp_path / "some").prepare(resume=True)


@pytest.mark.parametrize("content", [b"", b"PAR1", b'{"format": "twin/cell@1"}'])
def test_a_file_that_is_no_cell_is_named(tmp_path, content):
    path = tmp_path / "r00000-x.parquet"
    path.write_bytes(content)
    with pytest.raises(BrokenCell, match=r"r00000-x.parquet"):
        read_cell(path)


def test_a_table_that_somebody_else_wrote_is_no_cell(tmp_path):
    path = tmp_path / "r00000-x.parquet"
    parquet.write(path, {"kpi": np.array(["K-R1"], dtype=object)})
    with pytest.raises(BrokenCell, match="not written by the twin"):
        read_cell(path)


def test_the_table_is_the_same_bytes_in_whatever_order_cells_came(tmp_path):
    store = CellStore(tmp_path)
    cells = [cell("b", 1), cell("a", 0), cell("b", 0, math.nan), cell("a", 11), cell("a", 2)]
    for one in cells:
        store.put(one)
    first = store.write_table("one.parquet", [one.name for one in cells])
    second = store.write_table("two.parquet", [one.name for one in cells[::-1]])
    assert first.read_bytes() == second.read_bytes()
    names, rows = parquet.rows(first)
    assert names == ["scenario", "rep", "kpi", "unit", "value", "numerator", "denominator"]
    assert [row[:2] for row in rows] == [("a", 0), ("a", 2), ("a", 11), ("b", 0), ("b", 1)]
    assert rows[0] == ("a", 0, "K-R1", "min", 0.1 + 0.2, 30.0, 7.0)
    assert rows[3][4] is None
