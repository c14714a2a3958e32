"""What was found of part demand: as plain data, as text, as a table, in a folder."""

import csv
import io
from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import Any, Final

from scenarios.calibration.parts.classes import CLASSES
from scenarios.calibration.parts.judging import BASELINE, Judged, PartReport
from scenarios.study.cells import CellStore

HEADER: Final = (
    "pair", "forecast", "replenish", "alpha", "fill", "cost_cny_a_part_and_year", "cost_low95", "cost_high95", "difference",
    "difference_low95", "difference_high95", "verdict", "lowest_fill", "highest_fill",
)  # fmt: skip


def as_data(found: PartReport) -> dict[str, Any]:
    """Everything found, for machines; null where no setting of a rule reaches the fill rate."""
    terms = found.terms
    return {
        "file": found.file, "parts": found.parts, "left_out": found.left_out, "months": found.months,
        "judged_months": found.judged_months, "kinds": found.kinds, "fill": found.fill, "seed": found.seed,
        "baseline": BASELINE.name,
        "terms": {"price": terms.price, "order": terms.order, "holding": terms.holding, "lead": terms.lead},
        "pairs": [dict(zip(HEADER, map(_plain, _row(one, found.fill)), strict=True)) for one in found.judged],
    }  # fmt: skip


def rows(found: PartReport) -> list[list[Any]]:
    """A row a pair, in the order of ``HEADER``."""
    return [_row(one, found.fill) for one in found.judged]


def as_text(found: PartReport) -> str:
    """The report as lines."""
    return "\n".join(_lines(found)) + "\n"


def write(found: PartReport, folder: Path, report: str) -> list[Path]:
    """Write report and table into a folder, each whole or not at all; their paths.

    Raises
    ------
    NotWritable
        If the folder cannot be written.
    """
    table = io.StringIO()
    out = csv.writer(table, lineterminator="\n")
    out.writerow(HEADER)
    out.writerows(["" if _plain(cell) is None else cell for cell in row] for row in rows(found))
    texts = {"parts.json": report + "\n", "parts.txt": as_text(found), "parts.csv": table.getvalue()}
    store = CellStore(folder)
    store.prepare()
    for name, text in texts.items():
        store.write_text(name, text)
    return [folder / name for name in texts]


def _row(one: Judged, fill: float) -> list[Any]:
    return [
        one.pair.name, one.pair.forecast, one.pair.replenish, one.pair.alpha, fill, one.cost, *one.interval, one.difference,
        *one.difference_interval, one.verdict, one.lowest, one.highest,
    ]  # fmt: skip


def _plain(cell: Any) -> Any:
    return None if isinstance(cell, float) and not isfinite(cell) else cell


def _lines(found: PartReport) -> Iterator[str]:
    terms = found.terms
    left_out = f", {found.left_out} more with months not recorded left out" if found.left_out else ""
    yield f"{found.file}: {found.parts} parts from {found.months[0]} to {found.months[1]}{left_out}"
    yield "demand: " + ", ".join(f"{found.kinds[kind]} {kind}" for kind in CLASSES if kind in found.kinds)
    yield (
        f"judged on {found.judged_months[0]} to {found.judged_months[1]} at a fill of {found.fill:.3f}: price {terms.price:g} CNY, "
        f"{terms.order:g} an order, held {terms.holding:.0%} a year, lead time {terms.lead} months"
    )
    yield ""
    yield f"{'forecast + replenishment':30}{'CNY a part and year':>22}{'95 %':>20}{'to the first':>14}{'95 %':>22}  verdict"
    for one in sorted(found.judged, key=lambda one: one.cost if isfinite(one.cost) else float("inf")):
        yield _line(one)


def _line(one: Judged) -> str:
    name = one.pair.name + (f" ({one.pair.alpha:g})" if one.pair.alpha else "")
    if not isfinite(one.cost):
        return f"{name:30}not reached: fills from {one.lowest:.3f} to {one.highest:.3f}"
    if one.pair == BASELINE:
        return f"{name:30}{one.cost:>22.1f}{_span(one.interval, '.1f'):>20}{'–':>14}{'':>22}  today's practice"
    if not isfinite(one.difference):
        return f"{name:30}{one.cost:>22.1f}{_span(one.interval, '.1f'):>20}{'':>14}{'':>22}  today's practice does not reach this fill"
    return (
        f"{name:30}{one.cost:>22.1f}{_span(one.interval, '.1f'):>20}{one.difference:>+14.1%}"
        f"{_span(one.difference_interval, '+.1%'):>22}  {one.verdict}"
    )


def _span(interval: tuple[float, float], form: str) -> str:
    if not all(map(isfinite, interval)):
        return "not in all resamples"
    low, high = interval
    return f"{low:{form}} to {high:{form}}"
