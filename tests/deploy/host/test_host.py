"""The host decides as the rules were recorded to, whatever happens to its processes."""

import os
import signal
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Event
from time import monotonic

import pytest

from policies.deploy.host.host import Choices, Host
from policies.deploy.host.journal import Journal, JournalProblem
from policies.deploy.host.workers import Decider, Scribe
from policies.deploy.service import NotOurs, Observation, SameIdOtherEvent, Stopping, TimeRunsBack
from policies.deploy.strict import WrongDocument
from tests.deploy.host.conftest import digests, tell

SOON_S = 10.0
"""More than anything takes that does not wait for somebody else."""


def test_every_decision_is_the_one_that_was_recorded(host, made):
    pairs = made.opened().pairs
    told = tell(host, pairs)
    assert digests(told) == [pair.decision for pair in pairs]
    assert [one.observation for one in told] == [pair.observation for pair in pairs]
    assert [one.number for one in told] == list(range(1, len(pairs) + 1))
    assert not any(one.fallback or one.again for one in told)
    assert host.counts.restarts == {}


def test_an_observation_told_twice_gets_the_same_answer_and_is_kept_once(host, made):
    first, second = made.opened().pairs[:2]
    told = host.decide(Observation(first.seen["event"], first.seen["now"], "a"))
    host.decide(Observation(second.seen["event"], second.seen["now"], "b"))
    again = host.decide(Observation(first.seen["event"], first.seen["now"], "a"))
    assert (again.again, again.number, again.commands) == (True, told.number, told.commands)
    assert host.status().last == 2
    with pytest.raises(SameIdOtherEvent, match="id 'a' was used for decision 1"):
        host.decide(Observation(second.seen["event"], second.seen["now"], "a"))


def test_observations_that_are_none_change_nothing(host, made):
    event, now = made.opened().pairs[0].seen["event"], made.opened().pairs[0].seen["now"]
    host.decide(Observation(event, now + 1.0))
    with pytest.raises(TimeRunsBack, match="told in order of time"):
        host.decide(Observation(event, now))
    for wrong in (float("nan"), float("inf")):
        with pytest.raises(WrongDocument, match="expected a minute"):
            host.decide(Observation(event, wrong))
    with pytest.raises(WrongDocument, match="now is missing"):
        host.decide(Observation(event))
    with pytest.raises(WrongDocument, match="no event 'OnSight', did you mean 'OnSite'"):
        host.decide(Observation({"kind": "OnSight"}, now + 2.0))
    with pytest.raises(WrongDocument, match="201 letters"):
        host.decide(Observation(event, now + 2.0, "x" * 201))
    assert host.status().last == 1


def test_a_host_goes_on_where_it_stood(made, tmp_path):
    pairs = made.opened().pairs
    told = []
    for start in range(0, len(pairs), 400):
        host = Host(tmp_path, made.opened(), Choices())
        assert host.status().last == start
        told += tell(host, pairs[start : start + 400], start)
        host.stop()
    assert digests(told) == [pair.decision for pair in pairs]
    with pytest.raises(Stopping):
        host.decide(Observation(pairs[0].seen["event"], 1e9))


def test_a_decider_killed_again_and_again_costs_no_decision(host, made):
    pairs = made.opened().pairs
    told = []
    for start in range(0, len(pairs), 100):
        os.kill(host.deciding.decider.pid, signal.SIGKILL)
        told += tell(host, pairs[start : start + 100], start)
    fallen_back = {one.number for one in told if one.fallback}
    assert host.counts.restarts["Died"] == 15
    assert digests(told) == [pair.decision for pair in pairs]
    assert not fallen_back


def test_a_scribe_killed_again_and_again_costs_no_decision(host, made):
    pairs = made.opened().pairs[:600]
    told = []
    for start in range(0, len(pairs), 100):
        os.kill(host.deciding.scribe.process.pid, signal.SIGKILL)
        told += tell(host, pairs[start : start + 100], start)
    assert digests(told) == [pair.decision for pair in pairs]
    assert sum(host.counts.restarts.values()) >= 6


def test_a_host_says_from_which_day_its_minutes_count(host, made):
    """Whoever joins something to it need not be told again."""
    assert host.status().start == made.opened().settings.calendar.start.isoformat() == "2025-06-30"


def test_a_record_belongs_to_one_host_at_a_time_and_to_one_office(host, made, tmp_path):
    with pytest.raises(JournalProblem, match="another host is running"):
        Host(tmp_path / "state", made.opened(), Choices())
    host.stop()
    with pytest.raises(JournalProblem, match="a record belongs to one office"):
        Journal(tmp_path / "state", "0" * 64)


