"""Opening a bundle: everything that could be wrong is looked at, and what is wrong is refused by name.

The file is read once, and what was looked at is what is used. Nothing of it is believed before its
signature holds: until then only the archive's directory and the envelope are read. No attestation,
no load: a missing signature is a failure and never a bundle that nobody happened to sign.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from policies.controller.settings import Settings
from policies.deploy import archive, canonical, envelope, golden, manifest, office, rules_file, schema, statement
from policies.deploy.golden import Pair
from policies.deploy.keys import PublicKey
from policies.deploy.manifest import Manifest
from policies.deploy.members import (
    ATTESTATION,
    GOLDEN,
    MANIFEST,
    OFFICE,
    POLICIES_WHEEL,
    RULES,
    STATEMENT,
    UNCOVERED,
    WHEELS,
    missing_of,
    strangers_of,
)
from policies.deploy.refusals import (
    Downgrade,
    Malformed,
    MemberChanged,
    MemberExtra,
    MemberMissing,
    NoAttestation,
    NotABundle,
    OtherContract,
    TooLarge,
)
from policies.deploy.statement import Statement
from policies.deploy.strict import WrongDocument


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that was opened: authentic, whole, and made for the contract spoken here.

    ``signed_by``: id of the trusted key; ``sha256``: of the file. That its wheel decides as recorded
    is what ``replay`` finds out.
    """

    manifest: Manifest
    settings: Settings
    statement: Statement
    pairs: Sequence[Pair]
    members: Mapping[str, bytes]
    signed_by: str
    sha256: str


def open_bundle(path: Path, trusted_keys: Sequence[PublicKey], installed_version: int | None = None) -> Bundle:
    """The bundle of a file, if it may be loaded.

    Parameters
    ----------
    trusted_keys : public keys, one of which must have signed
    installed_version : version of the bundle it would replace; None: nothing is installed

    Raises
    ------
    Refused
        By one of its classes, the first that applies.
    OSError
        If the file cannot be read.
    """
    with naming(path):
        return bundle_of(content_of(path), trusted_keys, installed_version)


def bundle_of(content: bytes, trusted_keys: Sequence[PublicKey], installed_version: int | None = None) -> Bundle:
    """The bundle of some bytes, if it may be loaded.

    Raises
    ------
    Refused
        As ``open_bundle`` does.
    """
    members = archive.read(content)
    told, signed_by = _vouched_for(members, trusted_keys)
    _see_covered(told, members)
    found = manifest.read(members[MANIFEST])
    _see_wheels(found, members)
    if installed_version is not None and found.version < installed_version:
        raise Downgrade(
            f"version {found.version} of {found.name!r} is older than the installed version {installed_version}; "
            "to go back on purpose, roll back"
        )
    if dict(found.contract) != schema.digests():
        raise OtherContract(
            f"made by version {found.twin} for other events or commands than those spoken here: "
            "pack it again with the version that runs here"
        )
    settings, pairs = _documents(members, found)
    return Bundle(found, settings, told, pairs, members, signed_by, sha256(content).hexdigest())


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Inside, what turns out to be no bundle is told by its file's name: the bytes alone do not know it.

    Raises
    ------
    NotABundle
        With the file's name.
    """
    try:
        yield
    except NotABundle as refused:
        raise NotABundle(f"{path}: {refused}; expected what twin policy pack writes") from refused


def content_of(path: Path) -> bytes:
    """The bytes of a file, if it is no larger than a bundle may be.

    Raises
    ------
    TooLarge
        If it is.
    OSError
        If it cannot be read.
    """
    with path.open("rb") as file:
        content = file.read(archive.LIMIT_BYTES + 1)
    if len(content) > archive.LIMIT_BYTES:
        raise TooLarge(f"more than {archive.LIMIT_BYTES:,} bytes, the most a bundle may have")
    return content


def _vouched_for(members: Mapping[str, bytes], trusted: Sequence[PublicKey]) -> tuple[Statement, str]:
    if ATTESTATION not in members:
        raise NoAttestation(f"no {ATTESTATION}: nobody vouches for this bundle, and nothing unsigned is loaded")
    if STATEMENT not in members:
        raise MemberMissing(f"no {STATEMENT}: what was signed is not there")
    payload, signed_by = envelope.payload_of(members[ATTESTATION], trusted)
    if payload != members[STATEMENT]:
        raise MemberChanged(f"{STATEMENT} was changed: it is not what was signed")
    return statement.read(payload), signed_by


def _see_covered(told: Statement, members: Mapping[str, bytes]) -> None:
    """The signed list and the members are the same, name by name and byte by byte."""
    there = {name: content for name, content in members.items() if name not in UNCOVERED}
    missing = sorted(set(told.subjects) - set(there))
    if missing:
        raise MemberMissing(f"signed for, but not there: {', '.join(missing)}")
    extra = sorted(set(there) - set(told.subjects))
    if extra:
        raise MemberExtra(f"there, but nobody signed for it: {', '.join(extra)}")
    changed = [name for name, content in sorted(there.items()) if sha256(content).hexdigest() != told.subjects[name]]
    if changed:
        raise MemberChanged(f"changed after it was signed: {', '.join(changed)}")
    names = frozenset(members)
    lacking = missing_of(names)
    if lacking:
        raise MemberMissing(f"a bundle must hold {', '.join(lacking)}")
    strangers = strangers_of(names)
    if strangers:
        raise MemberExtra(f"no place in a bundle for {', '.join(strangers)}")


def _see_wheels(found: Manifest, members: Mapping[str, bytes]) -> None:
    there = sorted(name for name in members if name.startswith(WHEELS))
    if sorted(found.wheels) != there or not POLICIES_WHEEL.fullmatch(found.wheels[0]):
        raise Malformed(
            [f"manifest.json: wheels: {', '.join(found.wheels)}; expected {', '.join(there)}, the policies first"]
        )


def _documents(members: Mapping[str, bytes], found: Manifest) -> tuple[Settings, list[Pair]]:
    try:
        rules = rules_file.read(members[RULES])
        settings = office.settings_of(canonical.parse(members[OFFICE]), rules)
    except canonical.NotJson as error:
        raise Malformed([f"{OFFICE}: {error}"]) from error
    except WrongDocument as error:
        raise Malformed(error.errors) from error
    pairs = golden.read(members[GOLDEN])
    named = {decision: choice.name for decision, choice in rules.items() if choice.name != "none"}
    duties = {decision: duty.rule for decision, duty in found.decisions.items()}
    errors = []
    if named != duties:
        errors.append(f"manifest.json: decisions are {duties}, {RULES} has {named}")
    if (found.pairs, found.answered) != (len(pairs), golden.answered(pairs)):
        errors.append(
            f"manifest.json: {found.pairs} pairs, {found.answered} answered; "
            f"{GOLDEN} has {len(pairs)} and {golden.answered(pairs)}"
        )
    if errors:
        raise Malformed(errors)
    return settings, pairs
