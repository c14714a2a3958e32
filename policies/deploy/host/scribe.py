"""The scribe: a process that keeps the office's record by what was answered, and runs no rule.

Every event that was decided is told to it with the notes of what the rules answered; it goes through
the same desks and guards and makes the commands. A process that does run the rules, the **decider**, is forked off it: in
milliseconds, at the latest event, as clean as the scribe itself. A decider that hangs, leaks or dies
takes nothing with it, and one that breaks its own guards only breaks its own: what counts are the
scribe's commands.

Messages (``do``): ``play`` an event by notes → commands; ``begin`` with an empty record and ``era``: other
rules hold from now on, by what they declare; ``fork`` a decider → its process, and its end of a line beside the message; ``where``: the last number. Runs in
an interpreter that has a bundle's wheels on its path and nothing else of ours.
"""

import ctypes
import importlib
import os
import resource
import shutil
import signal
import socket
import sys
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, final

from policies import __version__
from policies.contract.decisions import DECISIONS
from policies.controller import registry
from policies.controller.centre import CommandCentre
from policies.controller.fallback import FirstCome
from policies.controller.settings import Settings
from policies.deploy import canonical, messages, office, rules_file, schema
from policies.deploy.host.asked import (
    Asking,
    Declared,
    behind_glass,
    fallback_behind_glass,
    forbid_forks,
    watch_the_time,
)
from policies.deploy.host.line import HungUp, Line
from policies.deploy.members import OFFICE, RULES

PROTOCOL: Final = 1
"""Of what is said between the host and its workers: a bundle packed with another one is packed again."""
PR_SET_PDEATHSIG: Final = 1
STATM: Final = Path("/proc/self/statm")
RESIDENT: Final = 1
DATA: Final = 5
"""Columns of it (proc(5)): resident memory; data and stack."""


@final
class Desk:
    """An office in one process: its command centre, and how its rules are asked."""

    def __init__(self, settings: Settings, declared: Mapping[str, Declared]) -> None:
        self.settings = settings
        self.asking = Asking(script=deque())
        self._asked = behind_glass(declared, self.asking)
        self.centre = CommandCentre(settings, self._asked)
        self.centre.dispatch.fallback = fallback_behind_glass(FirstCome(), self.asking)
        self.asking.record = self.centre.record
        self.number = 0

    def era(self, declared: Mapping[str, Declared]) -> None:
        """Other rules decide from now on."""
        self._asked = behind_glass(declared, self.asking)
        self.centre.take_over(self._asked)

    def play(self, message: Mapping[str, Any]) -> list[dict[str, Any]]:
        """An event by its notes; without any, by the fallbacks alone. The commands it is answered with."""
        asking = self.asking
        asking.script = deque(message["notes"]) if message["notes"] is not None else None
        asking.notes, asking.withheld = [], message.get("withheld", {})
        event, now = messages.observed(message["seen"])
        commands = messages.decision(self.centre.handle(event, now))
        self.number += 1
        return commands

    def go_live(self, rules: Mapping[str, Any], hard_s: Mapping[str, float]) -> None:
        """From now on rules are asked; nobody who waits is lost, and what is new stays new."""
        asking = self.asking
        asking.script, asking.hard_s = None, hard_s
        self._put_on(rules)

    def look_on(self, rules: Mapping[str, Any], hard_s: Mapping[str, float]) -> None:
        """From now on rules are asked beside the notes, which answer."""
        self.asking.hard_s = hard_s
        self._put_on(rules)

    def _put_on(self, rules: Mapping[str, Any]) -> None:
        for decision, asked in self._asked.items():
            if asked is not None:
                asked.put_on(rules.get(decision))
        dispatch, waiting = self.centre.dispatch, self.centre.record.waiting
        if self._asked["dispatch"] is not None:  # it has a key now, by which those who wait are sorted in again
            fresh = list(waiting.fresh)
            dispatch.adopt(self._asked["dispatch"])
            waiting.fresh[:] = fresh


