"""The technicians' day: work lists, offers, travel, interruptions, shifts; to the minute."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from policies.contract.commands import Assign, Command, OpenOrder, Preempt, Unassign
from policies.contract.events import (
    CommandRefused,
    Event,
    OnSite,
    OrderAccepted,
    OrderDeclined,
    VisitEnded,
    WorkCompleted,
)  # fmt: skip
from policies.contract.states import OrderState, TechnicianState
from twin.entities.job import Fault, Job
from twin.entities.roster import AlwaysOn, ListedRoster, Roster
from twin.entities.technician import Step, Technician
from twin.journal import ORDER, TECHNICIAN
from twin.world import World

ANN, BOB = 0, 1
TO = [[1.0, 7.0, 9.0], [5.0, 2.0, 11.0], [13.0, 17.0, 3.0]]
"""Minutes ``[b][a]`` from a to b: no two alike, and a walk within a building takes some."""
INPRG, WAITING = int(OrderState.INPRG), int(TechnicianState.WAITING)
FETCHING = int(TechnicianState.FETCHING_PARTS)


class Ears:
    """Hears everything; answers as told."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, Event]] = []
        self.answer: Callable[[Event], Sequence[Command]] = lambda event: ()

    def handle(self, event: Event, now: float) -> Sequence[Command]:
        self.heard.append((now, event))
        return self.answer(event)


class Town:
    """Two plumbers at building 0, orders numbered from 10, nobody who decides unless told."""

    def __init__(self, *rosters: Roster, **repair: Any) -> None:
        self.ears = Ears()
        people = [Technician(k, {"plumbing": 3}, 0, roster) for k, roster in enumerate(rosters or (AlwaysOn(),) * 2)]
        self.world = World(self.ears, people, TO, **repair)
        self.repair = self.world.repair
        self.people = people
        for _ in range(10):
            self.world.register.number()
        self.world.begin()
        self.until(100.0)

    def until(self, at: float) -> None:
        self.world.run(at)

    def order(self, building: int = 1, work_min: float = 30.0, priority: int = 3) -> Job:
        job = self.world.register.open(Fault(7, building, "plumbing", priority, work_min), 0, "app", self.world.now)
        self.world.office.open(OpenOrder(job.id, "plumbing", priority))
        return job

    def give(self, job: Job, tech: int = ANN, first: bool = False) -> None:
        self.repair.assign(Assign(job.id, tech, first))

    def given(self, tech: int = ANN, **about: Any) -> Job:
        job = self.order(**about)
        self.give(job, tech)
        return job

    def heard(self, *kinds: type[Event]) -> list[tuple[float, Event]]:
        return [(at, event) for at, event in self.ears.heard if isinstance(event, kinds)]

    def states(self, kind: int, number: int, since: float = 100.0) -> list[tuple[float, str, int]]:
        """Instant, state and whose time, of an order or a technician."""
        rows = self.world.journal.table("states")
        names = {int(state): state.name for state in (*OrderState, *TechnicianState)}
        return [
            (at, names[state], tech)
            for at, k, who, state, tech in zip(
                *(rows[name].tolist() for name in ("at", "kind", "id", "state", "tech")), strict=True
            )
            if (k, who) == (kind, number) and at >= since
        ]


def test_an_order_is_travelled_to_worked_on_and_left() -> None:
    town = Town()
    job = town.given(ANN, building=1)
    town.until(200.0)
    assert town.states(ORDER, job.id) == [(100.0, "ENROUTE", ANN), (105.0, "INPRG", ANN)]
    assert town.states(TECHNICIAN, ANN) == [(135.0, "IDLE", -1)]
    assert town.heard(OnSite, WorkCompleted) == [
        (105.0, OnSite(job.id, ANN)),
        (135.0, WorkCompleted(job.id, ANN, "repaired")),
    ]
    assert (job.state, job.tech, job.remaining_min, job.visits) == (OrderState.COMP, -1, 0.0, 1)
    assert town.people[ANN].at == 1


