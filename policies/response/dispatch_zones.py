"""Dispatch as it is done today: fixed home zones and the foreman's two rounds a day."""

from collections.abc import Iterable, Sequence
from typing import final

from policies.contract.decisions import Pair
from policies.contract.views import P1, P4, Candidates, Site, Technician, View, Waiting, WorkOrder


@final
class FixedZoneBatch:
    """Today's practice: at each round the slips, oldest first, go on the lists of the zones' own people.

    Within a zone the shortest list gets the slip. Someone who is not back within ``soon_min`` is
    passed over while a colleague of the trade is there. Emergencies are handed on at once, outside
    rounds, to the head of a list: the zone's person on duty, else anyone of the trade, else the
    night crew. Planned work goes to the plant crew. No foreman, no round, outside ``hours``.

    Parameters
    ----------
    rounds : tuple of float
        Minutes of the day of the foreman's rounds.
    soon_min : float
        Who comes on duty within this time counts as there [min].
    hours : str
        Name of the calendar in whose hours the foreman works.

    Source: domain handbook M03 (as-is).
    """

    sees = (
        "trade", "building", "priority", "reported_at", "tried", "crew", "zones", "licences", "skills",
        "on_duty", "until", "order", "queue", "calendar",
    )  # fmt: skip
    work_lists = True

    def __init__(self, rounds: Sequence[float] = (510.0, 840.0), soon_min: float = 60.0, hours: str = "SVC") -> None:
        self.rounds = tuple(sorted(rounds))
        self.soon_min = soon_min
        self.hours = hours

    def dispatch(self, waiting: Waiting, candidates: Candidates, view: View) -> Sequence[Pair]:
        """At a round everything that waits; at any time the emergencies."""
        foreman = view.round and view.calendar.is_open(self.hours, view.now)
        orders = waiting.all() if foreman else waiting.urgent()
        lists = Lists(candidates, view)
        pairs: list[Pair] = []
        for order in sorted(orders, key=lambda o: (o.priority != P1, o.reported_at, o.id)):
            tech = self._on_duty(order, lists) if order.priority == P1 else self._by_zone(order, lists)
            if tech is not None:
                lists.lengthen(tech)
                pairs.append((order, tech))
        return pairs

    def _by_zone(self, order: WorkOrder, lists: "Lists") -> Technician | None:
        """Zone's people who are there; the trade's who are there; zone's first back; trade's first back."""
        of_trade = lists.of_crew(order.trade, "plant" if order.priority == P4 else "reactive")
        of_zone = lists.of_zone(order, of_trade)
        for people in (of_zone, of_trade):
            there = [tech for tech in people if lists.back_in(tech) <= self.soon_min]
            if there:
                return min(there, key=lambda tech: lists.rank(tech, order))
        return min(of_zone or of_trade, key=lambda tech: (lists.back_in(tech), tech.id), default=None)

    def _on_duty(self, order: WorkOrder, lists: "Lists") -> Technician | None:
        """An emergency needs somebody who is there now."""
        reactive = [tech for tech in lists.of_crew(order.trade, "reactive") if tech.on_duty]
        able = [tech for tech in lists.able(order.trade) if tech.on_duty]
        night = [tech for tech in able if tech.crew == "night"]
        for people in (lists.of_zone(order, reactive), reactive, night, able):
            if people:
                return min(people, key=lambda tech: lists.rank(tech, order))
        return None


@final
class Lists:
    """The people of each trade and how long their lists are while slips are being handed out."""

    def __init__(self, candidates: Candidates, view: View) -> None:
        self._candidates = candidates
        self._site: Site = view.site
        self._now = view.now
        self._more: dict[int, int] = {}
        self._able: dict[str, list[Technician]] = {}
        self._of_crew: dict[tuple[str, str], list[Technician]] = {}

    def able(self, trade: str) -> list[Technician]:
        """Everybody with skill and licence; outside firms only for the trades that are theirs."""
        found = self._able.get(trade)
        if found is None:
            licence = self._site.licence_of.get(trade)
            ours = trade in self._site.partner_trades
            found = self._able[trade] = [
                tech
                for tech in self._candidates.skilled(trade)
                if (licence is None or licence in tech.licences) and (ours or tech.crew != "partner")
            ]
        return found

    def of_crew(self, trade: str, crew: str) -> list[Technician]:
        """The crew's people with this as main trade, else with this skill, else anybody able."""
        found = self._of_crew.get((trade, crew))
        if found is None:
            able = self.able(trade)
            of_crew = [tech for tech in able if tech.crew == crew]
            main = [tech for tech in of_crew if tech.trade == trade]
            found = main or of_crew or [tech for tech in able if tech.crew != "night"] or able
            self._of_crew[trade, crew] = found
        return found

    def of_zone(self, order: WorkOrder, people: Iterable[Technician]) -> list[Technician]:
        """Those of the building's home zone (who has no zones serves them all)."""
        zone = self._site.zone_of[order.building]
        return [tech for tech in people if not tech.zones or zone in tech.zones]

    def back_in(self, tech: Technician) -> float:
        """Minutes until on duty [min]; 0 for who is."""
        return 0.0 if tech.on_duty else max(0.0, tech.until - self._now)

    def rank(self, tech: Technician, order: WorkOrder) -> tuple[bool, int, int]:
        """Who has not handed it back, the shortest list, the lowest number."""
        length = len(tech.queue) + (tech.order >= 0) + self._more.get(tech.id, 0)
        return (tech.id in order.tried, length, tech.id)

    def lengthen(self, tech: Technician) -> None:
        """One more slip on a list."""
        self._more[tech.id] = self._more.get(tech.id, 0) + 1
