"""Who decides: a bundle is taken in and looks on, takes over, and gives way again.

Every way keeps the record: the one who comes was told everything before it is asked anything, and the one who
goes is told everything after, so that going back takes no longer than a blink.

CannotSucceed          there is nobody to promote or to go back to, or a bundle is for another office
"""

import sqlite3
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any, Final, final

from policies.contract.decisions import DECISIONS
from policies.controller.registry import NONE
from policies.deploy.bundle import Bundle, content_of, naming
from policies.deploy.host import history
from policies.deploy.host.breakers import CLOSED
from policies.deploy.host.canary import Canary, monday, week_of, weeks
from policies.deploy.host.deciding import Made
from policies.deploy.host.expecting import expected
from policies.deploy.host.follower import Follower
from policies.deploy.host.host import Host
from policies.deploy.host.probation import Bearable, Probation
from policies.deploy.host.shelf import Shelf, office_of
from policies.deploy.host.staleness import drift
from policies.deploy.host.workers import Scribe, WorkerFailed, started
from policies.deploy.office import rules_plain
from policies.deploy.refusals import Refused

Report = dict[str, Any]
PROMOTED: Final = "promoted"
IN_TURN: Final = "its week"
WENT_BACK: Final = "went back by itself: "
LOOKS_ON: Final = "looks_on"
CANARY: Final = "canary"
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
        self.canary = _kept(host)
        self._restore()
        self._probation: Probation | None = None
        host.looks_on = self.looks_on
        host.watchers.append(self._watch)
        host.preparers.append(self._turn_of_the_week)

    def load(self, path: Path) -> Report:
        """Take a bundle in and let it look on, in place of whoever did.

        Raises
        ------
        Refused, OSError
            If it may not be loaded; whoever decides goes on undisturbed.
        CannotSucceed
            If it is for another office, or two decide in turn.
        """
        if self.canary is not None:
            raise CannotSucceed("two decide in turn: promote one of them or roll back first")
        with naming(path):
            found = self.shelf.take_in(content_of(path), self.host.bundle.manifest.version, self._see_same_office)
        follower = self._follower(found, looks_on=True)
        with self.host.turn:
            gone, self.candidate = self.candidate, follower
            self.host.journal.note(LOOKS_ON, found.sha256)
        if gone is not None:
            gone.end()
        return self.report()

    def _see_same_office(self, bundle: Bundle) -> None:
        if office_of(bundle) != self.host.office:
            raise CannotSucceed(
                "it was made for another office (map, people, calendar, norm times or seed): pack it from the scenario of this one"
            )

    def dismiss(self) -> Report:
        """Whoever looks on looks on no more, and decides in no week.

        Raises
        ------
        CannotSucceed
            If nobody does.
        """
        with self.host.turn:
            gone, self.candidate = self.candidate, None
            if gone is not None:
                self._end_canary()
                self.host.journal.note(LOOKS_ON, None)
        if gone is None:
            raise CannotSucceed("nobody looks on")
        gone.end()
        return {**self.report(), "dismissed": _named(gone.scribe.bundle)}

    def promote(self, *, allow_other_points: bool = False, allow_refused: bool = False) -> Report:
        """Whoever looks on decides from the next event on; whoever decided stands by.

        Parameters
        ----------
        allow_other_points : even where it has rules at other decision points than the one that decided
        allow_refused : even where too many of its answers as a shadow raised or were refused

        Raises
        ------
        CannotSucceed
            If nobody looks on, it has rules at other decision points, its answers did not stand, or its record
            cannot be brought up to date: then nothing changes.
        """
        with self.host.turn:
            if not allow_other_points:
                self._see_same_points()
            if not allow_refused:
                self._see_answers_stand()
            if self.canary is not None:
                took_s = self._settle(self.canary.bundle, PROMOTED)
            else:
                candidate, self.candidate = self.candidate, None
                if candidate is None:
                    raise CannotSucceed(
                        "nobody looks on: load a bundle first (twin policy shadow STATE BUNDLE; on a controller load BUNDLE)"
                    )
                took_s = self._take_over(candidate, PROMOTED)
        return self._reported(took_s)

    def in_turn(self, *, allow_other_points: bool = False, allow_refused: bool = False) -> Report:
        """Whoever looks on decides in every second week, from the next Monday on, until it is promoted or rolled back.

        Parameters
        ----------
        allow_other_points : even where it has rules at other decision points than the one that decides
        allow_refused : even where too many of its answers as a shadow raised or were refused

        Raises
        ------
        CannotSucceed
            If nobody looks on, it has rules at other decision points, or its answers did not stand: then nothing
            changes.
        """
        with self.host.turn:
            if self.candidate is None:
                raise CannotSucceed(
                    "nobody looks on: load a bundle first (twin policy shadow STATE BUNDLE; on a controller load BUNDLE)"
                )
            if self.canary is not None:
                raise CannotSucceed(
                    f"two decide in turn already, from week {self.canary.first} on: promote or roll back ends it"
                )
            if not allow_other_points:
                self._see_same_points()
            if not allow_refused:
                self._see_answers_stand()
            first = week_of(self.host.journal.now, self._start) + 1
            self.canary = Canary(self.candidate.scribe.bundle.sha256, self.host.bundle.sha256, first)
            self.host.journal.note(CANARY, self.canary.as_plain())
        return self.report()

    def go_back(self, why: str = "rolled back") -> Report:
        """Whoever decided before the last promotion decides again from the next event on; once.

        Raises
        ------
        CannotSucceed
            If nobody was promoted since, or its record cannot be brought up to date: then nothing changes.
        """
        with self.host.turn:
            took_s = self._gone_back(why)
        return self._reported(took_s)

    def report(self) -> Report:
        """Who decides, who looks on and what it would have said, who stands by."""
        return {
            "breakers": {name: state for name, state in self.host.status().breakers.items() if state != CLOSED},
            "before": _named(self.before.scribe.bundle) if self.before is not None else None,
            "canary": self._canary(),
            "decides": _named(self.host.bundle),
            "drift": drift(self.host.journal.path.parent),
            "gone_back": self.gone_back,
            "last": self.host.journal.last,
            "shadow": self.shadow(),
        }

    def looks_on(self) -> Mapping[str, Any] | None:
        """Who looks on, whether it decides in turn, and through which decision."""
        follower = self.candidate
        if follower is None:
            return None
        named = _named(follower.scribe.bundle)
        return {**named, "in_turn": self.canary is not None, "through": follower.scribe.number}

    def shadow(self) -> Report | None:
        """What whoever looks on would have said so far, and what its evidence promises; None: nobody does."""
        follower = self.candidate
        if follower is None or follower.shadow is None:
            return None
        bundle = follower.scribe.bundle
        return {
            **_named(bundle),
            **follower.shadow.comparison.as_plain(),
            "differs": differences(self.host.bundle, bundle),
            "expected": expected(self.host.bundle, bundle),
            "failed": str(follower.failed or ""),
            "through": follower.scribe.number,
        }

    def end(self) -> None:
        """End everybody who does not decide."""
        for follower in (self.candidate, self.before):
            if follower is not None:
                follower.end()
        self.candidate = self.before = None

    def _reported(self, took_s: float | None) -> Report:
        """The report after a change, which is made when the next event may come: it may read all that was kept."""
        return {**self.report(), **({} if took_s is None else {"took_s": took_s})}

    def _gone_back(self, why: str) -> float | None:
        """As ``go_back``, within the host's turn; how long it took [s]."""
        if self.canary is not None:
            return self._settle(self.canary.incumbent, why)
        before, self.before = self.before, None
        if before is None:
            raise CannotSucceed("nobody was promoted since: there is nothing to go back to; load and promote instead")
        return self._take_over(before, why)

    def _see_same_points(self) -> None:
        """A bundle packed from another scenario may have no breaker at all, say: nobody promotes that unawares."""
        if self.canary is not None:
            promoted, decides = self._of(self.canary.bundle), self._of(self.canary.incumbent)
        else:
            decides = self.host.bundle
            promoted = None if self.candidate is None else self.candidate.scribe.bundle
        if promoted is None or decides is None:
            return
        said = other_points(decides, promoted)
        if said:
            raise CannotSucceed(
                f"{said}; pack it from the scenario that decides here, changed where it should be, "
                "or add --allow-other-points if it is meant"
            )

    def _see_answers_stand(self) -> None:
        """A rule that raises, or that the guards refuse, leaves deciding to a fallback: nobody promotes that unawares."""
        shadow = self.shadow()
        if shadow is None:
            return
        said = too_many_bad(shadow["decisions"], self.bearable)
        if said:
            raise CannotSucceed(
                f"{shadow['name']} version {shadow['version']} did not stand the test as a shadow: {said}; "
                "mend the rule or its parameters and load it again, or add --allow-refused if it is meant"
            )

    def _of(self, digest: str) -> Bundle | None:
        """The bundle of a digest, if it decides, looks on or stands by."""
        there = [one.scribe.bundle for one in (self.candidate, self.before) if one is not None]
        return next((one for one in (self.host.bundle, *there) if one.sha256 == digest), None)

    def _take_over(self, follower: Follower, why: str) -> float:
        """Somebody who followed decides from the next event on; how long it took [s]."""
        host = self.host
        started_at = perf_counter()
        with host.turn:
            try:
                scribe = follower.up_to(host.journal.last)
                scribe.era(scribe.declared)
                with host.journal.together():  # killed between the two, it would look over its own shoulder
                    host.journal.begin_era(scribe.bundle.sha256, scribe.declared, why)
                    host.journal.note(LOOKS_ON, None)
            except (WorkerFailed, sqlite3.Error) as error:
                follower.end()
                raise CannotSucceed(
                    f"its record cannot be brought up to date or kept ({error}); whoever decides goes on"
                ) from error
            gone = host.succeed(scribe)
            took_s = perf_counter() - started_at
            self._probation = (
                Probation(self.bearable, _soft_s(scribe.bundle)) if why.startswith((PROMOTED, IN_TURN)) else None
            )
            if self.before is not None:
                self.before.end()
            self.before = None
            if why.startswith((PROMOTED, IN_TURN)):
                self.before = self._following(gone, looks_on=False)
            else:
                gone.end()
        return took_s

    def _restore(self) -> None:
        """After a restart: who looked on looks on again, who stood by stands by.

        Where a bundle may not be loaded any more (its key is trusted no more, say), nobody takes its place; the one
        that decides goes on.
        """
        eras = self.host.journal.eras()
        last = eras[-1]
        if last.why.startswith(WENT_BACK):
            self.gone_back = last.why.removeprefix(WENT_BACK)
        looked_on = self.host.journal.noted(LOOKS_ON)
        try:
            if looked_on is not None:
                self.candidate = self._follower(self.shelf.take_out(looked_on), looks_on=True)
            if len(eras) > 1 and last.why.startswith((PROMOTED, IN_TURN)):
                self.before = self._follower(self.shelf.take_out(eras[-2].bundle), looks_on=False)
        except (Refused, OSError, CannotSucceed) as error:
            self.gone_back = f"not there any more after a restart: {error}"

    @property
    def _start(self) -> date:
        return self.host.bundle.settings.calendar.start

    def _canary(self) -> Report | None:
        """Who decides in turn, and what came of the weeks so far; None: nobody does."""
        if self.canary is None:
            return None
        first = str(monday(self.canary.first, self._start))
        return {
            **self.canary.as_plain(),
            "from": first,
            "weeks": weeks(self.host.everything(), self._start, self.canary.first),
        }

    def _turn_of_the_week(self, minute: float) -> None:
        """Before the first event of a week: whoever's week it is decides."""
        if self.canary is None:
            return
        week = week_of(minute, self._start)
        if self.canary.decides(week) != self.host.bundle.sha256:
            try:
                self._change_over(f"{IN_TURN} {week}")
            except CannotSucceed as error:
                self._end_canary()
                self.gone_back = f"no longer in turn: {error}"

    def _change_over(self, why: str) -> float:
        """The other of the two that decide in turn decides: at first it looks on, later it stands by."""
        candidate, self.candidate = self.candidate, None
        before, self.before = self.before, None
        other = candidate or before
        if candidate is not None and before is not None:
            before.end()
        if other is None:
            raise CannotSucceed("the other one is not there any more")
        return self._take_over(other, why)

    def _settle(self, bundle: str, why: str) -> float | None:
        """One of the two that decide in turn decides for good; how long it took [s], None: it does already."""
        self._end_canary()
        if bundle != self.host.bundle.sha256:
            return self._change_over(why)
        if why != PROMOTED and self.before is not None:
            self.before.end()
            self.before = None
        return None

    def _end_canary(self) -> None:
        if self.canary is not None:
            self.canary = None
            self.host.journal.note(CANARY, None)

    def _watch(self, made: Made) -> None:
        """Go back by itself from rules that do as badly as nobody expected."""
        why = self._probation.event(made) if self._probation is not None else ""
        if not why:
            return
        self._probation = None
        try:
            self._gone_back(f"{WENT_BACK}{why}")
            self.gone_back = why
        except CannotSucceed as error:
            self.gone_back = f"{why}; but could not go back: {error}"

    def _follower(self, bundle: Bundle, looks_on: bool) -> Follower:
        """A new scribe that is told all that happened before it follows."""
        scribe = started(bundle, self.host.choices.limits)
        scribe.see_complete()
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


