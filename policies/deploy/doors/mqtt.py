"""The MQTT door: events come in from a broker, decisions and commands go out to it.

Nothing is lost on the way, and so some things come twice. An event is acknowledged only when the host
has kept its decision, so a broker that does not hear of that brings it again: that is why every
observation needs an ``id`` here, by which the second one gets the answer of the first and no order is
given twice. Decisions go out from the host's own list in the order of their numbers, and how far they
were acknowledged is kept in a file, so that a door opened again goes on from there; whoever listens
drops a number it has seen.

What a broker keeps while the host is down is decided when the host is back: the door's session lasts.
"""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final, final

from policies.deploy import canonical
from policies.deploy.doors.broker import Broker, Line, Message, Receipt, Say
from policies.deploy.doors.plain import decision_plain, observations_of, parsed, status_plain
from policies.deploy.doors.told import Told
from policies.deploy.doors.topics import COMMANDS, DECISIONS, ERRORS, EVENTS, HOST, OFFLINE, ONLINE, STATUS, Topics
from policies.deploy.messages import KIND
from policies.deploy.service import ID_LENGTH, Decision, Observation, Service, ServiceError, Stopping
from policies.deploy.strict import WrongDocument

LIMIT_BYTES: Final = 2**18
"""Bytes a message that comes in may have at most."""
WEEK_S: Final = 7 * 24 * 3600
AT_ONCE: Final = 50
"""Decisions that are on their way to the broker at most."""
LOOK_S: Final = 0.5
"""Seconds after which the door looks again whether it is to stop."""
STATUS_EVERY_S: Final = 1.0
PAUSE_S: Final = 5.0
"""Seconds until what could not be told is told again."""


@dataclass(frozen=True, slots=True)
class MqttSettings:
    """How the door stands.

    ``told``: file that keeps the number of the last decision the broker acknowledged. ``session``: name
    the broker knows the door by, which no other client may bear (""; made of the prefix). ``lasts_s``:
    how long the broker keeps events while the host is down [s] (MQTT 5; before, the broker decides).
    """

    broker: Broker
    told: Path
    session: str = ""
    lasts_s: int = WEEK_S
    limit_bytes: int = LIMIT_BYTES

    @property
    def name(self) -> str:
        """The name of the session."""
        return self.session or f"{self.broker.prefix.replace('/', '-')}-host"


