"""A decision by the controller alone: run in an environment that holds the policies wheel and nothing else."""

import importlib.util
from collections.abc import Collection
from datetime import date
from pathlib import Path

import policies
from policies.contract.calendar import Calendar
from policies.contract.commands import Assign
from policies.contract.events import DutyChanged, RequestRegistered
from policies.contract.views import Site, Technician
from policies.controller.centre import CommandCentre
from policies.controller.settings import RuleChoice, Settings

ABSENT = ("simpy", "numpy", "scipy", "mesa", "click", "pydantic", "twin", "scenarios", "results", "hardware_emul")


def decide() -> Assign:
    """Two idle electricians, one request: who is sent?"""
    people = [Technician(0, {"electrical": 2}, home=0), Technician(1, {"electrical": 2}, home=1)]
    centre = CommandCentre(
        Settings(
            site=Site([[0.0, 7.0], [7.0, 0.0]]),
            technicians=people,
            calendar=Calendar(date(2025, 9, 1)),
            rules={"dispatch": RuleChoice("nearest_idle")},
        )
    )
    for tech in people:
        centre.handle(DutyChanged(tech.id, True, "shift", 1050.0), 480.0)
    commands = centre.handle(RequestRegistered(0, 1, "electrical", 3, "app", 0, 490.0), 490.0)
    assigned = [command for command in commands if isinstance(command, Assign)]
    if len(assigned) != 1:
        raise SystemExit(f"expected one Assign, got {commands!r}")
    return assigned[0]


def see_bare(brought: Collection[str] = ()) -> None:
    """Nothing else is here, but what a library of an extra ``brought`` along."""
    present = [name for name in ABSENT if name not in brought and importlib.util.find_spec(name) is not None]
    if present:
        raise SystemExit(f"not a bare environment: {', '.join(present)} can be imported")


def main() -> None:
    """Nothing else is here, and the nearer of the two is sent."""
    see_bare()
    command = decide()
    if command.tech != 1:
        raise SystemExit(f"expected technician 1, who stands in the building, got {command!r}")
    print(f"policies {policies.__version__} alone, from {Path(policies.__file__).parent.parent.name}: {command!r}")


if __name__ == "__main__":
    main()
