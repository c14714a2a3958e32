"""How long people wait: the curve of responses, and mean and quantiles with their intervals."""

import math
from typing import Final

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

from results.catalogue import Lang, name_of, say
from results.comparison import Comparison, quantile_of
from results.figures.style import colour_of, interval, panels, scenario_axis
from results.kpi_response import CURVE
from results.statistics import Interval

LINES_MIN: Final = (30.0, 60.0, 120.0)
SPREAD: Final = ("K-R1", "K-R4", "K-R6")
"""Durations whose mean, median and P90 are figures."""
MARKERS: Final = {"": "o", ".median": "|", ".p90": ">"}


def response(found: Comparison, lang: Lang) -> Figure | None:
    """Share of normal orders answered within a time, with lines at 30 min, 1 h and 2 h."""
    curves = {scenario: _curve(found, scenario) for scenario in found.scenarios}
    if not any(curves.values()):
        return None
    figure = Figure(figsize=(7.0, 3.4), layout="constrained")
    axis = figure.add_subplot()
    for scenario, points in curves.items():
        minutes, shares = [m for m, _ in points], [s.estimate for _, s in points]
        wide = 2.2 if scenario == found.baseline else 1.5
        axis.plot(minutes, shares, color=colour_of(found, scenario), linewidth=wide, marker=".", label=scenario)
        known = [(m, s) for m, s in points if math.isfinite(s.low)]
        low, high = [s.low for _, s in known], [s.high for _, s in known]
        axis.fill_between([m for m, _ in known], low, high, color=colour_of(found, scenario), alpha=0.15, linewidth=0)
    for line in LINES_MIN:
        axis.axvline(line, color="black", linewidth=0.8, linestyle=":")
    axis.set_xscale("log")
    ticks = [5.0, 15.0, *LINES_MIN, 240.0, 480.0, 960.0]
    axis.set_xticks(ticks, [f"{tick:g}" for tick in ticks], minor=False)
    axis.minorticks_off()
    axis.set_ylim(0.0, 100.0)
    axis.set_xlabel(say("axis_response", lang))
    axis.set_ylabel(say("axis_share", lang))
    axis.set_title(say("figure_response", lang, n=len(found.replications), level=f"{found.level:.0%}"), loc="left")
    axis.legend(loc="lower right")
    return figure


def quantiles(found: Comparison, lang: Lang) -> Figure | None:
    """Mean, median and P90 of response and completion, each with its interval over replications."""
    kinds = [kpi for kpi in SPREAD if any(found.has(scenario, f"{kpi}.p90") for scenario in found.scenarios)]
    if not kinds:
        return None
    figure, axes = panels(
        len(kinds), found, heading=say("figure_quantiles", lang), lang=lang, rows=2 * len(found.scenarios), same_y=True
    )
    for axis, kpi in zip(axes, kinds, strict=True):
        for place, scenario in enumerate(found.scenarios):
            for shift, (part, marker) in zip((-0.22, 0.0, 0.22), MARKERS.items(), strict=True):
                if found.has(scenario, kpi + part):
                    one = quantile_of(found.figure(scenario, kpi + part))
                    interval(axis, place + shift, one.estimate, one.low, one.high, colour_of(found, scenario), marker)
        scenario_axis(axis, found)
        axis.set_xscale("log")
        axis.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axis.xaxis.set_minor_formatter(NullFormatter())
        axis.set_title(f"{kpi} {name_of(kpi, lang)}", loc="left")
        axis.set_xlabel("[min]")
    words = {"": say("mean", lang), ".median": say("median", lang), ".p90": "P90"}
    handles = [
        Line2D([], [], color="black", linestyle="", marker=marker, label=words[part])
        for part, marker in MARKERS.items()
    ]
    figure.legend(handles=handles, loc="outside lower left", ncols=3)
    return figure


def _curve(found: Comparison, scenario: str) -> list[tuple[float, Interval]]:
    """(minutes, % answered with its interval) pooled over replications."""
    points = []
    for minutes in CURVE:
        level = next((v for v in found.levels if v.scenario == scenario and v.kpi == f"K-R1.within:{minutes:g}"), None)
        if level is not None and level.pooled is not None and math.isfinite(level.pooled.estimate):
            points.append((minutes, level.pooled))
    return points
