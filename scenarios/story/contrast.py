"""Two runs of one replication, simulated again side by side: what each order adds to their difference."""

from dataclasses import dataclass

from results.contributions import Contribution, Difference, decompose
from results.kpis import spec
from results.observation import Observation
from scenarios.story.lives import Step, life_of
from scenarios.story.parting import Parting, part
from scenarios.study.arms import Arm
from scenarios.study.replication import branch, burn_in
from scenarios.study.watchdog import LIMIT_S, Watchdog
from twin.journal import Journal

IN_CHAIN = (
    "RequestReported", "RequestLost", "RequestRegistered", "MergeDuplicate", "OpenOrder", "SeekApproval",
    "ApprovalDecided", "PartReady", "PartNeeded", "NoAccess", "AccessGranted", "Assign", "Unassign", "OrderDeclined",
    "OnSite", "TradeFound", "VisitEnded", "WorkInterrupted", "MadeSafe", "Escalate", "WorkCompleted", "OrderReopened",
)  # fmt: skip
"""What makes an order late, or ends the wait for it."""


@dataclass(slots=True)
class Case:
    """An order that cost the loser much, and its chain of causes in each run (empty: not in that run's figure)."""

    contribution: Contribution
    before: list[Step]
    after: list[Step]


@dataclass(slots=True)
class Contrast:
    """``loser``: 0 the first run, 1 the second, None: the figure is the same, or has no better direction."""

    difference: Difference
    loser: int | None
    parting: Parting | None
    costliest: list[Case]


def contrast(first: Arm, second: Arm, seed: int, replication: int, kpi: str, top: int) -> Contrast:
    """Simulate both runs again from one burn-in and part the difference of a figure by orders.

    Raises
    ------
    NotByOrder
        If the figure is no sum over orders.
    """
    dog = Watchdog(LIMIT_S)
    with dog.on_guard():
        base = burn_in(first, seed, replication, dog)
        journals = [branch(arm, base, dog).journal for arm in (first, second)]
    before, after = (Observation(journal, base.meta) for journal in journals)
    found = decompose(before, after, kpi)
    loser = _loser(found)
    return Contrast(found, loser, part(*journals), _costliest(found, loser, journals, top))


def _loser(found: Difference) -> int | None:
    better = spec(found.kpi).better
    if better == "neither" or not found.amount:
        return None
    return int((found.amount > 0.0) == (better == "lower"))


def _costliest(found: Difference, loser: int | None, journals: list[Journal], top: int) -> list[Case]:
    """The orders that moved the figure most towards the loser's side."""
    if loser is None:
        return []
    ranked = found.contributions if found.amount > 0.0 else found.contributions[::-1]
    return [
        Case(one, *(_chain(journal, side.order) if side else [] for journal, side in zip(journals, (one.before, one.after), strict=True)))
        for one in ranked[:top]
        if one.amount * found.amount > 0.0
    ]  # fmt: skip


def _chain(journal: Journal, order: int) -> list[Step]:
    return [step for step in life_of(journal, order) if step.what in IN_CHAIN]
