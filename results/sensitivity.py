"""One assumption at a time moved to the ends of its range: what it does to a figure, and to the verdict.

Every moved world lives through the same random numbers as the assumed one, so effects are paired
differences. Intervals and verdicts hold world by world, without a correction: that the winner wins in
every world is said only if each of them shows it, which needs none (an intersection-union test).
Sources: Eschenbach, Interfaces 22 (1992) (tornado diagrams); Berger, Technometrics 24 (1982).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from results.kpis import spec
from results.statistics import Interval, Paired, Verdict, mean_interval, paired, tost, verdict

FORMAT: Final = "twin/sensitivity@1"
NAN: Final = float("nan")
Values = Mapping[str, NDArray[np.float64]]
"""Scenario → value of the figure in each replication; NaN where a run is missing."""


@dataclass(frozen=True, slots=True)
class World:
    """The assumed world with one assumption moved to ``low`` or ``high``: what it was moved to, and what came of it."""

    key: str
    end: str
    told: str
    values: Values


@dataclass(slots=True)
class Judged:
    """The paired difference of the two scenarios in one world, with its verdict and the p-value of the pair."""

    difference: Interval
    verdict: Verdict
    p: float


@dataclass(slots=True)
class Moved:
    """What one end of a range does. ``effects``: scenario → change of its figure against the assumed world."""

    told: str
    effects: dict[str, Interval]
    judged: Judged | None = None


@dataclass(slots=True)
class Bar:
    """One assumption: ``value`` as assumed, and what its ends do; an end it lies at already is None."""

    key: str
    value: str
    note: str
    low: Moved | None
    high: Moved | None

    @property
    def ends(self) -> list[Moved]:
        """The ends that were moved to."""
        return [end for end in (self.low, self.high) if end is not None]

    @property
    def width(self) -> float:
        """The largest change of a scenario's figure, whatever its sign; 0 if none is known."""
        return max((size(end.effects) for end in self.ends), default=0.0)


@dataclass(slots=True)
class Screened:
    """An assumption that was looked at with few replications and not followed up: its largest change."""

    key: str
    value: str
    change: float


@dataclass(slots=True)
class Sensitivity:
    """Everything a tornado says.

    ``screening``: replications every assumption was looked at with; ``replications``: fresh ones the
    bars stand on. ``levels``: the figure in the assumed world; ``unmoved``: (assumption, why).
    ``digests``: scenarios as assumed, ``settings``: as they were set for this study.
    """

    kpi: str
    unit: str
    scenarios: list[str]
    level: float
    seed: int
    code: str
    settings: list[str]
    digests: dict[str, str]
    screening: list[int]
    replications: list[int]
    levels: dict[str, Interval]
    judged: Judged | None
    bars: list[Bar]
    screened: list[Screened] = field(default_factory=list)
    unmoved: list[tuple[str, str]] = field(default_factory=list)

    @property
    def moved_verdicts(self) -> list[tuple[str, str, Judged]]:
        """(assumption, what it was moved to, verdict) of every world shown; empty for one scenario."""
        return [(bar.key, end.told, end.judged) for bar in self.bars for end in bar.ends if end.judged is not None]

    @property
    def turned(self) -> list[tuple[str, str, Judged]]:
        """The worlds in which the verdict is another than in the assumed one."""
        return [one for one in self.moved_verdicts if self.judged is not None and one[2].verdict != self.judged.verdict]

    def as_data(self) -> dict[str, Any]:
        """Plain data; what is not a number becomes None."""
        data: dict[str, Any] = _plain({"format": FORMAT, **asdict(self)})
        return data


def size(effects: Mapping[str, Interval]) -> float:
    """The largest change among scenarios and of the difference between them."""
    known = [one.estimate for one in effects.values() if np.isfinite(one.estimate)]
    return max((*map(abs, known), max(known) - min(known)), default=0.0) if known else 0.0


def effects_of(assumed: Values, world: World, level: float = 0.95) -> dict[str, Interval]:
    """Scenario → change of its figure when an assumption moves, paired by replication."""
    return {scenario: _change(paired(assumed[scenario], world.values[scenario], level), level) for scenario in assumed}


