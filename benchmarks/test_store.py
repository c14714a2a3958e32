"""What it costs to ask what was kept: a thousand runs compared, twenty-five million orders in quantiles."""

import shutil

import numpy as np
import pytest

from results.comparison import compare
from results.kpis import KPIS
from results.rows import KpiRow
from results.store import parquet
from results.store.views import Files, Questions
from scenarios.study.cells import Cell, CellName, CellStore

RUNS, FIGURES = 1000, 200
REPLICATIONS, ORDERS, BUILDINGS = 1000, 25_000, 36
COMPARE_S, QUANTILES_S = 1.0, 5.0


def figures(rows: int) -> list[str]:
    """Names of figures: the registry's, then parts of them."""
    names = list(KPIS)
    return [names[k % len(names)] + (f":part{k // len(names)}" if k >= len(names) else "") for k in range(rows)]


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    """A study of two scenarios with 500 replications each and 200 figures a run."""
    store = CellStore(tmp_path_factory.mktemp("cells"))
    draw = np.random.default_rng(1)
    names = []
    for scenario in ("as_is", "to_be"):
        for rep in range(RUNS // 2):
            values = draw.random(FIGURES).tolist()
            rows = [
                KpiRow(kpi, "min", 7.0 * value, 7.0 * value, 1.0)
                for kpi, value in zip(figures(FIGURES), values, strict=True)
            ]
            cell = Cell(scenario, "a" * 16, "b" * 16, 1, rep, "code", rows, "j", "x", {"OnSite": 1})
            store.put(cell)
            names.append(cell.name)
    yield store, names
    shutil.rmtree(store.folder)


def compared(store: CellStore, names: list[CellName]):
    study: dict[str, dict[int, list[KpiRow]]] = {}
    for cell in store.read(names):
        study.setdefault(cell.scenario, {})[cell.replication] = cell.kpis
    return compare(study)


@pytest.mark.benchmark(group="store")
def test_a_thousand_runs_of_two_hundred_figures_are_read_and_compared(benchmark, cells):
    found = benchmark.pedantic(compared, cells, rounds=3, warmup_rounds=1)
    assert len(found.levels) == 2 * FIGURES
    assert len(found.replications) == RUNS // 2
    assert benchmark.stats.stats.min < COMPARE_S


@pytest.fixture(scope="module")
def orders(tmp_path_factory):
    """Response of 25,000 orders in 36 buildings, in 1,000 replications: 200 MB."""
    folder = tmp_path_factory.mktemp("orders")
    draw = np.random.default_rng(2)
    files = []
    for rep in range(REPLICATIONS):
        columns = {
            "scenario": np.full(ORDERS, "as_is", dtype=object),
            "rep": np.full(ORDERS, rep, dtype=np.int32),
            "building": draw.integers(0, BUILDINGS, ORDERS).astype(np.int32),
            "response_min": draw.exponential(60.0, ORDERS).round(2),
        }
        files.append(folder / f"r{rep:05d}.parquet")
        parquet.write(files[-1], columns, cell_notes(rep))
    yield Files(folder, files[:1], files)
    shutil.rmtree(folder)


def cell_notes(rep: int) -> dict[str, object]:
    """What a cell tells about itself, for the view of runs."""
    texts = dict.fromkeys(
        ("scenario", "scenario_digest", "base_digest", "code", "journal_digest", "exogenous_digest"), "x"
    )
    return {**texts, "replication": rep, "seed": 1, "counts": {}, "guard_hits": {}}


def quantiles(files: Files):
    return Questions(files).ask(
        "SELECT building, quantile_disc(response_min, [0.5, 0.95]) FROM orders GROUP BY building ORDER BY building"
    )[1]


@pytest.mark.benchmark(group="store")
def test_exact_quantiles_by_building_over_a_thousand_replications(benchmark, orders: Files):
    found = benchmark.pedantic(quantiles, (orders,), rounds=2, warmup_rounds=0)
    assert [row[0] for row in found] == list(range(BUILDINGS))
    one = parquet.read(orders.orders, ["building", "response_min"])
    mine = np.sort(one["response_min"][one["building"] == 7])
    exact = [float(mine[int(np.ceil(share * len(mine))) - 1]) for share in (0.5, 0.95)]
    assert found[7][1] == exact
    assert benchmark.stats.stats.min < QUANTILES_S
