"""A thread that tells a scribe what the host decided, a little behind it and never in its way."""

from collections.abc import Callable
from threading import Lock, Thread
from typing import Final, final

from policies.deploy.host import history
from policies.deploy.host.journal import Reader
from policies.deploy.host.shadow import Shadow
from policies.deploy.host.workers import Scribe, WorkerFailed

STEP: Final = 256
"""Events after which a follower looks whether it is still wanted."""


@final
class Follower:
    """Keeps a scribe up to date; with ``looks_on`` its rules are asked too, as a shadow.

    Parameters
    ----------
    news : waits for an event beyond a number and returns the last one, or -1 when there will be none
    """

    def __init__(self, scribe: Scribe, reader: Reader, news: Callable[[int], int], looks_on: bool) -> None:
        self.scribe = scribe
        self.shadow = Shadow(scribe) if looks_on else None
        self.failed: WorkerFailed | None = None
        self._reader = reader
        self._news = news
        self._wanted = True
        self._telling = Lock()
        self._thread = Thread(target=self._follow, name="follower", daemon=True)
        self._thread.start()

    def up_to(self, last: int) -> Scribe:
        """Follow no more; the scribe, told everything through an event.

        Raises
        ------
        WorkerFailed
            If the scribe is gone.
        """
        self._stop()
        if self.failed is not None:
            raise self.failed
        history.tell(self.scribe, self._reader, last)
        self._reader.close()
        return self.scribe

    def end(self) -> None:
        """Follow no more, and end the scribe; no harm if it was ended before."""
        self._stop()
        self.scribe.end()
        self._reader.close()

    def _stop(self) -> None:
        self._wanted = False
        if self.shadow is not None:
            self.shadow.stop()
        with self._telling:
            if self.shadow is not None:
                self.shadow.rest()

    def _follow(self) -> None:
        while self._wanted:
            last = self._news(self.scribe.number)
            if last < 0:
                return
            with self._telling:
                if self._wanted and not self._tell(min(last, self.scribe.number + STEP)):
                    return

    def _tell(self, through: int) -> bool:
        try:
            history.tell(self.scribe, self._reader, through, self.shadow)
        except WorkerFailed as error:
            self.failed = error
            return False
        return True
