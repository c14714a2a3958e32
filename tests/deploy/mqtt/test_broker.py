"""Where a broker is and how to get in: addresses, files, TLS; every mistake by name."""

import gc
import ipaddress
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from policies.deploy.doors.broker import BadBroker, Broker, Line, MissingExtra, broker_of
from tests.brokers import free_port, until

TLS = """
import asyncio, logging, sys
from amqtt.broker import Broker

async def run(port, certificate, key):
    logging.disable(logging.CRITICAL)
    broker = Broker({
        "listeners": {"default": {
            "type": "tcp", "bind": f"127.0.0.1:{port}", "ssl": True, "certfile": certificate, "keyfile": key,
        }},
        "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
    })
    await broker.start()
    await asyncio.Event().wait()

asyncio.run(run(int(sys.argv[1]), *sys.argv[2:]))
"""


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("mqtt://broker", Broker("broker", 1883)),
        ("mqtt://10.0.0.5:2883/", Broker("10.0.0.5", 2883)),
        ("mqtt://broker/north/repairs", Broker("broker", 1883, "north/repairs")),
        ("mqtts://[::1]/x", Broker("::1", 8883, "x", tls=True)),
    ],
)
def test_an_address_says_where_the_broker_is(url, found):
    assert broker_of(url) == found


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://broker", "expected mqtt://HOST"),
        ("mqtt://", "expected mqtt://HOST"),
        ("mqtt://broker:port", "Port could not be cast"),
        ("mqtt://host:secret@broker", "user and password belong in a file"),
        ("mqtt://broker/a/+/b", "a prefix holds none of"),
        ("mqtt://broker/a?b=c", "expected mqtt://HOST"),
    ],
)
def test_what_is_no_address_is_refused_and_no_password_is_repeated(url, why):
    with pytest.raises(BadBroker, match=why) as caught:
        broker_of(url)
    assert "secret" not in str(caught.value)


def test_a_login_file_without_a_password_is_refused(tmp_path):
    file = tmp_path / "login"
    for content in (None, b"user", b"\npassword\n", b"\xff\n\xff\n"):
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(BadBroker, match="expected a line with the user"):
            Line(broker_of("mqtt://broker", login=file), [], print)


def test_certificates_that_are_none_are_refused(tmp_path):
    with pytest.raises(BadBroker, match="certificates cannot be read"):
        Line(broker_of("mqtts://broker", ca=tmp_path / "none.pem"), [], print)


def test_the_door_says_what_to_install_where_paho_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "paho.mqtt", None)
    monkeypatch.setitem(sys.modules, "paho", None)
    with pytest.raises(MissingExtra, match=r"campus-twin\[mqtt\]"):
        Line(broker_of("mqtt://broker"), [], print)


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # paho forgets the socket of a failed handshake
def test_a_line_is_encrypted_and_the_broker_vouched_for(tmp_path):
    """The same broker: a line that knows its certificate gets through, one that does not stays out."""
    certificate, key = _self_signed(tmp_path)
    port = free_port()
    running = subprocess.Popen([sys.executable, "-c", TLS, str(port), str(certificate), str(key)])
    came, said = [], []
    known = broker_of(f"mqtts://127.0.0.1:{port}/x", ca=certificate)
    stranger = broker_of(f"mqtts://127.0.0.1:{port}/x")
    lines = [Line(known, ["x/y"], came.append, say=said.append), Line(stranger, ["x/y"], came.append, say=said.append)]
    for line in lines:
        line.start()
    lines[0].send("x/y", b"hello")
    until(lambda: came and any("is not there" in one for one in said))
    for line in lines:
        line.stop()
    running.kill()
    running.wait()
    gc.collect()
    assert [message.payload for message in came] == [b"hello"]


def _self_signed(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "broker")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    plain = serialization.NoEncryption()
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / "broker.pem").write_bytes(made.public_bytes(pem))
    (folder / "broker.key").write_bytes(key.private_bytes(pem, pkcs8, plain))
    return folder / "broker.pem", folder / "broker.key"
