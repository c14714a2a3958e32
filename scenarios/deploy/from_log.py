"""Golden decisions from a log: an office is told the events that a site kept."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policies.contract.events import Event
from policies.contract.units import DAY_MIN
from policies.controller.settings import RuleChoice, Settings
from policies.deploy import canonical, office, rules_file
from policies.deploy.golden import LEAST, Recorder, told_by
from policies.deploy.members import OFFICE, RULES
from policies.deploy.refused_answers import AskedCentre
from policies.deploy.strict import WrongDocument
from scenarios.deploy.recording import Recording, TooLittle


@dataclass(frozen=True, slots=True)
class Log:
    """An office and what it was told, read and not yet answered. ``told``: events, each with its minute."""

    office: Any
    rules: Mapping[str, RuleChoice]
    told: Sequence[tuple[Event, float]]

    def settings(self) -> Settings:
        """The office as it was before its first event."""
        return office.settings_of(self.office, self.rules)

    def record(self) -> Recording:
        """Tell the office all of it; what it answered."""
        centre = AskedCentre(self.settings())
        recorder = Recorder(centre)
        for event, now in self.told:
            recorder.handle(event, now)
        days = math.ceil((self.told[-1][1] - self.told[0][1]) / DAY_MIN)
        return Recording(self.settings(), recorder.pairs, days, centre.asked)


def opened(folder: Path, events: Path) -> Log:
    """The office of a folder (``office.json`` and ``controller.toml``, as they lie in a bundle) and a log of events.

    Raises
    ------
    TooLittle
        If the log has fewer than ``LEAST`` events.
    WrongDocument
        If a file is not what it should be.
    OSError
        If a file cannot be read.
    """
    rules = rules_file.read((folder / RULES).read_bytes())
    try:
        plain = canonical.parse((folder / OFFICE).read_bytes())
    except canonical.NotJson as error:
        raise WrongDocument([f"{folder / OFFICE}: {error}"]) from error
    told = told_by(events.read_bytes(), events)
    if len(told) < LEAST:
        raise TooLittle(f"{events} has {len(told)} events, a bundle needs at least {LEAST} decisions")
    return Log(plain, rules, told)