def test_what_was_decided_can_be_read_from_any_number_on(host, made):
    pairs = made.opened().pairs[:50]
    told = tell(host, pairs)
    assert list(host.decisions(0, 1000)) == told
    assert list(host.decisions(20, 10)) == told[20:30]
    assert list(host.decisions(50, 10, wait_s=0.01)) == []


def test_on_the_wall_clock_nobody_else_wakes_the_office(made, tmp_path):
    host = Host(tmp_path, made.opened(), Choices(clock=lambda: 77.0))
    try:
        with pytest.raises(NotOurs, match="wakes itself"):
            host.decide(Observation({"kind": "Woke", "tag": "dispatch_round", "subject": 1}))
        duty = next(pair.seen["event"] for pair in made.opened().pairs if pair.seen["event"]["kind"] == "DutyChanged")
        assert host.decide(Observation(duty)).now == 77.0
    finally:
        host.stop()


def test_a_decision_that_cannot_be_kept_was_never_made(host, made):
    """The disk is full: whoever asks is told to ask again, and when there is room gets what it would have got."""
    pairs = made.opened().pairs[:300]
    told = tell(host, pairs[:100])
    base = host.journal._base
    (pages,) = base.execute("PRAGMA page_count").fetchone()
    base.execute(f"PRAGMA max_page_count = {pages}")
    refused = []
    for number, pair in enumerate(pairs[100:], 100):
        seen = Observation(pair.seen["event"], pair.seen["now"], f"event-{number}")
        try:
            told.append(host.decide(seen))
        except Stopping as error:
            refused.append(str(error))
            base.execute(f"PRAGMA max_page_count = {2**30}")
            told.append(host.decide(seen))
    assert len(refused) == 1
    assert "could not be kept" in refused[0]
    assert digests(told) == [pair.decision for pair in pairs]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"kind": "DutyChanged", "tech": 99, "on": True, "why": "shift", "until": 9.0}, "tech: 99 is none of the"),
        ({"kind": "DutyChanged", "tech": -4, "on": True, "why": "shift", "until": 9.0}, "tech: -4 is none of the"),
        ({"kind": "WorkCompleted", "order": -1, "tech": 0, "code": "x"}, "order: -1, expected 0 or more"),
        ({"kind": "TradeFound", "order": 1, "tech": 0, "trade": "plumbin"}, "did you mean 'plumbing'"),
    ],
)
def test_an_event_that_speaks_of_what_is_not_there_is_the_tellers_mistake(host, event, said):
    with pytest.raises(WrongDocument, match=said):
        host.decide(Observation(event, 1.0))
    assert host.status().last == 0
    assert host.counts.restarts == {}


def test_everything_that_is_not_there_is_told_at_once(host, made):
    seen = next(p.seen for p in made.opened().pairs if p.seen["event"]["kind"] == "RequestRegistered")
    wrong = {**seen["event"], "building": 44, "trade": "nonsense", "priority": 9, "request": -7}
    with pytest.raises(WrongDocument) as refused:
        host.decide(Observation(wrong, 1.0))
    assert [error.split(":")[1].strip() for error in refused.value.errors] == [
        "building", "request", "trade", "priority",
    ]  # fmt: skip


def test_a_minute_years_ahead_or_ahead_of_the_clock_is_refused(host, made, tmp_path):
    event = made.opened().pairs[0].seen["event"]
    with pytest.raises(WrongDocument, match="lies years after minute 0.0"):
        host.decide(Observation(event, 1.7e9))
    clocked = Host(tmp_path / "wall", made.opened(), Choices(clock=lambda: 500.0))
    try:
        assert clocked.decide(Observation(event, 504.0)).now == 504.0
        with pytest.raises(WrongDocument, match="lies ahead of the host's own clock, which is at minute 500.0"):
            clocked.decide(Observation(event, 506.0))
    finally:
        clocked.stop()


def test_what_an_office_cannot_take_is_refused_and_costs_nothing(host, made, monkeypatch):
    """An event that makes sense by its words, and breaks the office all the same: its number is a technician's alone."""
    monkeypatch.setattr(host._sense, "see", lambda event: None)
    pairs = made.opened().pairs[:120]
    told = tell(host, pairs[:60])
    with pytest.raises(NotOurs, match="DutyChanged: this office cannot take it"):
        host.decide(
            Observation(
                {"kind": "DutyChanged", "tech": 99, "on": True, "why": "shift", "until": 9e9}, pairs[60].seen["now"]
            )
        )
    told += tell(host, pairs[60:], 60)
    assert digests(told) == [pair.decision for pair in pairs]