def _kept(host: Host) -> Canary | None:
    """Who decides in turn by the journal, after a restart."""
    plain = host.journal.noted(CANARY)
    return None if plain is None else Canary(**plain)


def differences(one: Bundle, other: Bundle) -> dict[str, list[str]]:
    """Decision point → the rule of each, where they are not the same with the same parameters."""
    plain = [rules_plain(bundle.settings.rules) for bundle in (one, other)]
    said = [{name: rule for name, rule in rules.items() if rule["rule"] != NONE} for rules in plain]
    return {
        decision: [_rule(rules.get(decision)) for rules in said]
        for decision in DECISIONS
        if said[0].get(decision) != said[1].get(decision)
    }


def other_points(one: Bundle, other: Bundle) -> str:
    """What is to be said where another bundle has rules at other decision points than one; empty: at the same."""
    here, there = (bundle.manifest.decisions for bundle in (one, other))
    lost = [decision for decision in DECISIONS if decision in here and decision not in there]
    new = [decision for decision in DECISIONS if decision in there and decision not in here]
    said = [f"it has no rule for {', '.join(lost)}"] if lost else []
    said += [f"it has rules for {', '.join(new)}, where none decides now"] if new else []
    names = [f"{bundle.manifest.name} version {bundle.manifest.version}" for bundle in (other, one)]
    return f"{names[0]} decides at other points than {names[1]}: {'; '.join(said)}" if said else ""


