"""Figures of the kept rows of orders: over time, and over the campus."""

import math
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from numpy.typing import NDArray

from results.catalogue import Lang, name_of, say
from results.figures.style import BASELINE_GREY, OKABE_ITO
from results.shown import DAY_MIN, Columns, KeptOrders
from results.statistics import mean_interval

WEEK_MIN: Final = 7.0 * DAY_MIN
FEW: Final = 5
"""Orders below which a building's mean says nothing, over all replications."""
SCALE: Final = "cividis_r"
"""Colours that people who see red and green alike can part."""


def timeline(orders: KeptOrders, lang: Lang) -> Figure | None:
    """Week by week: mean response of the orders reported, and orders open; bands over replications, switches marked."""
    if not orders.runs or orders.to_min - orders.from_min < 2.0 * WEEK_MIN:
        return None
    figure = Figure(figsize=(8.6, 4.6), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    weeks = np.arange(orders.from_min, orders.to_min - WEEK_MIN + 1.0, WEEK_MIN)
    nights = np.arange(orders.from_min, orders.end_min + 1.0, DAY_MIN)
    _bands(above, orders, weeks + WEEK_MIN / 2.0, lambda one: weekly_response(one, weeks))
    _bands(below, orders, nights, lambda one: open_at(one, nights))
    for axis in (above, below):
        _switches(axis, orders)
        axis.grid(visible=True, axis="both")
    above.set_ylabel(say("axis_weekly", lang))
    below.set_ylabel(say("axis_open", lang))
    below.set_xlabel(say("axis_days", lang, start=orders.start + timedelta(minutes=orders.from_min)))
    count = max(map(len, orders.runs.values()))
    above.set_title(f"{say('figure_timeline', lang)} ({say('replications', lang, n=count, level='95%')})", loc="left")
    above.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def campus(orders: KeptOrders, lang: Lang) -> Figure | None:
    """The campus from above: mean response of normal orders by building, a panel a scenario."""
    x, y = (np.array([getattr(one, axis) for one in orders.places]) for axis in ("x_m", "y_m"))
    if not orders.runs or not np.isfinite(x).any():
        return None
    by_scenario = {name: by_building(list(runs.values()), len(orders.places)) for name, runs in orders.runs.items()}
    known = np.concatenate([means[np.isfinite(means) & (means > 0.0)] for means, _ in by_scenario.values()])
    if not len(known):
        return None
    least, most = max(1.0, float(known.min())), max(2.0, float(known.max()))
    norm = LogNorm(least, most)
    across = min(3, len(by_scenario))
    down = math.ceil(len(by_scenario) / across)
    figure = Figure(figsize=(3.0 * across + 1.2, 2.9 * down + 0.4), layout="constrained")
    axes = figure.subplots(down, across, squeeze=False, sharex=True, sharey=True).ravel().tolist()
    for axis, (name, (means, counts)) in zip(axes, by_scenario.items(), strict=False):
        _buildings(axis, x, y, means, counts, norm)
        axis.set_title(name, loc="left")
        axis.set_xlabel(say("axis_east", lang))
    for axis in axes[len(by_scenario) :]:
        axis.set_axis_off()
    axes[0].set_ylabel(say("axis_north", lang))
    bar = figure.colorbar(ScalarMappable(norm, SCALE), ax=axes, shrink=0.8)
    ticks = [tick for tick in (15.0, 30.0, 60.0, 120.0, 240.0, 480.0, 960.0, 1920.0) if least <= tick <= most]
    bar.set_ticks(ticks or [least, most], labels=[f"{tick:.3g}" for tick in ticks or (least, most)])
    bar.minorticks_off()
    bar.set_label(f"{name_of('K-R1', lang)} [min]")
    count = max(map(len, orders.runs.values()))
    figure.suptitle(say("figure_campus", lang, n=count, few=FEW), fontsize=10, x=0.01, ha="left")
    return figure


def weekly_response(one: Columns, weeks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean response of the normal orders reported in each week that were answered [min]; NaN for none."""
    waits = np.asarray(one["response_min"], dtype=np.float64)
    among = one["normal"].astype(bool) & np.isfinite(waits)
    week = np.floor((np.asarray(one["t_report"], dtype=np.float64) - weeks[0]) / WEEK_MIN).astype(int)
    among &= (week >= 0) & (week < len(weeks))
    counts = np.bincount(week[among], minlength=len(weeks))
    sums = np.bincount(week[among], weights=waits[among], minlength=len(weeks))
    means: NDArray[np.float64] = np.divide(sums, counts, out=np.full(len(weeks), np.nan), where=counts > 0)
    return means


def open_at(one: Columns, instants: NDArray[np.float64]) -> NDArray[np.float64]:
    """How many orders of the period were reported and not completed at each instant."""
    among = np.isin(one["fate"].astype(str), ("completed", "open"))
    began = np.sort(np.asarray(one["t_report"], dtype=np.float64)[among])
    ended = np.asarray(one["t_comp"], dtype=np.float64)[among]
    ended = np.sort(ended[np.isfinite(ended)])
    return (np.searchsorted(began, instants, "right") - np.searchsorted(ended, instants, "right")).astype(np.float64)


def by_building(runs: Sequence[Columns], places: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Mean response of the normal orders of each building [min], NaN where there are few; and how many orders."""
    sums, counts = np.zeros(places), np.zeros(places, dtype=np.int64)
    for one in runs:
        waits = np.asarray(one["response_min"], dtype=np.float64)
        among = one["normal"].astype(bool) & np.isfinite(waits)
        where = np.asarray(one["building"], dtype=np.int64)[among]
        sums += np.bincount(where, weights=waits[among], minlength=places)[:places]
        counts += np.bincount(where, minlength=places)[:places]
    return np.divide(sums, counts, out=np.full(places, np.nan), where=counts >= FEW), counts


def _bands(
    axis: Axes, orders: KeptOrders, at: NDArray[np.float64], series: Callable[[Columns], NDArray[np.float64]]
) -> None:
    """Mean over replications with the band of its interval, a colour a scenario, the baseline grey."""
    days = (at - orders.from_min) / DAY_MIN
    for place, (scenario, runs) in enumerate(orders.runs.items()):
        values = np.array([series(one) for one in runs.values()])
        found = [mean_interval(column) for column in values.T]
        colour = BASELINE_GREY if place == 0 else OKABE_ITO[(place - 1) % len(OKABE_ITO)]
        axis.plot(days, [one.estimate for one in found], color=colour, label=scenario, linewidth=1.5)
        low, high = (np.array([getattr(one, end) for one in found]) for end in ("low", "high"))
        axis.fill_between(days, np.maximum(low, 0.0), high, color=colour, alpha=0.15, linewidth=0)
    axis.set_ylim(bottom=0.0)


def _switches(axis: Axes, orders: KeptOrders) -> None:
    for place, scenario in enumerate(orders.runs):
        for at in orders.steps.get(scenario, ()):
            axis.axvline(
                (at - orders.from_min) / DAY_MIN,
                color=OKABE_ITO[(place - 1) % len(OKABE_ITO)],
                linewidth=1,
                linestyle=":",
            )


def _buildings(
    axis: Axes, x: NDArray[np.float64], y: NDArray[np.float64], means: NDArray[np.float64],
    counts: NDArray[np.int64], norm: LogNorm,
) -> None:  # fmt: skip
    """A disc a building, as large as it has orders; a ring where too few orders were answered."""
    told = np.isfinite(means) & np.isfinite(x)
    size = 20.0 + 180.0 * counts / max(1, int(counts.max()))
    axis.scatter(
        x[told],
        y[told],
        s=size[told],
        c=means[told],
        cmap=SCALE,
        norm=norm,
        edgecolors="black",
        linewidths=0.4,
        zorder=3,
    )
    few = ~told & np.isfinite(x)
    axis.scatter(x[few], y[few], s=14, facecolors="none", edgecolors="#999999", linewidths=0.8, zorder=2)
    axis.set_aspect("equal", adjustable="box")
    axis.grid(visible=True, axis="both")
