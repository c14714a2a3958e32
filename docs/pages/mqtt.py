"""The MQTT door: its topics and messages as a page, and as an AsyncAPI document for machines."""

import json
from collections.abc import Iterable
from typing import Any

import policies
from docs.pages.markdown import doc, line, table, title
from policies.deploy import schema, service
from policies.deploy.doors import broker, mqtt, plain, topics
from policies.deploy.doors.topics import ABOUT, COMMANDS, DECISIONS, ERRORS, EVENTS, HOST, STATUS
from policies.deploy.service import ServiceError

DIGEST = {"type": "string", "description": "Digest [hex]."}
TEXT = {"type": "string"}
MINUTE = {"type": "number", "description": "Minute since midnight of the first day of the calendar."}
ID = {"type": "string", "minLength": 1, "maxLength": service.ID_LENGTH, "description": "The teller's name for it."}
NUMBER = {"type": "integer", "minimum": 1, "description": "Counts observations from 1 and never skips."}
EVENT = {"$ref": "#/components/schemas/Event"}
COMMAND = {"$ref": "#/components/schemas/Command"}
MESSAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "hear": (EVENTS, ("Observation", "Observations")),
    "decide": (DECISIONS, ("Decision",)),
    "order": (f"{COMMANDS}/KIND", ("Order",)),
    "refuse": (ERRORS, ("Refusal",)),
    "beThere": (STATUS, ("Presence",)),
    "sayHow": (HOST, ("Host",)),
}
"""Operation → topic and the messages that pass there."""
FIELDS = (
    ("`number`", "counts observations from 1 and never skips; who has seen a number drops it"),
    ("`id`, `now`, `event`", "the observation: its id, the minute, what was told"),
    ("`commands`", "the answer, in the order in which it is to be obeyed"),
    ("`observation`, `decision`", "digest of `{event, now}` and of `commands`, as in a golden file"),
    ("`policy`", "SHA-256 of the bundle that answered"),
    ("`fallback`", "decision point → why its fallback answered in place of its rule; empty: none did"),
    ("`again`", "whether this answer had been given before, to the same id"),
)
SETTINGS = (
    ("`login`", "file whose first line is the user, the second the password"),
    ("`ca`, `certificate`, `key`", "with `mqtts://`: who vouches for the broker (else the system), who we are"),
    ("`version`", "of MQTT: `3.1.1` or `5`"),
    ("`session`", "the name the broker knows the host by; no other client, and no second host, may bear it"),
    ("`lasts_s`", f"how long the broker keeps events while the host is down [s], MQTT 5 only ({mqtt.WEEK_S})"),
    ("`told`", "file with the number of the last decision the broker acknowledged"),
    ("`limit_bytes`", f"size of a message that comes in, at most ({mqtt.LIMIT_BYTES})"),
)


def mqtt_page() -> str:
    """What a system at a site says and hears."""
    return "\n".join(
        [
            title("MQTT", "policies.deploy.doors.mqtt"),
            f"{doc(mqtt).split(chr(10) * 2, 1)[1]}\n",
            "For machines: [AsyncAPI 3.0](asyncapi.json). Needs the extra `mqtt`.\n",
            "## Topics\n",
            (
                f"Under a prefix, `{broker.PREFIX}` unless told otherwise. Everything goes with QoS 1 as canonical JSON "
                "([messages](bundle.md#messages-as-json)).\n"
            ),
            table(("topic", "what passes"), ((f"`PREFIX/{name}`", about) for name, about in ABOUT.items())),
            "## An observation\n",
            (
                "```json\n"
                '{"id": "sensor-4711-0093", "now": 621.5, "event": {"kind": "OnSite", "order": 7, "tech": 3}}\n'
                "```\n"
            ),
            (
                f"`event` is one of the [events](events.md); `now` its minute, left out where the host goes by its own clock; `id` 1 to "
                f"{service.ID_LENGTH} letters. The same id with the same event is answered as the first time; with another event it is refused. "
                f'Several at once: `{{"{plain.MANY}": [{{…}}, {{…}}]}}`, each decided for itself.\n'
            ),
            f"## `PREFIX/{DECISIONS}`\n",
            table(("field", "what"), FIELDS),
            f"## `PREFIX/{COMMANDS}/KIND`\n",
            (
                "One [command](commands.md) alone, for whoever obeys one kind of it: `command`, the `number` of its decision, its `place` among "
                "the commands of that decision `of` so many, `id` and `now`. A timer is a command too (`Wake`): whoever runs the clock "
                "answers it with `Woke`. `number` and `place` tell a command from every other; one that comes twice is the same.\n"
            ),
            f"## `PREFIX/{ERRORS}`\n",
            "`id`, `refused` (why, by name) and `errors`, every one of them:\n",
            table(("refused", "when"), ((f"`{name}`", about) for name, about in _refusals())),
            f"## `PREFIX/{STATUS}` and `PREFIX/{HOST}`\n",
            (
                f"Kept by the broker. `{topics.ONLINE.decode()}` or `{topics.OFFLINE.decode()}`, as plain text: the availability topic of "
                "Home Assistant as it is. How the host is: `last` number, `now`, `bundle`, digests of `office` and `rules`, `breakers`, `clock`, "
                "`spare`, `start` (first day of the office's calendar, from whose midnight minutes count), `shadow`.\n"
            ),
            "## MQTT 5\n",
            (
                "A message with a response topic is answered there as well, by the decision or the refusal, with its correlation data.\n"
            ),
            "## Settings\n",
            table(("setting", "what"), SETTINGS),
            "## What a broker must do\n",
            (
                "Keep a lasting session with its queue. mosquitto keeps 1,000 messages a client unless told otherwise and drops the rest "
                "without a word: set `max_queued_messages 0`, and `persistence true` so that it outlives its own restart. amqtt keeps messages "
                "for clients that gave a user's name only, forgets all when it stops, brings nothing again that it brought once, and "
                "speaks MQTT 3.1.1; it is what the tests run on beside mosquitto, and good for trying things.\n"
            ),
            "## A simulated campus as the site\n",
            (
                "`twin run SCENARIO --controller mqtt://HOST:PORT/PREFIX` lets a simulated campus tell the events of one replication and obey the "
                "commands, and compares the journal with the simulation's own ([command line](cli.md#twin-run)). The host was packed for "
                "that scenario and seed, goes by the teller's clock and has an empty record; a fallback ends the run.\n"
            ),
        ]
    )


