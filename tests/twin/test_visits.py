"""On site: each step of a visit, with the chances turned to certainties."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from policies.contract.commands import Assign, Command, OpenOrder, Preempt
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
from policies.contract.states import OrderState, TechnicianState
from policies.contract.units import DAY_MIN
from tests.worlds import calendar
from twin.campus import OnSiteWork
from twin.entities.job import Fault, Job
from twin.entities.roster import AlwaysOn
from twin.entities.technician import Step, Technician
from twin.journal import ORDER, TECHNICIAN
from twin.processes.signoff import SignOff
from twin.processes.stores import Shelf, Storeroom
from twin.processes.visits import OnSiteVisits
from twin.streams import Streams
from twin.world import World

CERTAIN = {"diagnosis": (1.0,) * 4, "no_access": 0.0, "report_min": 0.0, "root_repair": (0.0,) * 4, "speed": (1.0,) * 4}


class Remembering:
    """Hears everything; sends an order out again as soon as it is ready, unless told to keep still."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, Event]] = []
        self.still = False

    def handle(self, event: Event, now: float) -> Sequence[Command]:
        self.heard.append((now, event))
        if not self.still and isinstance(event, AccessGranted | PartReady | VisitEnded | OrderReopened):
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
    for _ in range(10):
        world.register.number()
    job = world.register.open(Fault(0, 1, "plumbing", 3, 40.0), 0, "phone", 480.0)
    world.office.open(OpenOrder(job.id, "plumbing", 3))
    return world, ears, job


def go(world: World, job: Job, until: float = 2000.0) -> None:
    world.repair.assign(Assign(job.id, 0))
    world.run(until)


def when(ears: Remembering, kind: type) -> list[float]:
    return [at for at, event in ears.heard if isinstance(event, kind)]


def told(ears: Remembering, *kinds: type) -> list[tuple[float, Event]]:
    return [(at, event) for at, event in ears.heard if isinstance(event, kinds)]


def spent(world: World, kind: int, number: int) -> list[tuple[float, int]]:
    """Instants and states of an order or a technician from the first arrival on."""
    rows = world.journal.table("states")
    mine = (rows["kind"] == kind) & (rows["id"] == number) & (rows["at"] >= 485.0)
    return list(zip(rows["at"][mine].tolist(), rows["state"][mine].tolist(), strict=True))


def plans(count: int, of: Fault | None = None, level: int = 3, visits: int = 1, **work: Any) -> list[list[Step]]:
    """What a technician would do at each of many orders, at the visit of that number."""
    world, _, _ = site({"plumbing": level}, **work)
    tech = world.technicians[0]
    found = []
    for _ in range(count):
        fault = of or Fault(0, 1, "plumbing", 3, 40.0)
        job = world.register.open(fault, 0, "phone", 480.0)
        job.visits = visits
        found.append(world.repair.visits.plan(tech, job))
    return found


def ends(planned: list[list[Step]]) -> list[str]:
    return [steps[-1].ends_in for steps in planned]


def test_a_plain_visit_is_travel_and_work() -> None:
    world, ears, job = site(signs_at_once=1.0)
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


def test_a_visit_ends_as_the_office_is_told_and_nothing_is_left() -> None:
    world, ears, job = site()
    go(world, job)
    assert told(ears, WorkCompleted) == [(525.0, WorkCompleted(10, 0, "repaired"))]
    assert job.remaining_min == 0.0


def test_planned_maintenance_is_its_work_and_ends_no_fault() -> None:
    ended: list[Fault] = []
    world, ears, job = site(no_access=1.0, diagnosis=(0.0,) * 4)
    world.register.end_fault = lambda fault, order, removed: ended.append(fault)
    job.fault.priority, job.access_u, job.fault.part = 4, 0.5, 0
    go(world, job)
    assert told(ears, WorkCompleted) == [(525.0, WorkCompleted(10, 0, "repaired"))]
    assert ended == []


@pytest.mark.parametrize("case", ["an emergency", "a public place", "never nobody"])
def test_who_need_not_be_in_lets_nobody_wait(case: str) -> None:
    world, ears, job = site(no_access=0.0 if case == "never nobody" else 1.0)
    job.access_u = 0.0
    job.fault.priority = 1 if case == "an emergency" else 2
    job.fault.public = case == "a public place"
    go(world, job)
    assert not when(ears, NoAccess) and when(ears, WorkCompleted) == pytest.approx([525.0])