@final
class Worker:
    """The process: a desk, a line to the host, and the deciders forked off it."""

    def __init__(self, line: Line, folder: Path, needs: list[str]) -> None:
        self.line = line
        self.rules_chosen = rules_file.read((folder / RULES).read_bytes())
        self.rules = made(self.rules_chosen)
        settings = office.settings_of(canonical.parse((folder / OFFICE).read_bytes()), self.rules_chosen)
        self.declared = {decision: Declared.of(rule) for decision, rule in self.rules.items()}
        self.desk = Desk(settings, self.declared)
        self.lacking = _brought_in(needs)

    def run(self) -> None:
        """Answer the host until it hangs up."""
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        own = {decision: one.as_plain() for decision, one in self.declared.items()}
        hello = {
            "contract": schema.digests(), "declared": own, "lacking": self.lacking, "protocol": PROTOCOL, "version": __version__,
        }  # fmt: skip
        self.line.say(hello)
        while True:
            message = self.line.hear()
            do = message["do"]
            if do == "play":
                self._play(message)
            elif do == "catch_up":
                self.desk.asking.strict = True
                for one in message["events"]:
                    self.desk.play(one)
                self.desk.asking.strict = False
            elif do == "begin":
                self.desk = Desk(self.desk.settings, _declared(message))
            elif do == "era":
                self.desk.era(_declared(message))
            elif do == "where":
                self.line.say({"number": self.desk.number})
            elif do == "fork":
                self._fork(message)

    def _play(self, message: Mapping[str, Any]) -> None:
        """An event that breaks the office ends this process, which says so first: it is no death that came from outside."""
        try:
            commands = self.desk.play(message)
        except MemoryError:  # this machine's, and not the event's
            raise
        except Exception as error:
            self.line.say({"broke": type(error).__name__})
            raise
        self.line.say({"commands": commands, "notes": self.desk.asking.notes, "number": self.desk.number})

    def _fork(self, message: Mapping[str, Any]) -> None:
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if not pid:
            ours.close()
            self.line.close()
            self._be_decider(Line(theirs), message)
        theirs.close()
        self.line.say({"number": self.desk.number, "pid": pid}, (ours.fileno(),))
        ours.close()

    def _be_decider(self, line: Line, message: Mapping[str, Any]) -> None:
        try:
            os.setsid()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _end_with_the_scribe()
            _limit(message["memory_bytes"])
            watch_the_time()
            forbid_forks(self.desk.asking)
            Decider(line, self.desk, self.rules, message).run()
        finally:
            os._exit(0)


@final
class Decider:
    """The process that runs the rules. It announces whom it asks, so the host knows how long to wait."""

    def __init__(self, line: Line, desk: Desk, rules: Mapping[str, Any], message: Mapping[str, Any]) -> None:
        self.line = line
        self.desk = desk
        desk.asking.announce = self._announce
        self._pages = _pages(RESIDENT)
        (desk.look_on if message["looks_on"] else desk.go_live)(rules, message["hard_s"])

    def run(self) -> None:
        """Answer the host until it hangs up."""
        with suppress(HungUp):
            while True:
                message = self.line.hear()
                if message["do"] == "handle":
                    self._handle(message)
                elif message["do"] == "look":
                    self._look(message)

    def _handle(self, message: Mapping[str, Any]) -> None:
        asking = self.desk.asking
        asking.notes, asking.withheld = [], message["withheld"]
        event, now = messages.observed(message["seen"])
        commands = messages.decision(self.desk.centre.handle(event, now))
        self.line.say({"commands": commands, "notes": asking.notes, "grown_bytes": self._grown()})

    def _look(self, message: Mapping[str, Any]) -> None:
        asking = self.desk.asking
        asking.peeked = []
        self.desk.play(message)
        self.line.say({"notes": asking.peeked, "grown_bytes": self._grown()})

    def _grown(self) -> int:
        return (_pages(RESIDENT) - self._pages) * resource.getpagesize()

    def _announce(self, decision: str) -> None:
        self.line.say({"asks": decision})


def _brought_in(needs: list[str]) -> list[str]:
    """Import modules, once for every decider to come: no first question waits for a library. A line for each that will not come in."""
    lacking = []
    for module in needs:
        try:
            importlib.import_module(module)
        except (Exception, SystemExit) as error:
            lacking.append(f"the module {module!r} that a rule requires cannot be imported here: {error!r}")
    return lacking


def _declared(message: Mapping[str, Any]) -> dict[str, Declared]:
    return {decision: Declared(**one) for decision, one in message["declared"].items()}


def made(chosen: Mapping[str, Any]) -> dict[str, Any]:
    """The chosen rules themselves, by decision point; where none decides, nothing."""
    rules = {
        decision: registry.make(decision, chosen[decision].name, chosen[decision].parameters)
        for decision in DECISIONS
        if decision in chosen
    }
    return {decision: rule for decision, rule in rules.items() if rule is not None}


def main(file: int, folder: str, needs: list[str]) -> None:
    """Be a scribe for the host at the other end of an open file."""
    sys.stdout = sys.stderr
    try:
        with suppress(HungUp):
            Worker(Line(socket.socket(fileno=file)), Path(folder), needs).run()
    finally:  # a host that was killed cannot do it
        shutil.rmtree(folder, ignore_errors=True)


def _limit(memory_bytes: int) -> None:
    """What a rule may take: so much memory beyond what is there, and no dump of it when it fails."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):
        most = _pages(DATA) * resource.getpagesize() + memory_bytes
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _end_with_the_scribe() -> None:
    """Where the system can (Linux), a decider that hangs ends when its scribe does."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _pages(column: int) -> int:
    """Memory of this process in pages, as Linux counts it; 0 where it is not counted."""
    try:
        return int(STATM.read_bytes().split()[column])
    except OSError:
        return 0
