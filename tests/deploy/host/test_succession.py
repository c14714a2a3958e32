"""A bundle looks on, takes over and gives way; the record never stops, and nothing that looks on changes a decision."""

import sqlite3
from time import monotonic, sleep

import pytest

from policies.controller.centre import CommandCentre
from policies.deploy import canonical, messages
from policies.deploy.bundle import open_bundle
from policies.deploy.host.canary import monday, week_of
from policies.deploy.host.host import Choices, Host
from policies.deploy.host.probation import Bearable
from policies.deploy.host.shadow import Comparison
from policies.deploy.host.shelf import Shelf
from policies.deploy.host.succession import CannotSucceed, Succession, other_points, too_many_bad
from policies.deploy.host.told import lines_of
from policies.deploy.refusals import Downgrade, MemberChanged, NeedsUnmet, NotABundle, Refused, WrongKey
from tests.deploy.conftest import SMALL, run
from tests.deploy.host.conftest import SOUND, digests, opened, tell

TAKES_S = 10.0
"""A promotion or a way back takes less (protocols 4)."""


@pytest.fixture
def running(made, tmp_path):
    """Hosts with their succession on one folder; each is stopped."""
    at_work = []

    def start(digest=None):
        shelf = Shelf(tmp_path / "state" / "bundles", made.trusted)
        bundle = shelf.take_in(made.content) if digest is None else shelf.take_out(digest)
        host = Host(tmp_path / "state", bundle, Choices())
        succession = Succession(host, shelf)
        at_work.append((host, succession))
        return host, succession

    yield start
    for host, succession in at_work:
        succession.end()
        host.stop()


def looked_on(succession, last):
    """Wait until whoever looks on has seen everything; its report."""
    until = monotonic() + 30.0
    while succession.shadow()["through"] < last:
        assert monotonic() < until
        sleep(0.01)
    return succession.shadow()


def in_process(made, pairs, changes):
    """Digests of a controller without any host whose rules are changed at some events; ``changes``: event → bundle."""
    centre = CommandCentre(open_bundle(made.path, made.trusted).settings)
    found = []
    for number, pair in enumerate(pairs):
        if number in changes:
            rules = changes[number].settings.rules
            centre.adopt(rules)
            centre.take_over(dict.fromkeys(set(made.opened().settings.rules) - set(rules)))
        event, now = messages.observed(pair.seen)
        found.append(canonical.digest(messages.decision(centre.handle(event, now))))
    return found


def test_whoever_looks_on_changes_nothing_and_says_what_it_would_have_done(running, made, newer):
    host, succession = running()
    succession.load(newer)
    pairs = made.opened().pairs
    told = tell(host, pairs)
    assert digests(told) == [pair.decision for pair in pairs]
    seen = looked_on(succession, len(pairs))
    asked = seen["decisions"]["dispatch"]
    assert seen["events"] == len(pairs)
    assert 0 < asked["disagreed"] < asked["asked"]
    assert asked["guard_hits"] == {}
    assert 0.0 < asked["latency_s"]["p50"] <= asked["latency_s"]["p99"]
    assert seen["travel_min"]["shadow"] > 0.0
    assert seen["travel_min"]["incumbent"] > 0.0
    assert seen["pairs"]["incumbent"] > 0
    assert seen["pairs"]["shadow"] > 0
    (said,) = (line for line in lines_of(succession.report()) if "travel" in line)
    assert f"min for the {seen['pairs']['shadow']} pairs it would have sent" in said
    assert seen["lost"] == {}


def test_pairs_of_people_held_in_reserve_are_told_of_both(running, made, newer):
    _, succession = running()
    report = dict(succession.load(newer))
    seen = Comparison()
    own = {
        "of": "dispatch",
        "refused": [],
        "stand": [],
        "in_reserve": 3,
        "instead": {"stand": [(1, 2)], "in_reserve": 1},
    }
    seen.event([{"of": "dispatch"}], [own])
    report["shadow"] = {**report["shadow"], **seen.as_plain()}
    (said,) = (line for line in lines_of(report) if "held in reserve" in line)
    assert "  3 pairs more that it named are of people held in reserve, 1 of the one that decides" in said


