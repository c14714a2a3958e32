"""What ``twin policy pack`` is going to do, looked at before a decision is recorded.

Recording takes seconds and the study that is named may be somebody else's: whatever can be known
beforehand is, and all that is wrong is told at once.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scenarios.cli.atonce import at_once
from scenarios.cli.envelope import WRONG_USAGE, Finish
from scenarios.cli.parameters import see_parameters

if TYPE_CHECKING:
    from policies.controller.settings import RuleChoice
    from policies.deploy.keys import PrivateKey
    from scenarios.deploy.evidence import Predicate
    from scenarios.deploy.recording import Recording
    from scenarios.study.arms import Arm

Wrong = tuple[type[Exception], ...]


@dataclass(slots=True)
class Request:
    """What was asked for on the command line."""

    key: Path
    bundle: Path
    sets: tuple[str, ...]
    seed: int | None
    evidence: str | None
    without_evidence: bool
    allow_refused: bool
    settings: Path | None
    events: Path | None
    wheels: tuple[Path, ...]
    out: Path


@dataclass(frozen=True, slots=True)
class Plan:
    """What goes into a bundle beside the decisions. ``said``: the evidence, but for the days that will be recorded."""

    record: "Callable[[], Recording]"
    said: "Predicate"
    plugins: Mapping[str, bytes]

    def of_days(self, days: int) -> "Predicate":
        """The evidence, once it is known how many days were recorded."""
        return {**self.said, "golden": {**self.said["golden"], "days": days}}


def planned(scenario: str | None, asked: Request, wrong: Wrong) -> Plan:
    """Find the rules, their evidence and their wheels; nothing is run.

    Raises
    ------
    Finish
        With everything that is wrong.
    """
    see_consistent(scenario, asked)
    return _of_log(asked, wrong) if scenario is None else _of_scenario(scenario, asked, wrong)


def see_consistent(scenario: str | None, asked: Request) -> None:
    """See that what was asked for goes together.

    Raises
    ------
    Finish
        If it does not.
    """
    wrong = [message for message, found in _clashes(scenario, asked) if found]
    if wrong:
        raise Finish(WRONG_USAGE, *wrong)


def _clashes(scenario: str | None, asked: Request) -> Iterator[tuple[str, bool]]:
    """What does not go together, and whether it was asked for."""
    log = asked.settings is not None
    yield "expected either a SCENARIO or --settings FOLDER with --events FILE", (scenario is None) != log
    yield (
        "--settings FOLDER and --events FILE go together: an office, and what it was told",
        log != (asked.events is not None),
    )
    yield (
        "--evidence and --without-evidence exclude each other: leave one away",
        asked.evidence is not None and asked.without_evidence,
    )
    sets = bool(asked.sets) or asked.seed is not None
    yield "--set and --seed belong to a SCENARIO; change the files of --settings instead", log and sets
    yield "a study measures scenarios, not a log of events: add --without-evidence", log and not asked.without_evidence


def see_not_another(bundle: Path, plan: Plan, key: "PrivateKey") -> None:
    """See that a bundle that is there may be the very one that is going to be made: a version is released once.

    Raises
    ------
    Finish
        If it cannot be: signed by another key, of other evidence, with other wheels, or no bundle at all.
    """
    from policies.deploy import canonical
    from policies.deploy.bundle import open_bundle
    from policies.deploy.packing import wheels_of
    from policies.deploy.refusals import Refused

    if not bundle.exists():
        return
    try:
        there = open_bundle(bundle, [key.public])
    except Refused:
        raise another(bundle) from None
    except OSError as error:
        raise Finish(WRONG_USAGE, f"cannot read {bundle}: {error.strerror}") from error
    said = plan.of_days(there.statement.predicate["golden"].get("days"))
    wheels = {name: there.members[name] for name in there.manifest.wheels}
    if canonical.text(said) != canonical.text(dict(there.statement.predicate)) or wheels != wheels_of(plan.plugins):
        raise another(bundle)


def another(bundle: Path) -> Finish:
    """What is said where a version was released already, as something else."""
    return Finish(
        WRONG_USAGE, f"{bundle} is there and holds something else: a version is released once; raise its number"
    )


def _of_scenario(scenario: str, asked: Request, wrong: Wrong) -> Plan:
    from scenarios.deploy.evidence import predicate
    from scenarios.deploy.from_twin import record
    from scenarios.resolution.build import rules_of
    from scenarios.study.arms import arm_of

    try:
        arm = arm_of(scenario, asked.sets)
    except wrong as error:
        at_once(wrong, partial(_again, error), partial(_see_study, asked), partial(_contents, asked.wheels, wrong))
        raise
    resolved = arm.scenario()
    study, plugins = at_once(
        wrong, partial(_evidence, arm, asked), partial(_wheels, asked.wheels, rules_of(resolved), wrong)
    )
    seed = resolved.scenario.run.seed if asked.seed is None else asked.seed
    said = predicate(arm, {"replication": 0, "seed": seed}, study)
    return Plan(partial(record, resolved, seed), said, plugins)


def _of_log(asked: Request, wrong: Wrong) -> Plan:
    from policies.deploy import canonical, office
    from scenarios.deploy.evidence import predicate_of_log
    from scenarios.deploy.from_log import opened

    assert asked.settings is not None
    assert asked.events is not None
    try:
        log = opened(asked.settings, asked.events)
    except OSError as error:
        raise Finish(WRONG_USAGE, f"cannot read {error.filename}: {error.strerror}") from error
    see_parameters(log.rules.items())
    digest = canonical.digest(office.to_plain(log.settings()))
    said = predicate_of_log(asked.settings.resolve().name, digest, {"log": asked.events.name})
    return Plan(log.record, said, _wheels(asked.wheels, log.rules, wrong))


def _again(error: Exception) -> None:
    raise error


def _see_study(asked: Request) -> None:
    """See that there is the study whose evidence is asked for, if its scenario is not known."""
    from scenarios.study.studies import study_named

    if asked.evidence is not None:
        study_named(asked.evidence, asked.out)


def _evidence(arm: "Arm", asked: Request) -> dict[str, Any] | None:
    """What the kept study says of a scenario; None: it is packed without."""
    from scenarios.cli.report import opened
    from scenarios.deploy.evidence import measured, other_incumbent, study_about
    from scenarios.gate.kept import kept as ruling_of
    from scenarios.study.validity import notices

    if asked.without_evidence:
        return None
    kept, name = study_about(arm, asked.evidence, asked.out)
    shown, study, _, warnings = opened(str(kept.folder), asked.out)
    baseline = next(one for one in study.arms if one.name == shown.found.baseline)
    for warning in (*warnings, *other_incumbent(arm, baseline)):
        click.echo(f"warning: {warning}", err=True)
    said = measured(shown.found, study, name, notices([one.scenario() for one in study.arms]))
    digests = {one.name: one.digest for one in study.arms}
    return {**said, "gate": ruling_of(kept.folder, digests, len(said["replications"]))}


def _wheels(paths: tuple[Path, ...], rules: "Mapping[str, RuleChoice]", wrong: Wrong) -> dict[str, bytes]:
    """The wheels of plug-ins, as many as the rules need and no more; the libraries they need are here."""
    from policies.deploy.packing import needs_of, see_provided

    plugins = _contents(paths, wrong)
    at_once(wrong, partial(see_provided, rules, plugins), partial(needs_of, rules))
    return plugins


def _contents(paths: tuple[Path, ...], wrong: Wrong) -> dict[str, bytes]:
    """Files by name; all that cannot be read are told."""
    read = at_once(wrong, *(partial(_content, path) for path in paths))
    return {path.name: content for path, content in zip(paths, read, strict=True)}


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Finish(WRONG_USAGE, f"cannot read {path}: {error.strerror}") from error