def test_the_way_is_from_where_one_stands_and_home_for_who_waits_there() -> None:
    town = Town()
    town.people[BOB].stays_home = True
    for tech in (ANN, BOB):
        town.given(tech, building=1, work_min=10.0)
        town.given(tech, building=2, work_min=10.0)
    town.until(200.0)
    arrivals = {tech: [at for at, event in town.heard(OnSite) if event.tech == tech] for tech in (ANN, BOB)}
    assert arrivals == {ANN: [105.0, 115.0 + 17.0], BOB: [105.0, 115.0 + 13.0]}
    assert town.people[BOB].at == 0


def test_a_work_list_is_taken_in_turn_and_who_is_first_goes_before_it() -> None:
    town = Town()
    jobs = [town.given(ANN, building=1, work_min=10.0) for _ in range(3)]
    urgent = town.order(work_min=10.0)
    town.give(urgent, first=True)
    assert [job.state for job in jobs] == [OrderState.ENROUTE, OrderState.ASSIGNED, OrderState.ASSIGNED]
    assert [job.tech for job in jobs] == [ANN] * 3
    town.until(300.0)
    done = [(at, event.order) for at, event in town.heard(WorkCompleted)]
    assert done == [(115.0, jobs[0].id), (127.0, urgent.id), (139.0, jobs[1].id), (151.0, jobs[2].id)]


def test_what_is_given_at_the_instant_of_completion_goes_behind_the_list() -> None:
    town = Town()
    done, listed, late = town.given(ANN), town.given(ANN), town.order()
    town.ears.answer = lambda event: (
        [Assign(late.id, ANN)] if isinstance(event, WorkCompleted) and event.order == done.id else []
    )
    town.until(300.0)
    assert [event.order for _, event in town.heard(WorkCompleted)] == [done.id, listed.id, late.id]


def test_somebody_off_duty_starts_the_list_when_the_shift_begins() -> None:
    town = Town(ListedRoster([(0.0, True, "shift"), (50.0, False, "shift"), (150.0, True, "shift")]))
    jobs = [town.given(ANN, building=1, work_min=10.0) for _ in range(2)]
    assert [job.state for job in jobs] == [OrderState.ASSIGNED] * 2
    town.until(300.0)
    assert [(at, event.order) for at, event in town.heard(OnSite)] == [(155.0, jobs[0].id), (167.0, jobs[1].id)]


def test_a_shift_that_begins_with_work_in_hand_or_an_empty_list_changes_nothing() -> None:
    shifts = [(0.0, True, "shift"), (110.0, False, "break"), (120.0, True, "break")]
    town = Town(ListedRoster(shifts), ListedRoster(shifts))
    job = town.given(ANN, building=1)
    listed = town.given(ANN, building=1)
    town.until(200.0)
    assert [(at, event.order) for at, event in town.heard(OnSite)] == [(105.0, job.id), (137.0, listed.id)]


@pytest.mark.parametrize("tech", [2, -1])
def test_a_technician_who_is_not_there_is_refused(tech: int) -> None:
    town = Town()
    job = town.given(tech)
    (refused,) = town.heard(CommandRefused)
    assert refused == (100.0, CommandRefused("Assign", job.id, tech, "no such technician"))
    assert job.state == OrderState.WSCH


def test_what_is_under_way_or_finished_is_not_given_again() -> None:
    town = Town()
    job = town.given(ANN, building=1)
    for _ in range(2):
        town.give(job, ANN)
        town.until(200.0)
    assert [event for _, event in town.heard(CommandRefused)] == [
        CommandRefused("Assign", job.id, ANN, "already assigned"),
        CommandRefused("Assign", job.id, ANN, "already finished"),
    ]


