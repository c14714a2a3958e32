"""``manifest.json``: what a bundle is, for whoever must decide whether to take it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from policies.contract.decisions import DECISIONS
from policies.controller import registry
from policies.controller.conformance import budget_min
from policies.controller.settings import RuleChoice
from policies.deploy import canonical
from policies.deploy.refusals import Malformed
from policies.deploy.shapes import SAFE
from policies.deploy.strict import Reader, WrongDocument, did_you_mean

FORMAT: Final = "campus-twin/bundle@1"
MINUTE_S: Final = 60.0
SOFT_SHARE: Final = 0.1
"""Soft budget as a share of the hard one: 0.2 of 2 s, 2 of 20 s (protocols 4)."""


@dataclass(frozen=True, slots=True)
class Duty:
    """What decides at one decision point, and in what time [s].

    ``latency_s`` is what the rule declares; above ``soft_s`` a host warns, above ``hard_s`` the
    fallback decides. ``requires``: modules the rule imports.
    """

    rule: str
    requires: tuple[str, ...]
    latency_s: float
    soft_s: float
    hard_s: float


@dataclass(frozen=True, slots=True)
class Manifest:
    """``version`` only ever grows: a host never goes back to a lower one unless it is told to.

    ``contract``: digests of the events and commands that are spoken; ``needs``: distribution →
    version that must be there; ``wheels``: members, that of the policies first; ``pairs``: lines of
    the golden file, ``answered``: those with at least one command; ``python``: the interpreter it was recorded with.
    """

    name: str
    version: int
    twin: str
    python: str
    contract: Mapping[str, str]
    decisions: Mapping[str, Duty]
    needs: Mapping[str, str]
    wheels: tuple[str, ...]
    pairs: int
    answered: int


FIELDS: Final = (
    "answered", "contract", "decisions", "format", "name", "needs", "pairs", "python", "twin", "version", "wheels",
)  # fmt: skip


def duties_of(rules: Mapping[str, RuleChoice]) -> dict[str, Duty]:
    """What the chosen rules declare, by decision point; where none decides, nothing.

    Raises
    ------
    registry.UnknownRule
        If a rule or a parameter is unknown here.
    """
    found = {}
    for decision in DECISIONS:
        choice = rules.get(decision)
        rule = registry.make(decision, choice.name, choice.parameters) if choice is not None else None
        if choice is None or rule is None:
            continue
        hard_s = budget_min(rule, decision) * MINUTE_S
        found[decision] = Duty(
            choice.name, tuple(getattr(rule, "requires", ())), float(getattr(rule, "latency_min", 0.0)) * MINUTE_S,
            SOFT_SHARE * hard_s, hard_s,
        )  # fmt: skip
    return found


def write(manifest: Manifest) -> bytes:
    """A manifest as canonical JSON."""
    plain = {name: getattr(manifest, name) for name in FIELDS if name != "format"}
    duties = {
        decision: {
            "hard_s": one.hard_s, "latency_s": one.latency_s, "requires": list(one.requires), "rule": one.rule,
            "soft_s": one.soft_s,
        }
        for decision, one in manifest.decisions.items()
    }  # fmt: skip
    return canonical.text({**plain, "format": FORMAT, "decisions": duties, "wheels": list(manifest.wheels)})


def read(given: bytes) -> Manifest:
    """The manifest of some bytes.

    Raises
    ------
    Malformed
        With every mistake.
    """
    reader = Reader("manifest.json")
    try:
        plain = reader.table(canonical.parse(given), "", FIELDS)
        if plain.get("format", FORMAT) != FORMAT:
            reader.expected("format", plain["format"], repr(FORMAT))
        found = Manifest(
            name=reader.text(plain.get("name", ""), "name"),
            version=reader.whole(plain.get("version", 1), "version", 1, SAFE),
            twin=reader.text(plain.get("twin", ""), "twin"),
            python=reader.text(plain.get("python", ""), "python"),
            contract=_contract(plain.get("contract", {}), reader),
            decisions=_duties(plain.get("decisions", {}), reader),
            needs=_texts(plain.get("needs", {}), reader, "needs"),
            wheels=tuple(reader.text(one, where) for where, one in reader.items(plain.get("wheels", []), "wheels")),
            pairs=reader.whole(plain.get("pairs", 0), "pairs", 0, SAFE),
            answered=reader.whole(plain.get("answered", 0), "answered", 0, SAFE),
        )
        reader.done()
    except canonical.NotJson as error:
        raise Malformed([f"manifest.json: {error}"]) from error
    except WrongDocument as error:
        raise Malformed(error.errors) from error
    return found


def _contract(plain: Any, reader: Reader) -> dict[str, str]:
    given = reader.table(plain, "contract", ("commands", "events"))
    return {key: reader.text(value, f"contract.{key}") for key, value in given.items()}


def _texts(plain: Any, reader: Reader, where: str) -> dict[str, str]:
    return {key: reader.text(value, f"{where}.{key}") for key, value in reader.mapping(plain, where).items()}


def _duties(plain: Any, reader: Reader) -> dict[str, Duty]:
    found = {}
    for decision, value in reader.mapping(plain, "decisions").items():
        where = f"decisions.{decision}"
        if decision not in DECISIONS:
            reader.wrong("decisions", f"no decision point {decision!r}{did_you_mean(decision, DECISIONS)}")
        given = reader.table(value, where, ("hard_s", "latency_s", "requires", "rule", "soft_s"))
        times = [reader.number(given.get(key, 0.0), f"{where}.{key}") for key in ("latency_s", "soft_s", "hard_s")]
        requires = reader.items(given.get("requires", []), f"{where}.requires")
        modules = tuple(reader.text(one, at) for at, one in requires)
        found[decision] = Duty(reader.text(given.get("rule", ""), f"{where}.rule"), modules, *times)
    return found
