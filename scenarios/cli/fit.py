"""``twin fit``: free parameters of today's practice moved until its figures lie in their bands."""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from results.numbers import number
from scenarios.cli.atonce import at_once
from scenarios.cli.conduct import STOPPED_RUNS, hang_option, jobs_option, out_option, sets_option, wrong_usage
from scenarios.cli.envelope import ANSWER_IS_NO, DONE, INTERRUPTED, PARTIAL, Finish, ending, envelope
from scenarios.cli.form import Looking, Whole
from scenarios.cli.places import see_writable
from scenarios.cli.words import Lang, say, within

if TYPE_CHECKING:
    from rich.table import Table

    from scenarios.cli.progress import Progress
    from scenarios.fit.fitting import Fit, Fitting
    from scenarios.fit.space import Parameter
    from scenarios.study.experiment import Findings, Study

SCHEMA: Final = "twin/fit@1"


@click.command(cls=Looking)
@click.argument("scenario")
@click.option(
    "--to", required=True, metavar="BANDS", help="Bands file (TOML), or a shipped one by name, as university."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write the fitted scenario, the trials and the report to.",
)
@click.option("--trials", type=Whole(1), default=75, show_default=True, help="Points that are tried.")
@click.option(
    "--batch",
    type=Whole(1),
    default=4,
    show_default=True,
    help="Points asked for at a time; part of the search, whatever the number of workers.",
)
@click.option(
    "--train-n",
    type=Whole(1),
    default=2,
    show_default=True,
    help="Replications a trial, on the training seed.",
)
@click.option(
    "--finalists",
    type=Whole(1),
    default=3,
    show_default=True,
    help="How many of the trials that noise does not tell from the best are run once more, at most.",
)
@click.option(
    "--choice-n",
    type=Whole(2),
    default=24,
    show_default=True,
    help="Replications a finalist, on the next training seed.",
)
@click.option(
    "-n",
    "fresh_n",
    type=Whole(2),
    default=30,
    show_default=True,
    help="Replications of the report, on the fresh seed.",
)
@click.option("--seed", type=Whole(0), default=101, show_default=True, help="Training seed.")
@click.option("--fresh-seed", type=Whole(0), default=2026, show_default=True, help="Seed of the report.")
@sets_option
@jobs_option
@click.option(
    "--resume",
    is_flag=True,
    help="Go on with a fit that exists (finished runs are always kept and never computed twice).",
)
@out_option
@click.option("--study", help="Name of the fit's folder (default: fit- and the scenario).")
@hang_option
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(
    scenario: str, to: str, output: Path | None, trials: int, batch: int, train_n: int, finalists: int, choice_n: int,
    fresh_n: int, seed: int, fresh_seed: int, sets: tuple[str, ...], jobs: int, resume: bool, out: Path,
    study: str | None, hang_after_s: float, lang: Lang, as_json: bool,
) -> None:  # fmt: skip
    """Fit the free parameters of SCENARIO, today's practice, to the bands of a file.

    Trials are searched on the training seed and the best of them compared on the next one; before the
    last fifth of the trials, what the first seed's few replications are off is taken off all of them.
    What is written is judged on the fresh seed, beside the scenario as it stands. A band is hit when the 95 %
    interval of the figure lies inside it. Ends with 1 where a band is missed; the files are written all
    the same.
    """
    no: list[str] = []
    with ending(SCHEMA, as_json=as_json, wrong=_wrong(), stopped=STOPPED_RUNS):
        from scenarios.fit.fitting import Effort, fitting_of
        from scenarios.fit.report import as_data, missed, warnings
        from scenarios.library import find

        effort = Effort(trials, batch, train_n, finalists, choice_n, fresh_n, seed, fresh_seed)
        fitting, *_ = at_once(
            _wrong(),
            lambda: fitting_of(scenario, to, sets, out, study, effort, jobs, hang_after_s),
            lambda: find("bands", to),
            lambda: None if output is None else see_writable(output, folder=True),
        )
        fitting.prepare(resume=resume)
        done = _conducted(fitting)
        no = missed(done)
        files = [] if output is None else _written(done, output)
        if as_json:
            data: dict[str, Any] = {**as_data(done), "study": fitting.folder, "files": files}
            click.echo(envelope(SCHEMA, data, ok=not no, warnings=warnings(done), errors=no))
        else:
            _print(done, lang)
            for warning in warnings(done):
                click.echo(f"warning: {warning}", err=True)
            click.echo(
                "\n".join([f"{say('cells', lang)}: {fitting.folder}", *(f"{say('written', lang)}: {f}" for f in files)])
            )
        for line in (*map(str, done.failures), *no):
            click.echo(f"twin: {line}", err=True)
    sys.exit(ANSWER_IS_NO if no else DONE)


def _wrong() -> tuple[type[Exception], ...]:
    from scenarios.fit.search import NoSearch

    return (*wrong_usage(), NoSearch)


