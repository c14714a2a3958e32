"""What lies in a bundle, by name."""

import re
from collections.abc import Mapping
from typing import Final

MANIFEST: Final = "manifest.json"
RULES: Final = "controller.toml"
OFFICE: Final = "office.json"
GOLDEN: Final = "golden/decisions.jsonl"
STATEMENT: Final = "evidence/statement.json"
ATTESTATION: Final = "attestation.dsse.json"
WHEELS: Final = "wheels/"
POLICIES_WHEEL: Final = re.compile(r"wheels/campus_twin_policies-[^/-]+-py3-none-any\.whl")
ANY_WHEEL: Final = re.compile(r"wheels/[A-Za-z0-9._]+-[A-Za-z0-9._+!]+-py[0-9.py]*-none-any\.whl")
ABOUT: Final[Mapping[str, str]] = {
    MANIFEST: "name and version, contract, decision points with their budgets, locked needs, wheels, size of the golden file",
    RULES: "which rule at which decision point with which parameters",
    OFFICE: "the office the golden file was recorded in: map, people, calendar, norm times, seed of chance",
    GOLDEN: "at least 500 recorded observations with the decision on each, and the digests of both",
    STATEMENT: "in-toto Statement v1: the digest of every other member, and the evidence the rules were chosen by",
    ATTESTATION: "DSSE envelope around the very bytes of the statement, signed by Ed25519",
    f"{WHEELS}campus_twin_policies-VERSION-py3-none-any.whl": "contract, controller and rules, as the golden file was recorded with",
    f"{WHEELS}PLUGIN-VERSION-py3-none-any.whl": "a plug-in's own wheel, where a rule of it is used",
}  # fmt: skip
"""Every member, for the reference page."""
REQUIRED: Final = (MANIFEST, RULES, OFFICE, GOLDEN)
"""Members that a statement must cover, besides one wheel of the policies."""
UNCOVERED: Final = frozenset({STATEMENT, ATTESTATION})
"""The statement is what is signed, and the attestation is the signature: neither can name its own digest."""


def missing_of(names: frozenset[str]) -> list[str]:
    """What a bundle of these members lacks."""
    found = [name for name in REQUIRED if name not in names]
    wheels = [name for name in names if POLICIES_WHEEL.fullmatch(name)]
    return found if len(wheels) == 1 else [*found, f"{WHEELS}campus_twin_policies-VERSION-py3-none-any.whl"]


def strangers_of(names: frozenset[str]) -> list[str]:
    """Members that have no place in a bundle, sorted."""
    known = {*REQUIRED, *UNCOVERED}
    return sorted(name for name in names if name not in known and not ANY_WHEEL.fullmatch(name))
