"""The host behind its HTTP door, as an adapter sees it: tell an event, read the feed, ask how it is."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, final

from policies.deploy.adapters.calling import Caller, Declined
from policies.deploy.doors.plain import decision_of, status_of
from policies.deploy.service import Decision, Status
from policies.deploy.strict import Reader, WrongDocument

PAGE: Final = 200
"""Decisions asked for at once."""


@final
class HostDoor:
    """``POST /v1/decide``, ``GET /v1/decisions``, ``GET /v1/status``; each raises ``Away`` or ``Declined``."""

    def __init__(self, url: str, token: str = "") -> None:
        self._caller = Caller(url, {"Authorization": f"Bearer {token}"} if token else {})

    def tell(self, observation: Mapping[str, Any]) -> None:
        """Tell an observation with its id; what comes of it is in the feed. Told twice, it counts once."""
        self._caller.ask("POST", "/v1/decide", observation)

    def decisions(self, after: int, limit: int = PAGE, wait_s: float = 0.0) -> Sequence[Decision]:
        """Decisions numbered above ``after``, oldest first; if there is none, after ``wait_s`` at the latest."""
        path = f"/v1/decisions?after={after}&limit={limit}&wait_s={wait_s:g}"
        reader = Reader("feed")
        given = reader.mapping(self._caller.ask("GET", path).value, "").get("decisions")
        rows = [one for _, one in reader.items(given, "decisions")]
        try:
            reader.done()
            return [decision_of(one) for one in rows]
        except WrongDocument as error:
            raise Declined(200, f"{self._caller.url} gives no feed: {error}") from error

    def status(self) -> Status:
        """How the host is."""
        try:
            return status_of(self._caller.ask("GET", "/v1/status").value)
        except WrongDocument as error:
            raise Declined(200, f"{self._caller.url} does not say how it is: {error}") from error

    def close(self) -> None:
        """Hang up."""
        self._caller.close()


def secret(file: Path) -> str:
    """The one line of a file that holds a token or a key.

    Raises
    ------
    ValueError
        If it cannot be read, or holds none.
    """
    try:
        found = file.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise ValueError(f"{file} cannot be read ({error})") from error
    if not found or len(found.split()) != 1:
        raise ValueError(f"{file} holds no token on one line")
    return found