def test_the_same_rules_agree_with_themselves(running, made):
    host, succession = running()
    succession.load(made.path)
    tell(host, made.opened().pairs)
    seen = looked_on(succession, len(made.opened().pairs))
    assert sum(one["asked"] for one in seen["decisions"].values()) > 500
    assert {name: one["disagreed"] for name, one in seen["decisions"].items() if one["disagreed"]} == {}
    assert seen["travel_min"]["shadow"] == pytest.approx(seen["travel_min"]["incumbent"])
    assert seen["pairs"]["shadow"] == seen["pairs"]["incumbent"] > 0
    assert seen["in_reserve"]["shadow"] == seen["in_reserve"]["incumbent"]


def test_promoted_and_gone_back_as_if_the_rules_had_been_changed_in_one_controller(running, made, newer):
    host, succession = running()
    pairs = made.opened().pairs
    told = tell(host, pairs[:400])
    succession.load(newer)
    told += tell(host, pairs[400:600], 400)
    report = succession.promote(allow_other_points=True)
    assert report["decides"]["name"] == "day-crew"
    assert report["before"]["name"] == "night-crew"
    assert report["took_s"] < TAKES_S
    told += tell(host, pairs[600:900], 600)
    report = succession.go_back()
    assert report["decides"]["name"] == "night-crew"
    assert report["took_s"] < TAKES_S
    told += tell(host, pairs[900:], 900)
    changes = {600: opened(made, newer), 900: made.opened()}
    assert digests(told) == in_process(made, pairs, changes)
    assert [one.number for one in told] == list(range(1, len(pairs) + 1))
    assert {one.policy for one in told[600:900]} == {opened(made, newer).sha256}


def test_after_a_restart_it_goes_on_and_can_still_go_back(running, made, newer):
    host, succession = running()
    pairs = made.opened().pairs
    told = tell(host, pairs[:300])
    succession.load(newer)
    succession.promote(allow_other_points=True)
    told += tell(host, pairs[300:600], 300)
    succession.end()
    host.stop()
    host, succession = running(opened(made, newer).sha256)
    assert host.bundle.manifest.name == "day-crew"
    told += tell(host, pairs[600:700], 600)
    succession.go_back()
    told += tell(host, pairs[700:], 700)
    assert digests(told) == in_process(made, pairs, {300: opened(made, newer), 700: made.opened()})


def test_rules_that_do_badly_once_they_decide_are_given_up_by_themselves(running, made, going_wrong):
    host, succession = running()
    pairs = made.opened().pairs
    succession.load(going_wrong("raise ValueError('no')"))
    tell(host, pairs[:SOUND])
    succession.promote()
    tell(host, pairs[SOUND:], SOUND)
    assert host.bundle.manifest.name == "night-crew"
    assert host.bundle.manifest.version == 7
    assert "dispatch ValueError" in succession.gone_back
    assert [era.why.split(":")[0] for era in host.journal.eras()] == ["first", "promoted", "went back by itself"]


def test_what_is_refused_leaves_the_running_policy_alone(running, made, going_wrong, keys, tmp_path):
    host, succession = running()
    pairs = made.opened().pairs
    tell(host, pairs[:100])
    run("policy", "keygen", "-o", tmp_path, "--name", "theirs")
    stranger = tmp_path / "stranger-9.bundle"
    done = run("policy", "pack", *SMALL, "--key", tmp_path / "theirs.key", "-o", stranger, "--without-evidence")
    assert done.exit_code == 0, done.output
    changed = tmp_path / "changed-9.bundle"
    changed.write_bytes(made.content[:-2000] + b"x" + made.content[-1999:])
    for path, why in (
        (stranger, WrongKey),
        (changed, Refused),
        (going_wrong("pass", version=3), Downgrade),
        (tmp_path / "nowhere.bundle", FileNotFoundError),
    ):
        with pytest.raises(why):
            succession.load(path)
    (tmp_path / "notes.txt").write_text("no bundle")
    with pytest.raises(NotABundle, match=r"notes\.txt: no zip archive"):
        succession.load(tmp_path / "notes.txt")
    for what in (succession.promote, succession.go_back, succession.dismiss):
        with pytest.raises(CannotSucceed):
            what()
    told = tell(host, pairs[100:], 100)
    assert digests(told) == [pair.decision for pair in pairs[100:]]
    assert host.counts.restarts == {}


