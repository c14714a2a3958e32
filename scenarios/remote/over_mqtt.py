"""A host behind its MQTT door: events go to the broker, decisions are picked out of what it tells everybody.

An event is told again only once the broker has it and nobody answered: until then the line itself
tells it again.
"""

import time
from queue import Empty, SimpleQueue
from typing import Any, Final, final

from policies.deploy import canonical
from policies.deploy.doors.broker import Line, Message, broker_of
from policies.deploy.doors.plain import decision_of, parsed, status_of
from policies.deploy.doors.topics import DECISIONS, ERRORS, EVENTS, HOST, ONLINE, STATUS, Topics
from policies.deploy.service import Decision, Status
from policies.deploy.strict import WrongDocument
from scenarios.remote.asking import Where
from scenarios.remote.refusals import OtherAnswer, Refused, Unreachable

AGAIN_S: Final = 2.0
"""Seconds without an answer after which an event is told again."""
SOON_S: Final = 1.0
"""Seconds in which a broker hands out what it keeps of a host; later somebody who waits is told so."""


@final
class MqttHost:
    """A host that listens under the prefix of an address.

    Raises
    ------
    BadBroker, MissingExtra
        As ``Line``.
    """

    def __init__(self, where: Where) -> None:
        self._where = where
        broker = broker_of(where.url, login=where.credentials, ca=where.ca)
        self._topics = Topics(broker.prefix)
        self._came: SimpleQueue[Message] = SimpleQueue()
        self._online = False
        listened = [self._topics.of(one) for one in (STATUS, HOST, DECISIONS, ERRORS)]
        self._line = Line(broker, listened, self._heard)
        self._line.start()

    def status(self) -> Status:
        """How it was when it last told; the first that comes, in time, while it is online."""
        ends = time.monotonic() + self._where.hello_s
        soon: float | None = time.monotonic() + SOON_S
        found: Status | None = None
        while found is None or not self._online:
            message = self._next(ends if soon is None else min(soon, ends))
            if message is None and soon is not None:
                self._where.waiting("does not say yet how it is")
                soon = None
                continue
            if message is None:
                how = "is offline" if found else "does not say how it is"
                raise Unreachable(f"the host under {self._where.url} {how}: is it there, under this prefix?")
            if message.topic == self._topics.of(STATUS):
                self._online = message.payload == ONLINE
            if message.topic == self._topics.of(HOST):
                found = self._status(message)
        return found

    def decide(self, observation: dict[str, Any]) -> Decision:
        id, told = str(observation["id"]), canonical.text(observation)
        ends = time.monotonic() + self._where.patience_s
        receipt = self._line.send(self._topics.of(EVENTS), told)
        while True:
            found = self._answer(id, min(ends, time.monotonic() + AGAIN_S))
            if found is not None:
                return found
            if time.monotonic() >= ends:
                raise Unreachable(f"the host under {self._where.url} has not answered for {self._where.patience_s:g} s")
            if receipt.wait(0.0):
                receipt = self._line.send(self._topics.of(EVENTS), told)

    def close(self) -> None:
        self._line.stop()

    def _heard(self, message: Message) -> None:
        self._came.put(message)
        self._line.acknowledge(message)

    def _next(self, ends: float) -> Message | None:
        try:
            return self._came.get(timeout=max(0.0, ends - time.monotonic()))
        except Empty:
            return None

    def _answer(self, id: str, ends: float) -> Decision | None:
        """The decision on the observation of an id, if it comes in time; what is about others is passed over."""
        while (message := self._next(ends)) is not None:
            if message.topic not in (self._topics.of(DECISIONS), self._topics.of(ERRORS)):
                continue
            plain = self._plain(message)
            if plain.get("id") != id:
                continue
            if message.topic == self._topics.of(ERRORS):
                raise Refused(f"the host refuses: {'; '.join(map(str, plain.get('errors', [])))}")
            try:
                return decision_of(plain)
            except WrongDocument as error:
                raise OtherAnswer(f"{message.topic} holds no decision: {error}") from error
        return None

    def _plain(self, message: Message) -> dict[str, Any]:
        try:
            plain = parsed(message.payload, message.topic)
        except WrongDocument as error:
            raise OtherAnswer(str(error)) from error
        return plain if isinstance(plain, dict) else {}

    def _status(self, message: Message) -> Status:
        try:
            return status_of(self._plain(message))
        except WrongDocument as error:
            raise OtherAnswer(f"{message.topic} does not say how it is: {error}") from error
