"""Rules that sleep, hang, raise, leak, fork, end their process, talk nonsense or send whoever may not go.

Each is a bundle by its rightful owner that decides well for as long as its golden file lasts.
"""

from pathlib import Path
from time import perf_counter

import pytest

from policies.deploy.host.breakers import Tolerance
from policies.deploy.host.counts import Counts
from policies.deploy.host.host import Choices, Host
from policies.deploy.host.workers import Limits
from policies.deploy.service import Observation
from tests.deploy.host.conftest import SOUND, opened, tell

HARD_S = 0.3
GRACE_S = 0.5
"""After a hard budget, until the answer is there."""
OPEN_MIN = 10.0
MIB = 2**20
WRONG = {
    "sleeps": ("import time; time.sleep(60)", "OverBudget"),
    "hangs and will not be told": (
        "import time\nwhile True:\n    try:\n        time.sleep(60)\n    except BaseException:\n        pass", "OverBudget",
    ),
    "raises": ("raise ValueError('no')", "ValueError"),
    "takes all memory": ("keep = [bytearray(8 * 2**20) for _ in range(10_000)]", "MemoryError"),
    "forks": ("import os; os.fork()", "Forked"),
    "starts a program": ("import subprocess; subprocess.Popen(['sleep', '60'], start_new_session=True)", "Forked"),
    "leaves": ("import sys; sys.exit(0)", "SystemExit"),
    "ends its process": ("import os; os._exit(0)", "Died"),
    "is killed": ("import os; os.kill(os.getpid(), 9)", "Died"),
    "answers with a word": ("return 'nobody'", None),
    "answers nothing": ("return None", "TypeError"),
    "sends a stranger": (
        "import copy\nreturn [(order, copy.copy(candidates.everyone[0])) for order in waiting.all()]", None,
    ),
    "sends whoever may not go": (
        "return [(order, tech) for order in waiting.all() for tech in candidates.everyone if order.trade not in tech.skills]",
        None,
    ),
    "changes what the guards are": (
        ("from policies.controller import guards\nguards.assignment = lambda *a, **k: ''\n"
        "return [(order, candidates.everyone[0]) for order in waiting.all()]"), None,
    ),
}  # fmt: skip


@pytest.fixture
def at_work(made, going_wrong, tmp_path):
    """A host at the last sound decision of a bundle that goes wrong."""
    hosts = []

    def start(lines, choices=None, hard_s=HARD_S):
        host = Host(tmp_path / "state", opened(made, going_wrong(lines, hard_s=hard_s)), choices or Choices())
        hosts.append(host)
        tell(host, made.opened().pairs[:SOUND])
        return host

    yield start
    for host in hosts:
        host.stop()


@pytest.mark.parametrize("what", WRONG)
def test_the_fallback_answers_in_time_and_the_breaker_opens(what, at_work, made):
    lines, why = WRONG[what]
    host = at_work(lines, Choices(limits=Limits(memory_bytes=64 * MIB)))
    reasons, slowest, told = [], 0.0, []
    for number, pair in enumerate(made.opened().pairs[SOUND:], SOUND):
        started = perf_counter()
        one = host.decide(Observation(pair.seen["event"], pair.seen["now"], f"event-{number}"))
        slowest = max(slowest, perf_counter() - started)
        told.append(one)
        hits = [command["why"] for command in one.commands if command["kind"] == "GuardHit"]
        reasons += [one.fallback.get("dispatch")] if one.fallback else hits
        if host.status().breakers["dispatch"] == "open":
            break
    assert host.status().breakers["dispatch"] == "open", reasons
    assert len(reasons) >= 3
    assert slowest < HARD_S + GRACE_S
    if why is not None:
        assert set(reasons[:3]) == {why}
    see_allowed(host, told)


def see_allowed(host, told):
    """Nobody was sent who may not go: no order to somebody without its skill, nobody to two at once."""
    people = host.bundle.settings.technicians
    trades = {
        c["order"]: c["trade"] for one in host.decisions(0, 10_000) for c in one.commands if c["kind"] == "OpenOrder"
    }
    sent = [c for one in told for c in one.commands if c["kind"] == "Assign"]
    assert all(trades[c["order"]] in people[c["tech"]].skills for c in sent)


def test_an_open_breaker_asks_once_after_ten_minutes_and_closes_when_the_answer_is_good(at_work, made):
    pairs = made.opened().pairs
    asked = [pair for pair in pairs[SOUND:] if any(c["kind"] == "Assign" for c in pair.commands)]
    until = asked[4].seen["now"]
    host = at_work(f"if view.now < {until!r}: raise ValueError")
    breaker = host.deciding.breakers.of["dispatch"]
    for _ in range(3):
        breaker.failed()
    opened_at, trials, refusals = host.journal.now, [], 0
    for number, pair in enumerate(pairs[SOUND:], SOUND):
        now = pair.seen["now"]
        one = host.decide(Observation(pair.seen["event"], now, f"event-{number}"))
        why = one.fallback.get("dispatch")
        (kept,) = host.journal.told(one.number - 1, one.number)
        if not any(note["of"] == "dispatch" for note in kept["notes"]):
            continue
        if now - opened_at < OPEN_MIN:
            assert (why, breaker.state) == ("BreakerOpen", "open")
            refusals += 1
            continue
        trials.append((why, breaker.state))
        opened_at = now
        if breaker.state == "closed":
            break
    assert refusals > 0
    assert len(trials) > 1
    assert trials == [("ValueError", "open")] * (len(trials) - 1) + [(None, "closed")]
    assert now >= until


