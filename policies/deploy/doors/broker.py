"""An MQTT broker, and a line to it that mends itself: the one room for paho.

A line is kept up by a thread of its own: it tries again with growing pauses whether the broker was
never there, went away or refuses, says so once, and renews its subscriptions each time. Messages go
out with QoS 1 and are sent again after a reconnection until the broker has acknowledged them; what
comes in is acknowledged by whoever dealt with it and not before. Needs the extra ``mqtt``.

    ValueError
    └── BadBroker          an address that is none, or a file of user and password that cannot be read
    ImportError
    └── MissingExtra       paho-mqtt is not installed
"""

import socket
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
    from paho.mqtt.properties import Properties
    from paho.mqtt.reasoncodes import ReasonCode

PREFIX: Final = "campus-twin"
"""First levels of every topic, unless told otherwise."""
PORTS: Final = {"mqtt": 1883, "mqtts": 8883}
"""Scheme → the port IANA gave it."""
QOS: Final = 1
"""At least once: a message may come twice and is never lost between broker and line."""
KEEPALIVE_S: Final = 30
PAUSES_S: Final = (1, 30)
"""Least and most seconds between two tries; each pause is twice the last."""
FAREWELL_S: Final = 2.0
"""Seconds a last word may take when a line is hung up."""
Say = Callable[[str], None]
"""Where a line tells how it is."""


class BadBroker(ValueError):
    """An address that is none, or a file of user and password that cannot be read."""


class MissingExtra(ImportError):
    """paho-mqtt is not installed."""

    def __init__(self, missing: str) -> None:
        super().__init__(
            f"MQTT needs the extra 'mqtt' (no module {missing!r}): "
            "pip install 'campus-twin[mqtt]', on a controller 'campus-twin-policies[mqtt]'"
        )


@dataclass(frozen=True, slots=True)
class Broker:
    """Where a broker is and how to get in.

    ``login``: file whose first line is the user and whose second the password; None: nobody in
    particular. ``ca``: certificates that vouch for the broker (None: those of the system); ``certificate``
    and ``key``: who we are; these three matter with ``tls`` alone. ``version``: of MQTT.
    """

    host: str
    port: int
    prefix: str = PREFIX
    tls: bool = False
    login: Path | None = None
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    version: Literal["3.1.1", "5"] = "3.1.1"

    def __str__(self) -> str:
        return f"{'mqtts' if self.tls else 'mqtt'}://{self.host}:{self.port}/{self.prefix}"


def broker_of(url: str, **how: Any) -> Broker:
    """The broker of ``mqtt://HOST[:PORT][/PREFIX]`` or ``mqtts://…``.

    Parameters
    ----------
    how : further fields of ``Broker``

    Raises
    ------
    BadBroker
        If it is no such address.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadBroker(f"the broker {url}: {error}, expected mqtt://HOST[:PORT][/PREFIX]") from error
    prefix = parts.path.strip("/") or PREFIX
    if parts.username is not None:
        raise BadBroker(f"{parts.scheme}://…@{parts.hostname}: user and password belong in a file, not in an address")
    if parts.scheme not in PORTS or not parts.hostname or parts.query or parts.fragment:
        raise BadBroker(f"the broker {url}: expected mqtt://HOST[:PORT][/PREFIX], or mqtts:// with TLS")
    if set("+#$\0") & set(prefix):
        raise BadBroker(f"{url}: a prefix holds none of + # $ (they mean something to a broker)")
    return Broker(parts.hostname, port or PORTS[parts.scheme], prefix, tls=parts.scheme == "mqtts", **how)


@dataclass(frozen=True, slots=True)
class Message:
    """What came in. ``answer_to`` and ``correlation``: where MQTT 5 asks for an answer, and what it is to bear."""

    topic: str
    payload: bytes
    answer_to: str
    correlation: bytes
    mid: int
    line: int
    """Which connection brought it; the number of a message means nothing on another."""


@final
class Receipt:
    """What becomes of a message that goes out."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self.refused = ""

    def close(self, refused: str = "") -> None:
        """The broker has it, or says why it will not have it."""
        self.refused = refused
        self._over.set()

    def wait(self, seconds: float) -> bool:
        """Whether the broker answered within so many seconds."""
        return self._over.wait(seconds)