def test_nobody_in_is_told_with_the_appointment_and_kept_in_the_journal() -> None:
    world, ears, job = site(no_access=1.0)
    ears.still = True
    job.access_u = 0.5
    go(world, job, DAY_MIN)
    again = told(ears, NoAccess)[0][1].again_at
    assert told(ears, NoAccess) == [(490.0, NoAccess(10, 0, again))]
    assert (job.state, job.tech) == (OrderState.WACCESS, -1)
    assert spent(world, ORDER, 10) == [(490.0, OrderState.WACCESS)]
    assert spent(world, TECHNICIAN, 0) == [(485.0, TechnicianState.WAITING), (490.0, TechnicianState.IDLE)]
    world.run(again + 1.0)
    assert told(ears, AccessGranted) == [(again, AccessGranted(10))] and job.state == OrderState.WSCH


def test_appointments_are_spread_over_the_first_hours_of_the_next_open_day() -> None:
    """Monday 15:00; Tuesday opens at 08:00: uniform over eight service hours, each order by itself."""
    world, ears, _ = site(no_access=1.0)
    ears.still = True
    tech, visits = world.technicians[0], world.repair.visits
    world.run(900.0)
    hours = []
    for number in range(2, 3002):
        job = world.register.open(Fault(0, 1, "plumbing", 3, 40.0), 0, "phone", 900.0)
        job.visits = number % 2 + 1
        visits.reached(tech, job, "no_access")
        hours.append((told(ears, NoAccess)[-1][1].again_at - DAY_MIN - 480.0) / 480.0)
    spread = np.sort(hours)
    assert len(np.unique(spread)) == 3000
    assert np.abs(spread - (np.arange(3000) + 0.5) / 3000).max() < 0.03  # Kolmogorov, 1 %
    assert 0.999 < spread[-1] < 1.0


def test_a_second_appointment_is_drawn_anew() -> None:
    world, ears, job = site(no_access=1.0)
    ears.still = True
    for job.visits in (1, 2):
        world.repair.visits.reached(world.technicians[0], job, "no_access")
    first, second = (event.again_at for _, event in told(ears, NoAccess))
    assert first != second


def test_an_appointment_for_an_order_that_is_over_is_no_news() -> None:
    world, ears, job = site(no_access=1.0)
    ears.still = True
    job.access_u = 0.5
    go(world, job, DAY_MIN)
    job.state = int(OrderState.CAN)
    world.run(3 * DAY_MIN)
    assert not when(ears, AccessGranted) and job.state == OrderState.CAN


@pytest.mark.parametrize("case", ["searching", "fetching", "another trade", "found out"])
def test_only_repair_makes_the_work_less(case: str) -> None:
    """Whatever else was done meanwhile, of 40 min of work 40 are left."""
    wrong = {"diagnosis": (0.0,) * 4, "found_out_on_site": 1.0} if case == "found out" else {}
    world, ears, job = site({"carpentry": 2} if case == "another trade" else None, **wrong)
    ears.still = True
    job.room_known = case != "searching"
    job.fault.part = 0 if case == "fetching" else -1
    go(world, job, 485.5)
    world.run(485.0 + world.technicians[0].steps[0].minutes + 1.0)
    assert job.remaining_min == 40.0
    assert bool(world.technicians[0].job) is (case in {"searching", "fetching"})


def test_each_part_of_a_visit_is_told_as_what_it_is() -> None:
    world, _, job = site(fetch_part_min=20.0)
    job.room_known, job.fault.part = False, 0
    go(world, job)
    begun = [state for _, state in sorted(spent(world, TECHNICIAN, 0) + spent(world, ORDER, 10))]
    assert begun == [TechnicianState.WAITING, TechnicianState.FETCHING_PARTS, OrderState.INPRG, TechnicianState.IDLE]