class TestTakingBack:
    def test_an_order_leaves_the_list_and_the_others_stay_in_turn(self) -> None:
        town = Town()
        first, second, third = (town.given(ANN, building=1, work_min=10.0) for _ in range(3))
        town.repair.unassign(Unassign(second.id, ANN))
        assert (second.state, second.tech) == (OrderState.WSCH, -1)
        town.until(300.0)
        assert [event.order for _, event in town.heard(WorkCompleted)] == [first.id, third.id]
        assert not town.heard(CommandRefused)

    @pytest.mark.parametrize("case", ["under way", "with another", "on another's list", "unknown"])
    def test_what_is_not_there_to_take_back_is_refused_and_goes_on(self, case: str) -> None:
        town = Town(acceptance=Offers(3.0)) if case == "with another" else Town()
        job = town.given(BOB if "another" in case else ANN, building=1)
        listed = town.given(BOB, building=1) if case == "on another's list" else job
        number = 99 if case == "unknown" else listed.id
        town.repair.unassign(Unassign(number, ANN))
        assert town.heard(CommandRefused) == [
            (100.0, CommandRefused("Unassign", number, ANN, "under way or not there"))
        ]
        town.until(200.0)
        assert len(town.heard(WorkCompleted)) == 1 + (listed is not job)

    def test_an_offer_taken_back_frees_the_technician_for_the_next_of_the_list(self) -> None:
        town = Town(acceptance=Offers(10.0, 10.0))
        offered, listed = town.given(ANN, building=1), town.given(ANN, building=1)
        town.until(104.0)
        town.repair.unassign(Unassign(offered.id, ANN))
        assert (offered.state, offered.tech) == (OrderState.WSCH, -1)
        town.until(300.0)
        assert town.heard(OrderAccepted) == [(114.0, OrderAccepted(listed.id, ANN))]
        assert town.states(TECHNICIAN, ANN)[:3] == [
            (100.0, "WAITING", -1), (104.0, "IDLE", -1), (104.0, "WAITING", -1),
        ]  # fmt: skip

    def test_an_offer_taken_back_after_hours_leaves_nobody_idle(self) -> None:
        shifts = ListedRoster([(0.0, True, "shift"), (102.0, False, "shift")])
        town = Town(shifts, acceptance=Offers(10.0))
        offered = town.given(ANN)
        town.until(104.0)
        town.repair.unassign(Unassign(offered.id, ANN))
        town.until(300.0)
        assert town.states(TECHNICIAN, ANN) == [(100.0, "WAITING", -1), (104.0, "OFF", -1)]


class Offers:
    """Minutes until each offer is answered, one after the other; negative: declined."""

    def __init__(self, *delays: float) -> None:
        self.delays = list(delays)

    def delay_min(self, tech: Technician, job: Job) -> float:
        return self.delays.pop(0)


class TestOffers:
    def test_an_order_is_under_way_once_it_is_accepted(self) -> None:
        town = Town(acceptance=Offers(0.5))
        job = town.given(ANN, building=1)
        assert (job.state, job.tech) == (OrderState.ASSIGNED, ANN)
        town.until(200.0)
        assert town.heard(OrderAccepted, OnSite) == [
            (100.5, OrderAccepted(job.id, ANN)),
            (105.5, OnSite(job.id, ANN)),
        ]
        assert town.states(TECHNICIAN, ANN)[0] == (100.0, "WAITING", -1)
        assert town.states(ORDER, job.id)[0] == (100.5, "ENROUTE", ANN)

    def test_an_answer_without_delay_is_no_answer_to_wait_for(self) -> None:
        town = Town(acceptance=Offers(0.0))
        town.given(ANN, building=1)
        town.until(105.5)
        assert not town.heard(OrderAccepted) and len(town.heard(OnSite)) == 1

    def test_a_declined_order_waits_again_and_the_next_of_the_list_is_offered(self) -> None:
        town = Town(acceptance=Offers(-1.0, 2.0))
        declined, listed = town.given(ANN, building=1), town.given(ANN, building=1)
        town.until(200.0)
        assert town.heard(OrderDeclined, OrderAccepted) == [
            (101.0, OrderDeclined(declined.id, ANN, "no time before the shift ends")),
            (103.0, OrderAccepted(listed.id, ANN)),
        ]
        assert (declined.state, declined.tech) == (OrderState.WSCH, -1)
        assert (101.0, "IDLE", -1) in town.states(TECHNICIAN, ANN)

    def test_who_is_called_off_at_the_instant_of_accepting_stays(self) -> None:
        town = Town(acceptance=Offers(3.0))
        job = town.order()
        town.ears.answer = lambda event: [Unassign(job.id, ANN)] if isinstance(event, OrderAccepted) else []
        town.give(job)
        town.until(200.0)
        assert job.state == OrderState.WSCH and not town.heard(OnSite)

    def test_only_the_answer_to_the_present_offer_counts(self) -> None:
        """Two offers taken back; their answers, due at 110 and 111, say nothing about the third, due at 120."""
        town = Town(acceptance=Offers(10.0, 10.0, 15.0))
        for at in (101.0, 105.0):
            job = town.given(ANN, building=1)
            town.until(at)
            town.repair.unassign(Unassign(job.id, ANN))
        job = town.given(ANN, building=1)
        town.until(200.0)
        assert town.heard(OrderAccepted) == [(120.0, OrderAccepted(job.id, ANN))]

    def test_a_declined_offer_does_not_revive_the_answer_to_an_older_one(self) -> None:
        """Declined at 101; taken back at 102, its answer due at 121; declined at 103; the last is due at 133."""
        town = Town(acceptance=Offers(-1.0, 20.0, -1.0, 30.0))
        town.given(ANN)
        town.until(101.5)
        job = town.given(ANN)
        town.until(102.0)
        town.repair.unassign(Unassign(job.id, ANN))
        town.given(ANN)
        town.until(103.5)
        job = town.given(ANN, building=1)
        town.until(200.0)
        assert town.heard(OrderAccepted) == [(133.5, OrderAccepted(job.id, ANN))]


