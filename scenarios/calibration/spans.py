"""Which stretches of a case the log's stamps tell apart."""

from typing import Final

import numpy as np

from scenarios.calibration.columns import Floats, LogColumns

WHOLE: Final = "open_to_close"
WORK: Final = "work"


def spans(log: LogColumns) -> dict[str, Floats]:
    """Stretch → minutes of each row, NaN where not told.

    With all stamps: ``wait`` (opened to assigned), ``travel`` (assigned to arrived; accepting is in it) and
    ``work`` (arrived to closed). A stamp that is missing leaves its neighbours joined, as in
    ``travel_and_work``. Where the mapping says that durations are work, ``work`` is the logged duration.
    ``open_to_close`` is the whole.
    """
    told = {stamp: minutes for stamp, minutes in log.after.items() if stamp != WORK and not np.isnan(minutes).all()}
    found: dict[str, Floats] = {}
    if "closed" in told:
        found[WHOLE] = told["closed"]
    since: Floats = np.zeros(len(log))
    part: list[str] = []
    for name, stamp in (("wait", "assigned"), ("travel", "arrived"), (WORK, "closed")):
        part.append(name)
        if stamp in told:
            found["_and_".join(part)] = _forward(told[stamp] - since)
            since, part = told[stamp], []
    found.pop("wait_and_travel_and_work", None)
    if log.duration_is_work:
        found[WORK] = log.after[WORK]
    return found


def cannot_be_told_apart(log: LogColumns) -> str:
    """The stretches that stay joined, as a sentence; empty if none do."""
    known = spans(log)
    joined = [name.replace("_and_", " + ") for name in known if "_and_" in name]
    if WHOLE in known and len(known) == 1:
        joined = ["wait + travel + work"]
    if not known:
        return "the log has no stamp after the opening: nothing is known of durations"
    return f"not separable with these stamps: {'; '.join(joined)}" if joined else ""


def _forward(minutes: Floats) -> Floats:
    """Minutes, NaN where a later stamp stands before an earlier one."""
    return np.where(minutes >= 0.0, minutes, np.nan)