@pytest.mark.parametrize(
    ("case", "states"),
    [
        ("nothing wrong", [OrderState.INPRG]),
        ("another trade", [OrderState.INPRG]),
        ("botched", [OrderState.INPRG]),
        ("no part", []),
    ],
)
def test_looking_is_work_and_asking_the_store_is_not(case: str, states: list[OrderState]) -> None:
    skills = {"carpentry": 2} if case == "another trade" else None
    botched = {"diagnosis": (0.0,) * 4, "found_out_on_site": 0.0} if case == "botched" else {}
    world, ears, job = site(skills, on_hand=0, **botched)
    ears.still = True
    job.unneeded = case == "nothing wrong"
    job.fault.part = 0
    world.repair.assign(Assign(job.id, 0))
    world.run(486.0)
    assert [state for _, state in spent(world, ORDER, 10)] == states
    fetching = [state for _, state in spent(world, TECHNICIAN, 0)]
    assert fetching == ([TechnicianState.FETCHING_PARTS] if case == "no part" else [])


def test_a_room_is_not_searched_for_at_the_second_visit() -> None:
    """Searched 12 min, then no part: asked 6 min. When it has come: travel and work alone."""
    world, ears, job = site(on_hand=0)
    world.parts["store"].shelves[0].order_up_to = 3
    job.fault.part, job.room_known = 0, False
    go(world, job, 4 * DAY_MIN)
    assert when(ears, PartNeeded) == [480.0 + 5.0 + 12.0 + 6.0]
    assert when(ears, WorkCompleted) == [when(ears, PartReady)[0] + 5.0 + 40.0]


def test_a_missing_part_is_told_and_waited_for() -> None:
    world, ears, job = site(on_hand=0)
    ears.still = True
    job.fault.part = 0
    go(world, job, 600.0)
    assert told(ears, PartNeeded) == [(491.0, PartNeeded(10, 0, 0))]
    assert (job.state, job.tech) == (OrderState.WMATL, -1)


@pytest.mark.parametrize("case", ["unneeded", "misdirected"])
def test_what_nobody_need_do_is_looked_at_and_over(case: str) -> None:
    ended: list[tuple[Fault, int, bool]] = []
    world, ears, job = site()
    world.register.end_fault = lambda *told: ended.append(told)
    setattr(job, case, True)
    go(world, job, 700.0)
    assert told(ears, WorkCompleted) == [(493.0, WorkCompleted(10, 0, "no_fault_found"))]
    assert ended == [(job.fault, 10, True)]


def test_what_was_fixed_already_does_not_end_twice() -> None:
    ended: list[Fault] = []
    world, _, job = site()
    world.register.end_fault = lambda fault, order, removed: ended.append(fault)
    job.fault.fixed = True
    go(world, job)
    assert ended == []


def test_an_order_nobody_could_finish_is_nobodys() -> None:
    for about, kind, event in (
        ({"carpentry": 4}, TradeFound, TradeFound(10, 0, "plumbing")),
        ({"plumbing": 3}, VisitEnded, VisitEnded(10, 0, "not_fixed")),
    ):
        world, ears, job = site(about, diagnosis=(0.0,) * 4, found_out_on_site=1.0)
        ears.still = True
        go(world, job)
        assert [event for _, event in told(ears, kind)] == [event]
        assert (job.state, job.tech) == (OrderState.WSCH, -1)


def test_work_taken_up_again_costs_its_set_up_once() -> None:
    """Called off after 10 of 40 min; then travel, 8 min set-up and 30."""
    world, ears, job = site(set_up_min=8.0)
    go(world, job, 495.0)
    world.repair.preempt(Preempt(10, 0))
    world.run(2000.0)
    assert job.remaining_min == 0.0
    assert when(ears, WorkCompleted) == [495.0 + 5.0 + 8.0 + 30.0]


def test_an_emergency_is_made_safe_once() -> None:
    """Safe at 516; called off at 518 with 7 of 9 min left; the second visit only repairs, after its set-up."""
    world, ears, job = site(set_up_min=8.0)
    job.fault.priority = 1
    go(world, job, 518.0)
    assert told(ears, MadeSafe) == [(pytest.approx(516.0), MadeSafe(10, 0))] and job.fault.safe
    world.repair.preempt(Preempt(10, 0))
    world.run(2000.0)
    assert len(when(ears, MadeSafe)) == 1
    assert when(ears, WorkCompleted) == pytest.approx([518.0 + 5.0 + 8.0 + 7.0])


