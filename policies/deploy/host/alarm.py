"""On the wall clock the host wakes its office itself: each ``Wake`` it ordered comes back as ``Woke`` when its time has come."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from heapq import heapify, heappop, heappush
from threading import Condition, Thread
from typing import Any, Final, final

from policies.deploy.host.deciding import Made
from policies.deploy.host.host import Host
from policies.deploy.messages import KIND
from policies.deploy.service import Decision, ServiceError

MINUTE_S: Final = 60.0
LONGEST_S: Final = 60.0
"""Wait at most, so that a clock that is set is noticed."""
Due = tuple[float, str, int]


@final
class Alarm:
    """A thread that wakes a host's office.

    Parameters
    ----------
    clock : minutes since the start of the office's calendar
    """

    def __init__(self, host: Host, clock: Callable[[], float]) -> None:
        self._host = host
        self._clock = clock
        self._due = ordered(host.everything())
        heapify(self._due)
        self._changed = Condition()
        self._wanted = True
        host.watchers.append(self._hear)
        self._thread = Thread(target=self._wake, name="alarm", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Wake nobody any more."""
        with self._changed:
            self._wanted = False
            self._changed.notify()
        self._thread.join()

    def _hear(self, made: Made) -> None:
        with self._changed:
            for command in made.commands:
                if command[KIND] == "Wake":
                    heappush(self._due, _due_of(command))
            self._changed.notify()

    def _wake(self) -> None:
        while True:
            with self._changed:
                left = (self._due[0][0] - self._clock()) * MINUTE_S if self._due else LONGEST_S
                if self._wanted and left > 0.0:
                    self._changed.wait(min(left, LONGEST_S))
                if not self._wanted:
                    return
                if not self._due or self._due[0][0] > self._clock():
                    continue
                at, tag, subject = heappop(self._due)
            try:
                self._host.take({KIND: "Woke", "subject": subject, "tag": tag}, None)
            except ServiceError:
                with self._changed:  # nobody can decide at the moment: once more, unless the host stops
                    heappush(self._due, (at, tag, subject))
                    self._changed.wait(1.0)


def ordered(decisions: Iterable[Decision]) -> list[Due]:
    """Wakes that were ordered and have not come back, the earliest first."""
    open_: Counter[Due] = Counter()
    for one in decisions:
        if one.event[KIND] == "Woke":
            name = (one.event["tag"], one.event["subject"])
            came = min((due for due in open_ if due[1:] == name), default=None)
            if came is not None:
                open_ -= Counter([came])
        open_.update(_due_of(command) for command in one.commands if command[KIND] == "Wake")
    return sorted(open_.elements())


def _due_of(command: Mapping[str, Any]) -> Due:
    return float(command["at"]), command["tag"], command["subject"]
