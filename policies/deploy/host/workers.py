"""The host's ends of its workers: a scribe that is started, deciders that are forked off it.

WorkerFailed           one that hangs, dies or talks nonsense; it is not asked again
"""

import os
import signal
import socket
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any, Final, final

from policies.deploy.bundle import Bundle
from policies.deploy.fresh import command, lay_out, see_needs_met
from policies.deploy.host.answers import Note
from policies.deploy.host.line import HungUp, Line, Silence
from policies.deploy.host.scribe import PROTOCOL
from policies.deploy.messages import KIND
from policies.deploy.refusals import GoldenDiffers, NeedsUnmet, OtherContract

Plain = Mapping[str, Any]
OVER_BUDGET: Final = "OverBudget"
DIED: Final = "Died"
BROKE: Final = "Broke"
"""A scribe that could not take an event, and said so before it ended: with the next one it would be the same."""
CHUNK: Final = 512
"""Events of a message to a scribe that catches up."""


class WorkerFailed(RuntimeError):
    """A worker that hangs, dies or talks nonsense. ``decision``: whose rule was asked last, or ""."""

    def __init__(self, why: str, decision: str = "") -> None:
        super().__init__(f"{why} ({decision or 'no rule was asked'})")
        self.why = why
        self.decision = decision


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker may take.

    ``grace_s``: after a hard budget, until a rule that could not be interrupted is ended with its process;
    ``idle_s``: an event that asks no rule; ``start_s``: start of a scribe; ``memory_bytes``: what rules may take,
    half of which makes the host replace their process.
    """

    grace_s: float = 0.2
    idle_s: float = 2.0
    start_s: float = 60.0
    memory_bytes: int = 512 * 2**20


@dataclass(frozen=True, slots=True)
class Answer:
    """What a decider answered: commands, what each rule said, growth of its memory since it was forked."""

    commands: list[dict[str, Any]]
    notes: list[Note]
    grown_bytes: int = 0


@final
class Patience:
    """How long an answer is waited for: for each question its hard budget, for all of an event one of each kind it asks."""

    def __init__(self, hard_s: Mapping[str, float], limits: Limits) -> None:
        self._hard_s = hard_s
        self._limits = limits
        self._kinds: dict[str, float] = {}
        self._began = monotonic()
        self._until = self._began + limits.idle_s

    def asks(self, decision: str) -> None:
        """A rule is asked now. Asking the same one again and again buys no more time than one may take."""
        hard = self._kinds.setdefault(decision, self._hard_s.get(decision, self._limits.idle_s))
        self._until = min(monotonic() + hard, self._began + sum(self._kinds.values())) + self._limits.grace_s

    def left_s(self) -> float:
        """Seconds that are left, at least none."""
        return max(0.0, self._until - monotonic())


@final
class Decider:
    """A process that runs the rules of a bundle."""

    def __init__(self, line: Line, pid: int, hard_s: Mapping[str, float], limits: Limits) -> None:
        self.line = line
        self.pid = pid
        self.hard_s = hard_s
        self.limits = limits

    def handle(self, seen: Plain, withheld: Mapping[str, str]) -> Answer:
        """Its answer to an event; of ``withheld`` decision points, the fallback's.

        Raises
        ------
        WorkerFailed
            If there is none in time.
        """
        return self._asked({"do": "handle", "seen": seen, "withheld": dict(withheld)})

    def look(self, seen: Plain, notes: Sequence[Note]) -> Answer:
        """What its rules would have answered where the notes did.

        Raises
        ------
        WorkerFailed
            As ``handle``.
        """
        return self._asked({"do": "look", "notes": list(notes), "seen": seen})

    def kill(self) -> None:
        """End it and all it started; whoever waits for its answer hears that it is gone."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def end(self) -> None:
        """End it, and hang up."""
        self.line.close()
        self.kill()

    def _asked(self, message: Plain) -> Answer:
        asked = ""
        patience = Patience(self.hard_s, self.limits)
        try:
            self.line.say(message)
            while "asks" in (said := self.line.hear(patience.left_s())):
                asked = str(said["asks"])
                patience.asks(asked)
            return _answer_of(said)
        except Silence as error:
            raise WorkerFailed(OVER_BUDGET, asked) from error
        except (HungUp, AttributeError, KeyError, TypeError, ValueError) as error:
            raise WorkerFailed(DIED, asked) from error