@final
class Line:
    """A line to a broker.

    Parameters
    ----------
    topics : what is listened to, renewed at every connection
    heard : called with every message, in the line's own thread: it may send, and must not wait
    session : name of a lasting session, for which the broker keeps messages meanwhile; "": none
    lasts_s : seconds a lasting session is kept after the line was cut (MQTT 5; before, the broker decides)
    will : topic and payload that the broker tells everybody, and keeps, when the line is cut
    up : called at every connection, once the topics are listened to
    say : where it tells how it is

    Raises
    ------
    MissingExtra
        If paho-mqtt is not installed.
    BadBroker
        If a file of the broker's cannot be read.
    """

    def __init__(
        self, broker: Broker, topics: Sequence[str], heard: Callable[[Message], None], *, session: str = "",
        lasts_s: int = 0, will: tuple[str, bytes] | None = None, up: Callable[[], None] | None = None,
        say: Say | None = None,
    ) -> None:  # fmt: skip
        self.broker = broker
        self.topics = list(topics)
        self._heard = heard
        self._session = session
        self._lasts_s = lasts_s
        self._will = will
        self._up = up
        self.say = say or _to_stderr
        self._said = ""
        self._number = 0
        self._there = False
        self._receipts: dict[int, Receipt] = {}
        self._client = self._made()

    def start(self) -> None:
        """Call the broker, now or as soon as it is there."""
        more: dict[str, Any] = {}
        if self.broker.version == "5":
            more = {
                "clean_start": not self._session,
                "properties": _properties("CONNECT", SessionExpiryInterval=self._lasts_s),
            }
        self._client.connect_async(self.broker.host, self.broker.port, KEEPALIVE_S, **more)
        self._client.loop_start()

    def send(self, topic: str, payload: bytes, *, keep: bool = False, correlation: bytes = b"") -> Receipt:
        """Send a message, now or as soon as there is a connection.

        Parameters
        ----------
        keep : whether the broker keeps it for whoever listens later
        correlation : what an answer of MQTT 5 bears
        """
        properties = _properties("PUBLISH", CorrelationData=correlation) if correlation else None
        sent = self._client.publish(topic, payload, QOS, retain=keep, properties=properties)
        receipt = self._receipts.setdefault(sent.mid, Receipt())
        if receipt.wait(0.0):
            self._receipts.pop(sent.mid, None)
        return receipt

    def acknowledge(self, message: Message) -> None:
        """Tell the broker that a message was dealt with, if it came over the connection there is now."""
        if message.line == self._number:
            self._client.ack(message.mid, QOS)

    def stop(self) -> None:
        """Say the will ourselves, where there is one, and hang up."""
        if self._will is not None and self._client.is_connected():
            self.send(*self._will, keep=True).wait(FAREWELL_S)
        self._client.disconnect()
        self._client.loop_stop()

    def _made(self) -> "Client":
        try:
            from paho.mqtt import client as paho
            from paho.mqtt.enums import CallbackAPIVersion
        except ModuleNotFoundError as error:
            raise MissingExtra(str(error.name)) from error
        version = paho.MQTTv5 if self.broker.version == "5" else paho.MQTTv311
        clean = None if self.broker.version == "5" else not self._session
        made = paho.Client(
            CallbackAPIVersion.VERSION2, self._session, clean_session=clean, protocol=version, manual_ack=True
        )
        made.reconnect_delay_set(*PAUSES_S)
        if self._will is not None:
            made.will_set(*self._will, QOS, retain=True)
        if self.broker.login is not None:
            made.username_pw_set(*login_of(self.broker.login))
        if self.broker.tls:
            self._secured(made)
        made.on_connect, made.on_connect_fail, made.on_disconnect = self._connected, self._not_there, self._cut
        made.on_subscribe, made.on_publish, made.on_message = self._subscribed, self._published, self._came
        made.on_socket_open = _at_once
        return made

    def _secured(self, made: "Client") -> None:
        broker = self.broker
        ca, certificate, key = (
            None if one is None else str(one) for one in (broker.ca, broker.certificate, broker.key)
        )
        try:
            made.tls_set(ca, certificate, key)
        except (OSError, ValueError) as error:
            raise BadBroker(f"{broker}: its certificates cannot be read: {error}") from error

    def _connected(
        self, client: "Client", data: Any, flags: "ConnectFlags", code: "ReasonCode", properties: Any
    ) -> None:
        if code.is_failure:
            self._tell(f"{self.broker} refuses: {code}; trying again")
            return
        self._number += 1
        self._there = True
        if self.topics:
            client.subscribe([(topic, QOS) for topic in self.topics])
        else:
            self._begin()

    def _subscribed(self, client: "Client", data: Any, mid: int, codes: list["ReasonCode"], properties: Any) -> None:
        refused = [topic for topic, code in zip(self.topics, codes, strict=False) if code.is_failure]
        if refused:
            self._tell(f"{self.broker} does not let us listen to {', '.join(refused)}")
            return
        self._begin()

    def _begin(self) -> None:
        if self._said:
            self._tell(f"{self.broker} is there")
            self._said = ""
        if self._up is not None:
            self._up()

    def _not_there(self, client: "Client", data: Any) -> None:
        self._tell(f"{self.broker} is not there; trying until it is")

    def _cut(self, client: "Client", data: Any, flags: "DisconnectFlags", code: "ReasonCode", properties: Any) -> None:
        if self._there and code.is_failure:
            self._tell(f"{self.broker} is gone ({code}); trying until it is back")
        self._there = False

    def _published(self, client: "Client", data: Any, mid: int, code: "ReasonCode", properties: Any) -> None:
        """Whichever comes second, this or the return of ``send``, takes the receipt off the list."""
        mine = Receipt()
        found = self._receipts.setdefault(mid, mine)
        found.close(str(code) if code.is_failure else "")
        if found is not mine:
            self._receipts.pop(mid, None)

    def _came(self, client: "Client", data: Any, message: "MQTTMessage") -> None:
        """Hand a message on; some brokers bring what they keep for others too, and that is put aside."""
        if message.topic not in self.topics:
            client.ack(message.mid, message.qos)
            return
        properties = message.properties
        self._heard(
            Message(
                message.topic, bytes(message.payload), getattr(properties, "ResponseTopic", ""),
                getattr(properties, "CorrelationData", b""), message.mid, self._number,
            )
        )  # fmt: skip

    def _tell(self, what: str) -> None:
        """Say something, unless it was the last thing said."""
        if what != self._said:
            self.say(what)
        self._said = what


def _properties(packet: str, **values: Any) -> "Properties":
    """What MQTT 5 says beside a packet."""
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties

    made = Properties(getattr(PacketTypes, packet))  # type: ignore[no-untyped-call]
    for name, value in values.items():
        setattr(made, name, value)
    return made


def login_of(file: Path) -> tuple[str, str]:
    """User and password of a file.

    Raises
    ------
    BadBroker
        If it cannot be read, or does not hold both.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadBroker(
            f"{file}: cannot be read ({error}), expected a line with the user, one with the password"
        ) from error
    if len(lines) < 2 or not lines[0]:
        raise BadBroker(f"{file}: expected a line with the user and a line with the password")
    return lines[0], lines[1]


def _at_once(client: "Client", data: Any, opened: Any) -> None:
    """Small messages go out at once: waiting for more (Nagle) makes of a millisecond there and back forty."""
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _to_stderr(what: str) -> None:
    sys.stderr.write(f"mqtt: {what}\n")
