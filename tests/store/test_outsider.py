"""Figures recomputed from the exported journal by fifty lines that know nothing of the twin."""

import csv
import math
import subprocess
import sys
from pathlib import Path

import pytest

OUTSIDER = Path(__file__).with_name("outsider.py")
BOTH = ("as_is", "all_together")
MAIN = {"K-R1", "K-R3", "K-R6.24h", "K-E3", "K-Q1", "cost"}
CALM = ("campus=campus_small", "run.burn_in_days=3", "run.days=10", "run.run_out_days=35")
OVERRUN = (
    "campus=campus_small", "run.burn_in_days=2", "run.days=6", "run.run_out_days=2",
    "world.demand.needs_per_occupant_year=20",
)  # fmt: skip


@pytest.fixture(scope="module")
def found(twin, tmp_path_factory):
    """Settings → what is published and what the outsider finds, by scenario, replication and figure."""

    def both(settings):
        folder = tmp_path_factory.mktemp("outsider")
        done = twin("run", *BOTH, "-n", "1", "-j", "0", "--keep-journal", "--study", "s", cwd=folder, settings=settings)
        assert done.returncode == 0, done.stderr
        done = twin("results", "export", "s", "--format", "csv", "-o", "out", cwd=folder, settings=())
        assert done.returncode == 0, done.stderr
        said = subprocess.run([sys.executable, OUTSIDER, "out"], cwd=folder, capture_output=True, text=True, check=True)
        with (folder / "out" / "kpis.csv").open(encoding="utf-8") as file:
            published = {(r["scenario"], r["rep"], r["kpi"]): float(r["value"] or "nan") for r in csv.DictReader(file)}
        return published, {tuple(row[:3]): float(row[3]) for row in csv.reader(said.stdout.splitlines())}

    return both


def test_an_outsider_finds_the_published_figures_from_the_exported_journal(found):
    published, figures = found(CALM)
    assert set(figures) == {(scenario, "0", kpi) for scenario in BOTH for kpi in MAIN}
    assert published["all_together", "0", "escalations"] > 0, "the breaker had something to do"
    for key, value in figures.items():
        assert value == pytest.approx(published[key], abs=1e-9, rel=0), key
        assert math.isfinite(value) and value > 0, key
    assert all(figures["as_is", "0", kpi] != figures["all_together", "0", kpi] for kpi in ("K-R1", "K-R3", "cost"))


def test_an_outsider_finds_them_too_where_orders_are_left_open_and_merged_into_other_faults(found):
    published, figures = found(OVERRUN)
    assert published["as_is", "0", "K-R1.open"] > 0
    assert published["all_together", "0", "wrong_merge_share"] > 0
    assert {key[2] for key in figures} == MAIN - {"K-Q1"}, "no month has passed since any completion"
    for key, value in figures.items():
        assert value == pytest.approx(published[key], abs=1e-9, rel=0), key


def test_the_outsider_is_fifty_lines_that_know_nothing_of_the_twin():
    lines = OUTSIDER.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 50 and max(map(len, lines)) <= 120
    imported = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import", "from"))}
    assert imported == {"sys", "duckdb"}
