"""``twin policy pack``: the rules of a scenario as a signed bundle that a controller loads."""

import re
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from scenarios.cli.atonce import at_once
from scenarios.cli.conduct import out_option, sets_option, wrong_usage
from scenarios.cli.deploy.planned import Request, another, planned, see_not_another
from scenarios.cli.envelope import ANSWER_IS_NO, WRONG_USAGE, Finish, ending, envelope, messages
from scenarios.cli.form import Looking, Whole
from scenarios.cli.places import see_writable

if TYPE_CHECKING:
    from policies.deploy.refused_answers import NotStanding
    from scenarios.deploy.recording import Recording

SCHEMA: Final = "twin/policy-pack@1"
STOPPED: Final = (
    "interrupted while decisions were recorded and made again; nothing was written and no decision is kept: "
    "the same command begins anew"
)
FILE: Final = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9_.-]*)-(?P<version>[1-9][0-9]{0,14})\.bundle")


@click.command(cls=Looking)
@click.argument("scenario", required=False)
@click.option("--key", type=click.Path(path_type=Path), required=True, help="The private key that signs.")
@click.option(
    "-o",
    "--bundle",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="NAME-VERSION.bundle; VERSION is a whole number that only grows.",
)
@sets_option
@click.option("--seed", type=Whole(0), help="Seed of the run that is recorded (default: the scenario's own).")
@click.option(
    "--evidence", metavar="STUDY", help="Kept study that measured the scenario (default: the only one that did)."
)
@click.option("--without-evidence", is_flag=True, help="Pack rules nobody measured; the statement says so.")
@click.option(
    "--allow-refused",
    is_flag=True,
    help="Even where a rule raised or was refused while it was recorded, so that a fallback decided; the line says how often.",
)
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
    type=click.Path(path_type=Path),
    multiple=True,
    help="Wheel of a plug-in a rule comes from; may be repeated.",
)
@out_option
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
    with ending(SCHEMA, as_json=as_json, wrong=(*wrong_usage(), *ours), stopped=STOPPED):
        request = Request(**asked)
        (name, version), signing, _, plan = at_once(
            (*wrong_usage(), *ours), partial(_name_and_version, request.bundle), partial(read_private, request.key),
            partial(see_writable, request.bundle), partial(planned, scenario, request, (*wrong_usage(), *ours)),
        )  # fmt: skip
        see_not_another(request.bundle, plan, signing)
        recorded = plan.record()
        _see_answers_stand(recorded, allowed=request.allow_refused)
        said = plan.of_days(recorded.days)
        try:
            packed = pack(Contents(name, version, recorded.settings, recorded.pairs, said, plan.plugins), signing)
        except Refused as refused:
            raise Finish(ANSWER_IS_NO, *(f"not packed: {line}" for line in messages(refused))) from refused
        _write(request.bundle, packed)
        _report(request.bundle, packed, recorded, said["study"], as_json=as_json)


def _name_and_version(bundle: Path) -> tuple[str, int]:
    found = FILE.fullmatch(bundle.name)
    if found is None:
        raise Finish(
            WRONG_USAGE,
            f"-o {bundle}: expected NAME-VERSION.bundle with a whole number for VERSION, as in night-crew-1.bundle",
        )
    return found["name"], int(found["version"])


def _see_answers_stand(recorded: "Recording", *, allowed: bool) -> None:
    """See that what is going to be signed are the rules' own answers, and not those of what stands in for them."""
    found = [] if allowed else recorded.not_standing()
    if found:
        raise Finish(ANSWER_IS_NO, *(f"not packed: {_unfit(one)}" for one in found))


def _unfit(one: "NotStanding") -> str:
    return (
        f"the answer of {one} did not stand, and the recorded one is not the rule's: mend the rule or its parameters "
        f"(twin policy check {one.decision}.{one.rule}), or add --allow-refused if it is meant"
    )


def _write(bundle: Path, packed: bytes) -> None:
    """The file, whole or not at all; a version that was released is never another."""
    from results.store import NotWritable
    from results.store.whole import write_bytes

    if bundle.exists():
        if bundle.read_bytes() == packed:
            return
        raise another(bundle)
    try:
        write_bytes(bundle, packed)
    except NotWritable as error:
        why = error.__cause__.strerror if isinstance(error.__cause__, OSError) else str(error)
        raise Finish(WRONG_USAGE, f"cannot write {bundle}: {why}") from error


def _report(bundle: Path, packed: bytes, recorded: "Recording", study: dict[str, Any] | None, *, as_json: bool) -> None:
    from policies.deploy.verify import ruled

    digest = sha256(packed).hexdigest()
    name, version = _name_and_version(bundle)
    pairs, days, unfit = len(recorded.pairs), recorded.days, recorded.not_standing()
    if as_json:
        data = {
            "bundle": bundle, "name": name, "version": version, "sha256": digest, "bytes": len(packed), "pairs": pairs,
            "days": days, "study": None if study is None else study["name"],
            "refused_answers": unfit,
        }  # fmt: skip
        click.echo(envelope(SCHEMA, data))
        return
    backed = "no evidence" if study is None else f"evidence of the study {study['name']}{ruled(study)}"
    refused = f"; a fallback decided for {', '.join(str(one) for one in unfit)}" if unfit else ""
    click.echo(f"{bundle}: {pairs} decisions of {days} days, replayed as recorded{refused}; {backed}; sha256 {digest}")
