"""The door described for machines: an OpenAPI 3.1 document of everything it takes and answers.

Events and commands are those of ``schema``; decisions and the status are read off the records of
``host.service``, so that a field added there is described here; each kind of problem has a schema of
its own, to which its type leads.
"""

import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields
from types import NoneType
from typing import Any, Final, get_args, get_origin, get_type_hints

from policies import __version__
from policies.deploy import schema
from policies.deploy.doors.http import metrics
from policies.deploy.doors.http.answer import JSON, PROBLEM
from policies.deploy.doors.http.problem import KINDS, type_of
from policies.deploy.doors.http.reading import PAGE
from policies.deploy.doors.http.settings import HttpSettings
from policies.deploy.doors.http.shown import NOT_TOLD_TO_THE_TELLER
from policies.deploy.messages import KIND
from policies.deploy.service import ID_LENGTH, Decision, Observation, Status
from policies.deploy.shapes import SAFE

Schema = dict[str, Any]

SCHEMAS: Final = "#/components/schemas/"
ANYWHERE: Final = ("NotHttp", "NoToken", "NotAcceptable", "TooMany", "Unexpected")
"""Problems that every path may answer with."""
OF_A_QUERY: Final = ("WrongQuery",)
OF_A_BODY: Final = ("NotJson", "WrongQuery", "TooSlow", "TooLarge", "WrongMediaType", "WrongDocument")
OF_THE_HOST: Final = ("TimeRunsBack", "SameIdOtherEvent", "NotOurs", "Stopping")
WITH_ERRORS: Final = frozenset({"WrongQuery", "WrongDocument"})
BREAK_OFF: Final = frozenset({*OF_THE_HOST, "WrongDocument", "Unexpected"})
"""Problems that may end a row of observations in its midst."""
HEADERS: Final = {
    "401": {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}},
    "429": {"Retry-After": {"required": True, "schema": {"type": "integer", "minimum": 1}}},
    "503": {"Retry-After": {"required": True, "schema": {"type": "integer", "minimum": 1}}},
}
"""Status → headers that come with it."""
HEX: Final = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
PLAIN: Final = {float: "number", int: "integer", bool: "boolean", str: "string", NoneType: "null"}


