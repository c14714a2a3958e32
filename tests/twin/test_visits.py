"""On site: each step of a visit, with the chances turned to certainties."""

from collections.abc import Sequence
from typing import Any

import pytest

from policies.contract.commands import Assign, Command, OpenOrder
from policies.contract.events import (
    AccessGranted,
    Event,
    MadeSafe,
    NoAccess,
    OrderReopened,
    PartNeeded,
    PartReady,
    TradeFound,
    VisitEnded,
    WorkCompleted,
)  # fmt: skip
from policies.contract.states import OrderState
from policies.contract.units import DAY_MIN
from tests.worlds import calendar
from twin.campus import OnSiteWork
from twin.entities.job import Fault, Job
from twin.entities.roster import AlwaysOn
from twin.entities.technician import Technician
from twin.processes.signoff import SignOff
from twin.processes.stores import Shelf, Storeroom
from twin.processes.visits import OnSiteVisits
from twin.streams import Streams
from twin.world import World

CERTAIN = {"diagnosis": (1.0,) * 4, "no_access": 0.0, "report_min": 0.0, "root_repair": (0.0,) * 4, "speed": (1.0,) * 4}


class Remembering:
    """Hears everything; sends an order out again as soon as it is ready."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, Event]] = []

    def handle(self, event: Event, now: float) -> Sequence[Command]:
        self.heard.append((now, event))
        if isinstance(event, AccessGranted | PartReady | VisitEnded | OrderReopened):
            return [Assign(event.order, 0)]
        return ()


def site(skills: dict[str, int] | None = None, on_hand: int = 5, **work: Any) -> tuple[World, Remembering, Job]:
    ears = Remembering()
    people = [Technician(0, skills or {"plumbing": 3}, 0, AlwaysOn())]
    world = World(ears, people, [[5.0, 5.0], [5.0, 5.0]], streams=Streams(1, 1))
    settings = OnSiteWork(**{**CERTAIN, **work})
    shelf = Shelf(0, on_hand, 2)
    store = Storeroom(world.waist, world.register, [shelf])
    world.repair.visits = OnSiteVisits(
        world.waist, world.register, world.streams, calendar(), settings, store, world.repair
    )
    world.repair.done.append(SignOff(world.waist, world.streams, settings).completed)
    world.parts["store"] = store
    world.begin()
    world.run(480.0)
    job = world.register.open(Fault(0, 1, "plumbing", 3, 40.0), 0, "phone", 480.0)
    world.office.open(OpenOrder(job.id, "plumbing", 3))
    return world, ears, job


def go(world: World, job: Job, until: float = 2000.0) -> None:
    world.repair.assign(Assign(job.id, 0))
    world.run(until)


def when(ears: Remembering, kind: type) -> list[float]:
    return [at for at, event in ears.heard if isinstance(event, kind)]


def test_a_plain_visit_is_travel_and_work() -> None:
    world, ears, job = site()
    go(world, job)
    assert when(ears, WorkCompleted) == [480.0 + 5.0 + 40.0]
    assert job.fault.fixed and job.state == OrderState.CLOSE


def test_an_emergency_is_made_safe_before_it_is_repaired() -> None:
    """min(job, 15 + 0.4 job) of 40 min: safe after 31, repaired after 40."""
    world, ears, job = site()
    job.fault.priority = 1
    go(world, job)
    assert when(ears, MadeSafe) == pytest.approx([480.0 + 5.0 + 31.0])
    assert when(ears, WorkCompleted) == pytest.approx([480.0 + 5.0 + 40.0])


def test_a_part_in_stock_is_fetched_in_between() -> None:
    world, ears, job = site(fetch_part_min=20.0)
    job.fault.part = 0
    go(world, job)
    done = when(ears, WorkCompleted)[0]
    fetching = world.journal.table("states")
    spells = fetching["at"][fetching["state"] == 54].tolist()
    assert spells == [485.0] and done > 525.0 and job.part_in_hand


def test_a_part_out_of_stock_holds_the_order_until_it_is_delivered() -> None:
    """Out on day 0 after the review: ordered on day 1 06:00, delivered on day 3 07:00, then a second visit."""
    world, ears, job = site(on_hand=0)
    world.parts["store"].shelves[0].order_up_to = 3
    job.fault.part = 0
    go(world, job, 4 * DAY_MIN)
    assert when(ears, PartNeeded) == [480.0 + 5.0 + 6.0]
    assert when(ears, PartReady) == [3 * DAY_MIN + 420.0]
    assert when(ears, WorkCompleted) == [3 * DAY_MIN + 420.0 + 5.0 + 40.0]
    assert job.visits == 2


def test_a_wrong_diagnosis_found_out_on_site_needs_another_visit() -> None:
    world, ears, job = site(diagnosis=(0.0,) * 4, found_out_on_site=1.0)
    go(world, job, 600.0)
    assert next(e.why for _, e in ears.heard if isinstance(e, VisitEnded)) == "not_fixed"
    assert when(ears, VisitEnded)[0] == pytest.approx(480.0 + 5.0 + 0.6 * 40.0)
    assert not job.fault.fixed and job.visits >= 2


def test_a_wrong_repair_nobody_notices_comes_back_as_the_same_order() -> None:
    world, ears, job = site(diagnosis=(0.0,) * 4, found_out_on_site=0.0, come_back_median_h=10.0)
    go(world, job, 5 * DAY_MIN)
    assert when(ears, WorkCompleted)[0] == 525.0
    assert len(when(ears, OrderReopened)) >= 1 and not job.fault.fixed


def test_nobody_in_means_an_appointment_on_a_following_day() -> None:
    world, ears, job = site(no_access=1.0)
    job.access_u = 0.5
    go(world, job, 3 * DAY_MIN)
    assert when(ears, NoAccess) == [480.0 + 5.0 + 5.0]
    granted = when(ears, AccessGranted)[0]
    assert calendar().is_open("SVC", granted) and granted > DAY_MIN
    assert when(ears, WorkCompleted) == [granted + 5.0 + 40.0]


def test_another_trade_is_found_out_by_looking() -> None:
    world, ears, job = site({"carpentry": 4})
    world.office.open(OpenOrder(job.id, "carpentry", 3))
    go(world, job)
    assert [(at, e.trade) for at, e in ears.heard if isinstance(e, TradeFound)] == [(493.0, "plumbing")]


def test_somebody_with_a_second_skill_carries_on_in_the_true_trade() -> None:
    world, ears, job = site({"carpentry": 4, "plumbing": 2})
    world.office.open(OpenOrder(job.id, "carpentry", 3))
    go(world, job)
    assert len(when(ears, WorkCompleted)) == 1 and not when(ears, TradeFound)


def test_what_is_already_fixed_costs_a_look() -> None:
    world, ears, job = site()
    job.fault.fixed = True
    go(world, job)
    completed = next(e for _, e in ears.heard if isinstance(e, WorkCompleted))
    assert completed.code == "no_fault_found" and when(ears, WorkCompleted) == [480.0 + 5.0 + 8.0]


def test_repair_at_the_root_takes_longer_and_removes_the_cause() -> None:
    ended: list[bool] = []
    for chance in (0.0, 1.0):
        world, ears, job = site(root_repair=(chance,) * 4)
        job.fault.root = True
        world.register.end_fault = lambda fault, order, removed: ended.append(removed)
        go(world, job, 700.0)
        assert when(ears, WorkCompleted) == pytest.approx([480.0 + 5.0 + 40.0 * (1.0 + 0.4 * chance)])
    assert ended == [False, True]


def test_a_room_nobody_wrote_down_is_searched_for_once() -> None:
    world, ears, job = site()
    job.room_known = False
    go(world, job)
    assert when(ears, WorkCompleted) == [480.0 + 5.0 + 12.0 + 40.0]


@pytest.mark.parametrize(("level", "pace"), [(1, 1.25), (4, 0.92)])
def test_skill_changes_the_pace_of_work(level: int, pace: float) -> None:
    world, ears, job = site({"plumbing": level}, speed=(1.25, 1.08, 1.0, 0.92))
    go(world, job)
    assert when(ears, WorkCompleted) == pytest.approx([485.0 + 40.0 * pace])


def test_a_signature_or_a_weeks_silence_closes_the_order() -> None:
    for at_once, wait in ((1.0, 5.0), (0.0, 7 * DAY_MIN)):
        world, ears, job = site(signs_at_once=at_once)
        go(world, job, 10 * DAY_MIN)
        assert world.journal.table("OrderConfirmed")["at"].tolist() == [525.0 + wait]