@final
class MqttDoor:
    """Three threads: the line's own, one that decides what comes in, one that tells what was decided.

    Attributes
    ----------
    ready : set when the broker has been told that the host listens (never, as long as there is no broker)

    Raises
    ------
    MissingExtra, BadBroker
        As ``Line``.
    BadTold
        If the file of what was told is none.
    """

    def __init__(self, service: Service, settings: MqttSettings, say: Say | None = None) -> None:
        self.ready = threading.Event()
        self._service = service
        self._settings = settings
        self._topics = Topics(settings.broker.prefix)
        self._stopping = threading.Event()
        self._came: SimpleQueue[Message | None] = SimpleQueue()
        self._status_due = 0.0
        self._status = b""
        self._line = Line(
            settings.broker, [self._topics.of(EVENTS)], self._came.put, session=settings.name, lasts_s=settings.lasts_s,
            will=(self._topics.of(STATUS), OFFLINE), up=self._up, say=say,
        )  # fmt: skip
        self._say = self._line.say
        self._told = Told(settings.told, service.status().last)  # writes a file: after all that may fail
        self._threads = [
            threading.Thread(target=self._hear, name="mqtt-hears", daemon=True),
            threading.Thread(target=self._tell, name="mqtt-tells", daemon=True),
        ]

    def start(self) -> None:
        """Open the door; returns at once, whether or not the broker is there."""
        for thread in self._threads:
            thread.start()
        self._line.start()

    def stop(self) -> None:
        """Answer what is being decided, say that the host is offline, hang up. What was not decided stays at the broker."""
        self._stopping.set()
        self._came.put(None)
        for thread in self._threads:
            thread.join()
        self._line.stop()

    def _up(self) -> None:
        self._line.send(self._topics.of(STATUS), ONLINE, keep=True)
        self._status = b""
        self._status_due = 0.0
        self.ready.set()

    # ------------------------------------------------------------------------------------- events in

    def _hear(self) -> None:
        while (message := self._came.get()) is not None and not self._stopping.is_set():
            if self._answer(message):
                self._line.acknowledge(message)

    def _answer(self, message: Message) -> bool:
        """Decide what a message holds, tell what is refused; False if the host takes no more."""
        try:
            seen = self._seen(message)
        except WrongDocument as error:
            self._refuse(message, self._id_in(message), error)
            return True
        return all(self._decide(one, message) for one in seen)

    def _seen(self, message: Message) -> list[Observation]:
        size, limit = len(message.payload), self._settings.limit_bytes
        if size > limit:
            raise WrongDocument([f"message: {size} bytes, expected at most {limit}"])
        return observations_of(parsed(message.payload, "message"), named=True)

    def _id_in(self, message: Message) -> str:
        """The id in a message that is none, as far as it has one that can be written."""
        try:
            plain = parsed(message.payload[: self._settings.limit_bytes], "message")
        except WrongDocument:
            return ""
        found = plain.get("id") if isinstance(plain, dict) else None
        return found[:ID_LENGTH].encode(errors="replace").decode() if isinstance(found, str) else ""

    def _decide(self, seen: Observation, message: Message) -> bool:
        """Decide, as often as the host says to ask again: the broker offers no message twice on one line."""
        try:
            decision = self._decided(seen)
        except Stopping:
            return False
        except (ServiceError, WrongDocument) as error:
            self._refuse(message, seen.id, error)
        except Exception as error:
            self._say(f"observation {seen.id!r} could not be decided: {error!r}")
            self._refuse(message, seen.id, error)
        else:
            told = canonical.text(decision_plain(decision))
            if decision.again and decision.number <= self._told.number:  # else it is on its way, in its turn
                self._line.send(self._topics.of(DECISIONS), told)
            if message.answer_to:
                self._line.send(message.answer_to, told, correlation=message.correlation)
        return True

    def _decided(self, seen: Observation) -> Decision:
        while True:
            try:
                return self._service.decide(seen)
            except Stopping as error:
                self._say(f"observation {seen.id!r} is not decided yet: {error}")
                if self._stopping.wait(PAUSE_S):
                    raise

    def _refuse(self, message: Message, id: str, error: Exception) -> None:
        errors = list(error.errors) if isinstance(error, WrongDocument) else [str(error)]
        told = canonical.text({"errors": errors, "id": id, "refused": type(error).__name__})
        self._line.send(self._topics.of(ERRORS), told)
        if message.answer_to:
            self._line.send(message.answer_to, told, correlation=message.correlation)

    # ------------------------------------------------------------------------------------- decisions out

    def _tell(self) -> None:
        while not self._stopping.is_set():
            try:
                self._tell_what_is_new()
            except Exception as error:
                self._say(f"what was decided cannot be told: {error!r}; trying again")
                self._stopping.wait(PAUSE_S)

    def _tell_what_is_new(self) -> None:
        decisions = self._service.decisions(self._told.number, AT_ONCE, LOOK_S)
        if decisions and self._acknowledged(decisions):
            self._told.up_to(decisions[-1].number)
        if self.ready.is_set():
            self._tell_status()

    def _acknowledged(self, decisions: Sequence[Decision]) -> bool:
        """Send decisions with their commands; whether the broker has acknowledged them all."""
        for receipt in [receipt for one in decisions for receipt in self._sent(one)]:
            while not receipt.wait(LOOK_S):
                if self._stopping.is_set():
                    return False
            if receipt.refused:
                self._say(f"{self._settings.broker} will not have a decision: {receipt.refused}; offering it again")
                self._stopping.wait(PAUSE_S)
                return False
        return True

    def _sent(self, decision: Decision) -> list[Receipt]:
        receipts = [self._line.send(self._topics.of(DECISIONS), canonical.text(decision_plain(decision)))]
        for place, command in enumerate(decision.commands, 1):
            told = command_plain(decision, place, command)
            receipts.append(self._line.send(self._topics.of(COMMANDS, command[KIND]), canonical.text(told)))
        return receipts

    def _tell_status(self) -> None:
        """How the host is, if that has changed, once a second at most."""
        if time.monotonic() < self._status_due:
            return
        self._status_due = time.monotonic() + STATUS_EVERY_S
        status = canonical.text(status_plain(self._service.status()))
        if status != self._status:
            self._line.send(self._topics.of(HOST), status, keep=True)
        self._status = status


def command_plain(decision: Decision, place: int, command: Mapping[str, Any]) -> dict[str, Any]:
    """One command as it goes out alone: ``number`` and ``place`` (from 1) tell it from every other, and its double."""
    return {
        "command": dict(command), "id": decision.id, "now": decision.now, "number": decision.number,
        "of": len(decision.commands), "place": place,
    }  # fmt: skip
