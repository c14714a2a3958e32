"""The technician's phone (师傅手机): what is pressed, when, and when the office hears of it.

Four imperfections, each a parameter of the profile: a button pressed twice, reports that wait on
the phone while it has no signal, an arrival nobody pressed until the next report, a closing code
picked wrongly. Only the way up is modelled; what the office sends reaches the phone at once.
Parameters are assumptions [A] with their ranges (domain handbook 8.2 EV4); none is an effect size.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, final

from hardware_emul.devices.spells import Spells
from policies.contract.events import (
    Event,
    MadeSafe,
    NoAccess,
    OnSite,
    OrderAccepted,
    OrderDeclined,
    PartNeeded,
    TradeFound,
    VisitEnded,
    WorkCompleted,
)  # fmt: skip
from twin.facts import EventHeard
from twin.ports import ClockPort, StreamsPort

Report = (
    OrderAccepted | OnSite | MadeSafe | NoAccess | TradeFound | PartNeeded | VisitEnded
    | WorkCompleted | OrderDeclined
)  # fmt: skip
REPORTS: Final[dict[type, str]] = {
    kind: kind.__name__
    for kind in (
        OrderAccepted, OnSite, MadeSafe, NoAccess, TradeFound, PartNeeded, VisitEnded, WorkCompleted, OrderDeclined,
    )
}  # fmt: skip
"""What goes through a phone, by class name; every other fact reaches the office without one."""
VISIT_STRIDE: Final = 4096
"""Keeps the draws of one order's visits apart; the most technicians a campus may have."""


@dataclass(frozen=True, slots=True)
class HandsetProfile:
    """What phones and their owners do. Shares [0-1], hours and minutes of virtual time.

    ``offline_every_h`` 0: always in reach, else the mean time between spells without signal, each
    lasting ``offline_mean_min`` on average (both exponential). ``codes``: the closing codes a wrong
    choice is made from.

    Raises
    ------
    ValueError
        If a share leaves [0, 1], a time is negative, or wrong codes are asked for with fewer than
        two to choose from.
    """

    name: str
    double_click: float = 0.0
    double_gap_min: float = 0.05
    forget_arrival: float = 0.0
    wrong_code: float = 0.0
    codes: tuple[str, ...] = ("repaired", "no_fault_found", "other")
    offline_every_h: float = 0.0
    offline_mean_min: float = 0.0

    def __post_init__(self) -> None:
        for field in ("double_click", "forget_arrival", "wrong_code"):
            share = getattr(self, field)
            if not 0.0 <= share <= 1.0:
                raise ValueError(f"handset profile {self.name!r}: {field} is {share!r}, expected a share from 0 to 1")
        for field in ("double_gap_min", "offline_every_h", "offline_mean_min"):
            time = getattr(self, field)
            if not 0.0 <= time < float("inf"):
                raise ValueError(f"handset profile {self.name!r}: {field} is {time!r}, expected a time of 0 or more")
        if self.wrong_code and len(dict.fromkeys(self.codes)) < 2:
            raise ValueError(f"handset profile {self.name!r}: a wrong code needs two or more codes to choose from")

    @property
    def perfect(self) -> bool:
        """Whether nothing ever goes wrong: reports are events at once, unchanged."""
        offline = self.offline_every_h and self.offline_mean_min
        return not (self.double_click or self.forget_arrival or self.wrong_code or offline)


PROFILES: Final[dict[str, HandsetProfile]] = {
    profile.name: profile
    for profile in (
        HandsetProfile("perfect"),
        HandsetProfile(
            "typical", double_click=0.03, forget_arrival=0.10, wrong_code=0.08,
            offline_every_h=12.0, offline_mean_min=20.0,
        ),
        HandsetProfile(
            "poor", double_click=0.10, forget_arrival=0.35, wrong_code=0.25,
            offline_every_h=4.0, offline_mean_min=45.0,
        ),
    )
}  # fmt: skip
"""Profiles by name. All values [A]; ranges for sensitivity: double click 0-15 %, forgotten arrival 0-50 %,
wrong code 0-30 %, a spell without signal every 4-48 h for 5-60 min."""


