"""``twin policy pack``: the rules of a scenario as a signed bundle that a controller loads."""

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from scenarios.cli.conduct import OUT, wrong_usage
from scenarios.cli.envelope import ANSWER_IS_NO, WRONG_USAGE, Finish, ending, envelope, messages

if TYPE_CHECKING:
    from scenarios.deploy.evidence import Predicate
    from scenarios.deploy.recording import Recording
    from scenarios.study.arms import Arm

SCHEMA: Final = "twin/policy-pack@1"
FILE: Final = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9_.-]*)-(?P<version>[1-9][0-9]{0,14})\.bundle")


@dataclass(slots=True)
class Request:
    """What was asked for on the command line."""

    key: Path
    bundle: Path
    sets: tuple[str, ...]
    seed: int | None
    evidence: str | None
    without_evidence: bool
    settings: Path | None
    events: Path | None
    wheels: tuple[Path, ...]
    out: Path


@click.command()
@click.argument("scenario", required=False)
@click.option("--key", type=click.Path(path_type=Path), required=True, help="The private key that signs.")
@click.option(
    "-o",
    "--bundle",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="NAME-VERSION.bundle; VERSION is a whole number that only grows.",
)
@click.option(
    "--set", "sets", multiple=True, metavar="KEY=VALUE", help="Change a setting of the scenario; may be repeated."
)
@click.option("--seed", type=click.IntRange(0), help="Seed of the run that is recorded (default: the scenario's own).")
@click.option(
    "--evidence", metavar="STUDY", help="Kept study that measured the scenario (default: the only one that did)."
)
@click.option("--without-evidence", is_flag=True, help="Pack rules nobody measured; the statement says so.")
@click.option(
    "--settings",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="In place of SCENARIO: a folder with office.json and controller.toml, as they lie in a bundle.",
)
@click.option(
    "--events",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="With --settings: the log that is told, lines of event and now; a golden file will do.",
)
@click.option(
    "--plugin-wheel",
    "wheels",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="Wheel of a plug-in a rule comes from; may be repeated.",
)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=OUT, show_default=True, help="Folder of studies."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")  # fmt: skip
def command(scenario: str | None, as_json: bool, **asked: Any) -> None:
    """Pack the rules of SCENARIO with golden decisions and evidence into a signed bundle.

    The scenario is run with everything live until 500 events were answered; what the office was told
    and answered is recorded, and made again by the packed wheel in a fresh interpreter before anything
    is signed. The same inputs give the same bytes. Needs the extra ``deploy``.
    """
    from policies.deploy.keys import KeyProblem, MissingExtra, read_private
    from policies.deploy.packing import CannotPack, Contents, pack
    from policies.deploy.refusals import Refused
    from policies.deploy.strict import WrongDocument
    from scenarios.deploy.evidence import NoEvidence
    from scenarios.deploy.recording import TooLittle

    ours = (CannotPack, KeyProblem, MissingExtra, NoEvidence, TooLittle, WrongDocument)
    with ending(SCHEMA, as_json=as_json, wrong=(*wrong_usage(), *ours)):
        request = Request(**asked)
        name, version = _name_and_version(request.bundle)
        _see_consistent(scenario, request)
        signing = read_private(request.key)
        recorded, said = _of_log(request) if scenario is None else _of_scenario(scenario, request)
        plugins = {path.name: path.read_bytes() for path in request.wheels}
        try:
            packed = pack(Contents(name, version, recorded.settings, recorded.pairs, said, plugins), signing)
        except Refused as refused:
            raise Finish(ANSWER_IS_NO, *(f"not packed: {line}" for line in messages(refused))) from refused
        _write(request.bundle, packed)
        _report(request.bundle, packed, recorded, said["study"], as_json=as_json)


