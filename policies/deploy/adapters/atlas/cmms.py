"""Atlas' REST interface, as much of it as the bridge uses; every call raises ``Away`` or ``Declined``."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, final

from policies.deploy.adapters.calling import Answer, Caller, Declined
from policies.deploy.strict import Reader, WrongDocument

OPEN, IN_PROGRESS, ON_HOLD, COMPLETE = "OPEN", "IN_PROGRESS", "ON_HOLD", "COMPLETE"
UNFINISHED: Final = (OPEN, IN_PROGRESS, ON_HOLD)
STATUSES: Final = (*UNFINISHED, COMPLETE)
PAGE: Final = 100
"""Work orders asked for at once."""
SENT_BACK: Final = (
    "asset", "assignedTo", "category", "customers", "description", "dueDate", "estimatedDuration", "estimatedStartDate", "files",
    "image", "location", "primaryUser", "priority", "requiredSignature", "team", "title",
)  # fmt: skip
"""Fields a PATCH takes; it empties those it leaves out."""
WHOLE: Final = (0, 2**53 - 1)


@dataclass(frozen=True, slots=True)
class CmmsOrder:
    """A work order as Atlas shows it. ``user``, ``category``, ``location``: ids, None where there is none; ``plain``: all of it."""

    id: int
    status: str
    priority: str
    user: int | None
    category: int | None
    location: int | None
    created: datetime
    updated: datetime
    plain: Mapping[str, Any]


@final
class Atlas:
    """A CMMS. ``at``: its clock when it answered last."""

    def __init__(self, url: str, key: str) -> None:
        self._caller = Caller(url, {"X-API-Key": key})
        self.at = datetime.now(UTC)

    def changed(self, since: str) -> tuple[datetime, list[CmmsOrder]]:
        """Work orders changed since an instant ("": those that are open), the oldest change first; and when that was asked."""
        wanted: dict[str, Any]
        if since:
            wanted = {"field": "updatedAt", "operation": "ge", "value": since, "enumName": "JS_DATE"}
        else:
            wanted = {"field": "status", "operation": "in", "values": list(UNFINISHED), "enumName": "STATUS"}
        first = self._page(wanted, 0)
        asked_at = self.at
        rest = self._pages(wanted, 1) if len(first) == PAGE else ()
        return asked_at, sorted((*first, *rest), key=lambda one: (one.updated, one.id))

    def get(self, number: int) -> CmmsOrder:
        """A work order as it is now."""
        return _order(self._asked("GET", f"/work-orders/{number}").value)

    def patch(self, order: CmmsOrder, **changed: Any) -> None:
        """Change fields of a work order as it was just read; all others are sent back as they were."""
        self._asked("PATCH", f"/work-orders/{order.id}", {**_as_read(order.plain), **changed})

    def change_status(self, number: int, status: str, feedback: str = "") -> None:
        """Put a work order into a status."""
        self._asked("PATCH", f"/work-orders/{number}/change-status", {"feedback": feedback, "status": status})

    def note(self, number: int, text: str) -> None:
        """Put a note beside a work order, unless the same stands there."""
        there = self._asked("POST", f"/comments/search/{number}").value
        if not any(isinstance(one, dict) and one.get("content") == text for one in there or []):
            self._asked("POST", "/comments", {"content": text, "workOrder": {"id": number}})

    def close(self) -> None:
        """Hang up."""
        self._caller.close()

    def _pages(self, wanted: Mapping[str, Any], number: int) -> Iterator[CmmsOrder]:
        """By id: what enters the selection meanwhile moves others back, so that one may come twice and none is missed."""
        while found := self._page(wanted, number):
            yield from found
            number += 1

    def _page(self, wanted: Mapping[str, Any], number: int) -> list[CmmsOrder]:
        asked = {"direction": "ASC", "filterFields": [wanted], "pageNum": number, "pageSize": PAGE, "sortField": "id"}
        found = self._asked("POST", "/work-orders/search", asked).value
        rows = found.get("content") if isinstance(found, dict) else None
        if not isinstance(rows, list):
            raise Declined(200, f"{self._caller.url} answers no page of work orders")
        return list(map(_order, rows))

    def _asked(self, method: str, path: str, body: Any = None) -> Answer:
        answer = self._caller.ask(method, path, body)
        self.at = answer.at or datetime.now(UTC)
        return answer


def written(at: datetime) -> str:
    """An instant as Atlas reads one in a search: to the millisecond, with Z, as a browser writes it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _order(plain: Any) -> CmmsOrder:
    reader = Reader("work order")
    given = reader.mapping(plain, "")
    found = CmmsOrder(
        id=reader.whole(given.get("id"), "id", *WHOLE),
        status=reader.text(given.get("status"), "status"),
        priority=reader.text(given.get("priority") or "NONE", "priority"),
        user=_id(given.get("primaryUser"), reader, "primaryUser"),
        category=_id(given.get("category"), reader, "category"),
        location=_id(given.get("location"), reader, "location"),
        created=_instant(given.get("createdAt"), reader, "createdAt"),
        updated=_instant(given.get("updatedAt"), reader, "updatedAt"),
        plain=given,
    )
    if found.status not in STATUSES:
        reader.expected("status", found.status, f"one of {', '.join(STATUSES)}")
    try:
        reader.done()
    except WrongDocument as error:
        raise Declined(200, f"the CMMS shows what is no work order: {error}") from error
    return found


def _id(value: Any, reader: Reader, where: str) -> int | None:
    return None if value is None else reader.whole(reader.mapping(value, where).get("id"), f"{where}.id", *WHOLE)


def _instant(value: Any, reader: Reader, where: str) -> datetime:
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        reader.expected(where, value, "an instant as 2025-09-01T08:00:00.000+00:00")
        return datetime.now(UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _as_read(plain: Mapping[str, Any]) -> dict[str, Any]:
    return {name: plain[name] for name in SENT_BACK if name in plain}
