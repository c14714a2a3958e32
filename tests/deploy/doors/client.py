"""A client of the standard library, which knows nothing of how the door is made."""

import http.client
import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Reply:
    """What came back; names of headers in small letters."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def json(self):
        return json.loads(self.content)


class Client:
    """One connection that is kept. ``token``: sent with every request."""

    def __init__(self, port, token=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20.0)
        self.always = {"Authorization": f"Bearer {token}"} if token else {}

    def ask(self, method, path, body=None, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, path, body, {**self.always, **named})
        reply = self.connection.getresponse()
        content = reply.read()
        return Reply(reply.status, {name.lower(): value for name, value in reply.getheaders()}, content)

    def get(self, path, **headers):
        return self.ask("GET", path, **headers)

    def post(self, path, value, **headers):
        content = value if isinstance(value, bytes) else json.dumps(value).encode()
        return self.ask("POST", path, content, **{"Content_Type": "application/json", **headers})

    def close(self):
        self.connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def asked(port, method, path, value=None):
    """One request on a connection of its own."""
    with Client(port) as client:
        return client.post(path, value) if method == "POST" else client.ask(method, path)
