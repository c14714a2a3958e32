"""Packing a bundle: members put together, replayed, stated, signed. The same inputs give the same bytes.

ValueError
└── CannotPack         something to be packed does not fit together
"""

import io
import sys
import zipfile
from collections.abc import Mapping, Sequence
from configparser import ConfigParser, Error
from dataclasses import dataclass
from typing import Any, Final

import policies
from policies.controller import registry
from policies.controller.settings import RuleChoice, Settings
from policies.deploy import archive, canonical, envelope, golden, manifest, office, rules_file, schema, statement
from policies.deploy.bundle import bundle_of
from policies.deploy.golden import LEAST, Pair
from policies.deploy.keys import PrivateKey
from policies.deploy.manifest import Manifest, duties_of
from policies.deploy.members import ANY_WHEEL, ATTESTATION, GOLDEN, MANIFEST, OFFICE, RULES, STATEMENT, WHEELS
from policies.deploy.needs import locked
from policies.deploy.refusals import GoldenDiffers
from policies.deploy.replay import replay
from policies.deploy.wheel import policies_wheel

BUILD: Final = "pip wheel --no-deps -w wheels FOLDER (the one with its pyproject.toml)"
"""How a plug-in's wheel is made (docs/how-to/write-a-dispatch-rule.md)."""


class CannotPack(ValueError):
    """Something to be packed does not fit together; ``errors``: all of it."""

    def __init__(self, *errors: str) -> None:
        super().__init__("; ".join(errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Contents:
    """What is to be packed.

    ``version`` must be above that of every bundle packed before; ``predicate``: the evidence;
    ``plugins``: file name → wheel of whoever made the rules that are not ours.
    """

    name: str
    version: int
    settings: Settings
    pairs: Sequence[Pair]
    predicate: Mapping[str, Any]
    plugins: Mapping[str, bytes]


def pack(contents: Contents, key: PrivateKey) -> bytes:
    """The bundle: its wheel is seen to decide as recorded before it is signed, and it is opened before it is handed out.

    Raises
    ------
    CannotPack
        If a rule comes from a plug-in whose wheel was not given, or too little was recorded.
    Refused
        If the wheel in a fresh interpreter does not decide as recorded (``GoldenDiffers``, ``NeedsUnmet``).
    """
    members, made = members_of(contents)
    _see_decides(members, made, contents)
    packed = seal(members, contents.predicate, key)
    bundle_of(packed, [key.public])
    return packed


def _see_decides(members: Mapping[str, bytes], made: Manifest, contents: Contents) -> None:
    """See that the wheels decide as the code here did; where a plug-in's do not, it was most likely built before the last edit."""
    try:
        replay(members, made, contents.pairs)
    except GoldenDiffers as differs:
        if not contents.plugins:
            raise
        what, *shown = differs.errors
        raise GoldenDiffers(
            f"the wheel decides otherwise than the code installed here: {what}; was the rule edited after the wheel was "
            f"built? build it again: {BUILD}",
            *shown,
        ) from differs


def seal(members: Mapping[str, bytes], predicate: Mapping[str, Any], key: PrivateKey) -> bytes:
    """The archive of some members with a statement that covers each of them, and its attestation."""
    said = statement.write(members, predicate)
    return archive.write({**members, STATEMENT: said, ATTESTATION: envelope.sign(said, key)})


def members_of(contents: Contents) -> tuple[dict[str, bytes], Manifest]:
    """Everything in the bundle that is signed for, and its manifest.

    Raises
    ------
    CannotPack
        As ``pack`` does.
    """
    if len(contents.pairs) < LEAST:
        raise CannotPack(f"{len(contents.pairs)} decisions were recorded, a bundle needs at least {LEAST}")
    see_provided(contents.settings.rules, contents.plugins)
    wheels = wheels_of(contents.plugins)
    duties = duties_of(contents.settings.rules)
    needs = needs_of(contents.settings.rules)
    made = Manifest(
        name=contents.name,
        version=contents.version,
        twin=policies.__version__,
        python=f"{sys.version_info.major}.{sys.version_info.minor}",
        contract=schema.digests(),
        decisions=duties,
        needs=needs,
        wheels=tuple(wheels),
        pairs=len(contents.pairs),
        answered=golden.answered(contents.pairs),
    )
    return {
        MANIFEST: manifest.write(made),
        RULES: rules_file.write(contents.settings.rules),
        OFFICE: canonical.text(office.office_plain(contents.settings)),
        GOLDEN: golden.write(contents.pairs),
        **wheels,
    }, made


def needs_of(rules: Mapping[str, RuleChoice]) -> dict[str, str]:
    """Libraries that some rules need → version here.

    Raises
    ------
    CannotPack
        If one is provided by nothing that is installed.
    """
    duties = duties_of(rules)
    try:
        return locked(dict.fromkeys(module for duty in duties.values() for module in duty.requires))
    except LookupError as error:
        raise CannotPack(str(error)) from error


def rules_in(name: str, wheel: bytes) -> dict[str, str]:
    """Entry points in the group of rules of a plug-in's wheel: name → where its class is.

    Raises
    ------
    CannotPack
        If it is no wheel, or not one of pure Python.
    """
    if not ANY_WHEEL.fullmatch(WHEELS + name):
        raise CannotPack(f"{name} is no wheel of pure Python, expected a file as NAME-VERSION-py3-none-any.whl")
    parser = ConfigParser(delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        with zipfile.ZipFile(io.BytesIO(wheel)) as opened:
            listed = [one for one in opened.namelist() if one.endswith(".dist-info/entry_points.txt")]
            for one in listed:
                parser.read_string(opened.read(one).decode())
    except (zipfile.BadZipFile, Error, ValueError) as error:
        raise CannotPack(f"{name} cannot be read as a wheel ({error})") from error
    return dict(parser[registry.GROUP]) if registry.GROUP in parser else {}


def wheels_of(plugins: Mapping[str, bytes]) -> dict[str, bytes]:
    """Member → wheel: that of the policies as they are here, then those of plug-ins (file name → wheel)."""
    name, wheel = policies_wheel()
    return {f"{WHEELS}{name}": wheel, **{f"{WHEELS}{n}": w for n, w in sorted(plugins.items())}}


def see_provided(rules: Mapping[str, RuleChoice], plugins: Mapping[str, bytes]) -> None:
    """See that every rule is ours or of a plug-in whose wheel goes along, and every wheel is there for a rule.

    Raises
    ------
    CannotPack
        With every rule and every wheel of which that is not so.
    """
    provided = {name: rules_in(name, wheel) for name, wheel in plugins.items()}
    errors, used = [], {}
    for decision, choice in rules.items():
        if choice.name == registry.NONE:
            continue
        found = registry.rule_class(decision, choice.name)
        if found.__module__.partition(".")[0] == "policies":
            continue
        point = f"{decision}.{choice.name}"
        givers = [name for name, points in provided.items() if point in points]
        used.update(dict.fromkeys(givers))
        if not givers:
            errors.append(
                f"rule {point} comes from {found.__module__}, whose wheel was not given: make it by {BUILD}, and add "
                "--plugin-wheel wheels/NAME.whl"
            )
    errors += [f"{name} provides no rule that is chosen here: leave it away" for name in plugins if name not in used]
    if errors:
        raise CannotPack(*errors)
