"""Golden decisions from a log: an office is told the events that a site kept."""

import math
from pathlib import Path

from policies.contract.units import DAY_MIN
from policies.controller.centre import CommandCentre
from policies.deploy import canonical, office, rules_file
from policies.deploy.golden import LEAST, Recorder, told_by
from policies.deploy.members import OFFICE, RULES
from policies.deploy.strict import WrongDocument
from scenarios.deploy.recording import Recording, TooLittle


def record(folder: Path, events: Path) -> Recording:
    """Tell the office of a folder (``office.json`` and ``controller.toml``, as they lie in a bundle) a log of events.

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
    told = told_by(events.read_bytes())
    if len(told) < LEAST:
        raise TooLittle(f"{events} has {len(told)} events, a bundle needs at least {LEAST} decisions")
    recorder = Recorder(CommandCentre(office.settings_of(plain, rules)))
    for event, now in told:
        recorder.handle(event, now)
    days = math.ceil((told[-1][1] - told[0][1]) / DAY_MIN)
    return Recording(office.settings_of(plain, rules), recorder.pairs, days)
