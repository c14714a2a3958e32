"""Whether a log's instants can be what they say: the marks that shuffled or invented timestamps leave."""

from typing import Final

import numpy as np
from scipy import stats

from scenarios.calibration.columns import Floats, LogColumns
from scenarios.calibration.component import Check, Judgement, at_most, judged
from scenarios.trace.checking import Logged
from scenarios.trace.log import Trace

MOST_OUT_OF_ORDER: Final = 0.01
MOST_BACKWARDS: Final = 0.01
MOST_OVERLAP: Final = 0.10
LEAST_RANK: Final = 0.90
"""Numbers given in the order of opening have a rank correlation of nearly 1 with it; an archive that was merged, less."""
NO_RHYTHM_P: Final = 0.001
ENOUGH: Final = 500


def integrity(trace: Trace, log: LogColumns, *, one_at_a_time: bool) -> Judgement:
    """Order of the rows, ends after starts, running numbers, one spell of a unit at a time, a rhythm of the day.

    Parameters
    ----------
    one_at_a_time : the mapping merges spells of a unit (``merge_by``), so that two of them cannot overlap
    """
    counted = trace.counted
    rows = max(1, counted.read)
    checks = [
        at_most("rows before an earlier one", counted.out_of_order / rows, MOST_OUT_OF_ORDER),
        at_most("ends before their start", counted.ends_before_start / rows, MOST_BACKWARDS),
    ]
    numbers = running_numbers(trace.rows)
    if numbers is not None:
        rank = float(stats.spearmanr(numbers, log.at).statistic)
        checks.append(Check("rank correlation of number and opening", 1.0, rank, LEAST_RANK, 1.0, rank >= LEAST_RANK))
    if one_at_a_time:
        checks.append(at_most("spells of a unit that overlap", overlaps(log), MOST_OVERLAP))
    if len(log) >= ENOUGH:
        p = float(stats.chisquare(np.bincount(log.hour, minlength=24)).pvalue)
        checks.append(at_most("p-value of no rhythm of the day", p, NO_RHYTHM_P))
    return judged("log", checks)


def running_numbers(rows: list[Logged]) -> Floats | None:
    """The numbers of the rows where these are whole numbers, each once, and dense enough to have been counted up."""
    digits = ["".join(filter(str.isdigit, row.id)) for row in rows]
    if len(rows) < 10 or any(not d or len(d) > 15 for d in digits) or all(row.id == str(row.line) for row in rows):
        return None
    numbers = np.array([float(d) for d in digits])
    dense = float(np.ptp(numbers)) + 1.0 <= 10.0 * len(rows)
    return numbers if dense and len(np.unique(numbers)) == len(numbers) else None


def overlaps(log: LogColumns) -> float:
    """Share of spells that begin before the spell before them on the same unit has ended."""
    order = np.lexsort((log.at, log.unit))
    at, ends, unit = log.at[order], (log.at + log.after["closed"])[order], log.unit[order]
    again = unit[1:] == unit[:-1]
    known = again & ~np.isnan(ends[:-1])
    return float((at[1:][known] < ends[:-1][known]).mean()) if known.any() else 0.0
