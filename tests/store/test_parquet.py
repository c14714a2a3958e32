"""Columns come back from Parquet as they were written; the same columns are the same bytes; damage is named."""

import errno
import math
import os
import resource
import subprocess
import sys

import numpy as np
import pytest

from results.store import BadQuery, BrokenCell, NotWritable, parquet
from results.store.whole import BESIDE, HOST, leftovers, whole, write_bytes
from tests.store.conftest import ROOT


def columns(rows=1000, seed=1):
    draw = np.random.default_rng(seed)
    return {
        "n": np.arange(rows), "at": np.cumsum(draw.random(rows)), "small": draw.integers(-3, 3, rows).astype(np.int8),
        "yes": draw.random(rows) < 0.5, "text": np.array(["plumbing", "it's", '电 "x"'], dtype=object)[draw.integers(0, 3, rows)],
    }  # fmt: skip


def test_columns_come_back_as_they_were(tmp_path):
    given = columns()
    parquet.write(tmp_path / "t.parquet", given)
    found = parquet.read([tmp_path / "t.parquet"], list(given))
    for name, values in given.items():
        assert found[name].tolist() == values.tolist()
        assert found[name].dtype == values.dtype


def test_what_is_no_number_is_null_in_the_file_and_comes_back(tmp_path):
    parquet.write(tmp_path / "t.parquet", {"x": np.array([1.0, math.nan, 3.0])})
    assert parquet.rows(tmp_path / "t.parquet")[1] == [(1.0,), (None,), (3.0,)]
    assert np.array_equal(parquet.read([tmp_path / "t.parquet"], ["x"])["x"], [1.0, math.nan, 3.0], equal_nan=True)


def test_a_column_of_texts_without_rows_is_still_of_texts(tmp_path):
    parquet.write(tmp_path / "t.parquet", {"text": np.empty(0, dtype=object)})
    assert parquet.ask(parquet.connect(), f"DESCRIBE FROM '{tmp_path}/t.parquet'")[1][0][:2] == ("text", "VARCHAR")


def test_files_are_put_together_in_the_order_given_whatever_their_columns(tmp_path):
    paths = []
    for k in (3, 1, 2):
        paths.append(tmp_path / f"{k}.parquet")
        parquet.write(paths[-1], {"k": np.full(2, k)} | ({"more": np.ones(2)} if k == 2 else {}), {"k": k})
    assert parquet.read(paths, ["k"])["k"].tolist() == [3, 3, 1, 1, 2, 2]
    assert [told["k"] for told in parquet.notes(paths)] == [3, 1, 2]
    assert parquet.ask(parquet.connect(), f"SELECT sum(more) FROM {parquet.table(paths)}")[1] == [(2.0,)]


def test_equal_columns_are_equal_bytes_in_any_process(tmp_path):
    code = (
        "import sys; from pathlib import Path; from results.store import parquet; from tests.store.test_parquet import columns\n"
        "parquet.write(Path(sys.argv[1]), columns(300_000), {'it': \"is 'so'\"})"
    )
    for name in ("a", "b"):
        subprocess.run([sys.executable, "-c", code, str(tmp_path / name)], check=True, cwd=ROOT)
    parquet.write(tmp_path / "c", columns(300_000), {"it": "is 'so'"})
    a, b, c = ((tmp_path / name).read_bytes() for name in "abc")
    assert a == b == c
    assert parquet.ask(parquet.connect(), f"SELECT count(DISTINCT row_group_id) FROM parquet_metadata('{tmp_path}/a')")[
        1
    ] == [(3,)]


@pytest.mark.parametrize("damage", [lambda b: b[:-20], lambda b: b[:200], lambda b: b"", lambda b: b[:4] + b[200:]])
def test_a_damaged_file_is_named_among_the_good(tmp_path, damage):
    paths = [tmp_path / f"{k}.parquet" for k in range(3)]
    for path in paths:
        parquet.write(path, columns(), {"k": 1})
    paths[1].write_bytes(damage(paths[1].read_bytes()))
    with pytest.raises(BrokenCell, match=r"1\.parquet is not what it should be"):
        parquet.read(paths, list(columns()))


@pytest.mark.parametrize(
    "sql",
    ["COPY (SELECT 1) TO 'x.csv'", "CREATE TABLE t (x INT)", "SELECT 1; SELECT 2", "", "SELEC 1", "SET threads = 1"],
)
def test_only_a_question_is_answered(tmp_path, monkeypatch, sql):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadQuery):
        parquet.ask(parquet.connect(), sql)
    assert not list(tmp_path.iterdir())


def test_a_file_larger_than_allowed_is_refused_and_what_was_there_stays(tmp_path):
    """RLIMIT_FSIZE stands for a quota; the limit is set in a process of its own."""
    write_bytes(tmp_path / "t.parquet", b"before")
    code = (
        "import resource, sys; from pathlib import Path; from results.store import NotWritable, parquet\n"
        "from tests.store.test_parquet import columns; import duckdb\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, (4096, {resource.RLIM_INFINITY}))\n"
        "try:\n    parquet.write(Path(sys.argv[1]), columns(100_000))\n"
        "except NotWritable as error:\n    print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "t.parquet")], check=True, cwd=ROOT, capture_output=True, text=True
    )
    assert "File too large; finished replications are kept" in done.stdout, done.stderr
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"t.parquet": b"before"}


def test_a_folder_appears_whole_or_not_at_all(tmp_path):
    def write(fails):
        with whole(tmp_path / "run") as beside:
            beside.mkdir()
            parquet.write_plainly(beside / "a.parquet", columns())
            if fails:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(NotWritable, match="No space left"):
        write(fails=True)
    assert not list(tmp_path.iterdir())
    write(fails=False)
    before = (tmp_path / "run" / "a.parquet").stat().st_mtime_ns
    write(fails=False)
    assert (tmp_path / "run" / "a.parquet").stat().st_mtime_ns == before, "whoever wrote it wrote the same"


def test_only_what_the_dead_left_half_written_is_found(tmp_path):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    for host, pid in ((HOST, dead.pid), (HOST, os.getpid()), ("elsewhere", 1)):
        (tmp_path / f".r00001-x.parquet.{host}.{pid}.tmp").write_bytes(b"half")
    (tmp_path / ".mine.tmp").write_bytes(b"not ours")
    assert [BESIDE.match(path.name)["pid"] for path in leftovers(tmp_path)] == [str(dead.pid)]
