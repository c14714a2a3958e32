"""Sensitivity: one assumption at a time at the ends of its range."""

import math
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from results.catalogue import Lang, name_of, say
from results.figures.style import BASELINE_GREY, VERDICT_COLOUR, VERDICT_MARKER, interval
from results.sensitivity import Sensitivity

END_COLOUR: Final = {"low": "#56b4e9", "high": "#e69f00"}
END_SHIFT: Final = (-0.18, 0.18)


def tornado(told: Sensitivity, lang: Lang) -> Figure | None:
    """Each assumption moved to the ends of its range: change of the figure, and the difference of the scenarios there."""
    if not told.bars:
        return None
    pairs = told.judged is not None
    count = len(told.scenarios) + pairs
    figure = Figure(figsize=(3.4 + 2.9 * count, 1.5 + 0.44 * len(told.bars)), layout="constrained")
    axes = figure.subplots(1, count, sharey=True, squeeze=False)[0].tolist()
    n = say("replications", lang, n=len(told.replications), level=f"{told.level:.0%}")
    heading = say("figure_tornado", lang, kpi=f"{told.kpi} {name_of(told.kpi, lang)}")
    figure.suptitle(f"{heading} ({n})", fontsize=10, x=0.01, ha="left")
    for axis, scenario in zip(axes, told.scenarios, strict=False):
        _swings(axis, told, scenario)
        axis.set_title(scenario, loc="left")
        axis.set_xlabel(say("axis_change", lang, unit=told.unit))
    if pairs:
        _moved_pairs(axes[-1], told)
        axes[-1].set_title(
            say("figure_tornado_pair", lang, scenario=told.scenarios[1], baseline=told.scenarios[0]), loc="left"
        )
        axes[-1].set_xlabel(say("axis_pair", lang, unit=told.unit))
    axes[0].set_yticks(range(len(told.bars)), [f"{bar.key} = {bar.value}" for bar in told.bars])
    axes[0].set_ylim(len(told.bars) - 0.4, -0.6)
    handles = [Patch(color=colour, label=say(f"{end}_end", lang)) for end, colour in END_COLOUR.items()]
    figure.legend(handles=handles, loc="outside lower left", ncols=2)
    return figure


def _swings(axis: Axes, told: Sensitivity, scenario: str) -> None:
    """Bars from the assumed world to each end, the end's value beside, whiskers for the interval."""
    for place, bar in enumerate(told.bars):
        for shift, (end, colour) in zip(END_SHIFT, END_COLOUR.items(), strict=True):
            moved = bar.low if end == "low" else bar.high
            if moved is None or not math.isfinite(moved.effects[scenario].estimate):
                continue
            one = moved.effects[scenario]
            axis.barh(place + shift, one.estimate, height=0.34, color=colour, zorder=2)
            if math.isfinite(one.low):
                axis.plot([one.low, one.high], [place + shift] * 2, color="black", linewidth=0.9, zorder=3)
            outer = max(one.estimate, one.high, key=abs) if one.estimate >= 0 else min(one.estimate, one.low)
            axis.annotate(
                moved.told, (outer if math.isfinite(outer) else one.estimate, place + shift), xytext=(3 if one.estimate >= 0 else -3, 0),
                textcoords="offset points", ha="left" if one.estimate >= 0 else "right", va="center", fontsize=7,
            )  # fmt: skip
    axis.axvline(0.0, color=BASELINE_GREY, linewidth=1)
    axis.margins(x=0.18)
    _far_out(axis)


def _moved_pairs(axis: Axes, told: Sensitivity) -> None:
    """The paired difference in every moved world, with its interval and verdict, beside that of the assumed one."""
    assert told.judged is not None
    centre = told.judged.difference
    for place, bar in enumerate(told.bars):
        for shift, moved in zip(END_SHIFT, (bar.low, bar.high), strict=True):
            if moved is not None and moved.judged is not None:
                one, said = moved.judged.difference, moved.judged.verdict
                interval(
                    axis, place + shift, one.estimate, one.low, one.high, VERDICT_COLOUR[said], VERDICT_MARKER[said]
                )
    axis.axvline(0.0, color=BASELINE_GREY, linewidth=1)
    axis.axvline(centre.estimate, color="black", linewidth=1, linestyle="--", zorder=1)
    _far_out(axis)


def _far_out(axis: Axes) -> None:
    """Where one bar would press the others together: logarithmic beyond what most of them reach."""
    reach = sorted(abs(x) for line in axis.lines for x in np.asarray(line.get_xdata(), dtype=np.float64) if x)
    usual = reach[int(0.75 * len(reach))] if reach else 0.0
    if not usual or reach[-1] < 6.0 * usual:
        return
    step = 10.0 ** math.floor(math.log10(usual))
    usual = step * math.ceil(usual / step)
    low, high = axis.get_xlim()
    axis.set_xscale("symlog", linthresh=usual, linscale=1.5)
    beyond = [usual * 10.0**power for power in range(4)]
    ticks = [
        tick for tick in (*(-b for b in reversed(beyond)), -usual / 2, 0.0, usual / 2, *beyond) if low <= tick <= high
    ]
    axis.set_xticks(ticks, [f"{tick:+g}" if tick else "0" for tick in ticks])
    axis.minorticks_off()
    axis.set_xlim(low, high)