class TestCallingOff:
    def test_work_called_off_is_told_with_what_is_left(self) -> None:
        town = Town()
        job = town.given(ANN, building=1)
        town.until(115.0)
        town.repair.preempt(Preempt(job.id, ANN))
        assert (job.state, job.tech, job.remaining_min) == (OrderState.PREEMPTED, -1, 20.0)
        assert town.heard(VisitEnded) == [(115.0, VisitEnded(job.id, ANN, "preempted"))]
        rows = town.world.journal.table("WorkInterrupted")
        assert rows.row(0) == {"order": job.id, "tech": ANN, "left_min": 20.0, "why": "preempted"}
        assert town.states(ORDER, job.id)[-1] == (115.0, "PREEMPTED", -1)
        assert town.states(TECHNICIAN, ANN) == [(115.0, "IDLE", -1)]

    def test_who_is_called_off_on_the_way_has_done_nothing_and_needs_no_set_up(self) -> None:
        town = Town(set_up_min=8.0)
        job = town.given(ANN, building=1)
        town.until(103.0)
        town.repair.preempt(Preempt(job.id, ANN))
        town.give(job)
        town.until(200.0)
        assert town.heard(WorkCompleted) == [(103.0 + 5.0 + 30.0, WorkCompleted(job.id, ANN, "repaired"))]

    def test_set_up_is_taken_once_an_interruption(self) -> None:
        """Interrupted at 115 with 20 left; taken up at 117 with 28 to do; called off on the next way; 28 - 3 = 25 left."""
        town = Town(set_up_min=8.0)
        job = town.given(ANN, building=1)
        for at in (115.0, 120.0):
            town.until(at)
            town.repair.preempt(Preempt(job.id, ANN))
            town.give(job)
        town.until(200.0)
        assert town.heard(WorkCompleted) == [(122.0 + 25.0 + 8.0, WorkCompleted(job.id, ANN, "repaired"))]

    def test_set_up_is_nothing_unless_it_is_given(self) -> None:
        town = Town()
        job = town.given(ANN, building=1)
        town.until(115.0)
        town.repair.preempt(Preempt(job.id, ANN))
        town.give(job)
        town.until(200.0)
        assert [at for at, _ in town.heard(WorkCompleted)] == [117.0 + 20.0]

    def test_an_order_sent_back_is_begun_anew_without_set_up(self) -> None:
        """Called off once and finished at 145; nobody could tell later that it had been."""
        town = Town(set_up_min=8.0)
        job = town.given(ANN, building=1)
        town.until(115.0)
        town.repair.preempt(Preempt(job.id, ANN))
        town.give(job)
        town.until(150.0)
        job.state, job.remaining_min = OrderState.WSCH, 10.0
        town.give(job)
        town.until(200.0)
        assert [at for at, _ in town.heard(WorkCompleted)] == [145.0, 150.0 + 2.0 + 10.0]

    def test_somebody_on_another_order_is_not_called_off_this_one(self) -> None:
        town = Town()
        job, listed = town.given(ANN, building=1), town.given(ANN)
        town.repair.preempt(Preempt(listed.id, ANN))
        town.repair.preempt(Preempt(job.id, BOB))
        assert [event for _, event in town.heard(CommandRefused)] == [
            CommandRefused("Preempt", listed.id, ANN, "not on this order"),
            CommandRefused("Preempt", job.id, BOB, "not on this order"),
        ]
        assert job.state == OrderState.ENROUTE

    def test_an_arrival_that_was_called_off_never_comes(self) -> None:
        """Two ways called off at 101 and 102; their arrivals, due at 105 and 106, are not those of the third."""
        town = Town()
        for at in (101.0, 102.0):
            job = town.given(ANN, building=1)
            town.until(at)
            town.repair.preempt(Preempt(job.id, ANN))
        job = town.given(ANN, building=2)
        town.until(200.0)
        assert town.heard(OnSite) == [(115.0, OnSite(job.id, ANN))]

    def test_who_is_called_off_at_the_door_does_not_begin(self) -> None:
        town = Town()
        job = town.order(building=1)
        town.ears.answer = lambda event: [Preempt(job.id, ANN)] if isinstance(event, OnSite) else []
        town.give(job)
        town.until(200.0)
        assert not town.heard(WorkCompleted) and job.state == OrderState.PREEMPTED


