"""An office, a day of what it was told and answered, and a door of it at each broker."""

from dataclasses import replace
from itertools import count

import pytest

from policies.controller.centre import CommandCentre
from policies.deploy.doors import broker as broker_module
from policies.deploy.doors import mqtt as mqtt_module
from policies.deploy.doors.mqtt import MqttDoor, MqttSettings
from policies.deploy.golden import Recorder
from scenarios.campus.phones import phones_of
from scenarios.resolution.build import campus_of, settings_of
from scenarios.resolution.resolve import resolve
from tests.brokers import KINDS, Client, broker_named
from tests.hosts import InProcessHost
from twin.build import build
from twin.streams import Streams

PREFIXES = count()


@pytest.fixture(scope="session")
def office():
    """Settings of an office that has not begun."""
    scenario = resolve("all_together", sets=("campus=campus_small",))
    campus = campus_of(scenario, Streams(1, 0))
    return lambda: settings_of(scenario, campus, 7)


@pytest.fixture(scope="session")
def day(office):
    """What it was told and answered in the first weeks of its life, some hundred pairs."""
    scenario = resolve("all_together", sets=("campus=campus_small",))
    recorder = Recorder(CommandCentre(office()))
    world = build(
        campus_of(scenario, Streams(1, 0)), recorder, seed=1, replication=0, field=phones_of(scenario.campus.handset)
    )
    world.begin()
    world.run(2 * 1440.0)
    return recorder.pairs


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch):
    """Pauses of a tenth of a second: what is tested is that they end."""
    monkeypatch.setattr(broker_module, "PAUSES_S", (0.1, 0.1))
    monkeypatch.setattr(mqtt_module, "LOOK_S", 0.05)


@pytest.fixture
def host(office):
    return InProcessHost(office())


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """Starts a broker of each kind that is asked for, once."""
    there = {}

    def of(kind):
        if kind not in there:
            there[kind] = broker_named(kind, tmp_path_factory.mktemp(kind))
        return there[kind]

    yield of
    for one in there.values():
        one.kill()


@pytest.fixture
def broker(kind, running):
    """A broker on which the test is alone under its prefix."""
    return replace(running(kind), prefix=f"north/repairs-{next(PREFIXES)}")


@pytest.fixture
def mortal(kind, tmp_path):
    """A broker of the test's own, to be stopped."""
    own = broker_named(kind, tmp_path)
    yield own
    own.kill()


@pytest.fixture
def opened(kind, request, tmp_path):
    """Opens doors at the test's broker, and closes them."""
    broker = _of(request)
    doors = []

    def open_door(host, **how):
        settings = {"told": tmp_path / "told.json", **how}
        address = settings.pop("address", None) or broker.address()
        said = []
        door = MqttDoor(host, MqttSettings(address, **settings), said.append)
        door.said = said
        door.start()
        doors.append(door)
        return door

    yield open_door
    for door in doors:
        door.stop()


@pytest.fixture
def client(kind, request):
    """Makes clients of the test's broker, and lets them go."""
    broker = _of(request)
    there = []

    def make(*topics, **how):
        there.append(Client(broker, *topics, **how))
        return there[-1]

    yield make
    for one in there:
        one.leave()


def _of(request):
    return request.getfixturevalue("mortal" if "mortal" in request.fixturenames else "broker")
