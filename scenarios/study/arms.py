"""The arms of a study: scenarios by source and settings, each with the digests that name its cells.

An arm travels to workers, and lies in the results folder, as the recipe by which a scenario is
resolved; whoever resolves it again checks that it still gives the same scenario.

    ValueError
    └── ArmError
        ├── NameTaken        two different scenarios of one name in one study
        ├── OtherPeriod      scenarios that do not measure the same days cannot be compared
        └── ScenarioChanged  the files no longer give the scenario a cell was computed from
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from policies.controller import registry
from scenarios.problems import Problem, ScenarioProblems
from scenarios.resolution.resolve import Resolved, resolve
from scenarios.study.burnin import root_of
from scenarios.study.cells import digest_of
from scenarios.study.sources import rule_digests

NOT_CAUSES = ("name", "title", "title_zh", "about", "extends", "measures", "kind")
"""Keys of a scenario on which no number depends."""
NOT_CAUSES_OF_A_RUN = ("seed", "replications", "benchmark_source")
"""Keys of its run that a cell names by itself, or that no number depends on."""


class ArmError(ValueError):
    """Something about the scenarios of a study."""


class NameTaken(ArmError):
    """Two different scenarios of one name."""


class OtherPeriod(ArmError):
    """Scenarios that do not measure the same days."""


class ScenarioChanged(ArmError):
    """The files give another scenario than the one a cell was computed from."""


@dataclass(frozen=True, slots=True)
class Arm:
    """One scenario of a study. ``digest`` names it, ``base_digest`` what it is burnt in with.

    ``sets``: settings that hold from the burn-in on; ``measures`` and ``changes`` (settings too): from the fork on.
    """

    name: str
    source: str
    sets: tuple[str, ...]
    digest: str
    base_digest: str
    measures: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()

    def scenario(self) -> Resolved:
        """The scenario, resolved.

        Raises
        ------
        ScenarioChanged
            If the files have changed since the arm was made.
        """
        found = _resolved(self.source, self.measures, self.sets + self.changes)
        if cause_of(found) != self.digest:
            raise ScenarioChanged(
                f"{self.source} no longer gives the scenario that was asked for (digest {self.digest}): "
                "its files have changed; run again"
            )
        return found

    def base(self) -> Resolved:
        """The as-is it is burnt in with, resolved."""
        return _base(self.source, self.sets)


def arms_of(sources: Sequence[str], sets: Sequence[str] = ()) -> list[Arm]:
    """Resolve every scenario of a study, in the order given.

    Raises
    ------
    ScenarioProblems
        With every problem of every scenario.
    NameTaken
        If two different scenarios bear one name.
    """
    arms: dict[str, Arm] = {}
    problems: list[Problem] = []
    for source in dict.fromkeys(sources):
        try:
            arm = arm_of(source, tuple(sets))
        except ScenarioProblems as error:
            problems += error.problems
            continue
        if arms.setdefault(arm.name, arm).digest != arm.digest:
            raise NameTaken(f'two different scenarios are named "{arm.name}": {arms[arm.name].source} and {source}')
    if problems:
        raise ScenarioProblems(problems)
    return list(arms.values())


def arm_of(
    source: str, sets: tuple[str, ...] = (), measures: tuple[str, ...] = (), changes: tuple[str, ...] = (), name: str = "",
) -> Arm:  # fmt: skip
    """One scenario as an arm, named after its source unless a name is given."""
    scenario, base = _resolved(source, measures, sets + changes), _base(source, sets)
    named = name or slug(_name(source, scenario))
    cause = cause_of(scenario)
    return Arm(named, source, sets, cause, cause if base is scenario else cause_of(base), measures, changes)


def recipe(arm: Arm, *, resolved: bool = True) -> dict[str, Any]:
    """An arm as it is kept beside its cells: how it was resolved, and (unless left out) to what."""
    kept = {
        "format": "twin/scenario@1",
        "source": _where(arm.source),
        "settings": list(arm.sets),
        "measures": [_where(one) for one in arm.measures],
        "changes": list(arm.changes),
    }
    if not resolved:
        return kept
    found = arm.scenario()
    return {**kept, "resolved": found.values(), "unsaid": unsaid(found)}


def arm_again(kept: Mapping[str, Any], name: str) -> Arm:
    """The arm of a recipe, resolved anew; whether it is still the same is for the caller to see."""
    measures, changes = (tuple(kept.get(key, ())) for key in ("measures", "changes"))
    return arm_of(kept["source"], tuple(kept["settings"]), measures, changes, name)


def same_period(arms: Sequence[Arm]) -> None:
    """See that arms can be compared.

    Raises
    ------
    OtherPeriod
        Naming the first that measures other days than the baseline.
    """
    first = _period(arms[0])
    for arm in arms[1:]:
        if _period(arm) != first:
            raise OtherPeriod(
                f'"{arm.name}" measures {_period(arm)} but the baseline "{arms[0].name}" {first}: '
                "only the same days of the same length can be compared; set run.days and the like for all by --set"
            )


def cause_of(resolved: Resolved) -> str:
    """Digest of everything in a scenario that a number can depend on, plug-in rules' sources included [hex]."""
    values: dict[str, Any] = resolved.values()
    scenario = {k: v for k, v in values["scenario"].items() if k not in NOT_CAUSES}
    scenario["run"] = {k: v for k, v in scenario["run"].items() if k not in NOT_CAUSES_OF_A_RUN}
    beside = resolved.minutes_to, _hours(resolved), _plug_ins(scenario)
    return digest_of([scenario, values["campus"], values["tables"], *beside])


def unsaid(resolved: Resolved) -> dict[str, str]:
    """What a number depends on and no setting tells: what it is called → digest [hex]."""
    code = _plug_ins(resolved.scenario.model_dump(mode="json"))
    return {
        "the minutes between places": digest_of(resolved.minutes_to),
        "the service hours and holidays": digest_of(_hours(resolved)),
        **{f"the code of the rule {rule}": digest for rule, digest in code.items()},
    }


def slug(name: str) -> str:
    """A scenario's name as a folder can bear it."""
    return re.sub(r"[^\w.+-]+", "_", name).strip(".") or "scenario"


def _name(source: str, scenario: Resolved) -> str:
    """What was asked for by name keeps that name (a measure stands for the as-is with it)."""
    return scenario.name if Path(source).suffix else source


def _where(source: str) -> str:
    """A name, or a path that holds from everywhere."""
    return str(Path(source).resolve()) if Path(source).suffix else source


def _hours(resolved: Resolved) -> dict[str, Any]:
    days = range(resolved.horizon_days)
    return {name: [resolved.calendar.windows(name, d) for d in days] for name in sorted(resolved.calendar.weeks)}


def _plug_ins(scenario: dict[str, Any]) -> dict[str, str]:
    chosen = [(decision, table["rule"]) for decision, table in scenario["policies"].items()]
    return rule_digests([registry.rule_class(d, rule) for d, rule in chosen if rule != registry.NONE])


def _period(arm: Arm) -> str:
    run = arm.scenario().scenario.run
    return f"{run.days} days from {run.start} after {run.burn_in_days} of burn-in, {run.run_out_days} days run-out"


@lru_cache(maxsize=64)
def _resolved(source: str, measures: tuple[str, ...], sets: tuple[str, ...]) -> Resolved:
    return resolve(source, measures, sets)


def _base(source: str, sets: tuple[str, ...]) -> Resolved:
    """The root of the family, resolved once for all of it (and itself, where it stands in the study)."""
    return _resolved(root_of(source), (), sets)
