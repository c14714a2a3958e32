"""The validity report: as plain data, and as text to be read."""

from collections.abc import Iterator
from typing import Any

from scenarios.calibration.study import Calibration
from scenarios.calibration.values import Value


def as_data(done: Calibration) -> dict[str, Any]:
    """Everything found, for machines."""
    log, trace = done.log, done.trace
    changes = done.stationarity
    return {
        "log": {
            "name": trace.name, "file": trace.file, "origin": trace.origin, "digest": trace.digest(), "rows": len(log),
            "counted": trace.counted, "first_day": str(log.first_day), "last_day": str(log.last_day),
        },
        "fitted": {"from": str(log.first_day), "until": str(done.fitted_until)},
        "judged": {"from": str(done.judged_from), "until": str(log.last_day)},
        "seed": done.seed,
        "valid": done.valid,
        "verdicts": done.judgements,
        "stationarity": changes,
        "distances": done.distances,
        "values": done.values(),
        "values_of_the_first_part": [value for fit in done.first.values() for value in fit.values],
        "remarks": _remarks(done),
    }  # fmt: skip


def as_text(done: Calibration) -> str:
    """The report as lines: verdicts first."""
    return "\n".join(_lines(done)) + "\n"


def _lines(done: Calibration) -> Iterator[str]:
    log = done.log
    yield f"{done.trace.name}: {len(log)} {done.trace.kind} from {log.first_day} to {log.last_day}"
    yield f"fitted on {log.first_day} to {done.fitted_until}, judged on {done.judged_from} to {log.last_day}"
    yield ""
    for one in done.judgements:
        yield f"{one.component:14}{one}"
    yield ""
    yield f"{'distance':44}{'drawn, later':>14}{'halves':>10}{'95 %':>10}"
    for row in done.distances:
        unit = f" [{row.unit}]" if row.unit else ""
        yield f"{row.name + unit:44}{_figure(row.distance):>14}{_figure(row.floor):>10}{_figure(row.floor_95):>10}"
    yield ""
    yield f"{'value of the whole log':44}{'estimate':>12}{'90 %':>24}{'95 %':>24}"
    shown = [value for value in done.values() if not value.key.startswith(("rhythm.hour", "mix.place"))]
    for value in shown:
        yield _line(value)
    yield f"(and {len(done.values()) - len(shown)} shares of hours and places, in report.json)"
    remarks = _remarks(done)
    if remarks:
        yield ""
        yield from (f"{component}: {remark}" for component, told in remarks.items() for remark in told)


def _line(value: Value) -> str:
    unit = f" [{value.unit}]" if value.unit else ""
    inner = f"{_figure(value.low_90)} to {_figure(value.high_90)}"
    outer = f"{_figure(value.low_95)} to {_figure(value.high_95)}"
    return f"{value.key + unit:44}{_figure(value.estimate):>12}{inner:>24}{outer:>24}"


def _remarks(done: Calibration) -> dict[str, list[str]]:
    return {name: fit.remarks for name, fit in done.fits.items() if fit.remarks}


def _figure(x: float) -> str:
    return "–" if x != x else f"{x:.4g}"
