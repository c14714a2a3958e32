"""Campuses and sample paths of the dispatch reference model, at any scale and seed.

Follows "how the path was drawn" and "larger campuses" of the model's description. Another generator
than the one behind the published path drew it, so results at equal scale agree statistically only;
on one pair of files every correct simulator agrees to six decimals.

``python -m scenarios.reference.maker SCALE SEED DAYS FOLDER`` writes a campus and a path.
"""

import csv
import gzip
import io
import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from policies.contract.units import DAY_MIN, YEAR_DAYS
from twin.streams import Floats, Streams

TRADES: Final = ("plumbing", "electrical", "hvac", "carpentry", "general")
DAY: Final = (1.25, 1.1, 1.05, 1.05, 1.0, 0.45, 0.4)
HOUR: Final = (2, 1, 1, 1, 1, 2, 5, 10, 16, 16, 14, 12, 9, 12, 14, 12, 10, 8, 6, 5, 5, 4, 3, 2)
SHARES: Final = (0.26, 0.24, 0.16, 0.12, 0.22)
PRIORITIES: Final = (0.05, 0.20, 0.55, 0.20)
MEAN_MIN: Final = (95.0, 85.0, 170.0, 130.0, 75.0)
CV: Final = (0.7, 0.7, 0.9, 0.8, 0.6)
PART_PROB: Final = 0.30
REPEAT_PROB: Final = 0.02
REPEAT_MEAN_MIN: Final = 2.0 * DAY_MIN
SKUS: Final = 800
ORDERS_A_YEAR: Final = 25_000
Row = list[Any]


def make_campus(scale: int, seed: int, days: int) -> dict[str, Any]:
    """A campus as the campus file says it: 60 buildings, 40 technicians, 800 items a unit of scale."""
    streams = Streams(seed, 0)
    side = 1000.0 * math.sqrt(scale)
    buildings = np.arange(60 * scale, dtype=np.uint64)
    x, y = streams.uniforms("x", buildings) * side, streams.uniforms("y", buildings) * side
    return {
        "minutes_from": "Monday 00:00",
        "horizon_min": days * DAY_MIN,
        "buildings": [
            {"id": k, "x_m": a, "y_m": b} for k, (a, b) in enumerate(zip(x.tolist(), y.tolist(), strict=True))
        ],
        "technicians": [_technician(k, 60 * scale) for k in range(40 * scale)],
        "skus": _skus(scale, streams),
    }


def _technician(k: int, buildings: int) -> dict[str, Any]:
    j = k % 40
    count = 1 + j % 3 if j < 32 else 3
    return {
        "id": k,
        "home_building": k % buildings,
        "trades": [TRADES[(j + n) % 5] for n in range(count)],
        "weekly_on_off_min": [instant + 0.01 * k for instant in _pattern(j)],
    }


def _pattern(j: int) -> Iterator[float]:
    """Day crew with lunch, weekend crew, night post; instants of one week [min]."""
    if j < 32:
        lunch = (690.0, 750.0) if j % 2 == 0 else (750.0, 810.0)
        for day in range(5):
            yield from (day * DAY_MIN + t for t in (480.0, *lunch, 1020.0))
    elif j < 36:
        for day in (0, 1, 2, 5, 6):
            yield from (day * DAY_MIN + t for t in (480.0, 720.0, 780.0, 1020.0))
    else:
        yield 0.0
        for day in range(7):
            yield day * DAY_MIN + 480.0
            yield day * DAY_MIN + 1020.0


def _popularity() -> Floats:
    weight = (np.arange(SKUS) + 1.0) ** -0.8
    return np.asarray(weight / weight.sum())


def _skus(scale: int, streams: Streams) -> list[dict[str, int]]:
    leads = 2 + (streams.uniforms("lead", np.arange(SKUS, dtype=np.uint64)) * 13.0).astype(int)
    a_day = ORDERS_A_YEAR * scale * (1.0 + REPEAT_PROB) * PART_PROB / YEAR_DAYS * _popularity()
    found = []
    for k, (d, lead) in enumerate(zip(a_day.tolist(), leads.tolist(), strict=True)):
        m = d * (lead + 1)
        reorder = math.ceil(m + 2.0 * math.sqrt(m))
        found.append(
            {"id": k, "reorder_point": reorder, "order_up_to": reorder + max(1, math.ceil(14 * d)), "lead_days": lead}
        )
    return found


