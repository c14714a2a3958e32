"""Figures recomputed from the exported journal by a script that knows nothing of the twin."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

OUTSIDER = Path(__file__).with_name("outsider.py")
LONG_ENOUGH = ("campus=campus_small", "run.burn_in_days=3", "run.days=10", "run.run_out_days=35")
MAIN = {"K-R1", "K-R3", "K-R4", "K-R6", "K-R6.24h", "K-E1", "K-E2", "K-E3", "K-Q1"}


def test_an_outsider_finds_the_published_figures_from_the_exported_journal(tmp_path, twin):
    done = twin(
        "run", "as_is", "all_together", "-n", "1", "-j", "2", "--keep-journal", cwd=tmp_path, settings=LONG_ENOUGH
    )
    assert done.returncode == 0, done.stderr
    done = twin("results", "export", "campus_small", "--format", "csv", "-o", "out", cwd=tmp_path, settings=())
    assert done.returncode == 0, done.stderr
    said = subprocess.run(
        [sys.executable, OUTSIDER, "out"], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    found = {tuple(row[:3]): float(row[3]) for row in csv.reader(said.splitlines())}
    with (tmp_path / "out" / "kpis.csv").open(encoding="utf-8") as file:
        published = {(row["scenario"], row["rep"], row["kpi"]): row["value"] for row in csv.DictReader(file)}
    assert {key[2] for key in found} == MAIN
    assert {key[0] for key in found} == {"as_is", "all_together"}
    for key, value in found.items():
        assert value == pytest.approx(float(published[key]), abs=1e-9, rel=0), key
    assert found["as_is", "0", "K-R1"] != found["all_together", "0", "K-R1"]


def test_the_outsider_knows_nothing_of_the_twin():
    imported = {
        line.split()[1].split(".")[0]
        for line in OUTSIDER.read_text().splitlines()
        if line.startswith(("import", "from"))
    }
    assert imported <= sys.stdlib_module_names
