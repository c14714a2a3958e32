"""Writing a calibration into a folder: the overlay with its tables, a scenario on it, the validity report."""

import csv
import io
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from scenarios.calibration.overlay import Overlay, overlay_of, verdicts
from scenarios.calibration.report import as_text
from scenarios.calibration.study import Calibration
from scenarios.schema import toml
from scenarios.study.cells import CellStore

BUILDINGS: Final = ("name", "key", "x_m", "y_m", "kind", "zone", "floor_m2", "occupants")
PEOPLE: Final = ("name", "key", "skills", "home", "shift")
RUN_DAYS: Final = 91


def write(done: Calibration, folder: Path, report: str) -> list[Path]:
    """Write every file, each whole or not at all; their paths.

    Parameters
    ----------
    report : the report for machines, as text
    """
    over = overlay_of(done)
    texts = {
        "campus.toml": _campus(done, over),
        "buildings.csv": _csv(BUILDINGS, over.buildings),
        "people.csv": _csv(PEOPLE, over.people),
        "scenario.toml": _scenario(done),
        "report.json": report + "\n",
        "report.txt": as_text(done),
    }
    store = CellStore(folder)
    store.prepare()
    for name, text in texts.items():
        store.write_text(name, text)
    return [folder / name for name in texts]


def campus_name(done: Calibration) -> str:
    """Name of the overlay."""
    return f"calibrated_{done.trace.name}"


def _campus(done: Calibration, over: Overlay) -> str:
    log = done.log
    lines = [
        f"# Calibrated from the log {done.trace.name} by twin calibrate; verdicts at the end, the whole report in report.txt.",
        "",
        f"name = {toml.value(campus_name(done))}",
        f"title = {toml.value(f'Calibrated from {done.trace.name}, {log.first_day} to {log.last_day}')}",
        'defaults = "university"',
        "",
        "[tables]",
        'buildings = "buildings.csv"',
        'people = "people.csv"',
        "",
        "[calendar]",
        'days = ""',
        'terms = ""',
    ]
    for table, values in over.tables.items():
        lines += ["", f"[{'.'.join(toml.key(part) for part in table.split('.'))}]"]
        lines += [f"{toml.key(key)} = {toml.value(value)}" for key, value in values.items()]
    lines += ["", "[provenance]", *(f"{toml.value(key)} = {toml.value(note)}" for key, note in over.provenance.items())]
    head = {
        "log": done.trace.file, "digest": done.trace.digest(), "fitted_from": str(log.first_day),
        "fitted_until": str(done.fitted_until), "judged_from": str(done.judged_from), "judged_until": str(log.last_day),
    }  # fmt: skip
    lines += ["", "[calibration]", *(f"{key} = {toml.value(value)}" for key, value in head.items())]
    lines += [
        "",
        "[calibration.verdicts]",
        *(f"{toml.key(key)} = {toml.value(value)}" for key, value in verdicts(done)),
    ]
    lines += ["", "# Limits of the 90 % and of the 95 % interval.", "[calibration.intervals]"]
    lines += [f"{toml.value(key)} = {toml.value(limits)}" for key, limits in over.intervals.items() if _known(limits)]
    return "\n".join(lines) + "\n"


def _scenario(done: Calibration) -> str:
    last = done.log.last_day
    start = last + timedelta(days=7 - last.weekday())
    return "\n".join(
        [
            f"# Today's demand of {done.trace.name} as calibrated; rules and switches are yours to choose.",
            "",
            f"name = {toml.value(campus_name(done))}",
            f"title = {toml.value(f'Demand calibrated from {done.trace.name}')}",
            'campus = "campus.toml"',
            "",
            "[run]",
            f"start = {start}",
            "burn_in_days = 28",
            f"days = {RUN_DAYS}",
            "run_out_days = 30",
            "replications = 10",
            "seed = 1",
            "",
            "[policies]",
            'dispatch = { rule = "nearest_idle" }',
            "",
        ]
    )


def _known(limits: Sequence[float]) -> bool:
    return all(x == x and abs(x) != float("inf") for x in limits)


def _csv(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()
