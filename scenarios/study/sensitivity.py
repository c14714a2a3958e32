"""A sensitivity study: two scenarios in worlds with one assumption moved, screened first, then looked at closely.

Every assumption is looked at with few replications; the most sensitive ones are followed up with
fresh replications, so that what made an assumption look large is not what its bar stands on. Each
moved world is burnt in anew, and both scenarios are forked from that state.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from results import sensitivity as tornado
from results.kpis import spec
from results.sensitivity import Screened, Sensitivity, World
from scenarios.problems import ScenarioProblems, did_you_mean
from scenarios.resolution.assumptions import ENDS, Assumption, End, Unmoved, assumptions, settings
from scenarios.study.arms import Arm, ArmError, arm_of
from scenarios.study.experiment import Findings, Study
from scenarios.study.sources import code_version
from scenarios.study.studies import SENSITIVITY

FILE: Final = "sensitivity.json"
Conduct = Callable[[Study], Findings]


class NoSuchAssumption(ArmError):
    """A pattern that fits no assumption that can be moved."""


@dataclass(frozen=True, slots=True)
class Move:
    """An assumption at one end of its range, with the arms of the study that live in that world."""

    assumption: Assumption
    end: End
    arms: tuple[Arm, ...]


@dataclass(slots=True)
class Plan:
    """What is to be looked at.

    Parameters
    ----------
    central : the study as assumed, with at most two scenarios; its replications are those of the bars
    top : how many assumptions are followed up
    screen : replications every assumption is looked at with; 0: all are followed up at once
    """

    central: Study
    kpi: str
    top: int
    screen: int
    moves: list[Move] = field(default_factory=list)
    unmoved: list[Unmoved] = field(default_factory=list)

    @property
    def screened(self) -> bool:
        """Whether there are more assumptions than are followed up."""
        return self.screen > 0 and len({move.assumption.key for move in self.moves}) > self.top


def plan(central: Study, kpi: str, patterns: Sequence[str] = (), top: int = 10, screen: int = 2) -> Plan:
    """Find the assumptions of the baseline and resolve every moved world.

    Parameters
    ----------
    patterns : only assumptions whose key fits one (``work.*``); empty: all

    Raises
    ------
    NoSuchAssumption
        If a pattern fits none, with the nearest there is.
    """
    it = central.arms[0].scenario()
    found, unmoved = assumptions(it)
    see_known(central, patterns)
    wanted = [one for one in found if not patterns or any(fnmatchcase(one.key, p) or one.key == p for p in patterns)]
    made = Plan(central, kpi, top, screen, unmoved=unmoved)
    for one in wanted:
        for end in ENDS:
            moved = settings(it, one, end)
            try:
                if moved:
                    made.moves.append(Move(one, end, tuple(_moved(arm, one.key, end, moved) for arm in central.arms)))
            except ScenarioProblems as refused:
                made.unmoved.append(Unmoved(f"{one.key} → {one.range.told(end)}", str(refused.problems[0])))
    return made


def study(planned: Plan, conduct: Conduct) -> tuple[Sensitivity, list[Findings]]:
    """Run what is missing, screen, follow up, and write what was found beside the runs.

    Parameters
    ----------
    conduct : runs what is missing of a study
    """
    screening = list(range(planned.screen)) if planned.screened else []
    found, ranked = [], []
    moves = planned.moves
    if screening:
        found.append(conduct(_study(planned, moves, len(screening))))
        ranked = tornado.rank(_assumed(planned, found[0], screening), _worlds(planned, moves, found[0], screening))
        kept = {key for key, _ in ranked[: planned.top]}
        moves = [move for move in moves if move.assumption.key in kept]
    fresh = list(range(len(screening), len(screening) + planned.central.replications))
    whole = _study(planned, moves, len(screening) + len(fresh))
    found.append(conduct(whole))
    told = _told(planned, moves, found[-1], fresh)
    told.screening = screening
    told.screened = _left_behind(planned, ranked[planned.top :])
    whole.store.write_text(FILE, json.dumps(told.as_data(), ensure_ascii=False, indent=1) + "\n")
    return told, found


def kept_in(folder: Path) -> Sensitivity | None:
    """What a sensitivity study of this study has found; None if none was made.

    Raises
    ------
    ValueError
        If the file is of another format.
    """
    path = folder / SENSITIVITY / FILE
    return tornado.from_data(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


def see_known(central: Study, patterns: Sequence[str]) -> None:
    """See that every pattern fits an assumption of the baseline.

    Raises
    ------
    NoSuchAssumption
        If one fits none, with the nearest there is.
    """
    keys = [one.key for one in assumptions(central.arms[0].scenario())[0]]
    wrong = [p for p in patterns if not any(fnmatchcase(key, p) or key == p for key in keys)]
    if wrong:
        known = f"one of the {len(keys)} that can be moved, such as {', '.join(keys[:3])}, or a pattern such as work.*"
        raise NoSuchAssumption(
            "\n".join(f'no assumption fits "{one}"{did_you_mean(one, keys)}; expected {known}' for one in wrong)
        )


def _moved(arm: Arm, key: str, end: End, moved: tuple[str, ...]) -> Arm:
    name = re.sub(r"[^\w.]+", "all", key)
    return replace(arm_of(arm.source, (*arm.sets, *moved)), name=f"{arm.name}+{name}+{end}")


def _study(planned: Plan, moves: Sequence[Move], replications: int) -> Study:
    arms = [*planned.central.arms, *(arm for move in moves for arm in move.arms)]
    folder = planned.central.folder / SENSITIVITY
    return replace(planned.central, folder=folder, arms=arms, replications=replications, keep_resolved=False)


def _assumed(planned: Plan, findings: Findings, replications: Sequence[int]) -> dict[str, NDArray[np.float64]]:
    return {arm.name: _values(findings, arm, planned.kpi, replications) for arm in planned.central.arms}


def _worlds(planned: Plan, moves: Sequence[Move], findings: Findings, replications: Sequence[int]) -> list[World]:
    names = [arm.name for arm in planned.central.arms]
    return [
        World(
            move.assumption.key, move.end, move.assumption.range.told(move.end),
            {name: _values(findings, arm, planned.kpi, replications) for name, arm in zip(names, move.arms, strict=True)},
        )
        for move in moves
    ]  # fmt: skip


def _values(findings: Findings, arm: Arm, kpi: str, replications: Sequence[int]) -> NDArray[np.float64]:
    """The figure of each replication; NaN where the run failed or has no such figure."""
    runs = findings.cells[arm.name]
    return np.array(
        [
            next((row.value for row in runs[one].kpis if row.kpi == kpi), np.nan) if one in runs else np.nan
            for one in replications
        ]
    )


def _told(planned: Plan, moves: Sequence[Move], findings: Findings, replications: list[int]) -> Sensitivity:
    central = planned.central
    assumed = _assumed(planned, findings, replications)
    notes: Mapping[str, tuple[str, str]] = {
        m.assumption.key: (m.assumption.value, m.assumption.note) for m in planned.moves
    }
    judged, bars = tornado.bars_of(planned.kpi, assumed, _worlds(planned, moves, findings, replications), notes)
    about: dict[str, Any] = {
        "kpi": planned.kpi, "unit": spec(planned.kpi).unit, "scenarios": list(assumed), "level": 0.95,
        "seed": central.seed, "code": code_version(), "settings": list(central.arms[0].sets),
        "digests": {arm.name: arm.digest for arm in central.arms},
    }  # fmt: skip
    return Sensitivity(
        **about, screening=[], replications=replications, levels=tornado.levels_of(assumed), judged=judged, bars=bars,
        unmoved=[(one.key, one.why) for one in planned.unmoved],
    )  # fmt: skip


def _left_behind(planned: Plan, ranked: Sequence[tuple[str, float]]) -> list[Screened]:
    values = {move.assumption.key: move.assumption.value for move in planned.moves}
    return [Screened(key, values[key], change) for key, change in ranked]
