"""What a degenerate run shows, read from its journal alone."""

from dataclasses import dataclass

import numpy as np

from scenarios.verify.draws import Flags, Floats, Ints
from twin.journal import Journal, Table


@dataclass(slots=True)
class Orders:
    """By request number: reported, first begun (NaN: never) and ended (done, cancelled or rejected) [min]; class."""

    report: Floats
    begun: Floats
    ended: Floats
    abandoned: Floats
    priority: Ints
    rejected: Flags

    @property
    def wait(self) -> Floats:
        """Minutes before the first service, or until giving up."""
        return np.where(np.isnan(self.begun), self.ended, self.begun) - self.report

    @property
    def in_system(self) -> Floats:
        """Minutes from report to the end."""
        return self.ended - self.report


@dataclass(slots=True)
class Spells:
    """Stretches in which a technician has an order: who, which, from, to [min], by start."""

    tech: Ints
    order: Ints
    start: Floats
    end: Floats


def table(journal: Journal, name: str) -> Table | None:
    """A table, or None if no such row was noted."""
    return journal.table(name) if name in journal.tables() else None


def orders(journal: Journal) -> Orders:
    """What became of each request (numbers 0 … n - 1)."""
    reported = journal.table("RequestReported")
    count = int(reported["request"].max()) + 1
    report, begun, ended = (np.full(count, np.nan) for _ in range(3))
    priority = np.zeros(count, dtype=np.int64)
    report[reported["request"]] = reported["at"]
    priority[reported["request"]] = reported["priority"]
    on_site = journal.table("OnSite")
    begun[on_site["order"][::-1]] = on_site["at"][::-1]
    completed = journal.table("WorkCompleted")
    ended[completed["order"]] = completed["at"]
    abandoned = np.zeros(count)
    cancelled = table(journal, "RequestCancelled")
    if cancelled is not None:
        ended[cancelled["request"]] = cancelled["at"]
        abandoned[cancelled["request"]] = 1.0
    rejected = np.zeros(count, dtype=np.bool_)
    refused = table(journal, "RejectRequest")
    if refused is not None:
        ended[refused["request"]] = refused["at"]
        rejected[refused["request"]] = True
    return Orders(report, begun, ended, abandoned, priority, rejected)


def spells(journal: Journal) -> Spells:
    """Every stretch from an assignment to the end of the visit, finished ones only."""
    given = journal.table("Assign")
    ends = [journal.table("WorkCompleted")]
    left = table(journal, "VisitEnded")
    if left is not None:
        ends.append(left)
    order, n, at = (np.concatenate([one[c] for one in ends]) for c in ("order", "n", "at"))
    last = np.lexsort((n, order))
    first = np.lexsort((given["n"], given["order"]))
    if len(first) != len(last) or (given["order"][first] != order[last]).any():
        raise AssertionError("assignments and ends of visits do not pair: the run was not left to finish")
    sequence = np.argsort(given["n"][first], kind="stable")
    return Spells(
        given["tech"][first][sequence], given["order"][first][sequence],
        given["at"][first][sequence], at[last][sequence],
    )  # fmt: skip


def overlap(start: Floats, end: Floats, since: float, until: float) -> float:
    """Total time of stretches inside a window [min]."""
    return float(np.maximum(0.0, np.minimum(end, until) - np.maximum(start, since)).sum())


def level(start: Floats, end: Floats) -> tuple[Floats, Ints]:
    """Instants at which the number of stretches under way changes, and that number from there on."""
    at = np.concatenate([start, end])
    step = np.concatenate([np.ones(len(start), dtype=np.int64), -np.ones(len(end), dtype=np.int64)])
    sequence = np.lexsort((step, at))
    return at[sequence], np.cumsum(step[sequence])


def share_of_time(at: Floats, number: Ints, wanted: int, since: float, until: float) -> float:
    """Share of a window in which a level is ``wanted``."""
    edges = np.clip(np.append(at, until), since, until)
    length = np.diff(edges)
    before = max(0.0, min(float(at[0]), until) - since) if wanted == 0 and len(at) else 0.0
    return float((length[number == wanted].sum() + before) / (until - since))
