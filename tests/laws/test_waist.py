"""Laws of the waist: run to completion, first in first out, bounded; a changed truth refuses a command."""

from collections.abc import Sequence

import pytest

from policies.contract.commands import Assign, Command, GuardHit, Later, OpenOrder, Preempt, Unassign, Wake
from policies.contract.events import (
    CommandRefused,
    DutyChanged,
    Event,
    OnSite,
    ReminderReceived,
    RequestRegistered,
    Woke,
    WorkCompleted,
)  # fmt: skip
from tests.worlds import run
from twin.clock import Clock
from twin.entities.job import Fault
from twin.entities.roster import AlwaysOn
from twin.entities.technician import Technician
from twin.journal import Journal
from twin.waist import LoopError, Waist
from twin.world import World


class Scripted:
    """A controller that answers each event by a script and remembers what it heard."""

    def __init__(self, answers: dict[type, list[Command]]) -> None:
        self.answers = answers
        self.heard: list[Event] = []

    def handle(self, event: Event, now: float) -> Sequence[Command]:
        self.heard.append(event)
        return self.answers.get(type(event), [])


def test_a_fact_raised_while_commands_are_obeyed_waits_its_turn() -> None:
    """OpenOrder raises a fact halfway through; both commands are obeyed before anybody hears of it."""
    script = Scripted({RequestRegistered: [OpenOrder(0, "plumbing", 3), GuardHit("a", 0, 0, "")]})
    waist = Waist(Clock(), Journal(), script)
    order: list[str] = []

    def obey(command: OpenOrder) -> None:
        waist.emit(ReminderReceived(command.order))
        order.append(f"opened, heard {len(script.heard)}")

    waist.obeys(OpenOrder, obey)
    waist.obeys(GuardHit, lambda command: order.append(f"kept, heard {len(script.heard)}"))
    waist.emit(RequestRegistered(0, 0, "plumbing", 3, "app", 0, 0.0))
    assert order == ["opened, heard 1", "kept, heard 1"]
    assert [type(event) for event in script.heard] == [RequestRegistered, ReminderReceived]


def test_facts_of_one_instant_are_heard_first_in_first_out() -> None:
    script = Scripted({RequestRegistered: [OpenOrder(0, "plumbing", 3)]})
    waist = Waist(Clock(), Journal(), script)

    def obey(command: OpenOrder) -> None:
        for number in (5, 3, 9):
            waist.emit(ReminderReceived(number))

    waist.obeys(OpenOrder, obey)
    waist.emit(RequestRegistered(0, 0, "plumbing", 3, "app", 0, 0.0))
    heard = [event.request for event in script.heard if isinstance(event, ReminderReceived)]
    assert heard == [5, 3, 9]


def test_a_loop_at_one_instant_is_named() -> None:
    waist = Waist(Clock(), Journal(), Scripted({ReminderReceived: [OpenOrder(7, "x", 3)]}))
    waist.obeys(OpenOrder, lambda command: waist.emit(ReminderReceived(command.order)))
    with pytest.raises(LoopError, match=r"ReminderReceived\(request=7\).*without time passing"):
        waist.emit(ReminderReceived(7))
    assert not waist._busy


def test_a_loop_through_the_clock_at_one_instant_is_named_too() -> None:
    waist = Waist(Clock(), Journal(), Scripted({Woke: [Wake(0.0, "again")]}))
    waist.emit(Woke("again", -1))
    with pytest.raises(LoopError, match="Woke"):
        waist.clock.advance(1.0)


def test_a_timer_is_answered_at_its_instant() -> None:
    script = Scripted({ReminderReceived: [Wake(42.5, "tea", 3)]})
    waist = Waist(Clock(), Journal(), script)
    waist.emit(ReminderReceived(0))
    waist.clock.advance(42.5)
    assert len(script.heard) == 1
    waist.clock.advance(42.6)
    assert script.heard[-1] == Woke("tea", 3)


