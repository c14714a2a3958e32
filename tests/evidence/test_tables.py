"""The committed tables are the ones their manifest tells of."""

import csv
import tomllib

import pytest

from tests.evidence.tables import MANIFEST, REFERENCE, digest, write


def sections(folder=REFERENCE):
    path = folder / MANIFEST
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


@pytest.mark.parametrize("name", sorted(sections()))
def test_a_committed_table_is_the_one_its_manifest_tells_of(name):
    told = sections()[name]
    path = REFERENCE / told["file"]
    assert digest(path) == told["digest"]
    with path.open(encoding="utf-8", newline="") as file:
        assert len(list(csv.reader(file))) == told["rows"] + 1
    assert {"made_by", "seed", "code"} <= set(told)


def test_a_table_written_again_keeps_the_others(tmp_path):
    write("b", ["x"], [[1.5], [True]], {"seed": 1, "made_by": "here"}, tmp_path)
    write("a", ["y"], [['said "so"']], {"seed": 2, "how": 'with "quotes"'}, tmp_path)
    write("b", ["x"], [[2.0]], {"seed": 3}, tmp_path)
    assert list(sections(tmp_path)) == ["a", "b"]
    assert sections(tmp_path)["b"]["seed"] == 3
    assert sections(tmp_path)["a"]["how"] == 'with "quotes"'
    assert (tmp_path / "b.csv").read_text(encoding="utf-8") == "x\n2\n"