def rank(assumed: Values, worlds: Sequence[World]) -> list[tuple[str, float]]:
    """Assumptions by their largest change, the most sensitive first; equal ones by name."""
    found: dict[str, float] = {}
    for world in worlds:
        found[world.key] = max(found.get(world.key, 0.0), size(effects_of(assumed, world)))
    return sorted(found.items(), key=lambda one: (-one[1], one[0]))


def bars_of(
    kpi: str, assumed: Values, worlds: Sequence[World], notes: Mapping[str, tuple[str, str]], level: float = 0.95
) -> tuple[Judged | None, list[Bar]]:
    """The verdict in the assumed world, and a bar an assumption, the widest first.

    Parameters
    ----------
    assumed : the first scenario is the baseline; with a second the verdict of the pair is judged too
    notes : assumption → (value as assumed, note of provenance)
    """
    by_end = {
        (world.key, world.end): Moved(world.told, effects_of(assumed, world, level), _judge(kpi, world.values, level))
        for world in worlds
    }
    bars = [
        Bar(key, *notes[key], by_end.get((key, "low")), by_end.get((key, "high")))
        for key in dict.fromkeys(world.key for world in worlds)
    ]
    return _judge(kpi, assumed, level), sorted(bars, key=lambda bar: (-bar.width, bar.key))


def levels_of(assumed: Values, level: float = 0.95) -> dict[str, Interval]:
    """The figure of each scenario as assumed."""
    return {scenario: mean_interval(values, level) for scenario, values in assumed.items()}


def from_data(data: Mapping[str, Any]) -> Sensitivity:
    """What ``as_data`` made.

    Raises
    ------
    ValueError
        If the data are of another format, or broken.
    """
    if data.get("format") != FORMAT:
        raise ValueError(f"format {data.get('format')!r}: expected {FORMAT}; run the sensitivity again")
    try:
        return _read(data)
    except (KeyError, TypeError) as error:
        raise ValueError(f"not what a sensitivity study writes ({error}); run it again") from error


def _read(data: Mapping[str, Any]) -> Sensitivity:
    given = {key: value for key, value in data.items() if key != "format"}
    given["levels"] = {name: _interval(one) for name, one in data["levels"].items()}
    given["judged"] = _read_judged(data["judged"])
    given["bars"] = [
        Bar(**{**bar, "low": _read_moved(bar["low"]), "high": _read_moved(bar["high"])}) for bar in data["bars"]
    ]
    given["screened"] = [Screened(**one) for one in data["screened"]]
    given["unmoved"] = [(key, why) for key, why in data["unmoved"]]
    return Sensitivity(**given)


def _judge(kpi: str, values: Values, level: float) -> Judged | None:
    """The pair's verdict in one world; None for a single scenario."""
    if len(values) < 2:
        return None
    about = spec(kpi)
    first, second = list(values.values())[:2]
    found = paired(first, second, level)
    equivalent = NAN if about.margin is None else tost(found, about.margin)
    said = verdict(found.difference, found.p, about.better, equivalent, 1.0 - level)
    return Judged(_change(found, level), said, found.p)


def _change(found: Paired, level: float) -> Interval:
    return Interval(found.difference, found.low, found.high, found.n, level)


def _interval(data: Mapping[str, Any]) -> Interval:
    known = {key: NAN if value is None else value for key, value in data.items()}
    return Interval(known["estimate"], known["low"], known["high"], int(data["n"]), known["level"])


def _read_judged(data: Mapping[str, Any] | None) -> Judged | None:
    if data is None:
        return None
    p = NAN if data["p"] is None else data["p"]
    return Judged(_interval(data["difference"]), data["verdict"], p)


def _read_moved(data: Mapping[str, Any] | None) -> Moved | None:
    if data is None:
        return None
    effects = {scenario: _interval(one) for scenario, one in data["effects"].items()}
    return Moved(data["told"], effects, _read_judged(data["judged"]))


def _plain(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(value) for value in data]
    if isinstance(data, float) and not np.isfinite(data):
        return None
    return data
