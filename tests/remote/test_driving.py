"""A host decides a simulated campus from its first event to its last, and the journal is the simulation's own."""

import json
import threading
import time

import pytest

from scenarios.remote import asking
from tests.remote.conftest import BURNT_IN, WEEK, asked, host_of, http_door, mqtt_door


def seen_to_be_the_same(done, host):
    """What both runs gave, and that the host made it."""
    assert done.exit_code == 0, done.output
    data = json.loads(done.stdout)["data"]
    (cell,) = data["scenarios"][0]["cells"]
    assert data["controller"]["same_journal"] is True
    assert data["controller"]["journal_digest"] == cell["journal_digest"]
    assert data["controller"]["observations"] == len(host.kept) > 400
    assert data["controller"]["commands"] == sum(len(one.commands) for one in host.kept) > 100


@pytest.mark.parametrize(("scenario", "sets"), [("as_is", BURNT_IN), ("hungarian", WEEK)])
def test_a_week_over_http_is_the_week_simulated(twin, scenario, sets):
    """Today's practice, burnt in; a rule of rounds, adopted before the first event."""
    host = host_of(scenario, sets)
    with http_door(host) as url:
        seen_to_be_the_same(twin("run", *asked(scenario, sets), "--controller", url, "--json"), host)


def test_a_week_over_mqtt_is_the_week_simulated(twin, broker, tmp_path):
    host = host_of("all_together")
    with mqtt_door(host, broker, tmp_path) as url:
        done = twin("run", *asked("all_together"), "--controller", url, "--credentials", broker.login, "--json")
    seen_to_be_the_same(done, host)


def test_answers_that_are_lost_are_asked_for_again_and_nothing_is_ordered_twice(twin):
    host = host_of("all_together")
    with http_door(host, lost=range(1, 600, 97)) as url:
        seen_to_be_the_same(twin("run", *asked("all_together"), "--controller", url, "--json"), host)


def test_a_broker_that_falls_in_the_middle_loses_nothing(twin, broker, tmp_path):
    host = host_of("all_together")

    def fall():
        while len(host.kept) < 100:
            time.sleep(0.005)
        broker.stop()
        broker.start()

    falling = threading.Thread(target=fall)
    with mqtt_door(host, broker, tmp_path) as url:
        falling.start()
        done = twin("run", *asked("all_together"), "--controller", url, "--credentials", broker.login, "--json")
        falling.join()
    assert "is gone" in done.stderr
    seen_to_be_the_same(done, host)


def test_a_host_that_decides_otherwise_is_found_and_where_it_parts(twin, tmp_path):
    """It says it has these rules and goes by others: exit 1, and what it did is kept nowhere."""
    host = host_of("all_together")
    other = host_of("nearest")
    host.centre = other.centre
    with http_door(host) as url:
        done = twin("run", *asked("all_together"), "--controller", url, "--json")
    assert done.exit_code == 1, done.output
    told = json.loads(done.stdout)
    assert (told["ok"], told["data"]["controller"]["same_journal"]) == (False, False)
    assert "they part with the host: " in told["errors"][0]
    assert "; simulated: minute " in told["errors"][0]
    (cell,) = told["data"]["scenarios"][0]["cells"]
    assert cell["journal_digest"] != told["data"]["controller"]["journal_digest"]
    again = json.loads(twin("run", *asked("all_together"), "-n", 1, "--json").stdout)
    assert again["data"]["scenarios"][0]["cells"][0]["journal_digest"] == cell["journal_digest"]


def test_a_fallback_ends_the_run_by_name_and_nothing_is_kept(twin, tmp_path):
    host = host_of("all_together")
    host.fallback[212] = {"dispatch": "no answer within 2 s"}
    with http_door(host) as url:
        done = twin("run", *asked("all_together"), "--controller", url, "--json")
    assert done.exit_code == 3, done.output
    (said,) = json.loads(done.stdout)["errors"]
    assert said.startswith(
        "all_together, seed 1, replication 0: decision 212 was made by a fallback (dispatch: no answer"
    )
    assert len(host.kept) == 212
    assert not list(tmp_path.rglob("*.parquet"))


def test_somebody_else_who_tells_the_host_is_noticed(twin):
    host = host_of("all_together")
    first = host.decide

    def meddle(seen):
        made = first(seen)
        if made.number == 50:
            first(type(seen)(made.event, made.now, "meddler"))
        return made

    host.decide = meddle
    with http_door(host) as url:
        done = twin("run", *asked("all_together"), "--controller", url)
    assert done.exit_code == 3
    assert "decision 52 where 51 was due: somebody else tells this host events too" in done.stderr


def test_a_connection_that_stays_lost_ends_the_run_and_names_it(twin, monkeypatch):
    host = host_of("all_together")
    first = host.decide

    def fall(seen):
        if len(host.kept) == 30:
            raise ConnectionError
        return first(seen)

    host.decide = fall
    monkeypatch.setattr(asking, "PATIENCE_S", 0.5)
    with http_door(host) as url:
        done = twin("run", *asked("all_together"), "--controller", url)
    assert done.exit_code == 3
    assert "all_together, seed 1, replication 0: http://127.0.0.1:" in done.stderr
    assert "has not answered for 0.5 s" in done.stderr
