"""The bridge itself: a round looks what changed, tells the office, and carries out what it decided.

Whatever breaks a round off, a system that is away or a kill, the next begins from the position, which
is saved before anything is told and after each decision that was carried out.
"""

from collections.abc import Callable
from datetime import date, timedelta
from threading import Event
from typing import Any, Final, final

from policies.deploy.adapters.atlas import life, position
from policies.deploy.adapters.atlas.clock import SiteClock
from policies.deploy.adapters.atlas.cmms import COMPLETE, Atlas, CmmsOrder, written
from policies.deploy.adapters.atlas.config import Config
from policies.deploy.adapters.atlas.obeying import Obeying
from policies.deploy.adapters.atlas.position import Known
from policies.deploy.adapters.atlas.shifts import next_change, on_duty
from policies.deploy.adapters.calling import Away, Declined
from policies.deploy.adapters.hosted import PAGE, HostDoor
from policies.deploy.messages import KIND

OVERLAP: Final = timedelta(minutes=1)
"""Looked at again: what was being written while the CMMS answered. What is known already is not told again."""
WRONG: Final = frozenset({409, 422})
"""Answers of a host that will not have an event: it is put aside, else nothing after it would be told."""


class CannotBridge(RuntimeError):
    """The host and the CMMS cannot be joined as the configuration says."""


@final
class Bridge:
    """Joins a CMMS and a host. ``say``: where it tells how it is."""

    def __init__(self, config: Config, say: Callable[[str], None]) -> None:
        self._config = config
        self._say = say
        self._unmapped: dict[str, None] = {}
        self._host = HostDoor(config.host, config.host_token)
        self._atlas = Atlas(config.cmms, config.cmms_key)
        self._saved = b""
        self._ready = False

    def run(self, over: Event) -> None:
        """Round after round until ``over`` is set; while somebody is away, the next begins from the position.

        Raises
        ------
        BadPosition, CannotBridge
            As ``begin``.
        Declined
            If a key opens nothing.
        """
        missed = ""
        while not over.is_set():
            try:
                self.round()
                missed = ""
            except Away as away:
                self._ready = False
                if str(away) != missed:
                    self._say(f"{away}; trying until it does")
                missed = str(away)
            over.wait(self._config.poll_s)

    def round(self) -> None:
        """Tell what was left to tell, obey, look, tell what is new, obey.

        Raises
        ------
        Away, Declined
        """
        if not self._ready:
            self.begin()
        self._tell()
        self._obey()
        self._look()
        self._tell()
        self._obey()

    def close(self) -> None:
        """Hang up."""
        self._host.close()
        self._atlas.close()

    def begin(self) -> None:
        """Go to the position in the file; without one, to what the host decides next.

        Raises
        ------
        BadPosition
            If the file is none.
        CannotBridge
            If the host goes by another clock than the configuration says, or knows less than the position.
        Away, Declined
        """
        status = self._host.status()
        if (status.clock == "stepped") != self._config.stepped:
            raise CannotBridge(
                f"the host at {self._config.host} goes by the clock {status.clock!r}: say so under host.clock, or start it otherwise"
            )
        there = self._config.position.exists()
        self._at = position.load(self._config.position) if there else position.begun(status.last)
        if self._at.after > status.last:
            raise CannotBridge(
                f"{self._config.position} is of another record: it knows decision {self._at.after}, the host is at {status.last}; "
                "remove it and the bridge begins anew"
            )
        self._clock = SiteClock(date.fromisoformat(status.start), self._config.zone)
        self._obeying = Obeying(self._atlas, self._config, self._clock, self._at, self._say)
        self._ready = True

    def _look(self) -> None:
        """Everything that has happened since the last look goes into the outbox, by the time it happened."""
        started, seen = self._atlas.changed(self._at.since)
        news: list[tuple[float, dict[str, Any]]] = []
        for order in seen:
            news += [(self._clock.minute(order.updated), event) for event in self._news_of(order)]
        minute = self._clock.minute(started)
        news += [(minute, event) for event in self._duty()]
        news += self._timers(minute)
        for at, event in sorted(news, key=lambda one: one[0]):
            self._at.will_tell(event, at if self._config.stepped else None)
        self._at.since = written(started - OVERLAP)
        self._save()

    def _news_of(self, order: CmmsOrder) -> list[dict[str, Any]]:
        known, events = self._at.orders.get(order.id), []
        if known is None:
            if order.status == COMPLETE:
                return []
            try:
                events.append(life.registered(order, self._config, self._clock))
            except life.Unmapped as unmapped:
                if str(unmapped) not in self._unmapped:
                    self._say(str(unmapped))
                self._unmapped[str(unmapped)] = None
                return []
            known = Known("OPEN")
        events += life.after(known, order, self._config)
        if any(event[KIND] in life.LEFT for event in events):
            self._take_off(order)
        self._at.remember(order.id, known)
        return events

    def _take_off(self, order: CmmsOrder) -> None:
        """Nobody begins again what the office has not assigned again, unless somebody has already."""
        try:
            now = self._atlas.get(order.id)
            if now.status == order.status and now.user is not None:
                self._atlas.patch(now, primaryUser=None)
        except Declined as declined:
            if declined.shut:
                raise
            self._say(f"work order {order.id} stays with whom it was: {declined}")

    def _duty(self) -> list[dict[str, Any]]:
        """Who came or went; of whom the office does not know yet, that he or she is there."""
        here = self._clock.local(self._atlas.at)
        events = []
        for tech in self._config.users:
            on = on_duty(self._config.shifts, tech, here)
            if on == (tech in self._at.on_duty):
                continue
            (self._at.on_duty.append if on else self._at.on_duty.remove)(tech)
            until = self._clock.minute_of(next_change(self._config.shifts, tech, here))
            events.append({KIND: "DutyChanged", "tech": tech, "on": on, "why": "shift", "until": until})
        return events

    def _timers(self, now: float) -> list[tuple[float, dict[str, Any]]]:
        """Timers whose time has come, where it is ours to keep it."""
        due = [one for one in self._at.wakes if one[0] <= now]
        self._at.wakes[:] = [one for one in self._at.wakes if one[0] > now]
        return [(at, {KIND: "Woke", "tag": tag, "subject": subject}) for at, tag, subject in due]

    def _tell(self) -> None:
        told = 0
        try:
            for observation in self._at.outbox:
                self._tell_one(observation)
                told += 1
        finally:
            del self._at.outbox[:told]
            self._save()

    def _tell_one(self, observation: dict[str, Any]) -> None:
        try:
            self._host.tell(observation)
        except Declined as declined:
            if declined.code not in WRONG:
                raise
            self._say(f"the office will not hear {observation['id']}: {declined}")

    def _obey(self) -> None:
        while decisions := self._host.decisions(self._at.after):
            for decision in decisions:
                self._obeying.decision(decision)
                self._at.after = decision.number
                if decision.commands:
                    self._save()
            if len(decisions) < PAGE:
                break
        self._save()

    def _save(self) -> None:
        content = position.written(self._at)
        if content != self._saved:
            position.save(self._config.position, content)
        self._saved = content