def bench(answers: dict[type, list[Command]]) -> tuple[World, Scripted]:
    script = Scripted(answers)
    people = [Technician(k, {"plumbing": 3}, 0, AlwaysOn()) for k in range(2)]
    world = World(script, people, [[5.0, 5.0], [5.0, 5.0]])
    world.begin()
    world.run(0.5)
    return world, script


def reported(world: World, number: int, work_min: float = 30.0) -> None:
    job = world.register.open(Fault(number, 1, "plumbing", 3, work_min), 0, "app", world.now)
    world.waist.emit(RequestRegistered(job.id, 1, "plumbing", 3, "app", 0, world.now))


REFUSED: list[tuple[str, list[Command], str]] = [
    ("unknown order", [Assign(77, 0)], "no such open order"),
    ("not opened", [Assign(0, 0)], "no such open order"),
    ("unknown technician", [OpenOrder(0, "plumbing", 3), Assign(0, 9)], "no such technician"),
    ("assigned twice", [OpenOrder(0, "plumbing", 3), Assign(0, 0), Assign(0, 1)], "already assigned"),
    ("nothing to take back", [OpenOrder(0, "plumbing", 3), Unassign(0, 0)], "under way or not there"),
    ("nobody to interrupt", [OpenOrder(0, "plumbing", 3), Preempt(0, 0)], "not on this order"),
]


@pytest.mark.parametrize(("commands", "why"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_a_command_that_meets_another_truth_comes_back_refused(commands: list[Command], why: str) -> None:
    world, script = bench({RequestRegistered: commands})
    reported(world, 0)
    refusals = [event for event in script.heard if isinstance(event, CommandRefused)]
    assert [event.why for event in refusals] == [why]
    assert refusals[0].command == type(commands[-1]).__name__


def test_a_command_delayed_by_latency_lands_later_and_is_checked_when_it_lands() -> None:
    """Decided at 0.5, landing at 3.5; by then somebody else has the order."""
    world, script = bench({RequestRegistered: [OpenOrder(0, "plumbing", 3), Later(3.0, Assign(0, 1)), Assign(0, 0)]})
    reported(world, 0)
    world.run(3.5)
    assert not any(isinstance(event, CommandRefused) for event in script.heard)
    world.run(60.0)
    refusal = next(event for event in script.heard if isinstance(event, CommandRefused))
    assert (refusal.tech, refusal.why) == (1, "already assigned")
    assert world.journal.table("CommandRefused")["at"].tolist() == [3.5]


def test_one_row_is_fact_and_event_under_the_perfect_field() -> None:
    world, script = bench({RequestRegistered: [OpenOrder(0, "plumbing", 3), Assign(0, 0)]})
    reported(world, 0)
    world.run(100.0)
    heard = {type(event).__name__ for event in script.heard}
    assert {"RequestRegistered", "OnSite", "WorkCompleted", "DutyChanged"} <= heard
    for kind in (OnSite, WorkCompleted, DutyChanged, RequestRegistered):
        assert len(world.journal.table(kind.__name__)) == sum(isinstance(e, kind) for e in script.heard)


def test_interrupted_work_resumes_with_set_up_and_what_is_left() -> None:
    """5 travel + 10 of 30 min work, interrupted at 15.5; 5 travel + 8 set-up + 20 left = done at 48.5."""
    script = Scripted({RequestRegistered: [OpenOrder(0, "plumbing", 3), Assign(0, 0)]})
    world = World(script, [Technician(0, {"plumbing": 3}, 0, AlwaysOn())], [[5.0, 5.0], [5.0, 5.0]], set_up_min=8.0)
    world.begin()
    world.run(0.5)
    reported(world, 0)
    world.run(15.5)
    world.repair.preempt(Preempt(0, 0))
    assert world.register.jobs[0].remaining_min == pytest.approx(20.0)
    world.repair.assign(Assign(0, 0))
    world.run(100.0)
    assert world.journal.table("WorkCompleted")["at"].tolist() == pytest.approx([48.5])


def test_rows_carry_one_global_order() -> None:
    journal = run(3).journal
    numbers = sorted(n for name in journal.tables() for n in journal.table(name)["n"].tolist())
    assert numbers == list(range(journal.n))
