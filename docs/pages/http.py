"""The page of the HTTP door: paths, an example that was made, problems, limits, metrics; and its OpenAPI document."""

import inspect
import json
import re
from dataclasses import fields
from typing import Any

from docs.pages.markdown import plain, table, title
from policies.contract.events import OnSite
from policies.deploy import canonical, messages
from policies.deploy.doors.http import body, metrics, openapi, serve, token
from policies.deploy.doors.http.problem import KINDS, TOLD
from policies.deploy.doors.http.settings import HttpSettings

DOCUMENT = openapi.document(HttpSettings(), guarded=True)
ASKED = {"event": messages.to_plain(OnSite(7, 3)), "now": 612.5, "id": "gate 4, 118"}


def http_page() -> str:
    """What the door takes and answers."""
    return "\n".join(
        [
            title("The HTTP door", "policies.deploy.doors.http"),
            (
                "Observations go in, decisions come out. [openapi.json](openapi.json) says all of it for machines; a door serves its own, with its own "
                "limits, at `/openapi.json`. Bodies are JSON in UTF-8, read strictly: a key that stands twice, a number that is none, a field "
                "nobody knows are refused, and every mistake is told at once. Answers are canonical JSON, so that a digest of what "
                "was received is the host's own ([messages as JSON](bundle.md#messages-as-json)).\n"
            ),
            "## Paths\n",
            table(("path", "what"), _paths()),
            (
                "`POST /v1/decide` takes an observation: the `event`, the minute `now` it was seen at (left out: the host's own clock) and an `id` "
                "by which whoever tells it knows it. Told again under the same `id`, it gets the answer it got the first time, with `again`: so after a "
                "silence ask again, and no order is given twice.\n"
            ),
            f"```json\n{canonical.text(ASKED).decode()}\n```\n",
            "The answer has\n",
            table(("field", "what"), _fields()),
            (
                f'`POST /v1/events` takes `{{"observations": [...]}}`, at most {HttpSettings().batch}, and answers `{{"decisions": [...]}}` in the same '
                "order; nothing that another tells through this door comes between. A mistake in any of them refuses all. What the host refuses ends the row: the problem says at which "
                "`index`, and holds the `decisions` of those before it, which were taken; those after it were not looked at.\n"
            ),
            (
                f"`GET /v1/decisions?after=N&limit=K&wait_s=S` is the feed, every decision with its event. `after` in the answer is what to "
                f"ask with the next time. If there is nothing above it, the feed waits up to `wait_s` (at most {HttpSettings().wait_s:g}) for a decision.\n"
            ),
            "## Token\n",
            (
                "With a token, no path answers without the header `Authorization: Bearer TOKEN`. It stands on the one line of a file that its owner alone "
                f"may read, at least {token.LEAST} letters ({token.HOW.replace('python -c', '`python -c').replace(' makes', '` makes')}). Without a token the door "
                "opens on loopback only, unless it is told to be open. It speaks HTTP without TLS: between machines put a proxy with TLS before it.\n"
            ),
            "## Problems\n",
            (
                "Whatever is not answered is a problem (RFC 9457, `application/problem+json`) with `type`, `title`, `status`, `detail` and, where a document or "
                f"a query was wrong, `errors`, one line each, the first {TOLD}. The type leads to its schema in the OpenAPI document. 429 and 503 say "
                "with `Retry-After` when to come again. After a problem of the host's (409, 422 `NotOurs`, 503) nothing was changed by the observation.\n"
            ),
            table(("problem", "status", "when"), ((f"`{name}`", str(kind.status), kind.title) for name, kind in KINDS.items())),
            "## Limits\n",
            _settings_told(),
            table(("setting", "unless told otherwise"), _limits()),
            (
                f"A head has at most {serve.HEAD_BYTES // 1024} KiB. Of a body that is too large {body.THROWN_AWAY} times the limit is read and thrown away before the connection "
                "is closed, so that a client that is still sending hears why. A request counts once for the rate, however many observations it brings; behind a proxy all share "
                "one address, and the proxy does the counting.\n"
            ),
            "## Metrics\n",
            table(("metric", "what"), ((f"`{name}`", about) for name, about in metrics.NAMES.items())),
            "## In a program\n",
            (
                "`policies.deploy.doors.http.serve.serve(service, settings, ready, stopping)` serves until `stopping` is set and tells `ready` the port; "
                "`opened(service, settings)` does the same around a `with`, in a thread of its own. Needs the extra `http`.\n"
            ),
        ]
    )  # fmt: skip


def openapi_file() -> str:
    """The document of a door with the usual limits and a token, as a file."""
    return json.dumps(DOCUMENT, ensure_ascii=False, indent=1) + "\n"


def _paths() -> list[tuple[str, str]]:
    return [
        (f"`{method.upper()} {path}`", operation["summary"])
        for path, of in DOCUMENT["paths"].items()
        for method, operation in of.items()
    ]


def _fields() -> list[tuple[str, str]]:
    made: dict[str, Any] = DOCUMENT["components"]["schemas"]["Decision"]
    return [(f"`{name}`", FIELDS[name]) for name in made["properties"]]


FIELDS = {
    "number": "counts observations from 1 and never skips",
    "id": "as it was told; empty: none",
    "now": "minute of the observation",
    "commands": "[commands](commands.md) in the order in which they are to be obeyed",
    "observation": "digest of `{event, now}`, as in a golden file",
    "decision": "digest of `commands`",
    "policy": "SHA-256 of the bundle that decided",
    "fallback": "decision point → why its fallback answered in place of its rule",
    "again": "this answer had been given before, to the same `id`",
}


def _settings_told() -> str:
    text = re.sub(r"``([^`]+)``", r"`\1`", inspect.cleandoc(HttpSettings.__doc__ or ""))
    return " ".join(text.split("\n\n")[1].split()) + "\n"


def _limits() -> list[tuple[str, str]]:
    usual = HttpSettings()
    return [(f"`{one.name}`", plain(getattr(usual, one.name)) or "none") for one in fields(usual)]
