"""A figure over a dose: what scenarios that differ in one quantity alone do to the deciding figures."""

import math
from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from results.catalogue import Lang, name_of, say
from results.comparison import Comparison
from results.figures.style import OKABE_ITO, replications
from results.kpis import spec

WIDE: Final = 20.0
"""Ratio of the largest to the least value from which an axis is logarithmic."""


def dose(found: Comparison, lang: Lang) -> Figure | None:
    """Deciding figures over a dose, a line for scenarios that differ in it alone: mean and interval."""
    if found.doses is None:
        return None
    doses = found.doses
    kpis = [kpi for kpi in doses.figures if any(one.kpi == kpi for one in found.levels)]
    if not kpis or not doses.of:
        return None
    figure = Figure(figsize=(3.4 * len(kpis) + 0.6, 3.2 + 0.18 * len(doses.lines)), layout="constrained")
    for axis, kpi in zip(figure.subplots(1, len(kpis), squeeze=False)[0].tolist(), kpis, strict=True):
        for number, (line, titles) in enumerate(doses.lines.items()):
            _dose_line(axis, found, kpi, line, titles[lang == "zh"], OKABE_ITO[number % len(OKABE_ITO)])
        _wide_axis(axis, [one.mean.estimate for one in found.levels if one.kpi == kpi and one.scenario in doses.of])
        target = spec(kpi).target
        if target is not None:
            axis.axhline(target.value, color="black", linewidth=1.0, linestyle="--", zorder=1)
        axis.set_title(f"{kpi} {name_of(kpi, lang)}", loc="left")
        axis.set_xlabel(doses.title[lang == "zh"])
        axis.set_ylabel(f"[{spec(kpi).unit}]")
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower left")
    figure.suptitle(f"{say('figure_dose', lang)} ({replications(found, lang)})", fontsize=10, x=0.01, ha="left")
    return figure


def _dose_line(axis: Axes, found: Comparison, kpi: str, line: str, title: str, colour: str) -> None:
    assert found.doses is not None
    here = sorted((x, arm) for arm, (of, x) in found.doses.of.items() if of == line and found.has(arm, kpi))
    means = [(x, found.figure(arm, kpi).mean) for x, arm in here]
    if not means:
        return
    axis.plot(
        [x for x, _ in means], [one.estimate for _, one in means], color=colour, marker="o", markersize=4, label=title
    )
    for x, one in means:
        if math.isfinite(one.low) and math.isfinite(one.high):
            axis.plot([x, x], [one.low, one.high], color=colour, linewidth=2, solid_capstyle="butt")


def _wide_axis(axis: Axes, values: Sequence[float]) -> None:
    """Logarithmic where the largest is twenty times the least, so that no line is pressed flat."""
    if min(values) > 0.0 and max(values) > WIDE * min(values):
        axis.set_yscale("log")
        axis.yaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
