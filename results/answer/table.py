"""The table an answer is made from: a row a run, a column a figure, every value to its last digit.

Written beside the page, so that the page can be made again, and doubted, without running anything.
"""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from typing import Final

from results.comparison import Study
from results.kpis import JUDGED, spec
from results.rows import NAN, KpiRow

ALWAYS: Final = (*JUDGED, "cost")
KINDS: Final = "cost.kind:"
HEAD: Final = ("arm", "replication")
Table = Mapping[str, Mapping[int, Mapping[str, float]]]
"""Arm → replication → figure → value; a figure a run has not, or not defined, is left out."""


def table_of(study: Study, figures: Sequence[str]) -> Table:
    """The figures named, those always judged and the kinds of cost, of every run of a study."""
    wanted = {*figures, *ALWAYS}
    return {
        arm: {
            replication: {
                row.kpi: row.value
                for row in rows
                if (row.kpi in wanted or row.kpi.startswith(KINDS)) and math.isfinite(row.value)
            }
            for replication, rows in runs.items()
        }
        for arm, runs in study.items()
    }


def study_of(table: Table, arms: Sequence[str]) -> Study:
    """Some arms of a table as ``compare`` takes them, in the order given."""
    return {
        arm: {
            replication: [KpiRow(kpi, spec(kpi).unit, value, NAN, NAN) for kpi, value in values.items()]
            for replication, values in table[arm].items()
        }
        for arm in arms
    }


def as_csv(table: Table) -> str:
    """The table as text; numbers read back are the same numbers."""
    figures = sorted({kpi for runs in table.values() for values in runs.values() for kpi in values})
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*HEAD, *figures))
    for arm, runs in table.items():
        for replication, values in sorted(runs.items()):
            writer.writerow((arm, replication, *(repr(values[kpi]) if kpi in values else "" for kpi in figures)))
    return out.getvalue()


def from_csv(text: str) -> Table:
    """The table of a text ``as_csv`` wrote."""
    table: dict[str, dict[int, dict[str, float]]] = {}
    for row in csv.DictReader(text.splitlines()):
        arm, replication = row.pop("arm"), int(row.pop("replication"))
        table.setdefault(arm, {})[replication] = {kpi: float(cell) for kpi, cell in row.items() if cell}
    return table
