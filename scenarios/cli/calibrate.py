"""``twin calibrate``: from a planner's own log to a campus overlay with intervals and verdicts."""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from scenarios.cli.atonce import at_once
from scenarios.cli.envelope import ANSWER_IS_NO, DONE, WRONG_USAGE, Finish, ending, envelope
from scenarios.cli.form import Looking, Whole
from scenarios.cli.partdemand import calibrated
from scenarios.cli.places import see_file

if TYPE_CHECKING:
    from scenarios.calibration import Calibration

SCHEMA: Final = "twin/calibrate@1"
STOPPED: Final = "interrupted while the log was fitted and judged; no fit is kept"
DAY: Final = click.DateTime(["%Y-%m-%d"])


@click.command(cls=Looking)
@click.argument("log", type=click.Path(path_type=Path))
@click.option(
    "--mapping",
    type=click.Path(dir_okay=False, path_type=Path),
    help="How the columns of the log are read: a TOML file, or a shipped one by name; needed but for --parts.",
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write the overlay and the report to.",
)
@click.option(
    "--from", "first_day", type=DAY, metavar="DAY", help="First day that counts (default: the mapping's period)."
)
@click.option("--to", "last_day", type=DAY, metavar="DAY", help="Last day that counts (default: the mapping's period).")
@click.option(
    "--fit-until",
    type=DAY,
    metavar="DAY",
    help="Last day of the part that is fitted (default: three quarters of the days).",
)
@click.option(
    "--judge-from", type=DAY, metavar="DAY", help="First day of the part that judges (default: the day after)."
)
@click.option(
    "--seed", type=Whole(0), default=1, show_default=True, help="Seed of the bootstrap and of the drawn logs."
)
@click.option(
    "--parts",
    is_flag=True,
    help="LOG is demand by part and month (a column of parts, one column a month; empty: not recorded) and takes no mapping.",
)
@click.option(
    "--terms",
    default="{}",
    metavar="TOML",
    help='With --parts, as in "{ price = 25.0, order = 120.0, holding = 0.25, lead = 1 }".',
)
@click.option(
    "--fill",
    type=click.FloatRange(0.0, 1.0, min_open=True, max_open=True),
    help="With --parts: share met from the shelf at which rules are compared (default: that of today's practice).",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(
    log: Path, mapping: Path | None, output: Path, first_day: datetime | None, last_day: datetime | None,
    fit_until: datetime | None, judge_from: datetime | None, seed: int, parts: bool, terms: str, fill: float | None, as_json: bool,
) -> None:  # fmt: skip
    """Fit demand, durations and calendars to LOG, judge the fit on the log's last part, write a campus overlay.

    The overlay (campus.toml, with tables and a scenario beside it) holds the values of the whole log with
    their intervals, and the verdicts. Ends with 1 where a component is not valid; the files are
    written all the same, and every comparison on them says so first.

    With --parts, LOG is demand by part and month: parts are classified, and pairs of a forecast and a
    replenishment rule compared by what they cost at one fill rate in the last year.
    """
    with ending(SCHEMA, as_json=as_json, wrong=_wrong(), stopped=STOPPED):
        other = [mapping, first_day, last_day, fit_until, judge_from]
        at_once(
            _wrong(),
            lambda: see_file(log),
            lambda: _see_clashes(
                mapping,
                parts=parts,
                of_a_log=any(one is not None for one in other),
                of_parts=fill is not None or terms != "{}",
            ),
            lambda: None if mapping is None else _see_mapping(mapping),
        )
    if parts:
        calibrated(log, output, terms, fill, seed, as_json=as_json)
        return
    assert mapping is not None
    valid = True
    with ending(SCHEMA, as_json=as_json, wrong=_wrong(), stopped=STOPPED):
        from scenarios.calibration import calibrate
        from scenarios.calibration.report import as_data, as_text
        from scenarios.trace import mapping_file

        done = calibrate(
            log, mapping_file(mapping), first_day=_day(first_day), last_day=_day(last_day), fit_until=_day(fit_until),
            judge_from=_day(judge_from), seed=seed, say=lambda what: click.echo(f"calibrate: {what}", err=True),
        )  # fmt: skip
        valid = done.valid
        files = _written(done, output)
        if as_json:
            data: dict[str, Any] = {**as_data(done), "files": files}
            click.echo(envelope(SCHEMA, data, ok=valid, errors=_refusals(done)))
        else:
            click.echo(as_text(done))
            click.echo("\n".join(f"written: {file}" for file in files))
        for line in _refusals(done):
            click.echo(f"twin: {line}", err=True)
    sys.exit(DONE if valid else ANSWER_IS_NO)


def _see_clashes(mapping: Path | None, *, parts: bool, of_a_log: bool, of_parts: bool) -> None:
    wrong = []
    if parts and of_a_log:
        wrong.append("--parts and --mapping, --from, --to, --fit-until, --judge-from exclude each other")
    if not parts and mapping is None:
        wrong.append("a log needs --mapping FILE (demand by part and month: --parts)")
    if not parts and of_parts:
        wrong.append("--terms and --fill go with --parts alone")
    if wrong:
        raise Finish(WRONG_USAGE, *wrong)


def _see_mapping(mapping: Path) -> None:
    from scenarios.trace import mapping_file

    mapping_file(mapping)


def _wrong() -> tuple[type[Exception], ...]:
    from scenarios.problems import ScenarioProblems

    return (ScenarioProblems,)


def _written(done: "Calibration", output: Path) -> list[Path]:
    """Write the files.

    Raises
    ------
    Finish
        With exit code 2 if the folder cannot be written.
    """
    from scenarios.calibration import write
    from scenarios.calibration.report import as_data
    from scenarios.study.cells import NotWritable

    report = envelope(SCHEMA, as_data(done), ok=done.valid, errors=_refusals(done))
    try:
        return write(done, output, report)
    except NotWritable as error:
        raise Finish(WRONG_USAGE, f"-o {output} cannot be written: {error.__cause__ or error}") from error


def _refusals(done: "Calibration") -> list[str]:
    return [f"{one.component} {one}" for one in done.broken]


def _day(given: datetime | None) -> date | None:
    return None if given is None else given.date()