def asyncapi() -> str:
    """The same for machines."""
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


def document() -> dict[str, Any]:
    """The AsyncAPI document as a plain value."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "campus-twin host",
            "version": policies.__version__,
            "description": line(mqtt),
        },
        "defaultContentType": "application/json",
        "servers": {
            "broker": {
                "host": "{host}:{port}", "protocol": "mqtt", "protocolVersion": "3.1.1", "description": "The site's broker.",
                "variables": {"host": {"default": "localhost"}, "port": {"default": str(broker.PORTS["mqtt"])}},
            }
        },
        "channels": {_named(topic): _channel(topic, names) for topic, names in MESSAGES.values()},
        "operations": {
            operation: {
                "action": "receive" if topic == EVENTS else "send",
                "channel": {"$ref": f"#/channels/{_named(topic)}"},
                "summary": ABOUT[topic],
                "bindings": {"mqtt": {"qos": broker.QOS, "retain": topic in (STATUS, HOST)}},
            }
            for operation, (topic, _) in MESSAGES.items()
        },
        "components": {
            "messages": {name: _message(name) for _, names in MESSAGES.values() for name in names},
            "schemas": _schemas(),
        },
    }  # fmt: skip


def _channel(topic: str, names: tuple[str, ...]) -> dict[str, Any]:
    parameters = {"prefix": {"default": broker.PREFIX, "description": "First levels of every topic."}}
    if topic.endswith("KIND"):
        parameters["kind"] = {"enum": list(schema.commands_schema()["$defs"]), "description": "Kind of the command."}  # type: ignore[dict-item]
    return {
        "address": f"{{prefix}}/{topic.replace('KIND', '{kind}')}",
        "description": ABOUT[topic],
        "parameters": parameters,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
    }


def _message(name: str) -> dict[str, Any]:
    content = {"contentType": "text/plain"} if name == "Presence" else {}
    return {"name": name, **content, "payload": {"$ref": f"#/components/schemas/{name}"}}


def _named(topic: str) -> str:
    return topic.partition("/")[0]


def _schemas() -> dict[str, Any]:
    observation = _object({"id": ID, "now": MINUTE, "event": EVENT}, free=("now",))
    fallback = {"type": "object", "additionalProperties": TEXT, "description": "Decision point → why."}
    commands = {"type": "array", "items": COMMAND}
    anything = {"type": "object"}
    return {
        "Observation": observation,
        "Observations": _object({plain.MANY: {"type": "array", "items": {"$ref": "#/components/schemas/Observation"}}}),
        "Decision": _object(
            {
                "again": {"type": "boolean"}, "commands": commands, "decision": DIGEST, "event": EVENT, "fallback": fallback,
                "id": TEXT, "now": MINUTE, "number": NUMBER, "observation": DIGEST, "policy": DIGEST,
            }
        ),
        "Order": _object(
            {"command": COMMAND, "id": TEXT, "now": MINUTE, "number": NUMBER, "of": NUMBER, "place": NUMBER}
        ),
        "Refusal": _object({"errors": {"type": "array", "items": TEXT}, "id": TEXT, "refused": TEXT}),
        "Presence": {"enum": [topics.ONLINE.decode(), topics.OFFLINE.decode()]},
        "Host": _object(
            {
                "breakers": {"type": "object", "additionalProperties": {"enum": ["closed", "open", "half-open"]}},
                "bundle": anything, "clock": {"enum": ["stepped", "wall"]}, "last": {**NUMBER, "minimum": 0}, "now": MINUTE,
                "office": DIGEST, "rules": DIGEST, "shadow": {"anyOf": [anything, {"type": "null"}]},
                "spare": {"type": "boolean"}, "start": {"type": "string", "format": "date"},
            }
        ),
        **_contract("Event", schema.events_schema()),
        **_contract("Command", schema.commands_schema()),
    }  # fmt: skip


def _object(properties: dict[str, Any], free: tuple[str, ...] = ()) -> dict[str, Any]:
    required = [name for name in properties if name not in free]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _contract(name: str, of: dict[str, Any]) -> dict[str, Any]:
    """A schema of the contract and its parts, under the names they bear here."""
    here = json.loads(json.dumps(of).replace("#/$defs/", "#/components/schemas/"))
    return {name: {"description": here["description"], "oneOf": here["oneOf"]}, **here["$defs"]}


def _refusals() -> Iterable[tuple[str, str]]:
    yield "WrongDocument", "a message that is no observation, an event that is none; it is larger than allowed"
    for kind in ServiceError.__subclasses__():
        if kind is not service.Stopping:
            yield kind.__name__, line(kind)
    yield "another", "the host failed; ask again under the same id"
