"""``twin policy shadow | canary | promote | rollback``: who decides at a host that is running."""

from pathlib import Path
from typing import Any, Final

import click

from scenarios.cli.atonce import at_once
from scenarios.cli.envelope import ANSWER_IS_NO, WRONG_USAGE, Finish, ending, envelope
from scenarios.cli.form import AtOnce
from scenarios.cli.places import see_file

STOPPED: Final = "interrupted while the host was asked; it may do it all the same, as is told by: twin policy shadow"
FOLDER: Final = click.argument("state", type=click.Path(file_okay=False, path_type=Path))
OTHER_POINTS: Final = click.option(
    "--allow-other-points",
    is_flag=True,
    help="Even where its rules decide at other points than those of the one that decides.",
)
REFUSED: Final = click.option(
    "--allow-refused",
    is_flag=True,
    help="Even where its rules raised or were refused in more than a tenth of the questions while it looked on.",
)
AS_JSON: Final = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")


@click.command(cls=AtOnce)
@FOLDER
@click.argument("bundle", type=click.Path(path_type=Path), required=False)
@click.option("--dismiss", is_flag=True, help="Whoever looks on looks on no more.")
@AS_JSON
def shadow(state: Path, bundle: Path | None, dismiss: bool, as_json: bool) -> None:
    """Let a BUNDLE look over the shoulder of the one that decides; without one, say what it saw.

    STATE is the folder of a host that is running. Every question is put to the bundle's rules too; what
    they say has no effect and is compared. Exit code 1 when the bundle is refused.
    """
    from policies.deploy.host.control import ControlProblem, ask

    with ending("twin/policy-shadow@1", as_json=as_json, wrong=(ControlProblem,)):
        at_once(
            (ControlProblem,),
            lambda: _see_one(bundle, dismiss=dismiss),
            lambda: None if bundle is None else see_file(bundle),
            lambda: ask(state, "status"),
        )
    words = {} if bundle is None else {"path": str(bundle.resolve())}
    _asked("twin/policy-shadow@1", state, "dismiss" if dismiss else "load" if words else "report", words, as_json)


@click.command(cls=AtOnce)
@FOLDER
@OTHER_POINTS
@REFUSED
@AS_JSON
def canary(state: Path, allow_other_points: bool, allow_refused: bool, as_json: bool) -> None:
    """Let the bundle that looks on decide in every second week, from the next Monday on.

    STATE is the folder of a host that is running. By the week and never by the order, because people are shared. Each
    week's requests and response are told beside who decided in it; promote or rollback ends it. Exit code 1
    when nobody looks on, or when it has rules at other decision points or its answers did not stand (see promote).
    """
    _asked(
        "twin/policy-canary@1",
        state,
        "canary",
        _words(allow_other_points=allow_other_points, allow_refused=allow_refused),
        as_json,
    )


@click.command(cls=AtOnce)
@FOLDER
@OTHER_POINTS
@REFUSED
@AS_JSON
def promote(state: Path, allow_other_points: bool, allow_refused: bool, as_json: bool) -> None:
    """Let the bundle that looks on decide from the next event on; the one that decided stands by.

    STATE is the folder of a host that is running. If its answers turn out badly (fallbacks, guard hits, over the soft budget), the
    host goes back by itself. Exit code 1 when nobody looks on, or when it has a rule at a decision point where the one that
    decides has none, or none where that one has a rule: a bundle without a breaker, say, is not promoted unawares. Nor is
    one whose rules raised or were refused in more than a tenth of the questions it was asked while it looked on.
    """
    _asked(
        "twin/policy-promote@1",
        state,
        "promote",
        _words(allow_other_points=allow_other_points, allow_refused=allow_refused),
        as_json,
    )


@click.command(cls=AtOnce)
@FOLDER
@AS_JSON
def rollback(state: Path, as_json: bool) -> None:
    """Let the bundle that decided before decide again from the next event on.

    STATE is the folder of a host that is running. Exit code 1 when nobody decided before.
    """
    _asked("twin/policy-rollback@1", state, "rollback", {}, as_json)


def _see_one(bundle: Path | None, *, dismiss: bool) -> None:
    if dismiss and bundle is not None:
        raise Finish(WRONG_USAGE, "--dismiss and a BUNDLE exclude each other: leave one away")


def _words(**allowed: bool) -> dict[str, Any]:
    return {name: True for name, meant in allowed.items() if meant}


def _asked(schema: str, state: Path, what: str, words: dict[str, Any], as_json: bool) -> None:
    from policies.deploy.host.control import CannotDo, ControlProblem, ask
    from policies.deploy.host.told import lines_of

    with ending(schema, as_json=as_json, wrong=(ControlProblem,), stopped=f"{STOPPED} {state}"):
        try:
            said = ask(state, what, **words)
        except CannotDo as problem:
            reason = f"refused ({problem.refused}): " if problem.refused else ""
            raise Finish(ANSWER_IS_NO, f"{reason}{problem}") from problem
        click.echo(envelope(schema, said) if as_json else "\n".join(lines_of(said)))