def test_a_rule_that_leaks_is_given_a_new_process_and_goes_on_deciding(at_work, made):
    host = at_work(
        "import policies\nkept = policies.__dict__.setdefault('kept', [])\nkept.append(bytearray(6 * 2**20))",
        Choices(limits=Limits(memory_bytes=64 * MIB)),
    )
    pairs = made.opened().pairs
    told = tell(host, pairs[SOUND:], SOUND)
    assert [one.decision for one in told] == [pair.decision for pair in pairs[SOUND:]]
    assert host.counts.restarts["Leaked"] >= 3
    assert not any(one.fallback for one in told)


def test_what_a_rule_did_to_the_record_does_not_stay(at_work, made):
    """A rule that rubs out what it is shown is out of step with the record, which nobody rubs out."""
    host = at_work("for tech in candidates.everyone: tech.skills.clear()\nreturn []")
    told = tell(host, made.opened().pairs[SOUND : SOUND + 200], SOUND)
    see_allowed(host, told)
    assert host.status().last == SOUND + 200


def test_however_many_kinds_of_exceptions_a_rule_raises_they_are_counted_as_one_and_logged_by_name(at_work, made):
    """Each name would be another series for whoever scrapes, for ever."""
    host = at_work(
        "import time\nraise type(f'Odd{time.perf_counter_ns()}', (Exception,), {})",
        Choices(tolerance=Tolerance(faults=1000)),
    )
    told = tell(host, made.opened().pairs[SOUND : SOUND + 200], SOUND)
    names = [one.fallback["dispatch"] for one in told if one.fallback]
    assert len(set(names)) == len(names) > 3
    assert all(name.startswith("Odd") for name in names)
    assert host.figures().fallbacks == {("dispatch", "Raised"): len(names)}
    assert [one.fallback for one in host.decisions(SOUND, 200)] == [one.fallback for one in told]


@pytest.mark.parametrize(
    ("why", "counted"),
    [("Died", "Died"), ("scribe Died", "scribe Died"), ("at event 7, expected 8", "Other"), ("scribe at event 7", "scribe Other")],
)  # fmt: skip
def test_a_worker_is_replaced_for_one_of_few_reasons(why, counted):
    counts = Counts()
    counts.replaced(why)
    assert counts.restarts == {counted: 1}


LINE = "import gc\nfrom policies.deploy.host.scribe import Decider\nme = next(o for o in gc.get_objects() if type(o) is Decider)\n"
SAYS = {
    "a number": "me.line.say(5)",
    "notes that are a number": "me.line.say({'commands': [], 'notes': 5, 'grown_bytes': 0})",
    "commands that are numbers": "me.line.say({'commands': [1], 'notes': [], 'grown_bytes': 0})",
    "a reason that is a list": "me.line.say({'commands': [], 'notes': [{'of': 'dispatch', 'raised': [1]}], 'grown_bytes': 0})",
    "a note without an answer": "me.desk.asking.notes.append({'of': 'dispatch'})",
    "an answer that is none": "me.line.say({'commands': [], 'notes': [{'of': 'dispatch', 'note': {'answer': [[1]]}}], 'grown_bytes': 0})",
}


@pytest.mark.parametrize("what", SAYS)
def test_whatever_a_rule_says_on_the_line_every_event_is_answered_and_the_journal_can_be_read(what, at_work, made):
    host = at_work(LINE + SAYS[what])
    see_it_goes_on(host, tell(host, made.opened().pairs[SOUND : SOUND + 60], SOUND))


@pytest.mark.parametrize(
    "lines",
    [
        "tech = copy.copy(candidates.everyone[0])\ntech.id = len(candidates.everyone)\ncandidates.everyone.append(tech)",
        "order = copy.copy(next(iter(waiting.all())))\norder.id = 987654\nview.orders[order.id] = order",
    ],
)
def test_whom_a_rule_made_up_costs_no_event_and_the_journal_can_be_read(lines, at_work, made):
    """The record of the process that runs the rules has somebody or something that the real one has not."""
    both = "order, tech = next(iter(waiting.all()), None), candidates.everyone[0]\nif order is None: return []"
    host = at_work(f"import copy\n{both}\n{lines}\nreturn [(order, tech)]")
    see_it_goes_on(host, tell(host, made.opened().pairs[SOUND : SOUND + 60], SOUND))


def see_it_goes_on(host, told):
    """A host that is started again on the same folder stands where it stood."""
    see_allowed(host, told)
    folder, bundle, last = host.journal.path.parent, host.bundle, host.status().last
    host.stop()
    again = Host(folder, bundle, Choices())
    try:
        assert again.status().last == last == SOUND + 60
    finally:
        again.stop()


def test_a_rule_whose_process_dies_late_is_not_given_its_time_twice(at_work, made):
    host = at_work("import os, time\ntime.sleep(1.4)\nos._exit(0)", hard_s=1.5)
    slowest, pairs = 0.0, made.opened().pairs
    for number, pair in enumerate(pairs[SOUND : SOUND + 9], SOUND):
        started = perf_counter()
        host.decide(Observation(pair.seen["event"], pair.seen["now"], f"event-{number}"))
        slowest = max(slowest, perf_counter() - started)
    assert host.counts.fallbacks["dispatch", "Died"] >= 1
    assert slowest < 1.5 + GRACE_S


def test_open_files_that_a_rule_sends_along_are_not_the_hosts(at_work, made):
    host = at_work(LINE + "for _ in range(20): me.line.say({'asks': 'dispatch'}, (0,))")
    before = len(list(Path("/proc/self/fd").iterdir()))
    tell(host, made.opened().pairs[SOUND : SOUND + 20], SOUND)
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 1