def _see_consistent(scenario: str | None, asked: Request) -> None:
    if (scenario is None) == (asked.settings is None):
        raise Finish(WRONG_USAGE, "expected either a SCENARIO or --settings FOLDER with --events FILE")
    if (asked.settings is None) != (asked.events is None):
        raise Finish(WRONG_USAGE, "--settings FOLDER and --events FILE go together: an office, and what it was told")
    if asked.evidence is not None and asked.without_evidence:
        raise Finish(WRONG_USAGE, "--evidence and --without-evidence exclude each other: leave one away")
    if asked.settings is None:
        return
    if asked.sets or asked.seed is not None:
        raise Finish(WRONG_USAGE, "--set and --seed belong to a SCENARIO; change the files of --settings instead")
    if not asked.without_evidence:
        raise Finish(WRONG_USAGE, "a study measures scenarios, not a log of events: add --without-evidence")


def _of_scenario(scenario: str, asked: Request) -> "tuple[Recording, Predicate]":
    from scenarios.deploy.evidence import predicate
    from scenarios.deploy.from_twin import record
    from scenarios.study.arms import arm_of

    arm = arm_of(scenario, asked.sets)
    study = None if asked.without_evidence else _measured(arm, asked.evidence, asked.out)
    resolved = arm.scenario()
    seed = resolved.scenario.run.seed if asked.seed is None else asked.seed
    recorded = record(resolved, seed)
    return recorded, predicate(arm, {"days": recorded.days, "replication": 0, "seed": seed}, study)


def _of_log(asked: Request) -> "tuple[Recording, Predicate]":
    from policies.deploy import canonical, office
    from scenarios.deploy.evidence import predicate_of_log
    from scenarios.deploy.from_log import record

    assert asked.settings is not None
    assert asked.events is not None
    try:
        recorded = record(asked.settings, asked.events)
    except OSError as error:
        raise Finish(WRONG_USAGE, f"cannot read {error.filename}: {error.strerror}") from error
    digest = canonical.digest(office.to_plain(recorded.settings))
    return recorded, predicate_of_log(
        asked.settings.resolve().name, digest, {"days": recorded.days, "log": asked.events.name}
    )


def _name_and_version(bundle: Path) -> tuple[str, int]:
    found = FILE.fullmatch(bundle.name)
    if found is None:
        raise Finish(
            WRONG_USAGE,
            f"-o {bundle}: expected NAME-VERSION.bundle with a whole number for VERSION, as in night-crew-1.bundle",
        )
    return found["name"], int(found["version"])


def _measured(arm: "Arm", named: str | None, out: Path) -> dict[str, Any]:
    from scenarios.cli.report import opened
    from scenarios.deploy.evidence import measured, study_about
    from scenarios.study.validity import notices

    kept, name = study_about(arm, named, out)
    shown, study, _, warnings = opened(str(kept.folder), out)
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)
    return measured(shown.found, study, name, notices([one.scenario() for one in study.arms]))


def _write(bundle: Path, packed: bytes) -> None:
    """The file, whole or not at all; a version that was released is never another."""
    from results.store import NotWritable
    from results.store.whole import write_bytes

    if bundle.exists():
        if bundle.read_bytes() == packed:
            return
        raise Finish(
            WRONG_USAGE, f"{bundle} is there and holds something else: a version is released once; raise its number"
        )
    try:
        write_bytes(bundle, packed)
    except NotWritable as error:
        why = error.__cause__.strerror if isinstance(error.__cause__, OSError) else str(error)
        raise Finish(WRONG_USAGE, f"cannot write {bundle}: {why}") from error


def _report(bundle: Path, packed: bytes, recorded: "Recording", study: dict[str, Any] | None, *, as_json: bool) -> None:
    digest = sha256(packed).hexdigest()
    name, version = _name_and_version(bundle)
    pairs, days = len(recorded.pairs), recorded.days
    if as_json:
        data = {
            "bundle": bundle, "name": name, "version": version, "sha256": digest, "bytes": len(packed), "pairs": pairs,
            "days": days, "study": None if study is None else study["name"],
        }  # fmt: skip
        click.echo(envelope(SCHEMA, data))
        return
    backed = "no evidence" if study is None else f"evidence of the study {study['name']}"
    click.echo(f"{bundle}: {pairs} decisions of {days} days, replayed as recorded; {backed}; sha256 {digest}")
