"""The REST interface of the simulated CMMS."""

import hmac
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hardware_emul.cmms.crew import Crew
from hardware_emul.cmms.orders import NotAllowed, Orders, minutes

LONGEST_S: Final = 86_400
Way = Callable[[Request], Awaitable[Any]]


class Cmms:
    """Work orders, people and the clock behind one interface; ``key``: what opens it."""

    def __init__(self, orders: Orders, crew: Crew, key: str) -> None:
        self.orders = orders
        self.crew = crew
        self.key = key
        self._left = timedelta()

    def advance(self, seconds: float) -> None:
        """Let virtual time pass; people act at whole minutes."""
        self._left += timedelta(seconds=seconds)
        while self._left >= minutes(1):
            self._left -= minutes(1)
            self.orders.now += minutes(1)
            self.crew.step(self.orders)

    def application(self) -> Starlette:
        """As a server takes it."""
        routes: list[tuple[str, str, Way]] = [
            ("POST", "/work-orders", self._create),
            ("POST", "/work-orders/search", self._search),
            ("GET", "/work-orders/{id:int}", self._get),
            ("PATCH", "/work-orders/{id:int}", self._patch),
            ("PATCH", "/work-orders/{id:int}/change-status", self._change_status),
            ("GET", "/work-order-histories/work-order/{id:int}", self._history),
            ("POST", "/comments", self._comment),
            ("POST", "/comments/search/{id:int}", self._comments),
            ("POST", "/v1/advance", self._advance),
        ]
        return Starlette(routes=[Route(path, self._open(way), methods=[method]) for method, path, way in routes])

    def _open(self, way: Way) -> Callable[[Request], Awaitable[Response]]:
        """A way in that looks at the key, answers with the time, and says what is not allowed."""

        async def endpoint(request: Request) -> Response:
            code = 200
            given = request.headers.get("X-API-Key", "")
            try:
                if not hmac.compare_digest(given.encode(), self.key.encode()):
                    raise NotAllowed(403, "Access denied")
                answer = await way(request)
            except NotAllowed as error:
                code, answer = error.code, {"message": str(error)}
            return JSONResponse(answer, code, {"Date": format_datetime(self.orders.now, usegmt=True)})

        return endpoint

    async def _create(self, request: Request) -> Any:
        return self.orders.create(await _body(request))

    async def _get(self, request: Request) -> Any:
        return self.orders.get(request.path_params["id"])

    async def _patch(self, request: Request) -> Any:
        return self.orders.patch(request.path_params["id"], await _body(request))

    async def _change_status(self, request: Request) -> Any:
        given = await _body(request)
        return self.orders.change_status(request.path_params["id"], given.get("status"), given.get("feedback") or "")

    async def _history(self, request: Request) -> Any:
        self.orders.get(request.path_params["id"])
        return self.orders.histories[request.path_params["id"]]

    async def _comment(self, request: Request) -> Any:
        given = await _body(request)
        number = (given.get("workOrder") or {}).get("id", 0)
        return self.orders.comment(number, given.get("content") or "")

    async def _comments(self, request: Request) -> Any:
        self.orders.get(request.path_params["id"])
        return self.orders.comments[request.path_params["id"]]

    async def _advance(self, request: Request) -> Any:
        seconds = (await _body(request)).get("seconds")
        if not isinstance(seconds, (int, float)) or not 0 <= seconds <= LONGEST_S:
            raise NotAllowed(400, f"seconds: {seconds!r}, expected a number from 0 to {LONGEST_S}")
        self.advance(seconds)
        return {"now": self.orders.now.isoformat()}

    async def _search(self, request: Request) -> Any:
        """A page by id, as Atlas gives one; of its filters those on ``status`` and ``updatedAt``."""
        given = await _body(request)
        number, size = given.get("pageNum", 0), given.get("pageSize", 10)
        fits = [_filter(one) for one in given.get("filterFields", [])]
        found = [one for _, one in sorted(self.orders.of.items()) if all(fit(one) for fit in fits)]
        page = found[number * size : (number + 1) * size]
        return {
            "content": page, "number": number, "size": size, "totalElements": len(found),
            "last": (number + 1) * size >= len(found),
        }  # fmt: skip


async def _body(request: Request) -> dict[str, Any]:
    try:
        given = await request.json()
    except ValueError as error:
        raise NotAllowed(400, f"not JSON: {error}") from error
    if not isinstance(given, dict):
        raise NotAllowed(400, "expected an object")
    return given


def _filter(wanted: dict[str, Any]) -> Callable[[dict[str, Any]], bool]:
    """Whether a work order fits one filter."""
    match wanted:
        case {"field": "status", "operation": "in", "values": list(values)}:
            return lambda order: order["status"] in values
        case {"field": "updatedAt", "operation": "ge", "value": str(value), "enumName": "JS_DATE"}:
            since = _as_a_browser_writes(value)
            return lambda order: datetime.fromisoformat(order["updatedAt"]) >= since
    raise NotAllowed(400, f"filter: {wanted}, expected status in, or updatedAt ge")


def _as_a_browser_writes(value: str) -> datetime:
    """Atlas reads no other form of an instant."""
    try:
        return datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise NotAllowed(400, f"updatedAt: {value!r}, expected an instant as 2025-09-01T08:00:00.000Z") from error
