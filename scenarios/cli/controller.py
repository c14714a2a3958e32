"""``twin run SCENARIO --controller URL``: a host decides in the place of the office, and is compared with it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from scenarios.cli.atonce import at_once
from scenarios.cli.conduct import Request
from scenarios.cli.envelope import PARTIAL, WRONG_USAGE, Finish

if TYPE_CHECKING:
    from scenarios.remote.driving import Driven
    from scenarios.study.experiment import Findings, Study

SHOWN: Final = 16
"""Letters of a digest on a page."""


def options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of a run that somebody else decides."""
    kept = [
        click.option("--controller", "url", metavar="URL", help="Let a host decide: http://HOST:PORT, mqtt://HOST:PORT[/PREFIX] (https, mqtts with TLS). One SCENARIO, one replication; the host was packed for it and its record is empty."),
        click.option("--credentials", type=click.Path(dir_okay=False, path_type=Path), help="With --controller: file of the token (http; else CAMPUS_TWIN_TOKEN), or of user and password, a line each (mqtt)."),
        click.option("--ca", type=click.Path(dir_okay=False, path_type=Path), help="With --controller: certificates that vouch for the host or its broker."),
    ]  # fmt: skip
    for option in reversed(kept):
        command = option(command)
    return command


def wrong_usage() -> tuple[type[Exception], ...]:
    """Errors that mean wrong usage or configuration."""
    from policies.deploy.doors.broker import BadBroker, MissingExtra
    from scenarios.remote.refusals import RemoteError

    return BadBroker, MissingExtra, RemoteError


def one_run(asked: Request, *, until: bool) -> Request:
    """What was asked for, as one replication.

    Raises
    ------
    Finish
        With everything that a host cannot do; exit code 2.
    """
    wrong = []
    if len(asked.scenarios) > 1:
        wrong.append(f"{len(asked.scenarios)} scenarios, expected one: a host has the rules of one")
    if until or (asked.replications or 1) > 1:
        wrong.append("several replications, expected one: a host's record begins once; start it anew for each seed")
    if asked.backend == "dask":
        wrong.append("--backend dask, expected none: the host is asked from here")
    if asked.trace is not None or asked.mapping is not None:
        wrong.append("--trace or --mapping, expected none: a host decides for a simulated campus")
    if wrong:
        raise Finish(WRONG_USAGE, *(f"--controller: {one}" for one in wrong))
    return replace(asked, replications=1)


def see(url: str | None, credentials: Path | None, ca: Path | None, asked: Request, *, until: bool) -> None:
    """See that a host could be called for what was asked for, before anybody is.

    Raises
    ------
    Finish
        With everything that is wrong; exit code 2.
    """
    if url is None:
        if credentials is not None or ca is not None:
            raise Finish(WRONG_USAGE, "--credentials and --ca go with --controller URL")
        return
    from scenarios.remote.calling import see_callable

    at_once(
        wrong_usage(),
        lambda: one_run(asked, until=until),
        *(partial(look) for look in see_callable(url, credentials, ca)),
    )


def beside(study: "Study", asked: Request) -> "Study":
    """The same study in a folder of its own, unless it was given a name: one replication is no study of a campus."""
    return study if asked.study else replace(study, folder=study.folder.with_name(f"{study.folder.name}-controller"))


def drive(study: "Study", url: str, credentials: Path | None, ca: Path | None) -> "Driven":
    """Let the host decide, showing how far it is.

    Raises
    ------
    Finish
        3 if the run ended before its time; nothing of it is kept.
    RemoteError, BadBroker, MissingExtra
        If it cannot begin.
    """
    from scenarios.cli.progress import Progress
    from scenarios.remote.asking import Where
    from scenarios.remote.calling import call
    from scenarios.remote.driving import drive as driven_by
    from scenarios.remote.driving import greet
    from scenarios.remote.refusals import RunFailed

    arm, over = study.arms[0], _Over()
    run = arm.scenario().scenario.run
    days = run.burn_in_days + run.days + run.run_out_days
    where = Where(url, credentials, ca, say=partial(click.echo, err=True))
    with call(where) as host:
        status = greet(arm, study.seed, host)
        with Progress(f"{arm.name} at {url}", days, over.days, "days"):
            try:
                return driven_by(arm, study.seed, host, status, study.limit_s, over.watch)
            except RunFailed as error:
                raise Finish(PARTIAL, str(error)) from error


def difference(study: "Study", findings: "Findings", driven: "Driven | None") -> list[str]:
    """What to say if the host's run is not the simulation's own; nothing if it is, or nobody was asked."""
    if driven is None:
        return []
    from scenarios.remote.driving import where_they_part

    arm = study.arms[0]
    own, found = findings.cells[arm.name][0].journal_digest, driven.journal.digest()
    if own == found:
        return []
    parting = where_they_part(arm, study.seed, driven, study.limit_s)
    return [
        f"the host's journal ({found}) is not the simulation's own ({own}): they part {parting}",
        "the figures shown are the simulation's; nothing of the host's run is kept",
    ]


def lines(driven: "Driven | None", *, same: bool) -> list[str]:
    """Who decided, and whether it makes a difference."""
    if driven is None:
        return []
    bundle = driven.status.bundle
    who = f"{bundle.get('name')} version {bundle.get('version')} (sha256 {str(bundle.get('sha256'))[:SHOWN]}…)"
    said = [
        f"decided by {who}: {driven.observations} observations, {driven.commands} commands, no fallback, {driven.seconds:.1f} s",
    ]  # fmt: skip
    if same:
        said.append(f"journal {driven.journal.digest()}: the same as the simulation's own")
    return said


class _Over:
    """How many days of a run are over."""

    def __init__(self) -> None:
        self._minute = 0.0

    def watch(self, minute: float) -> None:
        """It is so late by now."""
        self._minute = minute

    def days(self) -> int:
        """Whole days."""
        from policies.contract.units import DAY_MIN

        return int(self._minute // DAY_MIN)