def make_path(scale: int, seed: int, days: int) -> list[Row]:
    """Rows of a sample path as the path file says them: dated reports in time order, then the repeats."""
    streams = Streams(seed, 1)
    at = _instants(streams, scale, days)
    rows = _attributes(streams, len(at), 0, scale)
    for row, minute in zip(rows, at.tolist(), strict=True):
        row[1] = minute
    parents = range(len(rows))
    while parents:
        numbers = np.array(parents, dtype=np.uint64)
        again = [k for k, u in zip(parents, streams.uniforms("repeat", numbers), strict=True) if u < REPEAT_PROB]
        first = len(rows)
        children = _attributes(streams, len(again), first, scale)
        for parent, child in zip(again, children, strict=True):
            child[2], child[3], child[4] = rows[parent][2], rows[parent][3], min(child[4], 1)
            rows[parent][7] = child[0]
            rows[parent][8] = streams.exponential("repeat_delay", parent, REPEAT_MEAN_MIN)
        rows += children
        parents = range(first, len(rows))
    return rows


def _instants(streams: Streams, scale: int, days: int) -> Floats:
    """Poisson, rate constant within an hour: unit exponentials through the inverse of the summed rate."""
    shape = np.outer(np.array(DAY), np.array(HOUR, dtype=np.float64)).ravel()
    hours = np.arange(24 * days + 1) * 60.0
    rate = shape[np.arange(24 * days) % len(shape)] / shape.mean() * ORDERS_A_YEAR * scale / (YEAR_DAYS * 24.0)
    expected = np.concatenate(([0.0], np.cumsum(rate)))
    count = int(expected[-1] + 8.0 * math.sqrt(expected[-1]) + 16)
    ticks = np.cumsum(-np.log(streams.uniforms("report", np.arange(count, dtype=np.uint64))))
    return np.asarray(np.interp(ticks[ticks < expected[-1]], expected, hours))


def _attributes(streams: Streams, count: int, first: int, scale: int) -> list[Row]:
    numbers = np.arange(first, first + count, dtype=np.uint64)
    draw = streams.uniforms
    trade = np.minimum(np.searchsorted(np.cumsum(SHARES), draw("trade", numbers)), 4)
    priority = np.minimum(np.searchsorted(np.cumsum(PRIORITIES), draw("priority", numbers)), 3)
    sigma = np.sqrt(np.log1p(np.array(CV)[trade] ** 2))
    service = np.exp(np.log(np.array(MEAN_MIN)[trade]) - sigma**2 / 2.0 + sigma * streams.normals("service", numbers))
    building = (draw("building", numbers) * 60 * scale).astype(int)
    sku = np.minimum(np.searchsorted(np.cumsum(_popularity()), draw("sku", numbers)), SKUS - 1)
    part = np.where(draw("part", numbers) < PART_PROB, sku, -1)
    return [
        [first + k, "", b, TRADES[t], p, s, "" if i < 0 else i, "", ""]
        for k, (b, t, p, s, i) in enumerate(
            zip(building.tolist(), trade.tolist(), priority.tolist(), service.tolist(), part.tolist(), strict=True)
        )
    ]


COLUMNS: Final = (
    "row", "report_min", "building", "trade", "priority", "service_min", "sku", "repeat_row", "repeat_delay_min",
)  # fmt: skip


def write(scale: int, seed: int, days: int, folder: Path) -> tuple[Path, Path]:
    """Write campus and path, gzipped, the same bytes for the same arguments."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(make_path(scale, seed, days))
    campus, path = folder / f"campus-x{scale}.json.gz", folder / f"path-x{scale}-seed{seed}.csv.gz"
    campus.write_bytes(gzip.compress(json.dumps(make_campus(scale, seed, days)).encode(), mtime=0))
    path.write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))
    return campus, path


if __name__ == "__main__":
    scale_, seed_, days_ = (int(word) for word in sys.argv[1:4])
    for written in write(scale_, seed_, days_, Path(sys.argv[4])):
        print(written)