@dataclass(slots=True)
class Scribe:
    """A process that keeps the record; ``number``: the last event it was told, ``eras``: changes of rules it was told.

    ``lacking``: modules its rules require that will not come in, a line each.
    """

    bundle: Bundle
    line: Line
    process: "subprocess.Popen[bytes]"
    folder: "TemporaryDirectory[str]"
    limits: Limits
    declared: Mapping[str, Plain] = field(default_factory=dict)
    lacking: Sequence[str] = ()
    number: int = 0
    eras: int = 0

    @property
    def hard_s(self) -> dict[str, float]:
        """Hard budgets of the bundle's rules [s]."""
        return {decision: duty.hard_s for decision, duty in self.bundle.manifest.decisions.items()}

    def play(self, seen: Plain, notes: Sequence[Note]) -> Answer:
        """An event by its notes: the commands it is answered with.

        Raises
        ------
        WorkerFailed
            If the office cannot take the event (``BROKE``), or the scribe is gone.
        """
        return self._play({"do": "play", "notes": list(notes), "seen": seen})

    def fall_back(self, seen: Plain, withheld: Mapping[str, str]) -> Answer:
        """An event by the fallbacks alone; ``withheld`` says for each decision point why.

        Raises
        ------
        WorkerFailed
            As ``play``.
        """
        return self._play({"do": "play", "notes": None, "seen": seen, "withheld": dict(withheld)})

    def catch_up(self, events: Iterable[Plain]) -> None:
        """Events that were decided before, each with ``seen`` and ``notes``.

        Raises
        ------
        WorkerFailed
            If the scribe is gone.
        """
        left = iter(events)
        try:
            while chunk := list(islice(left, CHUNK)):
                self.line.say({"do": "catch_up", "events": chunk})
                self.number += len(chunk)
                self.line.say({"do": "where"})
                self._see_in_step(self.line.hear(self.limits.start_s))
        except (HungUp, Silence) as error:
            raise WorkerFailed(DIED) from error

    def begin(self, declared: Mapping[str, Plain]) -> None:
        """An empty record, and rules that declare this decide.

        Raises
        ------
        WorkerFailed
            If the scribe is gone.
        """
        self._say({"declared": dict(declared), "do": "begin"})
        self.number = self.eras = 0

    def era(self, declared: Mapping[str, Plain]) -> None:
        """Rules that declare this decide from the next event on.

        Raises
        ------
        WorkerFailed
            If the scribe is gone.
        """
        self._say({"declared": dict(declared), "do": "era"})
        self.eras += 1

    def see_complete(self) -> None:
        """See that all its rules require came in. Asked when a bundle comes, and not of one at work: its other rules decide on.

        Raises
        ------
        NeedsUnmet
            If something did not; the scribe is ended.
        """
        if self.lacking:
            self.end()
            raise NeedsUnmet("; ".join(self.lacking))

    def fork(self, looks_on: bool = False) -> Decider:
        """A decider that knows what the scribe knows.

        Raises
        ------
        WorkerFailed
            If the scribe is gone.
        """
        asked = {
            "do": "fork", "hard_s": self.hard_s, "looks_on": looks_on, "memory_bytes": self.limits.memory_bytes,
        }  # fmt: skip
        try:
            self.line.say(asked)
            said = self.line.hear(self.limits.idle_s)
            line = Line(socket.socket(fileno=self.line.file()), say_s=self.limits.idle_s)
        except (HungUp, Silence) as error:
            raise WorkerFailed(DIED) from error
        self._see_in_step(said)
        return Decider(line, said["pid"], self.hard_s, self.limits)

    def end(self) -> None:
        """End it."""
        self.line.close()
        self.process.kill()
        self.process.wait()
        self.folder.cleanup()

    def _say(self, message: Plain) -> None:
        try:
            self.line.say(message)
        except HungUp as error:
            raise WorkerFailed(DIED) from error

    def _play(self, message: Plain) -> Answer:
        try:
            self.line.say(message)
            said = self.line.hear(self.limits.idle_s)
        except (HungUp, Silence) as error:
            raise WorkerFailed(DIED) from error
        if "broke" in said:
            raise WorkerFailed(BROKE)
        self.number += 1
        self._see_in_step(said)
        return Answer(said["commands"], said["notes"])

    def _see_in_step(self, said: Plain) -> None:
        if said.get("number") != self.number:
            raise WorkerFailed(f"at event {said.get('number')}, expected {self.number}")


def _answer_of(said: Plain) -> Answer:
    """What a decider says, seen to be of the shape the host goes by: a rule may have taken its line from it.

    Raises
    ------
    TypeError, ValueError, KeyError
        If it is not.
    """
    answer = Answer(list(said.get("commands", ())), list(said["notes"]), int(said["grown_bytes"]))
    shaped = all(type(one[KIND]) is str for one in answer.commands) and all(
        type(note["of"]) is str and type(note.get("raised", "")) is str and type(note.get("s", 0.0)) is float
        for note in answer.notes
    )
    if not shaped:
        raise ValueError("no answer of a decider")
    return answer


def started(bundle: Bundle, limits: Limits) -> Scribe:
    """A scribe of a bundle that was verified, with an empty record.

    Raises
    ------
    Refused
        If a library it needs is not here (``NeedsUnmet``), it speaks otherwise than its manifest says or than
        is spoken here (``OtherContract``), or it does not come up (``GoldenDiffers``).
    """
    see_needs_met(bundle.manifest)
    folder = TemporaryDirectory(prefix="campus-twin-")
    lay_out(bundle.members, bundle.manifest, Path(folder.name))
    ours, theirs = socket.socketpair()
    modules = list(dict.fromkeys(name for duty in bundle.manifest.decisions.values() for name in duty.requires))
    words = (theirs.fileno(), folder.name, modules)
    process = subprocess.Popen(  # noqa: S603 (our own interpreter, our own program)
        command(bundle.manifest, Path(folder.name), "policies.deploy.host.scribe", *words),
        cwd=folder.name, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=(theirs.fileno(),),
        start_new_session=True,
    )  # fmt: skip
    theirs.close()
    scribe = Scribe(bundle, Line(ours, takes_files=True, say_s=limits.start_s), process, folder, limits)
    try:
        hello = scribe.line.hear(limits.start_s)
        if hello.get("protocol") != PROTOCOL or hello.get("contract") != dict(bundle.manifest.contract):
            raise OtherContract("its wheel speaks to the host otherwise than is spoken here: pack it again")
    except (HungUp, Silence) as error:
        scribe.end()
        raise GoldenDiffers(f"its wheel does not come up ({error})") from error
    except OtherContract:
        scribe.end()
        raise
    scribe.declared, scribe.lacking = hello["declared"], hello.get("lacking", ())
    return scribe
