"""Scenarios against a baseline, pair by pair of replications, and against the targets of the plan.

Plain data in, plain data out: the command line and the page print what stands here.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import chain
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from policies.contract.plan import Target
from results.kpis import JUDGED, KPIS, spec
from results.rows import KpiRow
from results.statistics import (
    Interval,
    Paired,
    Standing,
    Verdict,
    against_the_best,
    harm,
    holm,
    mean_interval,
    paired,
    ratio_of_sums,
    tost,
    verdict,
    wilson,
)  # fmt: skip

Study = Mapping[str, Mapping[int, Sequence[KpiRow]]]
"""Scenario → replication → rows; the baseline is the first scenario."""
State = Literal["met", "undecided", "missed"]
GLYPHS: dict[State, str] = {"met": "✓", "undecided": "?", "missed": "✗"}
NAN = float("nan")


@dataclass(slots=True)
class Level:
    """A figure of a scenario: mean over replications with interval; ``pooled``: Σ numerator / Σ denominator.

    Of a quantile ``pooled`` is that of all orders together, by sections, where the study kept them.

    ``numerator`` and ``denominator`` are summed over the replications; ``numerator`` is NaN where
    the figure is no ratio.
    """

    scenario: str
    kpi: str
    unit: str
    mean: Interval
    pooled: Interval | None
    numerator: float
    denominator: float


@dataclass(slots=True)
class Attainment:
    """A scenario against a target: state by the interval of the mean, share of replications that meet it."""

    scenario: str
    kpi: str
    target: str
    clause: str
    limit: float
    at_least: bool
    unit: str
    level: Interval
    state: State
    met: int
    share_met: Interval


@dataclass(slots=True)
class Difference:
    """Scenario minus baseline of one figure, paired; ``p_adjusted`` after Holm over the family."""

    scenario: str
    kpi: str
    unit: str
    better: str
    n: int
    base: float
    other: float
    difference: float
    low: float
    high: float
    p: float
    p_adjusted: float
    margin: float | None
    p_equivalent: float
    verdict: Verdict
    correlation: float
    variance_ratio: float


@dataclass(frozen=True, slots=True)
class Doses:
    """Scenarios that have more or less of one thing, for a dose-response figure.

    ``of``: scenario → (line, dose); ``lines``: line → title; ``figures``: what is drawn. Titles in English, Chinese.
    """

    title: tuple[str, str]
    lines: Mapping[str, tuple[str, str]]
    of: Mapping[str, tuple[str, float]]
    figures: Sequence[str]


@dataclass(slots=True)
class Comparison:
    """Everything a report says about a study.

    ``family``: figures × scenarios Holm runs over. ``standings``: by figure with a target or ranked, every
    scenario against the best of the others; empty for less than three scenarios, where the
    difference says it all. ``runs``: by figure with a target and scenario, the value of each replication.
    """

    baseline: str
    scenarios: list[str]
    replications: list[int]
    level: float
    family: list[str]
    levels: list[Level]
    attainments: list[Attainment]
    differences: list[Difference]
    standings: dict[str, list[Standing]] = field(default_factory=dict)
    runs: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    doses: Doses | None = None

    def figure(self, scenario: str, kpi: str) -> Level:
        """One figure of one scenario.

        Raises
        ------
        KeyError
            If the study has no such figure.
        """
        for found in self.levels:
            if found.scenario == scenario and found.kpi == kpi:
                return found
        raise KeyError(f"no figure {kpi!r} of scenario {scenario!r} in this comparison")

    def difference(self, scenario: str, kpi: str) -> Difference:
        """One paired difference.

        Raises
        ------
        KeyError
            If it was not compared.
        """
        for found in self.differences:
            if found.scenario == scenario and found.kpi == kpi:
                return found
        raise KeyError(f"no difference of {kpi!r} for scenario {scenario!r} in this comparison")

    def has(self, scenario: str, kpi: str) -> bool:
        """Whether the study has a figure of a scenario."""
        return any(found.scenario == scenario and found.kpi == kpi for found in self.levels)

    def differences_of(self, kpi: str) -> list[Difference]:
        """Differences of one figure, in the order of the scenarios."""
        return [found for found in self.differences if found.kpi == kpi]

    def as_data(self) -> dict[str, Any]:
        """Nested dicts and lists for JSON; not-a-number and infinity become None."""
        data: dict[str, Any] = _plain(asdict(self))
        data.pop("doses")
        return data


def compare(
    study: Study,
    *,
    kpis: Sequence[str] | None = None,
    level: float = 0.95,
    margins: Mapping[str, float] | None = None,
    ranked: Sequence[str] = (),
) -> Comparison:
    """Compare every scenario with the first one.

    Parameters
    ----------
    study : scenario → replication → rows of ``measure``; only replications every scenario has count
    kpis : figures that are judged (the family of Holm's correction); None: the registry's judged ones
    margins : equivalence margins that replace the registry's, in the unit of the figure
    ranked : figures in which the best is looked for, besides those with a target

    Raises
    ------
    ValueError
        If there is no scenario, or no replication all scenarios share.
    KeyError
        For a figure the registry does not know.
    """
    scenarios = list(study)
    if not scenarios:
        raise ValueError("nothing to compare: expected at least the baseline scenario")
    replications, warnings = _shared_replications(study)
    values = _Values(study, replications)
    wanted = list(JUDGED if kpis is None else kpis)
    for name in wanted:
        spec(name)
    family = [name for name in wanted if name in values.figures]
    tested = _tested(values, scenarios, family, level)
    differences = _differences(values, tested, level, margins or {})
    warnings += _harmed(tested, 1.0 - level)
    return Comparison(
        baseline=scenarios[0],
        scenarios=scenarios,
        replications=replications,
        level=level,
        family=family,
        levels=[values.level(s, k, level) for s in scenarios for k in values.figures if values.has(s, k)],
        attainments=_attainments(values, scenarios, level),
        differences=differences,
        standings=_standings(values, scenarios, level, ranked),
        runs={kpi: {s: values.of(s, kpi).tolist() for s in scenarios} for kpi in _with_target(values)},
        warnings=warnings,
    )


class _Values:
    """Rows of a study by scenario and figure, one place a replication (NaN where a run has none)."""

    def __init__(self, study: Study, replications: Sequence[int]) -> None:
        self.units: dict[str, str] = {}
        self.n = len(replications)
        self._values: dict[tuple[str, str], NDArray[np.float64]] = {}
        for scenario, runs in study.items():
            for figures, columns in _alike([runs[replication] for replication in replications]).items():
                self._take(scenario, figures, columns)
        place_of = {name: place for place, name in enumerate(KPIS)}
        self.figures = sorted(self.units, key=lambda name: (place_of.get(name.partition(":")[0], len(KPIS)), name))

    def _take(self, scenario: str, figures: "Figures", columns: "dict[int, tuple[Column, ...]]") -> None:
        """Runs that have the same figures, all at once; a column holds a number of each figure."""
        flat = chain.from_iterable(chain.from_iterable(columns.values()))
        table = np.fromiter(flat, np.float64, len(columns) * 3 * len(figures[0])).reshape(len(columns), 3, -1)
        places = list(columns)
        for number, (kpi, unit) in enumerate(zip(*figures, strict=True)):
            self.units.setdefault(kpi, unit)
            found = self._values.setdefault((scenario, kpi), np.full((3, self.n), NAN))
            found[:, places] = table[:, :, number].T

    def has(self, scenario: str, kpi: str) -> bool:
        return (scenario, kpi) in self._values

    def of(self, scenario: str, kpi: str) -> NDArray[np.float64]:
        """Value by replication."""
        found = self._values.get((scenario, kpi))
        return np.full(self.n, NAN) if found is None else found[0]

    def level(self, scenario: str, kpi: str, level: float) -> Level:
        """Mean over replications, and the ratio of sums where the figure is a ratio."""
        values, top, bottom = self._values[(scenario, kpi)]
        pooled = None
        if np.isfinite(top).any() and (self.units[kpi] == "%" or not _is_count(values, top)):
            found = ratio_of_sums(top, bottom, level)
            scale = 100.0 if self.units[kpi] == "%" else 1.0
            pooled = Interval(scale * found.estimate, scale * found.low, scale * found.high, found.n, level)
        return Level(
            scenario, kpi, self.units[kpi], mean_interval(values, level), pooled,
            float(np.nansum(top)) if np.isfinite(top).any() else NAN, float(np.nansum(bottom)),
        )  # fmt: skip


Column = tuple[float, ...]
Figures = tuple[tuple[str, ...], ...]
"""Names and units of the figures of a run, in the order of its rows."""


def _alike(runs: Sequence[Sequence[KpiRow]]) -> dict[Figures, dict[int, tuple[Column, ...]]]:
    """Values, numerators and denominators of runs by place, those together that have the same figures; nearly always all."""
    found: dict[Figures, dict[int, tuple[Column, ...]]] = {}
    for place, rows in enumerate(runs):
        if rows:
            kpis, units, *columns = zip(*rows, strict=True)
            found.setdefault((kpis, units), {})[place] = tuple(columns)
    return found


def _is_count(values: NDArray[np.float64], top: NDArray[np.float64]) -> bool:
    return bool(np.array_equal(values, top, equal_nan=True))


def _shared_replications(study: Study) -> tuple[list[int], list[str]]:
    everywhere = set.intersection(*(set(runs) for runs in study.values()))
    warnings = [
        f"{scenario}: replication {missing} left out, another scenario lacks it"
        for scenario, runs in study.items()
        for missing in sorted(set(runs) - everywhere)
    ]
    if not everywhere:
        raise ValueError("the scenarios share no replication; expected the same replications (seeds) in each")
    return sorted(everywhere), warnings


def _tested(values: _Values, scenarios: list[str], family: list[str], level: float) -> list[tuple[str, str, Paired]]:
    """Scenario, figure, pairs: everything that is compared, in a stated order."""
    base = scenarios[0]
    return [
        (scenario, kpi, paired(values.of(base, kpi), values.of(scenario, kpi), level))
        for scenario in scenarios[1:]
        for kpi in family
    ]


def _harmed(tested: list[tuple[str, str, Paired]], alpha: float) -> list[str]:
    """What common random numbers made worse, shown at ``alpha`` over all that was compared."""
    shown = holm([harm(found) for _, _, found in tested])
    return [
        f"{scenario}, {kpi}: replications correlate by {found.correlation:.2f}; "
        "common random numbers widened this interval (it holds, but independent seeds would be narrower)"
        for (scenario, kpi, found), p in zip(tested, shown.tolist(), strict=True)
        if p < alpha
    ]


def _standings(
    values: _Values, scenarios: list[str], level: float, ranked: Sequence[str]
) -> dict[str, list[Standing]]:  # fmt: skip
    """Every scenario against the best of the others, by figure with a target or ranked."""
    if len(scenarios) < 3:
        return {}
    return {
        kpi: against_the_best({scenario: values.of(scenario, kpi) for scenario in scenarios}, spec(kpi).better, level)
        for kpi in dict.fromkeys([*_with_target(values), *(kpi for kpi in ranked if kpi in values.figures)])
        if spec(kpi).better != "neither"
    }


def _with_target(values: _Values) -> list[str]:
    return [kpi for kpi, about in KPIS.items() if about.target is not None and kpi in values.figures]


def _differences(
    values: _Values, tested: list[tuple[str, str, Paired]], level: float, margins: Mapping[str, float]
) -> list[Difference]:
    decided = [spec(kpi).better != "neither" for _, kpi, _ in tested]
    adjusted = holm([found.p if counts else NAN for (_, _, found), counts in zip(tested, decided, strict=True)])
    out = []
    for (scenario, kpi, found), p_adjusted in zip(tested, adjusted.tolist(), strict=True):
        about = spec(kpi)
        margin = margins.get(kpi, about.margin)
        p_equivalent = NAN if margin is None else tost(found, margin)
        out.append(
            Difference(
                scenario, kpi, values.units[kpi], about.better, found.n, found.base, found.other,
                found.difference, found.low, found.high, found.p, p_adjusted, margin, p_equivalent,
                verdict(found.difference, p_adjusted, about.better, p_equivalent, 1.0 - level),
                found.correlation, found.variance_ratio,
            )
        )  # fmt: skip
    return out


def _attainments(values: _Values, scenarios: list[str], level: float) -> list[Attainment]:
    return [
        _attainment(scenario, kpi, target, values.of(scenario, kpi), level)
        for kpi in _with_target(values)
        if (target := spec(kpi).target) is not None
        for scenario in scenarios
    ]


def _attainment(scenario: str, kpi: str, target: Target, values: NDArray[np.float64], level: float) -> Attainment:
    mean = mean_interval(values, level)
    known = values[np.isfinite(values)].tolist()
    met = sum(target.met(value) for value in known)
    return Attainment(
        scenario, kpi, target.id, target.clause, target.value, target.at_least, target.unit, mean,
        state(mean, target), met, wilson(met, len(known), level),
    )  # fmt: skip


def quantile_of(level: Level) -> Interval:
    """A quantile as it is shown: of all orders by sections, or the mean of the replications' own ones."""
    return level.pooled if level.pooled is not None and math.isnan(level.numerator) else level.mean


def state(mean: Interval, target: Target) -> State:
    """Met or missed if the whole interval lies on one side of the target, else undecided."""
    if not (math.isfinite(mean.low) and math.isfinite(mean.high)):
        return "undecided"
    low, high = target.met(mean.low), target.met(mean.high)
    if low and high:
        return "met"
    return "undecided" if low or high else "missed"


def _plain(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(value) for value in data]
    if isinstance(data, float) and not math.isfinite(data):
        return None
    return data
