"""Every headline figure recomputed by an outsider from the exported journal, row by row (R4)."""

import numpy as np
import pytest

from results import Meta, Period, Person, checks, measure
from tests import worlds
from tests.results.log import by_name

SINCE, UNTIL, END = 10 * 1440.0, 40 * 1440.0, 75 * 1440.0


@pytest.fixture(scope="module", params=["as_is", "to_be"])
def world(request):
    campus = worlds.village(days=90)
    rules = worlds.AS_IS if request.param == "as_is" else worlds.TO_BE
    return campus, worlds.run(75, rules, campus=campus)


def rows(journal, name):
    """A table as a list of dicts, as a script that read the export would see it."""
    if name not in journal.tables():
        return []
    table = journal.table(name)
    columns = {c: table.text(c) if c in table.categories else v.tolist() for c, v in table.columns.items()}
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def counted(journal):
    """Orders of the cohort that count, by a walk through the rows."""
    gone = {r["request"] for name in ("RejectRequest", "RequestCancelled") for r in rows(journal, name)}
    gone |= {r["id"] for r in rows(journal, "states") if r["kind"] == 0 and r["state"] in (7, 8)}
    registered = {r["request"] for r in rows(journal, "RequestRegistered")}
    gone |= {r["request"] for r in rows(journal, "RequestLost")} - registered
    fault = {r["request"]: r["fault"] for r in rows(journal, "RequestReported")}
    gone |= {r["request"] for r in rows(journal, "MergeDuplicate") if fault[r["request"]] == fault[r["into"]]}
    misfiled = {r["request"] for r in rows(journal, "MergeDuplicate")} - gone
    mine = [r for r in rows(journal, "RequestReported") if SINCE <= r["at"] < UNTIL and r["request"] not in gone]
    return [r for r in mine if r["request"] not in misfiled], [r for r in mine if r["request"] in misfiled]


def first(journal, name):
    found = {}
    for row in rows(journal, name):
        found.setdefault(row["order"], row["at"])
    return found


def test_the_figures_are_those_an_outsider_finds(world):
    campus, run = world
    journal = run.journal
    people = [Person(k, next(iter(p.skills)), p.crew) for k, p in enumerate(campus.people)]
    found = by_name(measure(journal, Meta(campus.calendar, Period(SINCE, UNTIL, END), 210.0, people)))
    orders, misfiled = counted(journal)
    arrived = first(journal, "OnSite")
    done = {}
    for row in sorted(rows(journal, "WorkCompleted") + rows(journal, "OrderReopened"), key=lambda r: r["n"]):
        done[row["order"]] = row["at"] if "code" in row else None
    normal = [r for r in orders if r["actionable"] and r["priority"] in (2, 3)]
    assert len(normal) > 100 and all(r["request"] in arrived for r in normal)
    if not misfiled:
        service = [campus.calendar.between("SVC", r["at"], arrived[r["request"]]) for r in normal]
        assert found["K-R1"].value == pytest.approx(np.mean(service))
        assert found["K-R3"].numerator == sum(s <= 60 for s in service)
        assert found["K-R4"].value == pytest.approx(np.mean([arrived[r["request"]] - r["at"] for r in normal]))
        day = [done[r["request"]] - r["at"] <= 1440 for r in orders]
        assert found["K-R6.24h"].value == pytest.approx(100 * np.mean(day))
    assert found["K-R1"].denominator == len(normal) + sum(r["actionable"] and r["priority"] != 1 for r in misfiled)
    assert found["K-R6"].denominator == len(orders) + len(misfiled)


def test_emergencies_are_those_an_outsider_finds(world):
    campus, run = world
    found = by_name(measure(run.journal, Meta(campus.calendar, Period(SINCE, UNTIL, END)), ["K-E1", "K-E3"]))
    orders, misfiled = counted(run.journal)
    fault = {r["request"]: r["fault"] for r in rows(run.journal, "RequestReported")}
    safe = {}
    for row in rows(run.journal, "MadeSafe") + rows(run.journal, "FaultEnded"):
        number = row.get("fault", fault.get(row["order"]))
        safe[number] = min(safe.get(number, np.inf), row["at"])
    true = [r for r in orders + misfiled if r["actionable"] and r["priority"] == 1]
    assert found["K-E3"].denominator == len(true) > 0
    assert found["K-E3"].numerator == sum(safe.get(r["fault"], np.inf) - r["at"] > 120 for r in true)


def test_paid_and_worked_minutes_are_those_a_walk_through_the_rows_finds(world):
    campus, run = world
    found = by_name(measure(run.journal, Meta(campus.calendar, Period(SINCE, UNTIL, END)), ["K-Q4"]))["K-Q4"]
    doing, on, since, work, paid = {}, {}, {}, 0.0, 0.0
    rows_in_order = sorted(rows(run.journal, "states") + rows(run.journal, "DutyChanged"), key=lambda r: r["n"])
    busy_states = {25, 26, 27, 52, 53, 54, 55}  # en route, on site, in progress; travel … waiting

    def book(tech, now):
        nonlocal work, paid
        span = max(0.0, min(now, UNTIL) - max(since.get(tech, 0.0), SINCE))
        work += span * (doing.get(tech) == 27)
        paid += span * (on.get(tech, False) or doing.get(tech) in busy_states)
        since[tech] = now

    for row in rows_in_order:
        if "on" in row:
            book(row["tech"], row["at"])
            on[row["tech"]] = row["on"]
        elif row["kind"] == 2 or (row["kind"] == 1 and row["tech"] >= 0):
            tech = row["id"] if row["kind"] == 2 else row["tech"]
            book(tech, row["at"])
            doing[tech] = row["state"]
    for tech in list(since):
        book(tech, END)
    assert (found.numerator, found.denominator) == (pytest.approx(work), pytest.approx(paid))


def test_every_run_keeps_the_conservation_laws(world):
    assert checks.violations(world[1].journal) == []
