"""The file that joins a CMMS and an office, and the command that reads it: every mistake at once, nothing written."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from policies.deploy.adapters.atlas import config, position
from policies.deploy.adapters.atlas.__main__ import main
from policies.deploy.adapters.atlas.clock import SiteClock
from policies.deploy.adapters.atlas.shifts import Shift, next_change, on_duty
from tests.brokers import free_port
from tests.conftest import ROOT
from tests.deploy.adapters import site

WRONG = """
position = "position.json"
start = 2025-06-30
zone = "Campus/North"
[host]
url = "mqtt://broker"
clock = "sundial"
[cmms]
url = "http://127.0.0.1:1"
key_file = "no such key"
poll_s = 0
onhold = "PartNeeded"
[categories]
plumbing = 11
electrical = 11
[locations]
north = 201
[technicians]
0 = 101
[[shifts]]
from = "8"
to = "17:30"
technicians = [0, 7]
days = ["Mon", "Tuesday"]
"""


@pytest.fixture
def file(tmp_path):
    (tmp_path / "key").write_text(site.KEY)
    there = tmp_path / "join.toml"
    there.write_text(site.config("http://127.0.0.1:1", "http://127.0.0.1:2"))
    return there


def test_every_mistake_is_told_at_once_and_nothing_is_written(tmp_path):
    file = tmp_path / "join.toml"
    file.write_text(WRONG)
    done = subprocess.run(
        [sys.executable, "-m", "policies.deploy.adapters.atlas", str(file)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    for said in (
        "no field 'start' (known: ", "zone: 'Campus/North'", "host.url: 'mqtt://broker'", "host.clock: 'sundial'", "cmms.key_file: ",
        "cmms.poll_s: 0", "no field 'onhold', did you mean 'on_hold'?", "categories.electrical: 11 stands for plumbing already",
        "locations.north: expected a number", "shifts[0].from: '8'", "no technician 7", "no day 'Tuesday'",
    ):  # fmt: skip
        assert said in done.stderr
    assert len(done.stderr.splitlines()) == 12
    assert [one.name for one in tmp_path.iterdir()] == ["join.toml"]


def test_what_is_no_toml_and_what_is_not_there_is_said(tmp_path, capsys):
    (tmp_path / "join.toml").write_text("position =")
    assert main([str(tmp_path / "join.toml")]) == 2
    assert main([str(tmp_path / "nowhere.toml")]) == 2
    said = capsys.readouterr().err
    assert "Invalid value" in said
    assert "No such file" in said


def test_a_minute_counts_from_midnight_of_the_first_day_by_the_clocks_of_the_campus(file):
    at = datetime(2025, 7, 1, 8, 30, tzinfo=UTC)
    assert SiteClock(site.START, config.read(file).zone).minute(at) == 1440 + 510
    file.write_text(file.read_text().replace('"UTC"', '"Asia/Shanghai"'))
    assert SiteClock(site.START, config.read(file).zone).minute(at) == 1440 + 510 + 480


def test_a_position_is_read_as_it_was_written_and_a_broken_one_is_named(tmp_path):
    here = position.begun(7)
    here.remember(3, position.Known("OPEN", 2))
    here.wakes.append((12.5, "dispatch_retry", -1))
    here.will_tell({"kind": "PartReady", "order": 3}, 12.0)
    position.save(tmp_path / "at.json", position.written(here))
    assert position.load(tmp_path / "at.json") == here
    (tmp_path / "at.json").write_text('{"after": 7}')
    with pytest.raises(position.BadPosition, match="'since' is missing"):
        position.load(tmp_path / "at.json")


def test_of_finished_work_orders_the_oldest_are_forgotten_and_no_open_one(monkeypatch):
    monkeypatch.setattr(position, "KEPT", 2)
    here = position.begun(0)
    here.remember(1, position.Known("OPEN"))
    for number in (2, 3, 4):
        here.remember(number, position.Known("COMPLETE"))
    assert list(here.orders) == [1, 3, 4]


def test_an_observation_never_goes_back_in_time():
    here = position.begun(0)
    here.will_tell({"kind": "PartReady", "order": 1}, 20.0)
    here.will_tell({"kind": "PartReady", "order": 2}, 12.0)
    assert [one["now"] for one in here.outbox] == [20.0, 20.0]
    assert len({one["id"] for one in here.outbox}) == 2


def test_duties_go_round_the_week_and_past_midnight():
    day = Shift(480, 1050, frozenset(range(5)), frozenset({0}))
    night = Shift(1050, 480, frozenset({6}), frozenset({1}))
    friday, sunday = datetime(2025, 9, 5), datetime(2025, 9, 7)  # noqa: DTZ001
    assert not on_duty([day], 0, friday.replace(hour=7, minute=59))
    assert on_duty([day], 0, friday.replace(hour=8))
    assert next_change([day], 0, friday.replace(hour=8)) == friday.replace(hour=17, minute=30)
    assert next_change([day], 0, friday.replace(hour=18)) == datetime(2025, 9, 8, 8)  # noqa: DTZ001
    assert on_duty([night], 1, datetime(2025, 9, 8, 3))  # noqa: DTZ001
    assert not on_duty([night], 1, sunday.replace(hour=3))
    assert not on_duty([day], 5, friday.replace(hour=8))


def test_what_cannot_be_joined_is_said(made, file, tmp_path):
    from tests.deploy.host.process import Process

    host, cmms = Process(made, tmp_path / "state"), site.Cmms(tmp_path)
    try:
        (tmp_path / "key").write_text("another-key")
        file.write_text(site.config(host.url, cmms.url))
        assert said_by(file) == (1, "Access denied")
        file.write_text(site.config(host.url, cmms.url, clock="wall"))
        assert said_by(file) == (1, "goes by the clock 'stepped'")
        file.write_text(site.config(host.url, cmms.url))
        position.save(tmp_path / "position.json", position.written(position.begun(12)))
        assert said_by(file) == (1, "it knows decision 12, the host is at 0")
        assert cmms.ask("GET", "/work-orders/1", key="")[0] == 403
    finally:
        host.kill()
        cmms.close()


def said_by(file):
    done = subprocess.run(
        [sys.executable, "-m", "policies.deploy.adapters.atlas", str(file)], capture_output=True, text=True, cwd=ROOT,
        timeout=site.LINE_S, check=False,
    )  # fmt: skip
    known = [
        one
        for one in ("Access denied", "goes by the clock 'stepped'", "it knows decision 12, the host is at 0")
        if one in done.stderr
    ]
    return done.returncode, known[0] if known else done.stderr


def test_a_host_that_is_not_there_yet_is_waited_for(file):
    file.write_text(site.config(f"http://127.0.0.1:{free_port()}", f"http://127.0.0.1:{free_port()}"))
    bridge = site.Bridging(file)
    try:
        assert "does not answer" in bridge.process.stderr.readline()
        assert bridge.process.poll() is None
        assert bridge.stop()[0] == 0
    finally:
        bridge.kill()
