"""An office of the village behind a door, and days it lived through."""

import logging
from contextlib import ExitStack

import pytest

from policies.deploy.doors.http.serve import opened
from policies.deploy.doors.http.settings import HttpSettings
from policies.deploy.golden import Recorder
from tests import worlds
from tests.deploy.doors.client import Client
from tests.deploy.doors.office import Office


@pytest.fixture(scope="session")
def recorded():
    """Two days of the village: what its office was told and what it decided."""
    campus = worlds.village(days=30)
    recorder = Recorder(worlds.centre(campus, worlds.TO_BE))
    worlds.run(2.0, campus=campus, controller=recorder)
    return recorder.pairs


@pytest.fixture
def log(caplog, monkeypatch):
    """What was logged; a library that configures logging in the same process may have silenced others."""
    for name in ("policies.deploy.doors.http.problem", "uvicorn.error", "uvicorn.access"):
        monkeypatch.setattr(logging.getLogger(name), "disabled", False)
    with caplog.at_level(logging.DEBUG):
        yield caplog


class Behind:
    """Whatever stands behind a door that stays open from test to test."""

    service = None

    def __getattr__(self, name):
        return getattr(self.service, name)


@pytest.fixture(scope="session")
def shared_door():
    behind = Behind()
    with opened(behind, HttpSettings(requests_per_s=None)) as port:
        yield behind, port


@pytest.fixture
def office():
    return Office(worlds.centre(worlds.village(days=30), worlds.TO_BE))


@pytest.fixture
def client(shared_door, office):
    """A client of a door with the usual limits, and the office behind it."""
    behind, port = shared_door
    behind.service = office
    with Client(port) as one:
        yield one


@pytest.fixture
def door():
    """Opens doors with limits of their own, which are closed when the test ends; a client of each."""
    with ExitStack() as open_doors:

        def open_one(service, **settings):
            port = open_doors.enter_context(opened(service, HttpSettings(**settings)))
            return open_doors.enter_context(Client(port))

        yield open_one