def test_the_set_up_of_an_emergency_goes_before_making_safe() -> None:
    world, ears, job = site(set_up_min=8.0)
    job.fault.priority = 1
    go(world, job, 495.0)
    world.repair.preempt(Preempt(10, 0))
    world.run(2000.0)
    assert when(ears, MadeSafe) == pytest.approx([495.0 + 5.0 + 8.0 + 15.0 + 0.4 * 30.0])
    assert when(ears, WorkCompleted) == pytest.approx([495.0 + 5.0 + 8.0 + 30.0])


def test_a_report_is_written_whether_the_repair_was_right_or_wrong() -> None:
    for right in (1.0, 0.0):
        world, ears, job = site(diagnosis=(right,) * 4, found_out_on_site=0.0, report_min=4.0)
        ears.still = True
        go(world, job, 700.0)
        assert when(ears, WorkCompleted)[0] == 485.0 + 40.0 + 4.0


def test_a_diagnosis_once_right_stays_right() -> None:
    """Found out at the first visit, which lacked a part; what a second diagnosis would find does not matter."""
    world, ears, job = site(on_hand=0)
    world.parts["store"].shelves[0].order_up_to = 3
    job.fault.part = 0
    go(world, job, 600.0)
    world.repair.visits.work.diagnosis = (0.0,) * 4
    world.run(4 * DAY_MIN)
    assert len(when(ears, WorkCompleted)) == 1 and not when(ears, VisitEnded)


def test_each_skill_level_has_its_own_chances() -> None:
    root = Fault(0, 1, "plumbing", 3, 40.0, root=True)
    for level in (1, 2, 3, 4):
        sure = tuple(float(k == level) for k in (1, 2, 3, 4))
        certain = {"diagnosis": sure, "root_repair": sure, "found_out_on_site": 1.0}
        assert ends(plans(3, level=level, **certain)) == ["fixed"] * 3
        assert ends(plans(3, root, level=level, **certain)) == ["fixed"] * 3
        never = tuple(1.0 - chance for chance in sure)
        assert ends(plans(3, level=level, **certain | {"diagnosis": never})) == ["not_fixed"] * 3
        assert ends(plans(3, root, level=level, **certain | {"root_repair": never})) == ["symptom"] * 3


@pytest.mark.parametrize(
    ("about", "hit"),
    [
        ({"diagnosis": (0.3,) * 4, "found_out_on_site": 1.0}, "not_fixed"),
        ({"diagnosis": (0.0,) * 4, "found_out_on_site": 0.7}, "not_fixed"),
        ({"root_repair": (0.7,) * 4}, "fixed"),
    ],
    ids=["diagnosis", "found out on site", "repair at the root"],
)
def test_chances_come_as_often_as_they_say_and_anew_for_each_order_and_visit(about: dict[str, Any], hit: str) -> None:
    root = Fault(0, 1, "plumbing", 3, 40.0, root=True)
    first, second = (np.array(ends(plans(2000, root, visits=k, **about))) == hit for k in (1, 2))
    assert first.mean() == pytest.approx(0.7, abs=0.04)
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(0.0, abs=0.08)


def test_chances_of_one_visit_do_not_hang_together() -> None:
    """A diagnosis just missed is found out as often as one missed by far; roots are found whatever it was."""
    root = Fault(0, 1, "plumbing", 3, 40.0, root=True)
    half = {"found_out_on_site": 0.5, "root_repair": (0.5,) * 4}
    found = np.array(ends(plans(4000, root, diagnosis=(0.5,) * 4, **half)))
    counts = [np.count_nonzero(found == name) for name in ("not_fixed", "botched", "fixed", "symptom")]
    assert counts == pytest.approx([1000] * 4, rel=0.12)


def test_fetching_a_part_takes_the_stated_mean_and_spread_and_differs_by_visit() -> None:
    needs = Fault(0, 1, "plumbing", 3, 40.0, part=0)
    first, second = (
        np.array([steps[0].minutes for steps in plans(4000, needs, visits=k, on_hand=5000, fetch_part_min=20.0)])
        for k in (1, 2)
    )
    assert first.mean() == pytest.approx(20.0, rel=0.03)
    assert first.std() / first.mean() == pytest.approx(0.5, rel=0.08)
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(0.0, abs=0.06)
