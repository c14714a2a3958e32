"""A request's own chances go with the fault behind it, never with the number it happens to be given."""

from dataclasses import replace

import pytest

from policies.contract.calendar import Calendar
from tests.worlds import run, village
from twin.campus import Reporting
from twin.entities.job import Fault
from twin.register import Register
from twin.world import World

DAYS = 15


def busy_with(reporting: Reporting) -> World:
    return run(DAYS, campus=replace(village(days=40), reporting=reporting))


def first_requests(world: World) -> dict[tuple[int, int], tuple[int, float]]:
    """Of each fault's first registered request: number, amount on its form [CNY]."""
    registered = world.journal.table("RequestRegistered")
    found: dict[tuple[int, int], tuple[int, float]] = {}
    for number, amount in zip(registered["request"].tolist(), registered["amount_cny"].tolist(), strict=True):
        fault = world.register.jobs[number].fault
        found.setdefault((fault.entity, fault.life), (number, amount))
    return found


def test_what_a_request_meets_does_not_depend_on_how_many_came_before():
    quiet = first_requests(busy_with(Reporting(duplicate_rate_per_day=0.0)))
    loud = first_requests(busy_with(Reporting(duplicate_rate_per_day=0.5)))
    shared = [fault for fault in quiet if fault in loud]
    renumbered = [fault for fault in shared if quiet[fault][0] != loud[fault][0]]
    same = [fault for fault in shared if quiet[fault][1] == loud[fault][1]]
    assert len(renumbered) > 0.8 * len(shared) > 20
    assert len(same) > 0.95 * len(shared)


def test_two_requests_never_share_their_chances():
    world = busy_with(Reporting(duplicate_rate_per_day=0.5))
    keys = [job.key for job in world.register.jobs.values()]
    assert len(keys) == len(set(keys)) > 80


def test_a_fault_keys_its_requests_one_after_the_other():
    fault, again = (Fault(number, 0, "plumbing", 3, 30.0, entity=77, life=5) for number in (0, 9))
    few, many = Register(), Register()
    for number in range(4):
        many.open(Fault(number, 0, "plumbing", 3, 30.0, entity=3, life=number), 0, "app", 0.0)
    first = [few.open(fault, 0, "app", 0.0).key for _ in range(3)]
    second = [many.open(again, 0, "app", 0.0).key for _ in range(3)]
    assert first == second
    assert len(set(first)) == 3


def test_patience_beyond_the_run_asks_nothing_of_the_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    """A million service hours are a hundred thousand days: nobody may walk through them, an order at a time."""
    asked: list[float] = []
    add = Calendar.add

    def counted(self: Calendar, name: str, minute: float, service_min: float) -> float:
        asked.append(service_min)
        return add(self, name, minute, service_min)

    monkeypatch.setattr(Calendar, "add", counted)
    world = busy_with(Reporting(reminder_after_h=1e6))
    assert "ReminderReceived" not in world.journal.tables()
    assert not [service_min for service_min in asked if service_min > 1e5]
    assert "ReminderReceived" in busy_with(Reporting(reminder_after_h=1.0)).journal.tables()