def test_a_bundle_for_another_office_is_refused(running, made, keys, tmp_path):
    _, succession = running()
    other = tmp_path / "other-9.bundle"
    done = run(
        "policy", "pack", *SMALL, "--set", "run.seed=77", "--key", keys[0], "-o", other,
        "--without-evidence",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    kept = list((tmp_path / "state" / "bundles").iterdir())
    with pytest.raises(CannotSucceed, match="made for another office"):
        succession.load(other)
    assert list((tmp_path / "state" / "bundles").iterdir()) == kept


def test_a_bundle_changed_on_the_shelf_is_not_taken_out(running, made, tmp_path):
    running()
    (path,) = (tmp_path / "state" / "bundles").iterdir()
    path.write_bytes(path.read_bytes() + b" ")
    shelf = Shelf(tmp_path / "state" / "bundles", made.trusted)
    with pytest.raises(MemberChanged):
        shelf.take_out(path.stem)


def test_whoever_looks_on_and_hangs_delays_nobody(running, made, going_wrong):
    host, succession = running()
    pairs = made.opened().pairs
    succession.load(
        going_wrong("while True:\n    try:\n        while True: pass\n    except BaseException:\n        pass")
    )
    tell(host, pairs[:SOUND])
    started = monotonic()
    tell(host, pairs[SOUND : SOUND + 60], SOUND)
    assert monotonic() - started < 5.0
    assert "night-crew version 8 looks on no more" in list(lines_of(succession.dismiss()))
    assert succession.shadow() is None


def test_two_bundles_decide_week_by_week_in_turn_as_if_the_rules_had_been_changed_each_monday(running, made, newer):
    host, succession = running()
    pairs = made.opened().pairs
    start = made.opened().settings.calendar.start
    weeks = [week_of(pair.seen["now"], start) for pair in pairs]
    told = tell(host, pairs[:100])
    succession.load(newer)
    succession.in_turn(allow_other_points=True)
    first = weeks[99] + 1
    said = list(lines_of(succession.report()))
    assert any(f"two decide in turn, from week {first} on ({monday(first, start)}); promote" in line for line in said)
    assert monday(first, start).weekday() == 0
    assert week_of((monday(first, start) - start).days * 1440.0, start) == first
    assert any("decides in its own weeks and looks on in the others" in line for line in said)
    assert succession.looks_on()["in_turn"]
    told += tell(host, pairs[100:], 100)
    mondays = [k for k in range(100, len(pairs)) if weeks[k] != weeks[k - 1] and weeks[k] >= first]
    turns = {k: opened(made, newer) if (weeks[k] - first) % 2 == 0 else made.opened() for k in mondays}
    assert len(turns) >= 1
    assert digests(told) == in_process(made, pairs, turns)
    report = succession.report()["canary"]
    assert list(report["weeks"]) == sorted({week for week in weeks if week >= first})
    assert sum(week["events"] for week in report["weeks"].values()) == sum(week >= first for week in weeks)
    assert all(week["bundle"] == succession.canary.decides(number) for number, week in report["weeks"].items())
    assert all(week["mean_response_min"] > 0.0 for week in report["weeks"].values() if week["answered"])


def test_in_turn_survives_a_restart_and_ends_with_a_way_back(running, made, newer):
    host, succession = running()
    pairs = made.opened().pairs
    tell(host, pairs[:100])
    succession.load(newer)
    succession.in_turn(allow_other_points=True)
    succession.end()
    host.stop()
    host, succession = running(made.opened().sha256)
    start = made.opened().settings.calendar.start
    first = succession.canary.first
    then = next(k for k, pair in enumerate(pairs) if week_of(pair.seen["now"], start) == first)
    tell(host, pairs[100 : then + 1], 100)
    assert host.bundle.manifest.name == "day-crew"
    succession.go_back()
    assert host.bundle.manifest.name == "night-crew"
    assert succession.report()["canary"] is None
    told = tell(host, pairs[then + 1 :], then + 1)
    assert {one.policy for one in told} == {made.opened().sha256}


def test_going_back_works_once(running, made, newer):
    host, succession = running()
    tell(host, made.opened().pairs[:50])
    succession.load(newer)
    succession.promote(allow_other_points=True)
    succession.go_back()
    with pytest.raises(CannotSucceed, match="nobody was promoted since"):
        succession.go_back()
    assert host.bundle.manifest.name == "night-crew"


def test_a_report_names_every_decision_point_at_which_two_bundles_differ(running, newer):
    _, succession = running()
    report = succession.load(newer)
    assert report["shadow"]["differs"]["escalate"] == ["breaker_30_2", "none"]
    assert next(iter(report["shadow"]["differs"])) == "dispatch"
    assert any("escalate: none in the place of breaker_30_2" in line for line in lines_of(report))


def test_nobody_promotes_unawares_what_decides_at_other_points(running, made, newer):
    host, succession = running()
    pairs = made.opened().pairs
    tell(host, pairs[:50])
    succession.load(newer)
    with pytest.raises(CannotSucceed, match="day-crew version 9 decides at other points") as refused:
        succession.promote()
    assert "it has no rule for " in str(refused.value)
    assert "escalate" in str(refused.value)
    assert "--allow-other-points" in str(refused.value)
    assert host.bundle.manifest.name == "night-crew"
    assert succession.shadow()["name"] == "day-crew"
    assert succession.promote(allow_other_points=True)["decides"]["name"] == "day-crew"
    tell(host, pairs[50:60], 50)
    succession.load(newer)
    assert succession.promote()["decides"]["name"] == "day-crew"


def test_nor_gives_it_weeks_unawares_and_having_had_them_is_no_leave(running, made, newer):
    host, succession = running()
    tell(host, made.opened().pairs[:50])
    succession.load(newer)
    with pytest.raises(CannotSucceed, match="it has no rule for "):
        succession.in_turn()
    assert succession.canary is None
    succession.in_turn(allow_other_points=True)
    with pytest.raises(CannotSucceed, match="--allow-other-points"):
        succession.promote()
    assert succession.canary is not None
    assert succession.promote(allow_other_points=True)["decides"]["name"] == "day-crew"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("raise ValueError('no')", r"dispatch raised ValueError in \d+ of \d+ questions, more than 10 % of them"),
        ("return [(order, tech) for order in waiting.all() for tech in candidates.everyone]", r"was refused \(.*busy"),
    ],
)
def test_nobody_promotes_unawares_what_raised_or_was_refused_as_a_shadow(running, made, going_wrong, lines, said):
    host, succession = running()
    pairs = made.opened().pairs
    tell(host, pairs[:SOUND])
    succession.load(going_wrong(lines))
    tell(host, pairs[SOUND : SOUND + 200], SOUND)
    looked_on(succession, SOUND + 200)
    for what in (succession.promote, succession.in_turn):
        with pytest.raises(CannotSucceed, match=said) as refused:
            what()
        assert "--allow-refused" in str(refused.value)
    assert succession.canary is None
    assert host.bundle.manifest.version == 7
    assert succession.in_turn(allow_refused=True)["canary"] is not None
    assert succession.promote(allow_refused=True)["decides"]["version"] == 8


