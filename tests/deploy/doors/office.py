"""A host small enough to read: one command centre in this process, behind what a door sees of a host.

It keeps the promises of ``Service`` (numbers that never skip, one answer for an id, time that does not
run back, waits that end) and nothing else: no worker, no journal, no breaker.
"""

import time
from collections import Counter
from math import inf
from threading import Condition

from policies.deploy import canonical, messages
from policies.deploy.service import (
    Decision,
    Figures,
    NotOurs,
    SameIdOtherEvent,
    Status,
    Stopping,
    TimeRunsBack,
)  # fmt: skip

POLICY = "ab" * 32
START = "2025-06-30"
BOUNDS_S = (0.001, 0.01, 0.1, 1.0, inf)


class Office:
    """``untold``: kinds of events that no teller may tell. ``centre``: anything that handles events."""

    def __init__(self, centre, untold=()):
        self.centre, self.untold = centre, frozenset(untold)
        self.kept, self.by_id, self.now = [], {}, 0.0
        self.closed = False
        self.kinds, self.given, self.fallbacks = Counter(), Counter(), Counter()
        self.latency, self.latency_sum_s = dict.fromkeys(BOUNDS_S, 0), 0.0
        self.changed = Condition()

    def decide(self, seen):
        event = messages.event_of(seen.event)
        with self.changed:
            if self.closed:
                raise Stopping("the office closes")
            known = self.by_id.get(seen.id) if seen.id else None
            if known is not None:
                return self._again(known, seen)
            now = self.now if seen.now is None else seen.now
            if seen.event["kind"] in self.untold:
                raise NotOurs(f"{seen.event['kind']}: the office tells itself")
            if now < self.now:
                raise TimeRunsBack(f"minute {now:g}, the last was {self.now:g}")
            decision = self._decided(seen, event, now)
            self.changed.notify_all()
            return decision

    def decisions(self, after, limit, wait_s=0.0):
        with self.changed:
            self.changed.wait_for(lambda: len(self.kept) > after or self.closed, wait_s)
            return self.kept[after : after + limit]

    def status(self):
        bundle = {"name": "night-crew", "version": 7, "sha256": POLICY, "rules": {"dispatch": "nearest_idle"}}
        breakers = {"dispatch": "closed", "triage": "half-open", "intake": "open"}
        return Status(
            len(self.kept), self.now, bundle, "cd" * 32, "ef" * 32, breakers, "stepped", spare=True, start=START
        )

    def figures(self):
        return Figures(
            self.kinds, self.given, self.fallbacks, {"dispatch": 2}, {"intake": 1}, {"timeout": 3},
            self.latency, self.latency_sum_s, 50_000_000,
        )  # fmt: skip

    def close(self):
        with self.changed:
            self.closed = True
            self.changed.notify_all()

    def _again(self, known, seen):
        same = canonical.text(known.event) == canonical.text(seen.event) and seen.now in (None, known.now)
        if not same:
            raise SameIdOtherEvent(f"id {seen.id!r} was another observation, number {known.number}")
        return Decision(**{name: getattr(known, name) for name in Decision.__slots__} | {"again": True})

    def _decided(self, seen, event, now):
        begun = time.perf_counter()
        commands, fallback = self._asked(event, now)
        plain = {"event": dict(seen.event), "now": now}
        decision = Decision(
            len(self.kept) + 1, seen.id, now, plain["event"], commands,
            canonical.digest(plain), canonical.digest(commands), POLICY, fallback,
        )  # fmt: skip
        self.now = now
        self.kept.append(decision)
        if seen.id:
            self.by_id[seen.id] = decision
        self._count(decision, time.perf_counter() - begun)
        return decision

    def _asked(self, event, now):
        """A centre that cannot make sense of an event gives no command, and the answer says so."""
        try:
            return messages.decision(self.centre.handle(event, now)), {}
        except (LookupError, ValueError, AttributeError, TypeError, AssertionError) as error:
            self.fallbacks["dispatch", type(error).__name__] += 1
            return [], {"dispatch": repr(error)}

    def _count(self, decision, took_s):
        self.kinds[decision.event["kind"]] += 1
        self.given.update(one["kind"] for one in decision.commands)
        self.latency_sum_s += took_s
        for bound in BOUNDS_S:
            self.latency[bound] += took_s <= bound
