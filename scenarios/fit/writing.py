"""Writing a fit into a folder: the scenario with the fitted values, every trial, the report for machines."""

import csv
import io
import os
from pathlib import Path
from typing import Any

from scenarios import library
from scenarios.fit.fitting import Fit
from scenarios.fit.free import MARK
from scenarios.fit.report import trial_columns, trial_rows
from scenarios.fit.space import written
from scenarios.resolution.layers import merge
from scenarios.resolution.provenance import note_for
from scenarios.resolution.resolve import Resolved
from scenarios.study.cells import CellStore

SCENARIO = "scenario.toml"


def write(done: Fit, folder: Path, report: str) -> list[Path]:
    """Write every file, each whole or not at all; their paths.

    Parameters
    ----------
    report : the report for machines, as text
    """
    texts = {SCENARIO: scenario_text(done, folder), "trials.csv": _trials(done), "fit.json": report + "\n"}
    store = CellStore(folder)
    store.prepare()
    for name, text in texts.items():
        store.write_text(name, text)
    return [folder / name for name in texts]


def scenario_text(done: Fit, folder: Path) -> str:
    """The fitted scenario as a file of its own: what was fitted, and what else it was run with."""
    import tomli_w

    it = done.fitted.scenario()
    values = it.scenario.model_dump(exclude_unset=True)
    name = done.before.scenario().name
    values |= {"name": f"{name}_fitted", "campus": _campus(it, done, folder)}
    values["about"] = " ".join([str(values.get("about", "")), _made(done)]).strip()
    values.pop("extends", None)
    values.pop("measures", None)
    merge(values, {"world": {"provenance": _notes(done)}})
    return "\n".join([*_head(done), "", tomli_w.dumps(values)])


def _campus(it: Resolved, done: Fit, folder: Path) -> str:
    """A shipped campus by its name; one's own by the way from the new folder to its file."""
    name = it.scenario.campus
    if name in library.shipped("campus"):
        return name
    beside = library.find("scenario", done.source).parent
    return Path(os.path.relpath(library.find("campus", name, folder=beside).resolve(), folder.resolve())).as_posix()


def _made(done: Fit) -> str:
    return f"Fitted to the bands {done.bands.file.name} by twin fit."


def _notes(done: Fit) -> dict[str, str]:
    """The notes of fitted values: the range stays, what it was fitted to is added."""
    campus = done.before.scenario().campus
    told = {}
    for key, value in written(done.bands.space, done.chosen.point).items():
        note = note_for(campus.provenance, key)
        if note and not key.startswith("policies."):
            said = f"{value:g} to the bands {done.bands.file.name}, seed {done.effort.seed}"
            told[key] = f"{note[: _end(note)]}: {said}"
    return told


def _end(note: str) -> int:
    """Where the word fit ends in a note; what an earlier fit added is dropped."""
    found = MARK.search(note)
    return len(note) if found is None else found.end()


def _head(done: Fit) -> list[str]:
    effort, finalists = done.effort, len(done.finalists)
    return [
        f"# {done.source} with the free parameters fitted to the bands {done.bands.file.name} by twin fit.",
        f"# {effort.trials} trials of {effort.replications} replications on seed {effort.seed}.",
        f"# {finalists} finalists of {effort.choice_replications} replications on seed {effort.seed + 1}.",
        f"# {effort.fresh_replications} replications on the fresh seed {effort.fresh_seed} in fit.json, every trial in trials.csv.",
        f"# {done.searched_by}; code {done.code}.",
    ]


def _trials(done: Fit) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(trial_columns(done))
    writer.writerows([_cell(value) for value in row] for row in trial_rows(done))
    return out.getvalue()


def _cell(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
