"""``--until-hw "K-R1=5%"``: go on with replications until an interval is narrow enough."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import click

from scenarios.cli.conduct import conduct
from scenarios.cli.envelope import WRONG_USAGE, Finish
from scenarios.cli.failon import figure_id
from scenarios.cli.form import Whole

if TYPE_CHECKING:
    from results.statistics import Interval, Precision
    from scenarios.study.experiment import Findings, Study

_FORM: Final = re.compile(r"^\s*([A-Za-z][\w.:\- ]*?)\s*=\s*([\d.]+(?:[eE][-+]?\d+)?)\s*(%?)\s*$")
CEILING: Final = 400
"""Replications at which a study ends however wide its intervals are, unless told otherwise."""

Found = Iterable[tuple[str, "Interval", float | None]]
"""Figure, interval, and the level a share is taken of (None: the estimate itself)."""


def options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of every command that may go on until it knows enough."""
    kept = [
        click.option("--until-hw", "until_hw", multiple=True, metavar="KPI=WIDTH", help='Add replications until the interval is this narrow: half-width in the unit of the figure, or in % of its level, as in "K-R1=5%" (a comparison: of the difference, in % of the baseline). May be repeated; then -n is where it starts (at least 10).'),
        click.option("--max-n", "max_n", type=Whole(2), default=CEILING, show_default=True, help="Replications --until-hw may come to."),
    ]  # fmt: skip
    for option in reversed(kept):
        command = option(command)
    return command


def parse(texts: Sequence[str], ids_by_key: Mapping[str, str]) -> "list[Precision]":
    """Read every ``--until-hw``; KPIs by id or key.

    Raises
    ------
    Finish
        With every one that cannot be read; exit code 2.
    """
    from results.statistics import Precision

    found, wrong = [], []
    for text in texts:
        try:
            form = _FORM.match(text)
            if form is None:
                raise ValueError('expected a KPI and a half-width, as in "K-R1=5%" or "K-R1=3"')
            share = form[3] == "%"
            found.append(Precision(figure_id(form[1], ids_by_key), float(form[2]) / (100.0 if share else 1.0), share))
        except ValueError as error:
            wrong.append(f'--until-hw: given "{text}"; {error}')
    if wrong:
        raise Finish(WRONG_USAGE, *wrong)
    return found


def conduct_until(
    study: "Study", wanted: "Sequence[Precision]", max_n: int, intervals: "Callable[[Findings], Found]", *, resume: bool
) -> "tuple[Findings, list[str]]":
    """Run what is missing; with ``wanted``, look, add replications and look again.

    Looks are at numbers of replications that depend on the results alone, never on the workers.

    Returns
    -------
    findings, warnings
        What the study has, and each width that was not reached.
    """
    if not wanted:
        return conduct(study, resume=resume), []
    from results.statistics import next_size

    study.replications = next_size(min(study.replications, max_n), float("inf"), max_n)
    while True:
        findings = conduct(study, resume=resume)
        shortfalls = _shortfalls(wanted, intervals(findings))
        following = next_size(study.replications, max(shortfalls.values(), default=0.0), max_n)
        if following == study.replications or findings.failures:
            return findings, [
                f"--until-hw: {figure} is {short:.2f} times as wide as asked for after {study.replications} replications"
                for figure, short in shortfalls.items()
                if short > 1.0
            ]
        study.replications, resume = following, True


def _shortfalls(wanted: "Sequence[Precision]", found: Found) -> dict[str, float]:
    """The widest interval of each figure asked for, by how many times too wide it is."""
    worst = {one.kpi: 0.0 for one in wanted}
    seen: dict[str, None] = {}
    for figure, interval, around in found:
        for one in wanted:
            if one.kpi == figure:
                seen[figure] = None
                worst[figure] = max(worst[figure], one.shortfall(interval, around))
    missing = [figure for figure in worst if figure not in seen]
    if missing:
        raise Finish(WRONG_USAGE, *(f"--until-hw: no run of this study has {figure}" for figure in missing))
    return worst
