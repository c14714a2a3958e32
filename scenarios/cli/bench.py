"""``twin bench``: the dispatch reference through the ordinary world, exact to six decimals, and its cost."""

import csv
import json
from pathlib import Path
from typing import Any

import click

from scenarios.cli.envelope import WRONG_USAGE, Finish, ending, envelope
from scenarios.cli.form import Group

SCHEMA = "twin/bench@1"
FILE = click.Path(path_type=Path)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Benchmarks."""


@command.command("dispatch-reference")
@click.option("--campus", "campus_file", type=FILE, required=True, help="Campus file: campus-*.json, gzipped or not.")
@click.option("--path", "path_file", type=FILE, required=True, help="Sample path: path-*.csv, gzipped or not.")
@click.option("--rule", default="nearest_idle", show_default=True, help="Dispatch rule.")
@click.option(
    "--travel-factor", default=1.0, show_default=True, help="Stretches the true travel, not the office's map."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def dispatch_reference(campus_file: Path, path_file: Path, rule: str, travel_factor: float, as_json: bool) -> None:
    """Run the dispatch reference model and print its results from the journal.

    Orders, events, mean and 90th percentile of response, utilisation by trade, CPU time, memory.
    """
    from policies.controller.registry import UnknownRule

    with ending(SCHEMA, as_json=as_json, wrong=(UnknownRule,)):
        if not travel_factor > 0.0:
            raise Finish(WRONG_USAGE, f"--travel-factor: given {travel_factor}; expected a number above 0")
        data = _run(campus_file, path_file, rule, travel_factor)
        click.echo(envelope(SCHEMA, data) if as_json else _lines(data))


def _run(campus_file: Path, path_file: Path, rule: str, travel_factor: float) -> dict[str, Any]:
    from scenarios.reference.model import run

    for option, file in (("--campus", campus_file), ("--path", path_file)):
        if not file.is_file():
            raise Finish(WRONG_USAGE, f"{option}: given {file}; expected a file that exists")
    try:
        return run(campus_file, path_file, rule=rule, travel_factor=travel_factor)
    except (json.JSONDecodeError, csv.Error, KeyError, ValueError, OSError) as error:
        what = f"no {error} in it" if isinstance(error, KeyError) else str(error)
        raise Finish(
            WRONG_USAGE,
            f"{campus_file} and {path_file} are not a campus and a path of the dispatch reference: {what}",
        ) from error


def _lines(data: dict[str, Any]) -> str:
    rows = [(key, value) for key, value in data.items() if key != "utilisation"]
    rows += [(f"utilisation {trade}", share) for trade, share in data["utilisation"].items()]
    return "\n".join(
        f"{name:24s} {value:>16.6f}" if isinstance(value, float) else f"{name:24s} {value:>16,}" for name, value in rows
    )