def too_many_bad(decisions: Mapping[str, Report], bearable: Bearable) -> str:
    """What is to be said where rules that looked on raised or were refused more often than can be borne; empty: nowhere."""
    return "; ".join(
        f"{decision} {_reasons(one)} in {one['bad']} of {one['asked']} questions, more than {100.0 * bearable.share:g} % of them"
        for decision, one in decisions.items()
        if bearable.exceeded(one["bad"], one["asked"])
    )


def _reasons(one: Report) -> str:
    raised = [f"raised {name}" for name in one["raised"]]
    refused = [f"was refused ({', '.join(one['guard_hits'])})"] if one["guard_hits"] else []
    return " or ".join([*raised, *refused])


def _rule(plain: Mapping[str, Any] | None) -> str:
    """A rule in a word or two."""
    if plain is None:
        return "none"
    parameters = ", ".join(f"{name}={value}" for name, value in plain["parameters"].items())
    return f"{plain['rule']}({parameters})" if parameters else str(plain["rule"])


def _soft_s(bundle: Bundle) -> dict[str, float]:
    return {decision: duty.soft_s for decision, duty in bundle.manifest.decisions.items()}


def _named(bundle: Bundle) -> Mapping[str, Any]:
    return {"name": bundle.manifest.name, "sha256": bundle.sha256, "version": bundle.manifest.version}
