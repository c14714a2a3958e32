"""What passes a door, as plain values and back: observations in, decisions and how the host is out.

A decision is written whole, every field of it, and read as strictly as it is written, so that a teller
on the far side of a door holds the same decision the host kept.
"""

from datetime import date
from typing import Any, Final

from policies.deploy import canonical
from policies.deploy.service import ID_LENGTH, Decision, Observation, Status
from policies.deploy.shapes import SAFE
from policies.deploy.strict import Reader, WrongDocument

MANY: Final = "observations"
"""Key of a document that holds several observations."""
DECISION: Final = (
    "again", "commands", "decision", "event", "fallback", "id", "now", "number", "observation", "policy",
)  # fmt: skip
"""Fields of a decision, sorted."""
STATUS: Final = ("breakers", "bundle", "clock", "last", "now", "office", "rules", "shadow", "spare", "start")
"""Fields of a status, sorted."""


def observations_of(plain: Any, *, named: bool) -> list[Observation]:
    """The observations of a document: one of ``event``, ``now``, ``id``, or a list of such under ``observations``.

    The event is looked into by the service, not here.

    Parameters
    ----------
    named : whether every observation needs an id

    Raises
    ------
    WrongDocument
        With every mistake; then none of them is to be told.
    """
    reader = Reader()
    if isinstance(plain, dict) and MANY in plain:
        whole = reader.table(plain, "", (MANY,))
        found = [_observation(one, reader, where, named) for where, one in reader.items(whole[MANY], MANY)]
    else:
        found = [_observation(plain, reader, "", named)]
    reader.done()
    return found


def parsed(given: bytes, what: str) -> Any:
    """The value of some JSON text.

    Raises
    ------
    WrongDocument
        If it is none.
    """
    try:
        return canonical.parse(given)
    except canonical.NotJson as error:
        raise WrongDocument([f"{what}: {error}"]) from error


def decision_plain(decision: Decision) -> dict[str, Any]:
    """A decision as a plain object."""
    return {
        "again": decision.again, "commands": list(decision.commands), "decision": decision.decision,
        "event": dict(decision.event), "fallback": dict(decision.fallback), "id": decision.id, "now": decision.now,
        "number": decision.number, "observation": decision.observation, "policy": decision.policy,
    }  # fmt: skip


def decision_of(plain: Any) -> Decision:
    """The decision of a plain object; ``event`` may be left out by whoever answers the one that told it.

    Raises
    ------
    WrongDocument
        With every mistake.
    """
    reader = Reader("decision")
    given = reader.table(plain, "", [name for name in DECISION if name != "event"], ("event",))
    fallback = reader.mapping(given.get("fallback", {}), "fallback")
    found = Decision(
        number=reader.whole(given.get("number", 1), "number", 1, SAFE),
        id=reader.text(given.get("id", ""), "id"),
        now=reader.number(given.get("now", 0.0), "now"),
        event=reader.mapping(given.get("event", {}), "event"),
        commands=[reader.mapping(one, at) for at, one in reader.items(given.get("commands", []), "commands")],
        observation=reader.text(given.get("observation", ""), "observation"),
        decision=reader.text(given.get("decision", ""), "decision"),
        policy=reader.text(given.get("policy", ""), "policy"),
        fallback={point: reader.text(why, f"fallback.{point}") for point, why in fallback.items()},
        again=reader.flag(given.get("again", False), "again"),
    )
    reader.done()
    return found


def status_plain(status: Status) -> dict[str, Any]:
    """How the host is, as a plain object."""
    return {
        "breakers": dict(status.breakers), "bundle": dict(status.bundle), "clock": status.clock, "last": status.last,
        "now": status.now, "office": status.office, "rules": status.rules,
        "shadow": None if status.shadow is None else dict(status.shadow), "spare": status.spare,
        "start": status.start,
    }  # fmt: skip


def status_of(plain: Any) -> Status:
    """How a host is, of a plain object; fields that a newer host adds are passed over.

    Raises
    ------
    WrongDocument
        With every mistake.
    """
    reader = Reader("status")
    known = {key: value for key, value in reader.mapping(plain, "").items() if key in STATUS}
    given = reader.table(known, "", [name for name in STATUS if name != "shadow"], ("shadow",))
    breakers = reader.mapping(given.get("breakers", {}), "breakers")
    shadow = given.get("shadow")
    found = Status(
        last=reader.whole(given.get("last", 0), "last", 0, SAFE),
        now=reader.number(given.get("now", 0.0), "now"),
        bundle=reader.mapping(given.get("bundle", {}), "bundle"),
        office=reader.text(given.get("office", ""), "office"),
        rules=reader.text(given.get("rules", ""), "rules"),
        breakers={point: reader.text(state, f"breakers.{point}") for point, state in breakers.items()},
        clock=reader.text(given.get("clock", ""), "clock"),
        spare=reader.flag(given.get("spare", False), "spare"),
        start=_day(given.get("start", "2000-01-01"), reader, "start"),
        shadow=None if shadow is None else reader.mapping(shadow, "shadow"),
    )
    reader.done()
    return found


def _observation(plain: Any, reader: Reader, where: str, named: bool) -> Observation:
    needed, free = (("event", "id"), ("now",)) if named else (("event",), ("now", "id"))
    given = reader.table(plain, where, needed, free)
    ahead = f"{where}." if where else ""
    now = given.get("now")
    return Observation(
        reader.mapping(given.get("event", {}), f"{ahead}event"),
        None if now is None else reader.number(now, f"{ahead}now"),
        _id(given["id"], reader, f"{ahead}id", named) if "id" in given else "",
    )


def _day(value: Any, reader: Reader, where: str) -> str:
    found = reader.text(value, where)
    try:
        return date.fromisoformat(found).isoformat()
    except ValueError:
        reader.expected(where, value, "a day as 2025-09-01")
        return found


def _id(value: Any, reader: Reader, where: str, named: bool) -> str:
    found = reader.text(value, where)
    if len(found) > ID_LENGTH or (named and isinstance(value, str) and not found):
        reader.expected(where, value, f"{1 if named else 0} to {ID_LENGTH} letters")
    return found
