"""May this host decide for this scenario? Asked before the first event, so that nothing is spoilt."""

import shlex
from collections.abc import Mapping

from policies.contract import chance
from policies.controller.registry import NONE
from policies.controller.settings import Settings
from policies.deploy import canonical, office
from policies.deploy.service import Status
from scenarios.remote.refusals import AlreadyBegun, OtherOffice, OtherRules, OwnClock, RulesChange, TwoInTurn
from scenarios.resolution.build import campus_of, settings_of, steps_of
from scenarios.study.arms import Arm
from twin.streams import Streams

REPLICATION = 0
"""The one a bundle is packed with."""


def see_that_it_fits(arm: Arm, seed: int, status: Status) -> None:
    """See that a host has the office and the rules of a scenario, and has heard nothing yet.

    Raises
    ------
    CannotDrive
        By one of its classes, saying what to do.
    """
    _see_one_set_of_rules(arm)
    settings = _settings(arm, seed)
    pack = f"pack it by: {_pack(arm, seed)}"
    if status.clock != "stepped":
        raise OwnClock(
            f'the host goes by its own clock ("{status.clock}"); start it stepped: the campus says what time it is'
        )
    wanted = canonical.digest(office.office_plain(settings))
    if status.office != wanted:
        raise OtherOffice(
            f"the host ({_bundle(status)}) decides for another office (digest {status.office[:16]}…) than that of "
            f"{arm.name} with seed {seed} ({wanted[:16]}…): other map, people, calendar, norm times or seed; {pack}"
        )
    rules = office.rules_plain(settings.rules)
    if status.rules != canonical.digest(rules):
        differing = _differing(rules, status)
        raise OtherRules(f"the host ({_bundle(status)}) decides by other rules than {arm.name}{differing}; {pack}")
    if status.shadow is not None and status.shadow.get("in_turn"):
        raise TwoInTurn(
            f"on this host two decide week by week in turn ({_bundle(status)} and {status.shadow.get('name')} version "
            f"{status.shadow.get('version')}), and a run is compared with the decisions of one: promote or roll back first, or tell the host by its doors"
        )
    if status.last:
        raise AlreadyBegun(
            f"the host has made {status.last} decisions already: a run begins with an empty record; "
            "start the host anew with an empty folder for its record"
        )


def _see_one_set_of_rules(arm: Arm) -> None:
    """A host has its rules from the first event on: as-is burnt in and changed later is another controller."""
    burn_in = arm.scenario().scenario.run.burn_in_days
    for step in steps_of(arm.scenario(), arm.base()):
        if step.rules and (burn_in or step.day):
            raise RulesChange(
                f"{arm.name} changes {', '.join(step.rules)} on day {burn_in + step.day}, and a host keeps its rules from its "
                "first event on: add --set run.burn_in_days=0 (and no later activation of rules), "
                "or drive a scenario that keeps the rules it is burnt in with"
            )


def _settings(arm: Arm, seed: int) -> Settings:
    scenario = arm.scenario()
    campus = campus_of(arm.base(), Streams(seed, REPLICATION))
    return settings_of(scenario, campus, chance.key(seed, REPLICATION, "office"))


def _pack(arm: Arm, seed: int) -> str:
    sets = [word for one in (*arm.sets, *arm.changes) for word in ("--set", one)]
    words = [
        "twin",
        "policy",
        "pack",
        arm.source,
        *sets,
        "--seed",
        str(seed),
        "--key",
        "K.key",
        "-o",
        "NAME-VERSION.bundle",
        "--without-evidence",
    ]
    return shlex.join(words)


def _bundle(status: Status) -> str:
    return f"{status.bundle.get('name', 'no name')} version {status.bundle.get('version', '?')}"


def _differing(wanted: Mapping[str, Mapping[str, object]], status: Status) -> str:
    """The decision points whose rules differ, as far as the host says what it decides by: names, and nothing of a point where none decides."""
    there = status.bundle.get("rules")
    if not isinstance(there, dict):
        return ""
    here = {point: choice["rule"] for point, choice in wanted.items() if choice["rule"] != NONE}
    points = [point for point in sorted({*here, *there}) if here.get(point) != there.get(point)]
    return f" ({', '.join(points)})" if points else " (the same by name, with other parameters)"
