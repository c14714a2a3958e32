"""Calling a host, over whatever its address says."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from policies.deploy.doors.broker import broker_of, login_of
from scenarios.remote.asking import Host, Where
from scenarios.remote.over_http import HttpHost, address_of, token_of
from scenarios.remote.refusals import BadUrl

HTTP: Final = ("http", "https")
MQTT: Final = ("mqtt", "mqtts")
ADDRESSES: Final = "http://HOST:PORT, https://…, mqtt://HOST:PORT[/PREFIX] or mqtts://…"


@contextmanager
def call(where: Where) -> Iterator[Host]:
    """A host, for the length of a block.

    Raises
    ------
    BadUrl, BadBroker, MissingExtra
        If the address is none, a file cannot be read, or MQTT is not installed.
    """
    host = _host(where)
    try:
        yield host
    finally:
        host.close()


def see_callable(url: str, credentials: Path | None, ca: Path | None) -> Iterator[Callable[[], object]]:
    """Looks at an address and the files that go with it; each raises what is wrong, and nobody is called."""
    over_mqtt = urlsplit(url).scheme in MQTT
    yield partial(_see_address, url)
    if credentials is not None:
        yield partial(login_of, credentials) if over_mqtt else partial(token_of, credentials)
    if ca is not None:
        yield partial(_see_readable, ca)


def _see_address(url: str) -> None:
    scheme = urlsplit(url).scheme
    if scheme in MQTT:
        broker_of(url)
    elif scheme in HTTP:
        address_of(url)
    else:
        raise BadUrl(f"--controller: given {url!r}; expected {ADDRESSES}")


def _see_readable(file: Path) -> None:
    try:
        file.read_bytes()
    except OSError as error:
        raise BadUrl(f"{file}: cannot be read ({error.strerror}), expected certificates in PEM") from error


def _host(where: Where) -> Host:
    scheme = urlsplit(where.url).scheme
    if scheme in HTTP:
        return HttpHost(where)
    if scheme in MQTT:
        from scenarios.remote.over_mqtt import MqttHost

        return MqttHost(where)
    raise BadUrl(f"{where.url}: expected {ADDRESSES}")
