"""The paths of the door and what each does; the whole application, behind its front.

Whatever goes wrong on the way, expected or not, ends as a problem and never as a stack trace.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Any, Final, final

from policies.deploy import canonical
from policies.deploy.doors.http import body, feed, metrics, negotiate, openapi, reading, shown
from policies.deploy.doors.http.answer import JSON, Answer, json_answer
from policies.deploy.doors.http.asgi import Application
from policies.deploy.doors.http.front import Front
from policies.deploy.doors.http.hands import Hands
from policies.deploy.doors.http.problem import Problem, problem_of
from policies.deploy.doors.http.settings import HttpSettings
from policies.deploy.service import Decision, Observation, Service

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

SMALL_BYTES: Final = 2**14
"""A body up to this is read on the loop [bytes]: that takes less than a millisecond, as handing it to a thread does."""


def application(service: Service, settings: HttpSettings, hands: Hands, stopping: Event) -> Application:
    """The ASGI application of a door. ``stopping``: set once it closes."""
    from starlette.applications import Starlette
    from starlette.routing import Route

    door = Door(service, settings, hands, stopping)
    routes = [
        Route("/v1/decide", _answered(door.decide, JSON), methods=["POST"]),
        Route("/v1/events", _answered(door.events, JSON), methods=["POST"]),
        Route("/v1/decisions", _answered(door.decisions, JSON), methods=["GET"]),
        Route("/v1/status", _answered(door.status, JSON), methods=["GET"]),
        Route("/metrics", _answered(door.metrics, metrics.media()), methods=["GET"]),
        Route("/openapi.json", _answered(door.openapi, JSON), methods=["GET"]),
    ]
    app = Starlette(routes=routes, exception_handlers={404: _no_such_path, 405: _no_such_method})
    app.router.redirect_slashes = False
    return Front(app, settings)


@final
class Door:
    """What each path answers."""

    def __init__(self, service: Service, settings: HttpSettings, hands: Hands, stopping: Event) -> None:
        self.service, self.settings, self.hands, self.stopping = service, settings, hands, stopping
        self.document = canonical.text(openapi.document(settings, guarded=settings.token is not None))

    async def decide(self, request: "Request") -> Answer:
        """One observation, one decision."""
        seen = await self._read(request, reading.observation)
        decided = await self.hands.decide(partial(self.service.decide, seen))
        return json_answer(shown.decision(decided))

    async def events(self, request: "Request") -> Answer:
        """Many observations, answered in their order; the first that is refused ends it."""
        seen = await self._read(request, partial(reading.observations, most=self.settings.batch))
        decided, error = await self.hands.decide(partial(_taken, self.service, seen))
        told = {"decisions": [shown.decision(one) for one in decided]}
        if error is not None:
            raise _broken_off(problem_of(error), told, len(seen))
        return json_answer(told)

    async def decisions(self, request: "Request") -> Answer:
        """The feed."""
        page = reading.page(request.query_params.multi_items(), self.settings)
        found = await feed.decisions(self.service, self.hands, page, self.stopping, request.is_disconnected)
        return json_answer(shown.feed(found, page.after))

    async def status(self, request: "Request") -> Answer:
        """How the host is."""
        reading.nothing(request.query_params.multi_items())
        return json_answer(shown.status(await self.hands.look(self.service.status)))

    async def metrics(self, request: "Request") -> Answer:
        """The host's counts."""
        reading.nothing(request.query_params.multi_items())
        return Answer(200, await self.hands.look(partial(metrics.scraped, self.service)), metrics.media())

    async def openapi(self, request: "Request") -> Answer:
        """What all this is, for machines."""
        reading.nothing(request.query_params.multi_items())
        return Answer(200, self.document)

    async def _read(self, request: "Request", read: Callable[[bytes], Any]) -> Any:
        reading.nothing(request.query_params.multi_items())
        negotiate.sends_json(request.headers)
        content = await body.read(request.receive, request.headers, self.settings)
        return read(content) if len(content) <= SMALL_BYTES else await self.hands.look(partial(read, content))


def _taken(service: Service, seen: list[Observation]) -> tuple[list[Decision], Exception | None]:
    """Decisions until something goes wrong, and what did: those before it were taken, whatever it was."""
    decided: list[Decision] = []
    for one in seen:
        try:
            decided.append(service.decide(one))
        except Exception as error:
            return decided, error
    return decided, None


def _broken_off(problem: Problem, told: dict[str, Any], of: int) -> Problem:
    index = len(told["decisions"])
    detail = (
        f"observations[{index}]: {problem.detail}. The {index} before it were taken and their decisions are here; "
        f"the {of - index - 1} after it were not looked at"
    )
    return Problem(problem.name, detail, errors=problem.errors, headers=problem.headers, more={"index": index, **told})


def _answered(
    endpoint: "Callable[[Request], Awaitable[Answer]]", media: str
) -> "Callable[[Request], Awaitable[Response]]":
    async def respond(request: "Request") -> "Response":
        try:
            negotiate.wants(request.headers, media.partition(";")[0])
            answer = await endpoint(request)
        except Exception as error:
            answer = problem_of(error).answer()
        return _response(answer)

    return respond


def _no_such_path(request: "Request", error: Exception) -> "Response":
    return _response(
        Problem("NoSuchPath", f"{request.scope['path']}; /openapi.json says which paths there are").answer()
    )


def _no_such_method(request: "Request", error: Exception) -> "Response":
    headers: dict[str, str] = getattr(error, "headers", None) or {}
    allowed = ", ".join(sorted(headers.get("Allow", "").split(", ")))
    problem = Problem("NoSuchMethod", f"{request.method}, expected {allowed}", headers=(("allow", allowed),))
    return _response(problem.answer())


def _response(answer: Answer) -> "Response":
    from starlette.responses import Response

    response = Response(answer.body, answer.status)
    response.raw_headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.all_headers]
    return response
