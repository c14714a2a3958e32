"""A host that is not of the scenario is refused before it is told anything: exit 2, what differs, what to do."""

from dataclasses import replace

import pytest

from scenarios.remote import asking, over_mqtt
from scenarios.remote.asking import Where
from scenarios.remote.calling import call
from scenarios.remote.refusals import BadUrl, Refused
from tests.brokers import free_port
from tests.remote.conftest import WEEK, asked, host_of, http_door, mqtt_door


def refused(twin, host, *more, scenario="all_together", sets=WEEK, seed=1):
    with http_door(host) as url:
        done = twin("run", *asked(scenario, sets, seed), "--controller", url, *more)
    assert done.exit_code == 2, done.output
    assert not done.stdout
    return done.stderr


def test_another_seed_is_another_office_and_how_to_pack_the_right_one_is_said(twin):
    host = host_of("all_together", seed=2)
    said = refused(twin, host)
    assert "the host (night-crew version 3) decides for another office" in said
    assert "pack it by: twin policy pack all_together --set campus=campus_small" in said
    assert "--seed 1" in said
    assert not host.kept


def test_another_campus_is_another_office(twin):
    assert "other map, people" in refused(twin, host_of("all_together", ("campus=campus_medium",)))


def test_other_rules_are_named_and_no_point_that_is_decided_alike_or_not_at_all(twin):
    said = refused(twin, host_of("nearest"))
    assert "decides by other rules than all_together (" in said
    assert "dispatch" in said
    for alike in ("forecast", "order_size", "replenish"):
        assert alike not in said.partition("; pack it by")[0]


def test_rules_of_other_parameters_alone_are_said_to_be_that(twin):
    host = host_of("all_together", (*WEEK, "policies.dispatch.parameters.load=2.5"))
    assert "decides by other rules than all_together (the same by name, with other parameters)" in refused(twin, host)


def test_a_run_is_told_in_words_and_the_next_one_is_refused_because_the_record_has_begun(twin):
    host = host_of("all_together")
    with http_door(host) as url:
        done = twin("run", *asked("all_together"), "--controller", url)
    assert done.exit_code == 0, done.output
    assert "decided by night-crew version 3 (sha256 abababababababab…): " in done.stdout
    assert "the same as the simulation's own" in done.stdout
    assert "days done" in done.stderr
    told = len(host.kept)
    said = refused(twin, host)
    assert f"has made {told} decisions already" in said
    assert "empty folder for its record" in said
    assert len(host.kept) == told


def test_a_host_that_goes_by_the_wall_clock_is_refused(twin):
    assert "start it stepped" in refused(twin, host_of("all_together", clock="wall"))


def test_a_host_on_which_two_decide_in_turn_is_refused_before_it_is_told_anything(twin):
    host = host_of("all_together")
    told = host.status()
    host.status = lambda: replace(told, shadow={"name": "day-crew", "version": 8, "in_turn": True})
    said = refused(twin, host)
    assert "two decide week by week in turn (night-crew version 3 and day-crew version 8)" in said
    assert not host.kept


def test_rules_that_change_after_a_burn_in_are_refused_and_what_to_add_is_said(twin):
    sets = ("campus=campus_small", "run.burn_in_days=3", "run.days=4")
    said = refused(twin, host_of("all_together", sets), sets=sets)
    assert "all_together changes triage" in said or "all_together changes dispatch" in said
    assert "on day 3, and a host keeps its rules" in said
    assert "--set run.burn_in_days=0" in said


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["all_together", "as_is"], "2 scenarios, expected one"),
        (["as_is", "-n", "2"], "several replications, expected one"),
        (["as_is", "--until-hw", "K-R1=5%"], "several replications, expected one"),
        (["as_is", "--backend", "dask", "--address", "tcp://x:1"], "--backend dask, expected none"),
    ],
)
def test_what_a_host_cannot_do_is_refused(twin, words, why):
    done = twin("run", *words, "--controller", "http://127.0.0.1:1")
    assert done.exit_code == 2
    assert why in done.stderr


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://host", "expected http://HOST:PORT"),
        ("http://host:1/v1", "nothing after it"),
        ("http://host:port", "Port could not be cast"),
        ("mqtt://u:p@host", "belong in a file"),
    ],
)
def test_an_address_that_is_none_is_refused(twin, url, why):
    done = twin("run", *asked("as_is"), "--controller", url)
    assert done.exit_code == 2
    assert why in done.stderr


def test_a_host_that_is_not_there_is_told(twin, broker, monkeypatch):
    monkeypatch.setattr(asking, "HELLO_S", 0.5)
    for url, why in [
        (f"http://127.0.0.1:{free_port()}", "has not answered for 0.5 s: Connection refused; is a host running"),
        (broker.url, "does not say how it is: is it there, under this prefix?"),
    ]:
        login = ["--credentials", broker.login] if url == broker.url else []
        done = twin("run", *asked("as_is"), "--controller", url, *login)
        assert done.exit_code == 2
        assert why in done.stderr
        assert done.stderr.count("does not answer yet (Connection refused); asking for 0.5 s") == (url != broker.url)
        assert "days done" not in done.stderr


def test_who_waits_for_a_host_that_says_nothing_is_told_so(twin, broker, monkeypatch):
    monkeypatch.setattr(over_mqtt, "SOON_S", 0.1)
    monkeypatch.setattr(asking, "HELLO_S", 0.5)
    done = twin("run", *asked("as_is"), "--controller", broker.url, "--credentials", broker.login)
    assert done.exit_code == 2
    assert done.stderr.count("does not say yet how it is; asking for 0.5 s") == 1


def test_a_host_that_went_offline_is_told(twin, broker, tmp_path, monkeypatch):
    monkeypatch.setattr(asking, "HELLO_S", 0.5)
    with mqtt_door(host_of("all_together"), broker, tmp_path):
        pass
    done = twin("run", *asked("all_together"), "--controller", broker.url, "--credentials", broker.login)
    assert done.exit_code == 2
    assert "is offline" in done.stderr or "does not say how it is" in done.stderr


def test_a_token_comes_from_a_file_or_the_environment_and_a_wrong_one_is_told(tmp_path, monkeypatch):
    host = host_of("all_together")
    file = tmp_path / "token"
    file.write_text("open sesame\n")
    with http_door(host, bearer="open sesame") as url:
        with pytest.raises(Refused, match=r"does not know us \(401\)"), call(Where(url)) as stranger:
            stranger.status()
        with call(Where(url, file)) as known:
            assert known.status() == host.status()
        monkeypatch.setenv("CAMPUS_TWIN_TOKEN", "open sesame")
        with call(Where(url)) as known:
            assert known.status() == host.status()
    with pytest.raises(BadUrl, match="expected the token"), call(Where(url, tmp_path / "none")):
        pass


def test_what_the_host_says_of_a_refusal_is_told():
    host = host_of("all_together")
    refusal = pytest.raises(Refused, match="answers 422: .*'kind' is missing")
    with http_door(host) as url, call(Where(url)) as known, refusal:
        known.decide({"event": {}, "now": 0.0, "id": "x"})