@final
class Handset:
    """Every technician's phone under one profile.

    Parameters
    ----------
    profile : what goes wrong, how often
    clock, streams : time and keyed chance, handed in
    note : keeps an ``EventHeard`` row in the journal
    deliver : hands an event to the office

    Draws are keyed by (order, visit and technician, kind), so that one press never shifts another.
    """

    def __init__(
        self,
        profile: HandsetProfile,
        clock: ClockPort,
        streams: StreamsPort,
        note: Callable[[EventHeard], None],
        deliver: Callable[[Event], None],
    ) -> None:
        self.profile = profile
        self.clock = clock
        self.streams = streams
        self._note = note
        self._deliver = deliver
        self._off = profile.perfect
        self._visits: dict[int, int] = {}
        self._forgotten: dict[int, OnSite] = {}
        self._waiting: dict[int, deque[tuple[Report, float]]] = {}
        self._spells = Spells(
            streams, "handset.reach", "handset.offline", profile.offline_every_h, profile.offline_mean_min
        )

    def notice(self, fact: Event, now: float) -> bool:
        """Take over what a technician reports; anything else passes."""
        if self._off or not isinstance(fact, Report):
            return False
        if isinstance(fact, OnSite):
            self._visits[fact.order] = self._visits.get(fact.order, 0) + 1
            if self._draw("forget_arrival", fact) < self.profile.forget_arrival:
                self._forgotten[fact.tech] = fact
                return True
        else:
            forgotten = self._forgotten.pop(fact.tech, None)
            if forgotten is not None:
                self._press(forgotten, now)
        self._press(self._as_typed(fact), now)
        if isinstance(fact, OrderDeclined):
            self._visits[fact.order] = self._visits.get(fact.order, 0) + 1
        return True

    def _press(self, report: Report, now: float) -> None:
        """A button is pressed, and perhaps pressed again. Keyed before delivery can begin a new visit."""
        again = self._draw("double_click", report) < self.profile.double_click
        if again:
            self.clock.at(now + self.profile.double_gap_min, self._press_again, report)
        self._send(report, now)

    def _press_again(self, report: Report) -> None:
        self._send(report, self.clock.now)

    def _send(self, report: Report, pressed_at: float) -> None:
        """Through at once, or behind what already waits on this phone."""
        waiting = self._waiting.get(report.tech)
        if waiting:
            waiting.append((report, pressed_at))
            return
        back_at = self._spells.until(report.tech, pressed_at)
        if back_at > pressed_at:
            self._waiting[report.tech] = deque([(report, pressed_at)])
            self.clock.at(back_at, self._flush, report.tech)
            return
        self._hear(report, pressed_at)

    def _flush(self, tech: int) -> None:
        """Signal again: everything goes out in the order it was pressed."""
        waiting = self._waiting[tech]
        while waiting:
            self._hear(*waiting[0])
            waiting.popleft()

    def _hear(self, report: Report, pressed_at: float) -> None:
        code = report.code if isinstance(report, WorkCompleted) else ""
        self._note(EventHeard(REPORTS[type(report)], report.order, report.tech, pressed_at, code))
        self._deliver(report)

    def _as_typed(self, report: Report) -> Report:
        """The report with the closing code that was really picked."""
        if not isinstance(report, WorkCompleted) or self._draw("wrong_code", report) >= self.profile.wrong_code:
            return report
        others = [code for code in self.profile.codes if code != report.code]
        return replace(report, code=others[int(self._draw("which_code", report) * len(others))])

    def _draw(self, what: str, report: Report) -> float:
        visit = self._visits.get(report.order, 0)
        purpose = f"handset.{what}.{REPORTS[type(report)]}"
        return self.streams.uniform(purpose, report.order, VISIT_STRIDE * visit + report.tech)