def document(settings: HttpSettings, *, guarded: bool) -> Schema:
    """The document of a door with these limits. ``guarded``: it opens to a token only."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "campus-twin host",
            "version": __version__,
            "description": (
                "Events go in, commands come out. Each observation is answered once; one that comes again under the same "
                "id gets the answer it got the first time."
            ),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "x-contract": schema.digests(),
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}] if guarded else [],
        "paths": _paths(settings),
        "components": {
            "schemas": _schemas(settings),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}} if guarded else {},
        },
    }


def _paths(settings: HttpSettings) -> Schema:
    return {
        "/v1/decide": {
            "post": _operation(
                "decide", "Tell one observation, hear the decision.", _json(_ref("Decision"), "The decision."),
                (*OF_A_BODY, *OF_THE_HOST), body="Observation",
            )
        },
        "/v1/events": {
            "post": _operation(
                "events",
                "Tell many observations, hear the decisions in the same order. All are read before the first is taken; the first "
                "that the host refuses ends it, those before it were taken, and the problem says which it was and holds their decisions.",
                _json(_ref("Decisions"), "A decision for each observation."), (*OF_A_BODY, *OF_THE_HOST), body="Observations",
            )
        },
        "/v1/decisions": {
            "get": _operation(
                "decisions", "Decisions above a number, oldest first; with wait_s, as soon as there is one.",
                _json(_ref("Feed"), "Decisions with their events; none if none came in time."), (*OF_A_QUERY, "TooManyWaiting"),
                parameters=_feed_parameters(settings),
            )
        },
        "/v1/status": {
            "get": _operation("status", "How the host is.", _json(_ref("Status"), "How the host is."), OF_A_QUERY)
        },
        "/metrics": {
            "get": _operation(
                "metrics", "Counts since the host started, as Prometheus scrapes them.",
                _content(metrics.TEXT, {"type": "string"}, "; ".join(metrics.NAMES)), OF_A_QUERY,
            )
        },
        "/openapi.json": {
            "get": _operation("openapi", "This document.", _json({"type": "object"}, "This document."), OF_A_QUERY)
        },
    }  # fmt: skip


def _operation(
    name: str,
    summary: str,
    answer: Schema,
    problems: Sequence[str],
    *,
    body: str = "",
    parameters: Sequence[Schema] = (),
) -> Schema:
    made: Schema = {
        "operationId": name,
        "summary": summary,
        "responses": {"200": answer, **_refused([*problems, *ANYWHERE])},
    }
    if body:
        made["requestBody"] = {"required": True, "content": {JSON: {"schema": _ref(body)}}}
    return {**made, "parameters": list(parameters)} if parameters else made


def _refused(problems: Sequence[str]) -> Schema:
    """Status → what it may mean there."""
    by_status: dict[str, list[str]] = {}
    for name in sorted(problems, key=lambda one: KINDS[one].status):
        by_status.setdefault(str(KINDS[name].status), []).append(name)
    return {status: _refusal(status, names) for status, names in by_status.items()}


def _refusal(status: str, names: Sequence[str]) -> Schema:
    told = _content(PROBLEM, {"anyOf": [_ref(name) for name in names]}, " ".join(KINDS[name].title for name in names))
    return {**told, "headers": HEADERS[status]} if status in HEADERS else told


def _feed_parameters(settings: HttpSettings) -> list[Schema]:
    after = {"type": "integer", "minimum": 0, "maximum": SAFE, "default": 0}
    limit = {"type": "integer", "minimum": 1, "maximum": settings.page, "default": min(PAGE, settings.page)}
    wait_s = {"type": "number", "minimum": 0, "maximum": settings.wait_s, "default": 0}
    return [
        {"name": "after", "in": "query", "description": "Decisions numbered above this.", "schema": after},
        {"name": "limit", "in": "query", "description": "At most so many.", "schema": limit},
        {
            "name": "wait_s",
            "in": "query",
            "description": "If there is none, wait so many seconds for one.",
            "schema": wait_s,
        },
    ]


def _schemas(settings: HttpSettings) -> Schema:
    observations = {**_list_of("Observation"), "maxItems": settings.batch}
    return {
        "Observation": _heard(Observation),
        "Observations": _object({"observations": observations}),
        "Decision": _told(Decision, NOT_TOLD_TO_THE_TELLER),
        "DecisionWithEvent": _told(Decision),
        "Decisions": _object({"decisions": _list_of("Decision")}),
        "Feed": _object({"decisions": _list_of("DecisionWithEvent"), "after": {"type": "integer", "minimum": 0}}),
        "Status": _told(Status),
        **_messages("Event", schema.events_schema()),
        **_messages("Command", schema.commands_schema()),
        **{name: _problem(name) for name in KINDS},
    }


def _messages(name: str, made: Schema) -> Schema:
    """A schema of messages, each kind under its own name, told apart by its kind."""
    kinds = _moved(made["$defs"])
    mapping = {kind: f"{SCHEMAS}{kind}" for kind in kinds}
    chosen = {"oneOf": [_ref(kind) for kind in kinds], "discriminator": {"propertyName": KIND, "mapping": mapping}}
    return {name: {"description": made["description"], **chosen}, **kinds}


def _moved(value: Any) -> Any:
    """References to where the document keeps its schemas."""
    if isinstance(value, dict):
        return {key: _moved(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_moved(one) for one in value]
    return value.replace("#/$defs/", SCHEMAS) if isinstance(value, str) else value


def _problem(name: str) -> Schema:
    kind = KINDS[name]
    told: Schema = {
        "type": {"const": type_of(name)},
        "title": {"const": kind.title},
        "status": {"const": kind.status},
        "detail": {"type": "string"},
    }
    errors: Schema = {"errors": {"type": "array", "items": {"type": "string"}}} if name in WITH_ERRORS else {}
    made = _object(told, {**errors, **(_broken_off() if name in BREAK_OFF else {})})
    together = {"dependentRequired": {"index": ["decisions"], "decisions": ["index"]}} if name in BREAK_OFF else {}
    return {"description": kind.title, **made, **together}


def _broken_off() -> Schema:
    index = {"type": "integer", "minimum": 0, "description": "Which of many observations was refused, counted from 0."}
    return {
        "index": index,
        "decisions": {**_list_of("Decision"), "description": "Of those before it, which were taken."},
    }


def _heard(kind: type) -> Schema:
    """A record that a client sends: what has a default may be left out, and is not said by null."""
    hints = get_type_hints(kind)
    made = {one.name: _field(one.name, hints[one.name], without=NoneType) for one in fields(kind)}
    needed = [one.name for one in fields(kind) if _needed(one)]
    return _object({name: made.pop(name) for name in needed}, made, about=_about(kind))


def _told(kind: type, without: frozenset[str] = frozenset()) -> Schema:
    """A record that the host sends: every field is there."""
    hints = get_type_hints(kind)
    made = {one.name: _field(one.name, hints[one.name]) for one in fields(kind) if one.name not in without}
    return _object(made, about=_about(kind))


def _needed(one: "Field[Any]") -> bool:
    return one.default is MISSING and one.default_factory is MISSING


def _field(name: str, hint: Any, without: type | None = None) -> Schema:
    """A field by what is known of its name, else by its type."""
    known: Mapping[str, Schema] = {
        "event": _ref("Event"), "commands": _list_of("Command"), "id": {"type": "string", "maxLength": ID_LENGTH},
        "observation": HEX, "decision": HEX, "breakers": {**_of(hint), "additionalProperties": {"enum": list(metrics.STATES)}},
        "clock": {"enum": ["stepped", "wall"]}, "start": {"type": "string", "format": "date"},
    }  # fmt: skip
    return known[name] if name in known else _of(hint, without)


def _of(hint: Any, without: type | None = None) -> Schema:
    if hint in PLAIN:
        return {"type": PLAIN[hint]}
    if get_origin(hint) is Mapping:
        values = get_args(hint)[1]
        return {"type": "object", **({} if values is Any else {"additionalProperties": _of(values)})}
    choices = [_of(one) for one in get_args(hint) if one is not without]
    return choices[0] if len(choices) == 1 else {"anyOf": choices}


def _object(needed: Schema, others: Schema | None = None, about: str = "") -> Schema:
    return {
        "type": "object",
        **({"description": about} if about else {}),
        "properties": {**needed, **(others or {})},
        "required": list(needed),
        "additionalProperties": False,
    }


def _about(kind: type) -> str:
    return re.sub(r"\s+", " ", inspect.getdoc(kind) or "").replace("``", "`")


def _list_of(name: str) -> Schema:
    return {"type": "array", "items": _ref(name)}


def _ref(name: str) -> Schema:
    return {"$ref": f"{SCHEMAS}{name}"}


def _json(made: Schema, about: str) -> Schema:
    return _content(JSON, made, about)


def _content(media: str, made: Schema, about: str) -> Schema:
    return {"description": about, "content": {media: {"schema": made}}}