def until_110(next_on: float) -> ListedRoster:
    return ListedRoster([(0.0, True, "shift"), (110.0, False, "shift"), (next_on, True, "shift")])


class TestShiftEnd:
    """Work of 30 minutes begins at 105; the shift ends at 110 with 25 minutes left."""

    def test_what_takes_longer_than_overtime_is_left_for_another_day(self) -> None:
        town = Town(until_110(1000.0), overtime_max_min=24.0)
        job = town.given(ANN, building=1)
        town.until(300.0)
        assert town.heard(VisitEnded) == [(110.0, VisitEnded(job.id, ANN, "shift_end"))]
        assert (job.state, job.tech, job.remaining_min) == (OrderState.WSCH, -1, 25.0)
        assert town.states(ORDER, job.id)[-1] == (110.0, "WSCH", -1)
        assert town.states(TECHNICIAN, ANN)[-1] == (110.0, "OFF", -1)
        assert town.world.journal.table("WorkInterrupted").text("why") == ["shift_end"]

    @pytest.mark.parametrize(
        ("next_on", "about", "repair"),
        [
            (1000.0, {}, {"overtime_max_min": 25.0}),
            (1000.0, {}, {}),
            (1000.0, {"priority": 1}, {"overtime_max_min": 5.0}),
            (110.0 + 179.5, {}, {"overtime_max_min": 5.0}),
        ],
        ids=["nearly done", "overtime without limit", "an emergency", "only a break"],
    )
    def test_what_is_finished_all_the_same(
        self, next_on: float, about: dict[str, Any], repair: dict[str, float]
    ) -> None:
        town = Town(until_110(next_on), **repair)
        job = town.given(ANN, building=1, **about)
        listed = town.given(ANN, building=1)
        town.until(200.0)
        assert town.heard(WorkCompleted) == [(135.0, WorkCompleted(job.id, ANN, "repaired"))]
        assert town.states(TECHNICIAN, ANN) == [(135.0, "OFF", -1)]
        assert listed.state == OrderState.ASSIGNED

    def test_three_hours_off_are_no_break(self) -> None:
        town = Town(until_110(110.0 + 180.0), overtime_max_min=5.0)
        town.given(ANN, building=1)
        town.until(300.0)
        assert len(town.heard(VisitEnded)) == 1

    @pytest.mark.parametrize(("limit", "goes"), [(29.0, False), (30.0, True)])
    def test_who_is_still_on_the_way_weighs_the_whole_work(self, limit: float, goes: bool) -> None:
        town = Town(until_110(1000.0), overtime_max_min=limit)
        town.until(108.0)
        town.given(ANN, building=1)
        town.until(300.0)
        assert bool(town.heard(WorkCompleted)) is goes

    @pytest.mark.parametrize("steps", [(), ((INPRG, 5.25, 5.0),)], ids=["plain", "by steps"])
    def test_a_quarter_of_a_minute_is_a_quarter_of_a_minute(self, steps: tuple[Any, ...]) -> None:
        town = Town(until_110(1000.0), overtime_max_min=0.5)
        if steps:
            town.repair.visits = Planned(town, *steps)
        town.given(ANN, building=1, work_min=5.25)
        town.until(300.0)
        assert [at for at, _ in town.heard(WorkCompleted)] == [110.25]

    @pytest.mark.parametrize(("limit", "goes"), [(36.0, False), (37.0, True)])
    def test_the_steps_still_to_come_count(self, limit: float, goes: bool) -> None:
        """At 110 of steps 4, 8, 20 and 10 min begun at 105: 7 of the second are left, then 30."""
        town = Town(until_110(1000.0), overtime_max_min=limit)
        town.repair.visits = Planned(
            town, (INPRG, 4.0, 4.0), (WAITING, 8.0, 0.0), (INPRG, 20.0, 16.0), (INPRG, 10.0, 10.0)
        )
        town.given(ANN, building=1)
        town.until(300.0)
        assert bool(town.heard(WorkCompleted)) is goes


