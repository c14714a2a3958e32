"""Reasons that can be counted: a rule may raise exceptions of any name, and each new word would be another series for whoever scrapes.

The word itself stands in the decision, and with it in the journal. Source: Prometheus' own advice not to take labels of unbounded
sets of values (prometheus.io, Metric and label naming).
"""

from typing import Final

from policies.deploy.host.asked import FORKED
from policies.deploy.host.breakers import BREAKER_OPEN
from policies.deploy.host.deciding import LEAKED, OUT_OF_STEP, UNAVAILABLE
from policies.deploy.host.workers import BROKE, DIED, OVER_BUDGET

RAISED: Final = "Raised"
"""A fallback answered because its rule raised, whatever it raised."""
OTHER: Final = "Other"
"""A worker was replaced for a reason that has no word."""
FALLBACK: Final = frozenset({OVER_BUDGET, DIED, FORKED, BREAKER_OPEN, OUT_OF_STEP, UNAVAILABLE})
"""Why a fallback answered, beside what a rule raised."""
RESTART: Final = frozenset({OVER_BUDGET, DIED, BROKE, OUT_OF_STEP, LEAKED})
"""Why a decider was replaced; of a scribe the same after ``SCRIBE``."""
SCRIBE: Final = "scribe "


def of_fallback(why: str) -> str:
    """The reason under which an answer of a fallback is counted."""
    return why if why in FALLBACK else RAISED


def of_restart(why: str) -> str:
    """The reason under which a worker that was replaced is counted."""
    worker = SCRIBE if why.startswith(SCRIBE) else ""
    word = why.removeprefix(worker)
    return f"{worker}{word if word in RESTART else OTHER}"
