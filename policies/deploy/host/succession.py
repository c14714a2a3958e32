"""Who decides: a bundle is taken in and looks on, takes over, and gives way again.

Every way keeps the record: the one who comes was told everything before it is asked anything, and the one who
goes is told everything after, so that going back takes no longer than a blink.

CannotSucceed          there is nobody to promote or to go back to, or a bundle is for another office
"""

from collections.abc import Mapping
from pathlib import Path
from time import perf_counter
from typing import Any, Final, final

from policies.deploy.bundle import Bundle, content_of
from policies.deploy.host import history
from policies.deploy.host.deciding import Made
from policies.deploy.host.follower import Follower
from policies.deploy.host.host import Host
from policies.deploy.host.probation import Bearable, Probation
from policies.deploy.host.shelf import Shelf, office_of
from policies.deploy.host.workers import Scribe, WorkerFailed, started

Report = dict[str, Any]
PROMOTED: Final = "promoted"
NEWS_S: Final = 0.5
"""How long a follower waits for news before it looks whether it is still wanted."""


class CannotSucceed(RuntimeError):
    """There is nobody to promote or to go back to, or a bundle is for another office."""


@final
class Succession:
    """Who may follow the bundle that decides, and who came before it."""

    def __init__(self, host: Host, shelf: Shelf, bearable: Bearable | None = None) -> None:
        self.host = host
        self.shelf = shelf
        self.bearable = bearable or Bearable()
        self.candidate: Follower | None = None
        self.before: Follower | None = None
        self.gone_back = ""
        self._probation: Probation | None = None
        host.watchers.append(self._watch)

    def load(self, path: Path) -> Report:
        """Take a bundle in and let it look on, in place of whoever did.

        Raises
        ------
        Refused, OSError
            If it may not be loaded; whoever decides goes on undisturbed.
        CannotSucceed
            If it is for another office.
        """
        found = self.shelf.take_in(content_of(path), self.host.bundle.manifest.version)
        if office_of(found) != self.host.office:
            raise CannotSucceed(
                "it was made for another office (map, people, calendar, norm times or seed): pack it from the scenario of this one"
            )
        follower = self._follower(found, looks_on=True)
        if self.candidate is not None:
            self.candidate.end()
        self.candidate = follower
        return self.report()

    def dismiss(self) -> Report:
        """Whoever looks on looks on no more.

        Raises
        ------
        CannotSucceed
            If nobody does.
        """
        if self.candidate is None:
            raise CannotSucceed("nobody looks on")
        self.candidate.end()
        self.candidate = None
        return self.report()

    def promote(self) -> Report:
        """Whoever looks on decides from the next event on; whoever decided stands by.

        Raises
        ------
        CannotSucceed
            If nobody looks on, or its record cannot be brought up to date: then nothing changes.
        """
        if self.candidate is None:
            raise CannotSucceed("nobody looks on: load a bundle first")
        candidate, self.candidate = self.candidate, None
        return self._take_over(candidate, PROMOTED)

    def go_back(self, why: str = "rolled back") -> Report:
        """Whoever decided before decides again from the next event on.

        Raises
        ------
        CannotSucceed
            If nobody did, or its record cannot be brought up to date: then nothing changes.
        """
        before, self.before = self.before or self._from_the_journal(), None
        return self._take_over(before, why)

    def report(self) -> Report:
        """Who decides, who looks on and what it would have said, who stands by."""
        return {
            "before": _named(self.before.scribe.bundle) if self.before is not None else None,
            "decides": _named(self.host.bundle),
            "gone_back": self.gone_back,
            "last": self.host.journal.last,
            "shadow": self.shadow(),
        }

    def shadow(self) -> Report | None:
        """What whoever looks on would have said so far, and what its evidence promises; None: nobody does."""
        follower = self.candidate
        if follower is None or follower.shadow is None:
            return None
        bundle = follower.scribe.bundle
        study = bundle.statement.predicate.get("study") or {}
        return {
            **_named(bundle),
            **follower.shadow.comparison.as_plain(),
            "expected": {"baseline": study.get("baseline"), "differences": study.get("differences", [])},
            "failed": str(follower.failed or ""),
            "through": follower.scribe.number,
        }

    def end(self) -> None:
        """End everybody who does not decide."""
        for follower in (self.candidate, self.before):
            if follower is not None:
                follower.end()
        self.candidate = self.before = None

    def _take_over(self, follower: Follower, why: str) -> Report:
        host = self.host
        started_at = perf_counter()
        with host.turn:
            try:
                scribe = follower.up_to(host.journal.last)
                scribe.era(scribe.declared)
            except WorkerFailed as error:
                raise CannotSucceed(
                    f"its record cannot be brought up to date ({error}); nothing was changed"
                ) from error
            host.journal.begin_era(scribe.bundle.sha256, scribe.declared, why)
            gone = host.succeed(scribe)
            took_s = perf_counter() - started_at
            self._probation = Probation(self.bearable, _soft_s(scribe.bundle)) if why == PROMOTED else None
            if self.before is not None:
                self.before.end()
            self.before = self._following(gone, looks_on=False)
        return {**self.report(), "took_s": took_s}

    def _watch(self, made: Made) -> None:
        """Go back by itself from rules that do as badly as nobody expected."""
        why = self._probation.event(made) if self._probation is not None else ""
        if not why:
            return
        self._probation = None
        try:
            self.go_back(f"went back by itself: {why}")
            self.gone_back = why
        except CannotSucceed as error:
            self.gone_back = f"{why}; but could not go back: {error}"

    def _follower(self, bundle: Bundle, looks_on: bool) -> Follower:
        """A new scribe that is told all that happened before it follows."""
        scribe = started(bundle, self.host.choices.limits)
        reader = self.host.journal.reader()
        try:
            history.begin(scribe, reader)
            history.tell(scribe, reader, self.host.journal.last)
        except WorkerFailed as error:
            scribe.end()
            raise CannotSucceed(f"it cannot be told what happened ({error})") from error
        finally:
            reader.close()
        return self._following(scribe, looks_on)

    def _following(self, scribe: Scribe, looks_on: bool) -> Follower:
        return Follower(scribe, self.host.journal.reader(), lambda number: self.host.news(number, NEWS_S), looks_on)

    def _from_the_journal(self) -> Follower:
        """Whoever decided before, after a restart: its bundle stands on the shelf."""
        others = [era.bundle for era in self.host.journal.eras() if era.bundle != self.host.bundle.sha256]
        if not others:
            raise CannotSucceed("nobody decided before: there is nothing to go back to")
        return self._follower(self.shelf.take_out(others[-1]), looks_on=False)


def _soft_s(bundle: Bundle) -> dict[str, float]:
    return {decision: duty.soft_s for decision, duty in bundle.manifest.decisions.items()}


def _named(bundle: Bundle) -> Mapping[str, Any]:
    return {"name": bundle.manifest.name, "sha256": bundle.sha256, "version": bundle.manifest.version}
