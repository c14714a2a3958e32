"""Calling a host, over whatever its address says."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from scenarios.remote.asking import Host, Where
from scenarios.remote.refusals import BadUrl


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


def _host(where: Where) -> Host:
    scheme = urlsplit(where.url).scheme
    if scheme in ("http", "https"):
        from scenarios.remote.over_http import HttpHost

        return HttpHost(where)
    if scheme in ("mqtt", "mqtts"):
        from scenarios.remote.over_mqtt import MqttHost

        return MqttHost(where)
    raise BadUrl(f"{where.url}: expected http://HOST:PORT, https://…, mqtt://HOST:PORT[/PREFIX] or mqtts://…")
