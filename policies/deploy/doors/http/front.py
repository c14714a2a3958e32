"""In front of everything: an address that asks too often and whoever has no token get no further.

The rate comes first, so that guessing at the token is slow, and the token before the path, so that
whoever lacks it does not learn which paths there are.
"""

from typing import Final, final

from policies.deploy.doors.http.answer import tell
from policies.deploy.doors.http.asgi import Application, Receive, Scope, Send
from policies.deploy.doors.http.problem import Problem, again_in
from policies.deploy.doors.http.rate import Buckets
from policies.deploy.doors.http.settings import HttpSettings

CHALLENGE: Final = (("www-authenticate", 'Bearer realm="campus-twin"'),)


@final
class Front:
    """An ASGI application before another."""

    def __init__(self, inside: Application, settings: HttpSettings) -> None:
        self.inside, self.token = inside, settings.token
        per_s = settings.requests_per_s
        self.buckets = None if per_s is None else Buckets(per_s, settings.burst, settings.clients)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it here."""
        problem = self._too_many(scope) or self._no_token(scope)
        if problem is None:
            await self.inside(scope, receive, send)
        else:
            await tell(problem.answer(), send)

    def _too_many(self, scope: Scope) -> Problem | None:
        if self.buckets is None:
            return None
        client = scope.get("client") or ("",)
        wait_s = self.buckets.take(client[0])
        if not wait_s:
            return None
        return Problem("TooMany", f"{client[0]} may ask again in {wait_s:.3g} s", headers=again_in(wait_s))

    def _no_token(self, scope: Scope) -> Problem | None:
        if self.token is None:
            return None
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        if len(given) == 1 and self.token.opens(given[0]):
            return None
        found = "this is another one" if given else "there is none"
        return Problem("NoToken", f"expected the header Authorization: Bearer TOKEN; {found}", headers=CHALLENGE)
