"""``twin policy keygen``: a pair of keys for signing bundles."""

from pathlib import Path
from typing import Final

import click

from scenarios.cli.envelope import ending, envelope
from scenarios.cli.form import AtOnce

SCHEMA: Final = "twin/policy-keygen@1"


@click.command(cls=AtOnce)
@click.option(
    "-o", "--folder", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder of the key files."
)
@click.option("--name", default="campus-twin", show_default=True, help="NAME.key and NAME.pub.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")  # fmt: skip
def command(folder: Path, name: str, as_json: bool) -> None:
    """Make an Ed25519 pair: NAME.key signs and stays with you, NAME.pub verifies and goes to every controller.

    A key that is there already is never overwritten. Needs the extra ``deploy``.
    """
    from policies.deploy.keys import KeyProblem, MissingExtra, generate

    with ending(SCHEMA, as_json=as_json, wrong=(KeyProblem, MissingExtra)):
        private, public, key = generate(folder, name)
        if as_json:
            click.echo(envelope(SCHEMA, {"private": private, "public": public, "id": key.id}))
            return
        click.echo(f"{private} signs: only you can read it; keep it offline")
        click.echo(f"{public} verifies: give it to every controller (key {key.id[:16]}…)")
