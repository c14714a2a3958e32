"""The statement: what was looked at, and why it was chosen (in-toto Statement v1).

Its subjects are all other members of the bundle with their SHA-256, so one signature over these
bytes covers everything. The predicate is the evidence: scenarios, seeds, figures with intervals,
verdicts against the baseline, the version of the twin.

Source: in-toto attestation framework, Statement v1.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from policies.deploy import canonical
from policies.deploy.members import UNCOVERED
from policies.deploy.refusals import Malformed
from policies.deploy.strict import Reader, WrongDocument

TYPE: Final = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE: Final = "urn:campus-twin:policy-evidence:v1"
EVIDENCE: Final[Mapping[str, str]] = {
    "golden": "how the golden file was recorded: seed, replication, days",
    "scenario": "name of the scenario whose rules are packed",
    "scenario_digest": "digest of the resolved scenario",
    "settings": "settings laid on top of it, as `key=value`",
    "study": "what a kept study found about it (figures, differences to the baseline, targets), or null: nobody measured it",
    "twin": "version of the twin",
}
"""Fields of the predicate."""
SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Statement:
    """``subjects``: member → SHA-256 [hex]; ``predicate``: the evidence."""

    subjects: Mapping[str, str]
    predicate: Mapping[str, Any]


def write(members: Mapping[str, bytes], predicate: Mapping[str, Any]) -> bytes:
    """The statement about some members, as canonical JSON."""
    subjects = [
        {"digest": {"sha256": sha256(content).hexdigest()}, "name": name}
        for name, content in sorted(members.items())
        if name not in UNCOVERED
    ]
    plain = {"_type": TYPE, "predicate": dict(predicate), "predicateType": PREDICATE_TYPE, "subject": subjects}
    return canonical.text(plain)


def read(payload: bytes) -> Statement:
    """A statement whose signature holds.

    Raises
    ------
    Malformed
        With every mistake.
    """
    reader = Reader("statement")
    try:
        given = reader.table(canonical.parse(payload), "", ("_type", "predicate", "predicateType", "subject"))
        for key, wanted in (("_type", TYPE), ("predicateType", PREDICATE_TYPE)):
            if given.get(key, wanted) != wanted:
                reader.expected(key, given[key], repr(wanted))
        subjects = _subjects(given.get("subject", []), reader)
        predicate = _predicate(given.get("predicate", {}), reader)
        reader.done()
    except canonical.NotJson as error:
        raise Malformed([f"statement: {error}"]) from error
    except WrongDocument as error:
        raise Malformed(error.errors) from error
    return Statement(subjects, predicate)


def _predicate(plain: Any, reader: Reader) -> dict[str, Any]:
    given = reader.table(plain, "predicate", EVIDENCE)
    for key in ("scenario", "scenario_digest", "twin"):
        reader.text(given.get(key, ""), f"predicate.{key}")
    reader.mapping(given.get("golden", {}), "predicate.golden")
    if given.get("study") is not None:
        reader.mapping(given["study"], "predicate.study")
    for where, one in reader.items(given.get("settings", []), "predicate.settings"):
        reader.text(one, where)
    return given


def _subjects(plain: Any, reader: Reader) -> dict[str, str]:
    found: dict[str, str] = {}
    for where, one in reader.items(plain, "subject"):
        given = reader.table(one, where, ("digest", "name"))
        name = reader.text(given.get("name", ""), f"{where}.name")
        digest = reader.table(given.get("digest", {}), f"{where}.digest", ("sha256",))
        told = reader.text(digest.get("sha256", ""), f"{where}.digest.sha256")
        if not SHA256.fullmatch(told):
            reader.expected(f"{where}.digest.sha256", told, "64 hexadecimal digits")
        if name in found:
            reader.wrong(f"{where}.name", f"{name!r} is a subject twice")
        found[name] = told
    return found
