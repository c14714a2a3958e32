"""Keeps the figures up and the announcements right, as long as it runs."""

import time
from collections import deque
from collections.abc import Callable
from threading import Event
from typing import Any, Final, final

from policies.deploy import canonical
from policies.deploy.adapters.calling import Away
from policies.deploy.adapters.home_assistant.entities import COUNTING, FIGURES, Config, configs
from policies.deploy.adapters.home_assistant.tally import Tally
from policies.deploy.adapters.hosted import PAGE, HostDoor
from policies.deploy.doors.broker import Broker, Line
from policies.deploy.doors.topics import OFFLINE, ONLINE, Topics
from policies.deploy.service import Status

EVERY_S: Final = 1.0
MINUTE_S: Final = 60.0
PAUSE_S: Final = 5.0


@final
class Announcer:
    """Between a host and a broker. All of the host's decisions are read once at the start, then what is new.

    Parameters
    ----------
    say : where it tells how it is

    Raises
    ------
    BadBroker, MissingExtra
        As ``Line``.
    """

    def __init__(self, host: HostDoor, broker: Broker, discovery: str, say: Callable[[str], None]) -> None:
        self._host = host
        self._say = say
        self._topics = Topics(broker.prefix)
        self._discovery = discovery
        self._tally = Tally()
        self._pace: deque[tuple[float, int]] = deque()
        self._announced: dict[str, Config] = {}
        self._figures = b""
        self._again = Event()
        will = (self._topics.of(COUNTING), OFFLINE)
        self._line = Line(broker, [], lambda _: None, will=will, up=self._again.set, say=say)

    def run(self, over: Event) -> None:
        """Announce until ``over`` is set.

        Raises
        ------
        Declined
            If the host will not have us.
        """
        self._line.start()
        try:
            while not over.is_set():
                try:
                    self._round(over)
                except Away as away:
                    self._say(f"{away}; trying until it does")
                    over.wait(PAUSE_S)
        finally:
            self._line.stop()
            self._host.close()

    def _round(self, over: Event) -> None:
        """Count what is new; a line that is new is told everything."""
        while page := self._host.decisions(self._tally.last, PAGE, 0.0 if self._catching_up else EVERY_S):
            for decision in page:
                self._tally.add(decision)
            if len(page) < PAGE or over.is_set():
                break
        if self._again.is_set():
            self._again.clear()
            self._announced, self._figures = {}, b""
            self._line.send(self._topics.of(COUNTING), ONLINE, keep=True)
        status = self._host.status()
        if status.last < self._tally.last:
            self._tally = Tally()  # a host that has begun a new record: counted from its first decision
            self._pace.clear()
        self._announce(status)
        self._tell(canonical.text(self._counted()))
        over.wait(EVERY_S / 2)

    @property
    def _catching_up(self) -> bool:
        return not self._pace

    def _announce(self, status: Status) -> None:
        version = f"{status.bundle.get('name')} {status.bundle.get('version')}"
        wanted = configs(self._topics, version, status.breakers, self._discovery)
        for topic in [*self._announced, *wanted]:
            if self._announced.get(topic) != wanted.get(topic):
                content = canonical.text(wanted[topic]) if topic in wanted else b""
                self._line.send(topic, content, keep=True)
        self._announced = wanted

    def _counted(self) -> dict[str, Any]:
        tally, now = self._tally, time.monotonic()
        self._pace.append((now, tally.last))
        while now - self._pace[0][0] > MINUTE_S:
            self._pace.popleft()
        return {
            "decisions_a_minute": tally.last - self._pace[0][1], "emergencies_open": tally.emergencies,
            "last": tally.last, "last_fallback": tally.fallback[:255], "orders_open": len(tally.priority),
            "orders_waiting": tally.waiting,
        }  # fmt: skip

    def _tell(self, figures: bytes) -> None:
        if figures != self._figures:
            self._line.send(self._topics.of(FIGURES), figures, keep=True)
        self._figures = figures
