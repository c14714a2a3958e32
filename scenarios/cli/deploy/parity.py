"""``twin policy parity``: does a bundle decide the same over every road to it?"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from scenarios.cli.atonce import at_once
from scenarios.cli.conduct import sets_option, wrong_usage
from scenarios.cli.envelope import ANSWER_IS_NO, Finish, ending, envelope, messages
from scenarios.cli.form import Looking, Whole
from scenarios.cli.places import see_file

if TYPE_CHECKING:
    from scenarios.deploy.roads import Road

SCHEMA: Final = "twin/policy-parity@1"
DAYS: Final = 30
STOPPED: Final = "interrupted while a bundle was told its events over every road; nothing is kept"


@click.command(cls=Looking)
@click.argument("bundle", type=click.Path(path_type=Path))
@click.argument("scenario")
@click.option(
    "--key", "keys", type=click.Path(path_type=Path), multiple=True, required=True, help="A trusted public key."
)
@click.option("--days", type=Whole(1), default=DAYS, show_default=True, help="Simulated days of events.")
@sets_option
@click.option("--seed", type=Whole(0), help="Seed of the run (default: the scenario's own).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")  # fmt: skip
def command(
    bundle: Path,
    scenario: str,
    keys: tuple[Path, ...],
    days: int,
    sets: tuple[str, ...],
    seed: int | None,
    as_json: bool,
) -> None:
    """Tell a BUNDLE all that the office of SCENARIO is told in some days, over every road to it.

    In the twin as it runs, in this process, through the host (the bundle's own wheel in its workers) and through
    the host's HTTP door: the digests of all decisions are compared. Exit code 1 when one differs. Needs the extras
    ``deploy`` and ``http``.
    """
    from policies.deploy.bundle import open_bundle
    from policies.deploy.doors.http.extra import MissingExtra as MissingDoor
    from policies.deploy.keys import KeyProblem, MissingExtra, read_public
    from policies.deploy.refusals import Refused
    from scenarios.deploy.recording import TooLittle
    from scenarios.deploy.roads import OtherOffice, told_in_the_twin, walked
    from scenarios.study.arms import arm_of

    ours = (KeyProblem, MissingDoor, MissingExtra, OSError, OtherOffice, TooLittle)
    with ending(SCHEMA, as_json=as_json, wrong=(*wrong_usage(), *ours), stopped=STOPPED):
        _, arm, *trusted = at_once(
            (*wrong_usage(), *ours),
            partial(see_file, bundle),
            partial(arm_of, scenario, sets),
            *(partial(read_public, path) for path in keys),
        )
        resolved = arm.scenario()
        try:
            opened = open_bundle(bundle, trusted)
        except Refused as refused:
            reason = type(refused).__name__
            raise Finish(ANSWER_IS_NO, *(f"refused ({reason}): {one}" for one in messages(refused))) from refused
        pairs = told_in_the_twin(opened, resolved, resolved.scenario.run.seed if seed is None else seed, days)
        roads = walked(opened, pairs)
        same = all(road.first_difference(roads[0]) is None for road in roads)
        if as_json:
            click.echo(envelope(SCHEMA, [_data(road, roads[0]) for road in roads], ok=same))
        else:
            click.echo("\n".join(_lines(roads, days)))
        if not same:
            click.get_current_context().exit(ANSWER_IS_NO)


def _data(road: "Road", first: "Road") -> dict[str, object]:
    return {
        "decisions": len(road.decisions), "first_difference": road.first_difference(first), "median_ms": road.median_ms,
        "road": road.name,
    }  # fmt: skip


def _lines(roads: "Sequence[Road]", days: int) -> list[str]:
    first, *others = roads
    lines = [f"{len(first.decisions)} decisions of {days} days in the twin"]
    for road in others:
        number = road.first_difference(first)
        said = "the same, all of them" if number is None else f"decision {number} is the first that differs"
        lines.append(f"{road.name}: {said}; median {road.median_ms:.2f} ms a decision")
    return lines
