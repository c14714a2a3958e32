"""What may be kept of a run beside its figures: a row an order, and the journal whole, as columns.

The tables ``about_…`` beside a journal hold what the ruler was told (``results.meta``), so that an
outsider who has the folder has everything a figure is made of.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from policies.contract.units import DAY_MIN
from results.cohort import FATES
from results.meta import Meta
from results.observation import Observation
from results.store.parquet import write, write_plainly
from results.store.whole import whole
from twin.journal import Journal, Table

INSTANTS: Final = ("t_report", "t_reg", "t_open", "t_asg", "t_acc", "t_arr", "t_arr_recorded", "t_safe", "t_comp")
COUNTS: Final = ("visits", "part_holds", "completions", "reopenings")

ORDER_COLUMNS: Final = {
    "scenario": "name of the scenario", "rep": "number of the replication",
    "order": "number of the request, which its order keeps", "fault": "the fault behind it",
    "building": "number of the building", "group": "number of the occupant group", "channel": "how it was reported",
    "trade": "what it needs, in truth", "priority_true": "1 (emergency) to 4, in truth",
    "priority_claimed": "as the reporter said", "priority_triaged": "as the office took it; 0: never opened",
    "actionable": "whether there was anything to do", "misfiled": "merged into the order of another fault",
    "fate": "completed, open, duplicate, rejected, cancelled or lost", "normal": "counts for K-R1",
    "emergency": "counts for K-E1 to K-E3", "t_report": "reported", "t_reg": "registered", "t_open": "order opened",
    "t_asg": "first assigned", "t_acc": "first accepted", "t_arr": "first arrival",
    "t_arr_recorded": "the same as devices stamped it", "t_safe": "fault made safe or ended",
    "t_comp": "last completion not re-opened", "visits": "attendances where work could begin",
    "part_holds": "waits for parts", "completions": "times completed", "reopenings": "times re-opened",
    "response_min": "response of K-R1, service minutes", "response_24x7_min": "response of K-R4, minutes",
}  # fmt: skip
"""Columns of the rows of orders; ``t_…`` are minutes since the start of the run, NULL where it did not happen."""
ABOUT_TABLES: Final = {
    "about_period": "first day, period of the cohort, end of observation, benchmark, what ends a response",
    "about_hours": "open windows of the service calendars, minutes since the start of the run",
    "about_people": "technicians: main trade, crew, wage", "about_places": "buildings: zone, kind",
    "about_groups": "occupant groups: name", "about_trades": "trades with service hours of their own",
}  # fmt: skip
"""What the ruler was told, beside a kept journal; a table without rows is left out."""

Tables = dict[str, dict[str, NDArray[Any]]]


def write_orders(target: Path, journal: Journal, meta: Meta, scenario: str, rep: int) -> None:
    """Write the order table of a run's cohort, whole or not at all."""
    columns = orders(journal, meta)
    write(target, {**_whose(scenario, rep, len(columns["order"])), **columns})


def write_journal(target: Path, journal: Journal, meta: Meta, scenario: str, rep: int) -> None:
    """Write a run's journal and what the ruler was told as a folder with a file a table, whole or not at all."""
    with whole(target) as beside:
        beside.mkdir()
        for name, columns in (*_journal(journal), *about(meta).items()):
            rows = len(next(iter(columns.values())))
            if rows:
                write_plainly(beside / f"{name}.parquet", {**_whose(scenario, rep, rows), **columns})


def orders(journal: Journal, meta: Meta) -> dict[str, NDArray[Any]]:
    """A row a request reported in the period (``results.cohort``), with its response as K-R1 and K-R4 take it [min].

    Instants are minutes since the start of the run, not a number where a thing did not happen.
    """
    run = Observation(journal, meta)
    table = run.orders
    texts = np.array([*table.texts, ""], dtype=object)
    fates = np.array(FATES, dtype=object)
    response = getattr(table, run.stop)
    columns: dict[str, NDArray[Any]] = {
        "order": table.ids, "fault": table.fault, "building": table.building, "group": table.group,
        "channel": texts[table.channel], "trade": texts[table.trade],
        "priority_true": table.priority_true, "priority_claimed": table.priority_claimed,
        "priority_triaged": table.priority_triaged, "actionable": table.actionable, "misfiled": table.misfiled,
        "fate": fates[table.fate], "normal": table.normal, "emergency": table.emergency,
    }  # fmt: skip
    columns |= {name: getattr(table, name) for name in INSTANTS}
    columns |= {name: getattr(table, name).astype(np.int32) for name in COUNTS}
    columns["response_min"] = table.service(response)
    columns["response_24x7_min"] = table.wall(response)
    return columns


def about(meta: Meta) -> Tables:
    """What the ruler was told, as tables: the period, service hours, people, places, groups."""
    period = meta.period
    benchmark = np.nan if meta.benchmark_response_min is None else meta.benchmark_response_min
    tables: Tables = {
        "about_period": {
            "start": _texts([meta.calendar.start.isoformat()]), "from_min": _floats([period.from_min]),
            "to_min": _floats([period.to_min]), "end_min": _floats([period.end_min]),
            "benchmark_response_min": _floats([benchmark]), "response_stop": _texts([meta.response_stop]),
            "service": _texts([meta.service]),
        },
        "about_hours": _hours(meta),
        "about_people": {
            "tech": _ints([one.id for one in meta.people]), "trade": _texts([one.trade for one in meta.people]),
            "crew": _texts([one.crew for one in meta.people]),
            "wage_cny_per_h": _floats([one.wage_cny_per_h for one in meta.people]),
        },
        "about_places": {
            "building": _ints(range(len(meta.places))), "zone": _ints([one.zone for one in meta.places]),
            "kind": _texts([one.kind for one in meta.places]),
        },
        "about_groups": {"group": _ints(range(len(meta.groups))), "name": _texts(list(meta.groups))},
        "about_trades": {
            "trade": _texts(list(meta.service_of_trade)), "service": _texts(list(meta.service_of_trade.values())),
        },
    }  # fmt: skip
    return tables


def _journal(journal: Journal) -> Iterator[tuple[str, dict[str, NDArray[Any]]]]:
    for name in journal.tables():
        table = journal.table(name)
        yield name, {column: _decoded(table, column) for column in table.columns}


def _decoded(table: Table, column: str) -> NDArray[Any]:
    if column not in table.categories:
        return table[column]
    return np.array(table.categories[column], dtype=object)[table[column]]


def _hours(meta: Meta) -> dict[str, NDArray[Any]]:
    """Open windows of the service calendars the ruler used, minutes since the start of the run."""
    names = dict.fromkeys([meta.service, *meta.service_of_trade.values()])
    rows = [
        (name, day * DAY_MIN + opens, day * DAY_MIN + closes)
        for name in names
        for day in range(int(np.ceil(meta.period.end_min / DAY_MIN)) + 1)
        for opens, closes in meta.calendar.windows(name, day)
    ]
    return {
        "service": _texts([row[0] for row in rows]),
        "opens_min": _floats([row[1] for row in rows]),
        "closes_min": _floats([row[2] for row in rows]),
    }


def _whose(scenario: str, rep: int, rows: int) -> dict[str, NDArray[Any]]:
    return {"scenario": _texts([scenario] * rows), "rep": np.full(rows, rep, dtype=np.int32)}


def _texts(values: list[str]) -> NDArray[Any]:
    return np.array(values, dtype=object)


def _floats(values: list[float]) -> NDArray[Any]:
    return np.array(values, dtype=np.float64)


def _ints(values: Any) -> NDArray[Any]:
    return np.array(list(values), dtype=np.int32)