class Planned:
    """Visits of the steps given: state, minutes, progress and, if need be, what a step ends in."""

    def __init__(self, town: Town, *steps: tuple[Any, ...]) -> None:
        self.town = town
        self.steps = steps
        self.ended: list[tuple[float, str]] = []
        self.then: Callable[[str], None] = lambda ends_in: None

    def plan(self, tech: Technician, job: Job) -> list[Step]:
        last = len(self.steps) - 1
        return [
            Step(*step[:3], step[3] if len(step) > 3 else "end" if k == last else "")
            for k, step in enumerate(self.steps)
        ]

    def reached(self, tech: Technician, job: Job, ends_in: str) -> bool:
        self.ended.append((self.town.world.now, ends_in))
        self.then(ends_in)
        if ends_in == "end":
            self.town.repair.complete(tech, job, "as planned")
        return ends_in == "end"


class Glance:
    """A visit of one look."""

    def plan(self, tech: Technician, job: Job) -> list[Step]:
        return [Step(INPRG, 4.0, 0.0, "seen")]

    def reached(self, tech: Technician, job: Job, ends_in: str) -> bool:
        return True


class TestSteps:
    def test_visits_may_be_given_from_the_start(self) -> None:
        town = Town(visits=Glance())
        job = town.given(ANN, building=1)
        town.until(200.0)
        assert (job.remaining_min, town.heard(WorkCompleted)) == (30.0, [])

    def test_a_visit_goes_through_its_steps_and_each_does_its_share_of_the_work(self) -> None:
        town = Town()
        visits = Planned(
            town, (WAITING, 3.0, 0.0), (INPRG, 10.0, 12.0, "safe"), (FETCHING, 6.0, 0.0), (INPRG, 20.0, 18.0)
        )
        town.repair.visits = visits
        job = town.given(ANN, building=1)
        left: list[float] = []
        visits.then = lambda ends_in: left.append(job.remaining_min)
        town.until(300.0)
        assert visits.ended == [(118.0, "safe"), (144.0, "end")] and left == [18.0, 0.0]
        assert town.states(ORDER, job.id) == [
            (100.0, "ENROUTE", ANN), (108.0, "INPRG", ANN), (124.0, "INPRG", ANN),
        ]  # fmt: skip
        assert town.states(TECHNICIAN, ANN) == [
            (105.0, "WAITING", ANN), (118.0, "FETCHING_PARTS", ANN), (144.0, "IDLE", -1),
        ]  # fmt: skip
        assert town.heard(WorkCompleted) == [(144.0, WorkCompleted(job.id, ANN, "as planned"))]

    def test_more_done_than_there_was_leaves_nothing_and_not_less(self) -> None:
        town = Town()
        town.repair.visits = visits = Planned(town, (INPRG, 10.0, 99.0, "safe"), (INPRG, 5.0, 0.0))
        job = town.given(ANN, building=1)
        left: list[float] = []
        visits.then = lambda ends_in: left.append(job.remaining_min)
        town.until(200.0)
        assert left == [0.0, 0.0]

    def test_a_step_broken_off_has_done_its_part_of_the_work(self) -> None:
        """A step of 20 min for 25 of the work, called off after 8: 30 - 10 left, and it must be set up again."""
        town = Town()
        town.repair.visits = Planned(town, (INPRG, 20.0, 25.0))
        job = town.given(ANN, building=1)
        town.until(113.0)
        town.repair.preempt(Preempt(job.id, ANN))
        assert job.remaining_min == pytest.approx(20.0) and job.interrupted

    def test_a_short_step_broken_off_has_done_its_part_too(self) -> None:
        town = Town()
        town.repair.visits = Planned(town, (INPRG, 2.0, 1.0))
        job = town.given(ANN, building=1)
        town.until(106.0)
        town.repair.preempt(Preempt(job.id, ANN))
        assert job.remaining_min == pytest.approx(29.5) and job.interrupted

    def test_waiting_broken_off_interrupts_no_work(self) -> None:
        town = Town()
        town.repair.visits = Planned(town, (WAITING, 20.0, 0.0), (INPRG, 20.0, 30.0))
        job = town.given(ANN, building=1)
        town.until(113.0)
        town.repair.preempt(Preempt(job.id, ANN))
        assert job.remaining_min == 30.0 and not job.interrupted

    def test_waiting_broken_off_a_moment_before_its_end_interrupts_no_work(self) -> None:
        town = Town()
        town.repair.visits = Planned(town, (INPRG, 5.0, 5.0), (WAITING, 20.0, 0.0), (INPRG, 20.0, 25.0))
        job = town.given(ANN, building=1)
        town.until(129.5)
        town.repair.preempt(Preempt(job.id, ANN))
        assert job.remaining_min == 25.0 and not job.interrupted

    @pytest.mark.parametrize(("progress", "interrupted"), [(10.0, True), (0.0, False)])
    def test_who_is_called_away_at_the_end_of_a_step_has_done_it_once(self, progress: float, interrupted: bool) -> None:
        town = Town()
        town.repair.visits = visits = Planned(town, (INPRG, 10.0, progress, "safe"), (INPRG, 20.0, 20.0))
        job = town.given(ANN, building=1)
        visits.then = lambda ends_in: town.repair.preempt(Preempt(job.id, ANN))
        town.until(300.0)
        assert job.remaining_min == 30.0 - progress and job.interrupted is interrupted
        assert not town.heard(WorkCompleted) and job.state == OrderState.PREEMPTED

    def test_who_is_called_away_at_the_end_of_a_step_may_be_sent_on_at_once(self) -> None:
        """The emergency made safe at 115 is left for another order; its second step is nobody's any more."""
        town = Town()
        town.repair.visits = visits = Planned(town, (INPRG, 10.0, 10.0, "safe"), (INPRG, 20.0, 20.0))
        job, other = town.given(ANN, building=1), town.order(building=2)

        def send_on(ends_in: str) -> None:
            if ends_in == "safe" and not other.visits:
                town.repair.preempt(Preempt(job.id, ANN))
                town.give(other)

        visits.then = send_on
        town.until(300.0)
        assert town.heard(OnSite) == [(105.0, OnSite(job.id, ANN)), (132.0, OnSite(other.id, ANN))]
        assert town.heard(WorkCompleted) == [(162.0, WorkCompleted(other.id, ANN, "as planned"))]


class TestHooks:
    def test_the_first_arrival_is_told_with_the_wait_since_the_report(self) -> None:
        town = Town()
        waits: list[tuple[int, float]] = []
        town.repair.arrived.append(lambda job, wait: waits.append((job.id, wait)))
        job = town.order(building=1)
        town.until(104.0)
        town.give(job)
        town.until(115.0)
        town.repair.preempt(Preempt(job.id, ANN))
        town.give(job)
        town.until(200.0)
        assert waits == [(job.id, 9.0)] and job.visits == 2

    def test_who_was_released_from_what_and_who_finished_it_is_told(self) -> None:
        town = Town()
        released: list[tuple[int, int]] = []
        done: list[tuple[int, int]] = []
        town.repair.released.append(lambda job, tech: released.append((job.id, tech.id)))
        town.repair.done.append(lambda job, tech: done.append((job.id, tech.id)))
        job = town.given(ANN, building=1)
        town.until(110.0)
        town.repair.preempt(Preempt(job.id, ANN))
        town.give(job, BOB)
        town.until(200.0)
        assert released == [(job.id, ANN), (job.id, BOB)] and done == [(job.id, BOB)]
