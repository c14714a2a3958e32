"""A host in this process: a real command centre behind the service that doors stand on."""

import threading
from dataclasses import replace

from policies.controller.centre import CommandCentre
from policies.deploy import canonical, messages, office
from policies.deploy.service import Decision, Figures, SameIdOtherEvent, Status, Stopping, TimeRunsBack

BUNDLE = {"name": "night-crew", "version": 3, "sha256": "ab" * 32, "rules": {}}


class InProcessHost:
    """Decides one observation after the other, remembers ids, keeps everything. ``fallback``: number → points."""

    def __init__(self, settings, clock="stepped"):
        self.clock = clock
        self.rules = office.rules_plain(settings.rules)
        self.named = {point: choice["rule"] for point, choice in self.rules.items() if choice["rule"] != "none"}
        self.office = canonical.digest(office.office_plain(settings))
        self.centre = CommandCentre(settings)
        self.kept = []
        self.by_id = {}
        self.fallback = {}
        self.stopping = False
        self.changed = threading.Condition()

    def decide(self, seen):
        with self.changed:
            if self.stopping:
                raise Stopping("the host stops")
            now = self.now if seen.now is None else seen.now
            plain = messages.observation(*messages.observed({"event": dict(seen.event), "now": now}))
            digest = canonical.digest(plain)
            if seen.id in self.by_id:
                return self._again(self.by_id[seen.id], digest)
            if now < self.now:
                raise TimeRunsBack(f"minute {now:g} after minute {self.now:g}")
            commands = messages.decision(self.centre.handle(*messages.observed(plain)))
            number = len(self.kept) + 1
            made = Decision(
                number, seen.id, now, plain["event"], commands, digest, canonical.digest(commands), BUNDLE["sha256"],
                self.fallback.get(number, {}),
            )  # fmt: skip
            self.kept.append(made)
            if seen.id:
                self.by_id[seen.id] = made
            self.changed.notify_all()
            return made

    def decisions(self, after, limit, wait_s=0.0):
        with self.changed:
            self.changed.wait_for(lambda: len(self.kept) > after, wait_s)
            return self.kept[after : after + limit]

    def status(self):
        return Status(
            len(self.kept), self.now, {**BUNDLE, "rules": self.named}, self.office, canonical.digest(self.rules),
            {"dispatch": "closed"}, self.clock, spare=True, start="2025-06-30",
        )  # fmt: skip

    def figures(self):
        return Figures({}, {}, {}, {}, {}, {}, {}, 0.0, 0)

    @property
    def now(self):
        return self.kept[-1].now if self.kept else 0.0

    @staticmethod
    def _again(made, digest):
        if made.observation != digest:
            raise SameIdOtherEvent(f"id {made.id!r} was used for something else")
        return replace(made, again=True)
