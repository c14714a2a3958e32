"""``twin policy verify``: may this bundle be loaded?"""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from scenarios.cli.atonce import at_once
from scenarios.cli.envelope import ANSWER_IS_NO, ending, envelope, messages
from scenarios.cli.form import Looking, Whole
from scenarios.cli.places import see_file

if TYPE_CHECKING:
    from policies.deploy.bundle import Bundle

SCHEMA: Final = "twin/policy-verify@1"
STOPPED: Final = "interrupted while the bundle was looked at and its decisions made again; nothing is said of it"


@click.command(cls=Looking)
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option(
    "--key",
    "keys",
    type=click.Path(path_type=Path),
    multiple=True,
    required=True,
    help="A trusted public key; may be repeated.",
)
@click.option(
    "--installed",
    type=Whole(1),
    metavar="VERSION",
    help="Version of the bundle it would replace: an older one is refused.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")  # fmt: skip
def command(bundle: Path, keys: tuple[Path, ...], installed: int | None, as_json: bool) -> None:
    """Look at a BUNDLE as a controller does before it loads one.

    The signature and what it covers, every document, the version; then every recorded decision is
    made again in a fresh interpreter that has the bundle's wheel alone. Exit code 1 when it is
    refused. Needs the extra ``deploy``.
    """
    from policies.deploy.keys import KeyProblem, MissingExtra, read_public
    from policies.deploy.refusals import Refused
    from policies.deploy.verify import line_of, verified

    with ending(SCHEMA, as_json=as_json, wrong=(KeyProblem, MissingExtra, OSError), stopped=STOPPED):
        _, *trusted = at_once(
            (KeyProblem, MissingExtra), partial(see_file, bundle), *(partial(read_public, path) for path in keys)
        )
        try:
            found = verified(bundle, trusted, installed)
        except Refused as refused:
            _refuse(bundle, refused, as_json=as_json)
            click.get_current_context().exit(ANSWER_IS_NO)
        if as_json:
            click.echo(envelope(SCHEMA, _data(bundle, found)))
            return
        click.echo(line_of(found))


def _data(path: Path, found: "Bundle") -> dict[str, Any]:
    from policies.deploy.refused_answers import refused as refused_answers

    told = found.manifest
    return {
        "bundle": path, "verified": True, "refused": None, "name": told.name, "version": told.version,
        "signed_by": found.signed_by, "sha256": found.sha256, "pairs": told.pairs, "answered": told.answered,
        "twin": told.twin, "needs": told.needs, "decisions": told.decisions, "scenario": found.statement.predicate["scenario"],
        "refused_answers": refused_answers(found.pairs),
        "has_evidence": found.statement.predicate["study"] is not None,
    }  # fmt: skip


def _refuse(path: Path, refused: Exception, *, as_json: bool) -> None:
    reason = type(refused).__name__
    for line in messages(refused):
        click.echo(f"twin: refused ({reason}): {line}", err=True)
    if as_json:
        data = {"bundle": path, "verified": False, "refused": reason}
        click.echo(envelope(SCHEMA, data, ok=False, errors=messages(refused)))
