"""``twin calibrate FILE --parts``: which forecast and which replenishment rule serve a store for the least money."""

from pathlib import Path
from typing import Final

import click

from scenarios.cli.envelope import WRONG_USAGE, Finish, ending, envelope
from scenarios.cli.parameters import made, parameters_of

SCHEMA: Final = "twin/calibrate-parts@1"
STOPPED: Final = "interrupted while the rules were played over the demand; nothing is written"


def calibrated(file: Path, output: Path, terms: str, fill: float | None, seed: int, *, as_json: bool) -> None:
    """Read, judge, write, say."""
    with ending(SCHEMA, as_json=as_json, wrong=_wrong(), stopped=STOPPED):
        from scenarios.calibration.parts.judging import judge
        from scenarios.calibration.parts.playing import Terms
        from scenarios.calibration.parts.reading import read
        from scenarios.calibration.parts.report import as_data, as_text, write
        from scenarios.cli.atonce import at_once
        from scenarios.study.cells import NotWritable

        given, data = at_once(
            _wrong(), lambda: made(Terms, "--terms", parameters_of(terms, "--terms")), lambda: read(file)
        )
        found = judge(data, given, seed, fill)
        report = envelope(SCHEMA, as_data(found))
        try:
            files = write(found, output, report)
        except NotWritable as error:
            raise Finish(WRONG_USAGE, f"-o {output} cannot be written: {error.__cause__ or error}") from error
        if as_json:
            click.echo(envelope(SCHEMA, {**as_data(found), "files": files}))
        else:
            click.echo(as_text(found))
            click.echo("\n".join(f"written: {path}" for path in files))


def _wrong() -> tuple[type[Exception], ...]:
    from scenarios.problems import ScenarioProblems

    return (ScenarioProblems,)