def test_a_few_refused_answers_are_borne_as_on_probation():
    dispatch = {"asked": 100, "bad": 10, "raised": {"ValueError": 10}, "guard_hits": {}}
    assert too_many_bad({"dispatch": dispatch}, Bearable()) == ""
    assert "in 11 of 100 questions" in too_many_bad({"dispatch": {**dispatch, "bad": 11}}, Bearable())
    assert too_many_bad({"dispatch": {**dispatch, "asked": 9, "bad": 9}}, Bearable()) == ""


def test_new_points_are_named_as_such(made, newer):
    said = other_points(opened(made, newer), made.opened())
    assert "night-crew version 7 decides at other points than day-crew version 9" in said
    assert "where none decides now" in said
    assert other_points(made.opened(), made.opened()) == ""


def test_who_looked_on_and_who_stood_by_do_so_after_a_restart(running, made, newer):
    host, succession = running()
    pairs = made.opened().pairs
    tell(host, pairs[:50])
    succession.load(newer)
    succession.end()
    host.stop()
    host, succession = running(made.opened().sha256)
    assert succession.report()["shadow"]["name"] == "day-crew"
    succession.promote(allow_other_points=True)
    tell(host, pairs[50:100], 50)
    succession.end()
    host.stop()
    host, succession = running(opened(made, newer).sha256)
    report = succession.report()
    assert (report["before"]["name"], report["shadow"]) == ("night-crew", None)
    assert succession.go_back()["decides"]["name"] == "night-crew"


