"""Conservation laws any journal must keep, checked from the journal alone (domain handbook EV1, EV2).

``violations`` is what tests call on every run; each law is a function of its own that returns what
breaks it, in words.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from policies.contract.states import OrderState, RequestState, TechnicianState
from results.columns import Floats, Ints, Numbers, columns
from twin.journal import ORDER, REQUEST, STATES, TECHNICIAN, Journal

SHOWN: Final = 5
"""Breaches of one law that are written out; the rest are counted."""
VISIT_ENDS: Final = ("WorkCompleted", "VisitEnded", "NoAccess", "PartNeeded", "TradeFound")
STANDS: Final = (TechnicianState.IDLE, TechnicianState.OFF, TechnicianState.BREAK, TechnicianState.SICK)


class ConservationError(AssertionError):
    """A journal breaks a conservation law."""


def violations(journal: Journal) -> list[str]:
    """Every breach of every law; empty for a sound journal."""
    return [
        *one_fate(journal),
        *completed_once(journal),
        *opened_before_work(journal),
        *one_place(journal),
        *little_holds(journal),
    ]


def require(journal: Journal) -> None:
    """Raise if a law is broken.

    Raises
    ------
    ConservationError
        Naming every breach.
    """
    found = violations(journal)
    if found:
        raise ConservationError("; ".join(found))


def one_fate(journal: Journal) -> list[str]:
    """Every request is reported once and has at most one end: merged, rejected, cancelled, or completed."""
    reported = columns(journal, "RequestReported")
    numbers = Numbers(np.unique(reported["request"].astype(np.int64)))
    ends = np.zeros(len(numbers))
    for name, state in (
        ("MergeDuplicate", RequestState.DUPLICATE),
        ("RejectRequest", RequestState.REJECTED),
        ("RequestCancelled", RequestState.CANCELLED),
    ):
        ends += _told(journal, numbers, name, state)
    completed, reopened = columns(journal, "WorkCompleted"), columns(journal, "OrderReopened")
    ends += numbers.count(completed["order"]) > numbers.count(reopened["order"])
    twice = numbers.count(reported["request"]) > 1
    return [
        *_listed("requests reported twice", numbers.ids[twice]),
        *_listed("requests with more than one end", numbers.ids[ends > 1]),
    ]


def completed_once(journal: Journal) -> list[str]:
    """Between two completions of an order lies a re-opening; none is re-opened that was not completed."""
    completed, reopened = columns(journal, "WorkCompleted"), columns(journal, "OrderReopened")
    order = np.concatenate([completed["order"], reopened["order"]]).astype(np.int64)
    done = np.concatenate([np.ones(len(completed), dtype=bool), np.zeros(len(reopened), dtype=bool)])
    sequence = np.lexsort((np.concatenate([completed.n, reopened.n]), order))
    order, done = order[sequence], done[sequence]
    if not len(order):
        return []
    again = order[1:] == order[:-1]
    twice = order[1:][again & done[1:] & done[:-1]]
    first = np.append(True, ~again)
    never = order[first & ~done]
    doubled = order[1:][again & ~done[1:] & ~done[:-1]]
    return [
        *_listed("orders completed twice without re-opening", np.unique(twice)),
        *_listed("orders re-opened that were not complete", np.unique(np.concatenate([never, doubled]))),
    ]


def opened_before_work(journal: Journal) -> list[str]:
    """Nobody is assigned to, arrives at or completes what is no work order yet."""
    opened = columns(journal, "OpenOrder")
    orders = Numbers(np.unique(opened["order"].astype(np.int64)))
    if not len(orders):
        return []
    since = orders.first(opened["order"], opened.n)
    out = []
    for name in ("Assign", "OnSite", "WorkCompleted"):
        rows = columns(journal, name)
        slot = orders.of(rows["order"])
        early = (slot < 0) | (rows.n < np.append(since, np.nan)[slot])
        out += _listed(f"{name} before the order was opened", np.unique(rows["order"][early]))
    return out


def one_place(journal: Journal) -> list[str]:
    """A technician is under way for one order at a time, and arrives only where he or she was going."""
    out: list[str] = []
    under_way: dict[int, int] = {}
    for tech, order, what in _movements(journal):
        present = under_way.get(tech, -1)
        if what == "leaves":
            if present >= 0:
                out.append(f"technician {tech} leaves for order {order} while at order {present}")
            under_way[tech] = order
        elif what == "arrives" and present != order:
            out.append(f"technician {tech} arrives at order {order} while {_at(present)}")
        elif what == "ends":
            if present not in (order, -1):
                out.append(f"technician {tech} ends a visit to order {order} while {_at(present)}")
            under_way[tech] = -1
        elif what == "stands":
            under_way[tech] = -1
    return _cut(out)


@dataclass(slots=True)
class LittlesLaw:
    """Of the dispatch queue over ``[0, horizon_min]``: mean length, arrivals a minute, mean wait [min].

    ``length`` integrates the counted queue; ``rate * wait_min`` adds each order's own wait. On one
    sample path, waits cut at the horizon, they are equal exactly.
    """

    length: float
    rate_per_min: float
    wait_min: float
    horizon_min: float
    least: int

    @property
    def gap(self) -> float:
        """L - λW, relative to L."""
        return abs(self.length - self.rate_per_min * self.wait_min) / max(self.length, 1e-12)


def littles_law(journal: Journal, horizon_min: float | None = None) -> LittlesLaw:
    """L and λW of the queue from ``OpenOrder`` to the first ``Assign``, rejection or cancellation.

    Source: Little, Operations Research 9 (1961), as a sample-path identity.
    """
    came, left, horizon = _queue(journal, horizon_min)
    both = np.concatenate([came, left[np.isfinite(left)]])
    step = np.concatenate([np.ones(len(came)), -np.ones(int(np.isfinite(left).sum()))])
    sequence = np.lexsort((-step, both))
    at, waiting = both[sequence], np.cumsum(step[sequence])
    inside = np.minimum(np.append(at, horizon), horizon)
    area = float(np.sum(waiting * np.diff(inside))) if len(at) else 0.0
    waits = np.minimum(np.where(np.isfinite(left), left, horizon), horizon) - came
    return LittlesLaw(
        length=area / horizon,
        rate_per_min=len(came) / horizon,
        wait_min=float(waits.mean()) if len(came) else 0.0,
        horizon_min=horizon,
        least=int(min(waiting.min(initial=0.0), 0.0)),
    )


def little_holds(journal: Journal) -> list[str]:
    """L = λW on the dispatch queue, and no order leaves it before it came."""
    law = littles_law(journal)
    out = []
    if law.gap > 1e-9:
        out.append(f"Little's law: L = {law.length}, λW = {law.rate_per_min * law.wait_min}")
    if law.least < 0:
        out.append(f"Little's law: the dispatch queue falls to {law.least}")
    return out


def _queue(journal: Journal, horizon_min: float | None) -> tuple[Floats, Floats, float]:
    """Instants of entry and exit by order, and the end of the journal; NaN exit: still waiting."""
    opened = columns(journal, "OpenOrder")
    orders = Numbers(np.unique(opened["order"].astype(np.int64)))
    came = orders.first(opened["order"], opened.at)
    exits = [
        orders.first(rows[column], rows.at)
        for rows, column in (
            (columns(journal, "Assign"), "order"),
            (columns(journal, "RejectRequest"), "request"),
            (columns(journal, "RequestCancelled"), "request"),
        )
    ]
    left = np.fmin(np.fmin(exits[0], exits[1]), exits[2])
    last = max((float(journal.table(name)["at"].max(initial=0.0)) for name in journal.tables()), default=0.0)
    horizon = last if horizon_min is None else horizon_min
    kept = came <= horizon
    left = np.where(left <= horizon, left, np.nan)
    return came[kept], left[kept], max(horizon, 1e-12)


def _movements(journal: Journal) -> list[tuple[int, int, str]]:
    """(technician, order, leaves | arrives | ends | stands) in journal order."""
    states = columns(journal, STATES)
    kind, code = states["kind"], states["state"]
    leaving = (kind == ORDER) & (code == OrderState.ENROUTE) & (states["tech"] >= 0)
    standing = (kind == TECHNICIAN) & np.isin(code, [int(state) for state in STANDS])
    parts = [
        _moved(states.n[leaving], states["tech"][leaving], states["id"][leaving], "leaves"),
        _moved(states.n[standing], states["id"][standing], states["id"][standing], "stands"),
    ]
    for name in ("OnSite", *VISIT_ENDS):
        rows = columns(journal, name)
        parts.append(_moved(rows.n, rows["tech"], rows["order"], "arrives" if name == "OnSite" else "ends"))
    together = sorted(move for part in parts for move in part)
    return [(tech, order, what) for _, tech, order, what in together]


def _moved(n: Ints, tech: Ints, order: Ints, what: str) -> list[tuple[int, int, int, str]]:
    return [(k, t, o, what) for k, t, o in zip(n.tolist(), tech.tolist(), order.tolist(), strict=True)]


def _told(journal: Journal, numbers: Numbers, name: str, state: RequestState) -> Floats:
    """Whether a command or a request state ended each request (both tell of one end)."""
    states = columns(journal, STATES)
    rows = states["id"][(states["kind"] == REQUEST) & (states["state"] == state)]
    by_command = numbers.count(columns(journal, name)["request"])
    ends: Floats = np.maximum(by_command, numbers.count(rows))
    return ends


def _at(order: int) -> str:
    return f"at order {order}" if order >= 0 else "at no order"


def _listed(law: str, ids: Ints) -> list[str]:
    if not len(ids):
        return []
    shown = ", ".join(str(number) for number in ids[:SHOWN].tolist())
    return [f"{law}: {len(ids)} ({shown}{', …' if len(ids) > SHOWN else ''})"]


def _cut(found: list[str]) -> list[str]:
    return [*found[:SHOWN], f"… and {len(found) - SHOWN} more"] if len(found) > SHOWN else found
