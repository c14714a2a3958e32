"""A host with everything around it: the bundle found and verified, its control, its alarm."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Final, final

from policies.contract.units import DAY_MIN
from policies.deploy.bundle import Bundle, content_of, naming
from policies.deploy.host.alarm import Alarm
from policies.deploy.host.control import Control
from policies.deploy.host.host import Choices, Host
from policies.deploy.host.journal import last_era
from policies.deploy.host.place import SHELF, Place
from policies.deploy.host.shelf import Shelf, digest_of
from policies.deploy.host.succession import Succession
from policies.deploy.keys import PublicKey

CLOCK: Final = "clock"
MINUTE_S: Final = 60.0


class CannotStart(RuntimeError):
    """What was asked for does not fit what the folder holds."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a host is to be run.

    ``state``: its folder; ``bundle``: what decides first, or None: what decided when the host stopped;
    ``trusted``: keys, one of which signed; ``wall``: it keeps its own time.
    """

    state: Path
    trusted: Sequence[PublicKey]
    bundle: Path | None = None
    wall: bool = False
    choices: Choices = field(default_factory=Choices)


@final
class Running:
    """A host that runs.

    Raises
    ------
    CannotStart, JournalProblem, Refused, OSError
        If it cannot; then nothing runs, and the folder is as it was.
    """

    def __init__(self, wanted: Wanted) -> None:
        self.over = Event()
        self.alarm: Alarm | None = None
        self.succession: Succession | None = None
        shelf = Shelf(wanted.state / SHELF, wanted.trusted)
        place = Place(wanted.state)
        try:
            bundle = first_of(wanted, shelf)
            clock = site_clock(bundle) if wanted.wall else None
            self.host = Host(wanted.state, bundle, replace(wanted.choices, clock=clock), place)
        except BaseException:
            place.leave(undo=True)
            raise
        try:
            _see_clock(self.host, "wall" if wanted.wall else "stepped")
            self.succession = Succession(self.host, shelf)
            self.control = Control(wanted.state, self.host, self.succession, self.over.set)
            if clock is not None:
                self.alarm = Alarm(self.host, clock)
        except BaseException:
            self._end(undo=True)
            raise

    def stop(self, *, undo: bool = False) -> None:
        """Stop everything, the host last; what was taken is answered.

        Parameters
        ----------
        undo : as ``Host.stop``: nobody was told yet that it runs
        """
        self.control.close()
        if self.alarm is not None:
            self.alarm.stop()
        self._end(undo=undo)

    def _end(self, *, undo: bool) -> None:
        if self.succession is not None:
            self.succession.end()
        self.host.stop(undo=undo)


def _see_clock(host: Host, kind: str) -> None:
    """A record that was told its minutes is not gone on with by the machine's clock, and the other way round."""
    before = host.journal.noted(CLOCK)
    if before is None:
        host.journal.note(CLOCK, kind)
    elif before != kind:
        raise CannotStart(
            f"this record was kept with --clock {before}, and --clock {kind} is asked for: start it with --clock {before}"
        )


def first_of(wanted: Wanted, shelf: Shelf) -> Bundle:
    """The bundle that decides first: the one that decided when the host stopped, or the one given to an empty folder.

    Raises
    ------
    CannotStart
        If none is given and none was there, or another is given than was there.
    Refused, OSError
        If it may not be loaded, or cannot be read.
    """
    era = last_era(wanted.state)
    if era is None:
        if wanted.bundle is None:
            raise CannotStart(f"{wanted.state} is empty: say by --bundle what decides")
        with naming(wanted.bundle):
            return shelf.take_in(content_of(wanted.bundle))
    found = shelf.take_out(era)
    if wanted.bundle is not None and digest_of(content_of(wanted.bundle)) != era:
        raise CannotStart(
            f"{found.manifest.name} version {found.manifest.version} decides in {wanted.state}, and another bundle is given: "
            "start without --bundle, then load and promote it"
        )
    return found


def site_clock(bundle: Bundle) -> Callable[[], float]:
    """Minutes since the start of the office's calendar, by the local time of this machine."""
    start = bundle.settings.calendar.start

    def minute() -> float:
        here = datetime.now()  # noqa: DTZ005 (a campus lives by its local time)
        since = here - datetime(start.year, start.month, start.day)  # noqa: DTZ001
        return since.days * DAY_MIN + since.seconds / MINUTE_S + since.microseconds / (MINUTE_S * 1e6)

    return minute
