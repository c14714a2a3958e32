"""Laws of the clock."""

import pickle
from heapq import heappop, heappush

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.clock import Clock, ClockError


def test_ties_run_in_the_order_they_were_scheduled_and_simpy_shares_the_counter() -> None:
    clock = Clock()
    seen: list[str] = []
    clock.at(5.0, seen.append, "first")
    clock.timeout(5.0).callbacks.append(lambda _: seen.append("simpy"))
    clock.at(5.0, seen.append, "third")
    clock.advance(6.0)
    assert seen == ["first", "simpy", "third"]


def test_an_absolute_instant_is_met_to_the_last_bit() -> None:
    clock = Clock()
    met: list[bool] = []
    for k in range(2000):
        at = 0.1 * k * 1.0000001
        clock.at(at, lambda expected: met.append(clock.now == expected), at)
    clock.advance(1e6)
    assert len(met) == 2000 and all(met)


def test_an_advance_is_half_open() -> None:
    clock = Clock()
    seen: list[float] = []
    clock.at(10.0, lambda: seen.append(clock.now))
    clock.advance(10.0)
    assert seen == [] and clock.now == 10.0
    clock.advance(10.5)
    assert seen == [10.0]


@pytest.mark.parametrize("when", [4.9, float("nan"), -1.0])
def test_the_past_and_no_time_at_all_are_refused(when: float) -> None:
    clock = Clock()
    clock.advance(5.0)
    with pytest.raises(ClockError, match="refused"):
        clock.at(when, print)


def test_a_simpy_process_runs_beside_event_methods() -> None:
    clock = Clock()
    seen: list[tuple[str, float]] = []

    def ticking():  # type: ignore[no-untyped-def]
        while True:
            yield clock.timeout(3.0)
            seen.append(("process", clock.now))

    clock.process(ticking())
    clock.at(4.0, lambda: seen.append(("method", clock.now)))
    clock.advance(7.0)
    assert seen == [("process", 3.0), ("method", 4.0), ("process", 6.0)]
    assert clock.live_processes() == ["ticking"]


def test_step_and_run_of_simpy_keep_working() -> None:
    clock = Clock()
    seen: list[float] = []
    clock.at(1.0, lambda: seen.append(clock.now))
    clock.step()
    clock.at(2.0, lambda: seen.append(clock.now))
    clock.run(until=3.0)
    assert seen == [1.0, 2.0] and clock.now == 3.0


def test_an_advance_to_now_stays_and_one_into_the_past_is_refused() -> None:
    clock = Clock()
    clock.advance(5.0)
    clock.advance(5.0)
    assert clock.now == 5.0
    for past in (4.0, float("nan")):
        with pytest.raises(ClockError, match=r"cannot advance to .*: the time is 5\.0"):
            clock.advance(past)


def test_an_advance_is_half_open_for_simpys_own_events_too() -> None:
    clock = Clock()
    seen: list[float] = []
    for later in (10.0, 20.0):
        clock.timeout(later).callbacks.append(lambda _: seen.append(clock.now))
    clock.advance(10.0)
    assert seen == [] and clock.now == 10.0
    clock.advance(15.0)
    assert seen == [10.0] and clock.now == 15.0


def test_live_processes_are_told_by_name_whatever_else_is_scheduled() -> None:
    clock = Clock()

    def watching(minutes: float):  # type: ignore[no-untyped-def]
        yield clock.timeout(minutes)

    clock.at(1.0, print)
    for minutes in (3.0, 2.0):
        clock.process(watching(minutes))
    clock.timeout(9.0).callbacks.append(lambda _: None)
    clock.advance(0.5)
    assert clock.live_processes() == ["watching"]


class Notebook:
    """Writes down what happens when; an entry may make the next ones, some minutes later."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.seen: list[tuple[float, int]] = []

    def happens(self, name: int, makes: tuple[float, ...]) -> None:
        self.seen.append((self.clock.now, name))
        for k, later in enumerate(makes):
            self.clock.at(self.clock.now + later, self.happens, 100 * name + k, ())


DELAYS = st.sampled_from([0.0, 0.1, 7.0, 1440.0, 1e5])
ENTRIES = st.lists(st.tuples(DELAYS, st.lists(DELAYS, max_size=3).map(tuple)), max_size=12)


def in_order(entries: list[tuple[float, tuple[float, ...]]]) -> list[tuple[float, int]]:
    """What a plain queue of (instant, number) does."""
    queue: list[tuple[float, int, int, tuple[float, ...]]] = []
    seen, n = [], 0
    for name, (t, makes) in enumerate(entries):
        heappush(queue, (t, n, name, makes))
        n += 1
    while queue:
        t, _, name, makes = heappop(queue)
        seen.append((t, name))
        for k, later in enumerate(makes):
            heappush(queue, (t + later, n, 100 * name + k, ()))
            n += 1
    return seen


@given(ENTRIES, st.lists(st.floats(0.0, 2e5), max_size=5), st.booleans())
def test_entries_run_by_instant_and_number_however_the_clock_is_advanced(entries, stops, saved) -> None:
    clock = Clock()
    book = Notebook(clock)
    for name, (t, makes) in enumerate(entries):
        clock.at(t, book.happens, name, makes)
    for stop in sorted(stops):
        clock.advance(stop)
        if saved:
            book = pickle.loads(pickle.dumps(book))
            clock = book.clock
    clock.advance(1e6)
    assert book.seen == in_order(entries)
    assert clock.peek() == float("inf")


@given(ENTRIES)
def test_steps_run_the_same(entries) -> None:
    clock = Clock()
    book = Notebook(clock)
    for name, (t, makes) in enumerate(entries):
        clock.at(t, book.happens, name, makes)
    while clock.peek() < float("inf"):
        due = clock.peek()
        clock.step()
        assert clock.now == due
    assert book.seen == in_order(entries)


def test_an_entry_made_by_a_simpy_process_before_one_that_waits_runs_before_it() -> None:
    clock = Clock()
    seen: list[str] = []

    def hasty():  # type: ignore[no-untyped-def]
        yield clock.timeout(2.0)
        clock.at(3.0, seen.append, "made on the way")

    clock.at(1.0, lambda: clock.process(hasty()))
    clock.at(4.0, seen.append, "made before")
    clock.advance(10.0)
    assert seen == ["made on the way", "made before"]