def test_workers_that_are_ended_again_and_again_on_one_event_are_the_hosts_failure_and_not_the_tellers(
    host, made, monkeypatch
):
    """Somebody from outside ends every process on one event: whoever told it asks again, and nothing was kept."""
    pairs = made.opened().pairs[:120]
    told = tell(host, pairs[:60])
    ended = []

    def end(worker, *question):
        ended.append(worker)
        os.kill(worker.process.pid if isinstance(worker, Scribe) else worker.pid, signal.SIGKILL)
        return original[type(worker)](worker, *question)

    original = {Decider: Decider.handle, Scribe: Scribe.fall_back}
    with monkeypatch.context() as now:
        now.setattr(Decider, "handle", end)
        now.setattr(Scribe, "fall_back", end)
        with pytest.raises(Stopping, match="nobody can decide at the moment .* ask again"):
            tell(host, pairs[60:61], 60)
    assert [type(worker) for worker in ended] == [Decider] * 3 + [Scribe]
    assert host.status().last == host.journal.last == len(list(host.everything())) == 60
    told += tell(host, pairs[60:], 60)
    assert digests(told) == [pair.decision for pair in pairs]


def test_a_record_that_cannot_be_made_again_now_is_made_with_the_next_event(host, made, monkeypatch):
    """No room for a new scribe: whoever asks is told to ask again, and never that the host has failed."""
    pairs = made.opened().pairs[:120]
    told = tell(host, pairs[:60])

    def full():
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as now:
        now.setattr(host.deciding, "_scribe_again", full)
        os.kill(host.deciding.scribe.process.pid, signal.SIGKILL)
        for _ in range(2):
            with pytest.raises(Stopping, match="No space left"):
                tell(host, pairs[60:61], 60)
    told += tell(host, pairs[60:], 60)
    assert digests(told) == [pair.decision for pair in pairs]


def test_a_watcher_that_fails_keeps_no_answer_back_and_no_other_watcher_from_hearing(host, made):
    heard = []

    def fails(made):
        raise RuntimeError

    host.watchers += [fails, heard.append]
    tell(host, made.opened().pairs[:3])
    assert len(heard) == 3


def test_whoever_looks_something_up_does_not_wait_for_an_event_that_is_being_decided(host, made):
    """Else four slow ones would fill a door's threads, and nobody could be told that the host is alive."""
    tell(host, made.opened().pairs[:5])
    with ThreadPoolExecutor(1) as other, host.turn:
        status = other.submit(host.status).result(timeout=SOON_S)
        figures = other.submit(host.figures).result(timeout=SOON_S)
        page = other.submit(host.decisions, 0, 10).result(timeout=SOON_S)
    assert (status.last, sum(figures.decided.values()), len(page)) == (5, 5, 5)


def test_an_event_does_not_wait_for_whoever_looks_something_up(host, made, monkeypatch):
    first, second = made.opened().pairs[:2]
    tell(host, [first])
    reading, over = Event(), Event()
    read = host._reader.decisions

    def slowly(after, limit):
        reading.set()
        over.wait(60.0)
        return read(after, limit)

    monkeypatch.setattr(host._reader, "decisions", slowly)
    with ThreadPoolExecutor(2) as others:
        page = others.submit(host.decisions, 0, 10)
        try:
            assert reading.wait(SOON_S)
            told = others.submit(tell, host, [second], 1).result(timeout=SOON_S)
            assert host.status().last == 2
        finally:
            over.set()
        assert page.result(timeout=SOON_S)[:2] == [*page.result()[:1], *told]


def test_a_journal_that_does_not_fit_together_is_a_problem_and_leaves_nothing_running(host, made):
    tell(host, made.opened().pairs[:200])
    host.stop()
    with closing(sqlite3.connect(host.journal.path)) as base, base:
        base.execute("UPDATE decisions SET notes = x'5b5d'")
    with pytest.raises(JournalProblem, match="no record can be made again from it"):
        Host(host.journal.path.parent, made.opened(), Choices())


def test_a_scribe_that_stands_still_is_replaced_soon(host, made):
    pairs = made.opened().pairs[:40]
    told = tell(host, pairs[:20])
    os.kill(host.deciding.scribe.process.pid, signal.SIGSTOP)
    started = monotonic()
    told += tell(host, pairs[20:], 20)
    assert monotonic() - started < 10.0
    assert digests(told) == [pair.decision for pair in pairs]
