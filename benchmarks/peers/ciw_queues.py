"""Ciw, as its documentation teaches ("How to Set Priority Classes"): queues only.

Reports and service times are those of the path: a ``Sequential`` distribution a class and node. Within
a class orders are served as they come, so each takes its own service time.
"""

from collections.abc import Sequence
from itertools import pairwise

import ciw

from benchmarks.queues import SERVERS
from scenarios.reference.model import ReferenceCampus
from twin.processes.path import PathRow

PRIORITIES = (1, 2, 3, 4)
NEVER = float("inf")


def run(campus: ReferenceCampus, path: Sequence[PathRow]) -> list[float]:
    """Waiting times of every order [min], in no particular order."""
    nodes = list(SERVERS)
    of = {
        (p, trade): [row for row in path if row.priority == p and row.trade == trade]
        for p in PRIORITIES
        for trade in nodes
    }
    network = ciw.create_network(
        arrival_distributions={f"P{p}": [_gaps(of[p, trade]) for trade in nodes] for p in PRIORITIES},
        service_distributions={f"P{p}": [_services(of[p, trade]) for trade in nodes] for p in PRIORITIES},
        routing={f"P{p}": [[0.0] * len(nodes) for _ in nodes] for p in PRIORITIES},
        priority_classes={f"P{p}": p - 1 for p in PRIORITIES},
        number_of_servers=[SERVERS[trade] for trade in nodes],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(campus.horizon_min)
    return [record.waiting_time for record in simulation.get_all_records()]


def _gaps(rows: Sequence[PathRow]) -> ciw.dists.Distribution:
    instants = [0.0, *(row.report_min or 0.0 for row in rows)]
    return ciw.dists.Sequential([b - a for a, b in pairwise(instants)] + [NEVER])


def _services(rows: Sequence[PathRow]) -> ciw.dists.Distribution:
    return ciw.dists.Sequential([row.work_min for row in rows] or [0.0])