@dataclass(slots=True)
class _Watched:
    """The studies of a fit as they come, for the one bar over all of them."""

    progress: "Progress | None" = None
    studies: "dict[tuple[str, ...], Study]" = field(default_factory=dict)

    def done(self) -> int:
        return sum(study.finished() for study in list(self.studies.values()))

    def conduct(self, study: "Study") -> "Findings":
        self.studies[study.folder.name, *(arm.name for arm in study.arms)] = study
        progress = self.progress
        assert progress is not None
        return study.run(lambda outcome: progress.add_failed(len(outcome.failures)))


def _conducted(fitting: "Fitting") -> "Fit":
    """Run a fit, showing how far it is.

    Raises
    ------
    Finish
        130 when interrupted (finished runs are kept), 3 when nothing could be finished.
    """
    from scenarios.cli.progress import Progress
    from scenarios.fit.fitting import NothingFinished
    from scenarios.study.cells import NotWritable

    watched = _Watched()
    watched.progress = Progress(fitting.folder.name, fitting.effort.runs, watched.done)
    fitting.conduct = watched.conduct
    try:
        with watched.progress:
            return fitting.run()
    except (NothingFinished, NotWritable) as error:
        raise Finish(PARTIAL, str(error)) from error
    except KeyboardInterrupt:
        raise Finish(
            INTERRUPTED,
            f"interrupted: {watched.done()} of {fitting.effort.runs} runs are finished and kept in {fitting.folder}; "
            "the same command with --resume goes on",
        ) from None


def _written(done: "Fit", output: Path) -> list[Path]:
    from scenarios.fit.report import as_data, missed, warnings
    from scenarios.fit.writing import write

    no = missed(done)
    return write(done, output, envelope(SCHEMA, as_data(done), ok=not no, warnings=warnings(done), errors=no))


def _print(done: "Fit", lang: Lang) -> None:
    from scenarios.cli.tables import console

    out = console()
    for part in (_bands(done, lang), _parameters(done, lang)):
        out.print(part)
        out.print()
    note = say("fit_alike_note", lang).format(alike=done.alike, trials=len(done.trials))
    out.print(note, style="dim", highlight=False, soft_wrap=True)


def _bands(done: "Fit", lang: Lang) -> "Table":
    from scenarios.cli.tables import name_of, table_of

    title = say("fit_bands", lang).format(seed=done.effort.fresh_seed, n=done.effort.fresh_replications)
    heads = [say(key, lang) for key in ("figure", "fit_band", "fit_how", "fit_before", "fit_now")]
    rows = [
        (
            name_of(row.band.kpi, lang), f"{row.band.low:g} – {row.band.high:g}", say(f"fit_role_{row.band.role}", lang),
            f"{number(row.before.estimate)} {within(row.before.low, row.before.high)}",
            f"{number(row.fitted.estimate)} {within(row.fitted.low, row.fitted.high)}",
            f"✓ {say('fit_hit', lang)}" if row.hit else f"✗ {say('fit_missed', lang)}",
        )
        for row in done.rows
    ]  # fmt: skip
    return table_of(title, [*heads, ""], rows)


def _parameters(done: "Fit", lang: Lang) -> "Table":
    from scenarios.cli.tables import table_of
    from scenarios.fit.report import parameter, stood

    keys = ("fit_key", "fit_before", "fit_now", "fit_range", "fit_default", "fit_alike", "fit_share")
    rows = []
    for found in done.determined:
        one = parameter(done, found.key)
        rows.append(
            (
                found.key, _stood(one, stood(done, one)), _told(one.told(found.value)), _range(one, lang),
                _told(one.told(one.default)), _span(one.told(found.low), one.told(found.high)), f"{found.share:.0%}",
            )
        )  # fmt: skip
    return table_of(say("fit_parameters", lang), [say(key, lang) for key in keys], rows)


def _stood(one: "Parameter", values: dict[str, Any]) -> str:
    """A value as it stands; of values moved together, the factors they stand at."""
    from scenarios.fit.space import Range

    if not isinstance(one, Range) or not one.factor:
        return _told(next(iter(values.values())))
    factors = [values[key] / centre for key, centre in one.targets]
    return _span(round(min(factors), 2), round(max(factors), 2))


def _range(one: "Parameter", lang: Lang) -> str:
    from scenarios.fit.space import Range

    if isinstance(one, Range):
        return _span(one.low, one.high)
    return say("fit_choices", lang).format(n=len(one.choices))


def _span(low: Any, high: Any) -> str:
    return _told(low) if low == high else f"{_told(low)} – {_told(high)}"


def _told(value: Any) -> str:
    """A number, or a list of times of the day [min] as clock times."""
    if isinstance(value, (list, tuple)):
        return " ".join(f"{int(minute) // 60:02d}:{int(minute) % 60:02d}" for minute in value)
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)