def test_killed_in_the_middle_of_a_promotion_nobody_looks_over_its_own_shoulder(running, made, newer, monkeypatch):
    host, succession = running()
    tell(host, made.opened().pairs[:50])
    succession.load(newer)

    def killed(scribe):
        scribe.end()
        raise KeyboardInterrupt

    with monkeypatch.context() as now, pytest.raises(KeyboardInterrupt):
        now.setattr(host, "succeed", killed)
        succession.promote(allow_other_points=True)
    succession.end()
    host.stop()
    host, succession = running(opened(made, newer).sha256)
    report = succession.report()
    assert (report["decides"]["name"], report["before"]["name"]) == ("day-crew", "night-crew")
    assert report["shadow"] is None


def test_a_promotion_that_cannot_be_kept_leaves_whoever_decides(running, made, newer, monkeypatch):
    host, succession = running()
    pairs = made.opened().pairs
    tell(host, pairs[:50])
    succession.load(newer)

    def full(*era):
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as now, pytest.raises(CannotSucceed, match="disk is full"):
        now.setattr(host.journal, "begin_era", full)
        succession.promote(allow_other_points=True)
    told = tell(host, pairs[50:100], 50)
    assert {one.policy for one in told} == {made.opened().sha256}
    assert [era.why for era in host.journal.eras()] == ["first"]


def test_no_event_waits_for_a_report_of_weeks(running, made, newer, monkeypatch):
    host, succession = running()
    pairs = made.opened().pairs
    tell(host, pairs[:100])
    succession.load(newer)
    succession.in_turn(allow_other_points=True)
    with monkeypatch.context() as now:
        now.setattr(host, "everything", lambda: pytest.fail("the whole journal was read"))
        tell(host, pairs[100:], 100)
    assert host.journal.eras()[1].why.startswith("its week")


def test_whoever_looks_on_and_makes_up_people_goes_on_being_told(running, made, going_wrong):
    host, succession = running()
    pairs = made.opened().pairs
    succession.load(
        going_wrong("for tech in candidates.everyone: tech.skills.clear()\nwaiting.fresh.clear()\nreturn []")
    )
    tell(host, pairs)
    assert looked_on(succession, len(pairs))["failed"] == ""


def test_nobody_else_is_taken_in_while_two_decide_in_turn(running, made, newer):
    host, succession = running()
    tell(host, made.opened().pairs[:20])
    succession.load(newer)
    succession.in_turn(allow_other_points=True)
    with pytest.raises(CannotSucceed, match="two decide in turn"):
        succession.load(newer)
    with pytest.raises(CannotSucceed, match="two decide in turn already, from week"):
        succession.in_turn(allow_other_points=True)
    assert succession.report()["canary"] is not None


def test_whoever_looks_on_and_would_send_people_who_are_busy_or_at_home_is_found_out(running, made, going_wrong):
    host, succession = running()
    everybody = "return [(order, tech) for order in waiting.all() for tech in candidates.everyone if order.trade in tech.skills]"
    succession.load(going_wrong(everybody))
    pairs = made.opened().pairs[: SOUND + 200]
    tell(host, pairs)
    hits = looked_on(succession, len(pairs))["decisions"]["dispatch"]["guard_hits"]
    assert hits["busy"] > 0
    assert hits["not on duty"] > 0


LACKING = r"the module 'almanac_of_nowhere' that a rule requires cannot be imported here: ModuleNotFoundError\("


def test_rules_whose_libraries_will_not_come_in_are_refused_and_whoever_decides_goes_on(running, made, requiring):
    host, succession = running()
    pairs = made.opened().pairs[:80]
    told = tell(host, pairs[:40])
    with pytest.raises(NeedsUnmet, match=LACKING):
        succession.load(requiring)
    assert succession.shadow() is None
    told += tell(host, pairs[40:], 40)
    assert digests(told) == [pair.decision for pair in pairs]


def test_no_host_begins_with_rules_whose_libraries_will_not_come_in(made, requiring, tmp_path):
    with pytest.raises(NeedsUnmet, match=LACKING):
        Host(tmp_path, opened(made, requiring), Choices())
    Host(tmp_path, made.opened(), Choices()).stop()
