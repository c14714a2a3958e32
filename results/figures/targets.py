"""The targets of the plan, and how the differences to the baseline settle."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from results.catalogue import Lang, name_of, say
from results.comparison import Comparison
from results.figures.style import BASELINE_GREY, colour_of, interval, panels, scenario_axis
from results.kpis import spec
from results.statistics import paired


def attainment(found: Comparison, lang: Lang) -> Figure | None:
    """Each target: mean and interval of every scenario against the line of the target."""
    targets = list(dict.fromkeys(one.kpi for one in found.attainments))
    if not targets:
        return None
    figure, axes = panels(len(targets), found, heading=say("figure_attainment", lang), lang=lang)
    for axis, kpi in zip(axes, targets, strict=True):
        for place, scenario in enumerate(found.scenarios):
            one = next(a for a in found.attainments if a.kpi == kpi and a.scenario == scenario)
            interval(axis, place, one.level.estimate, one.level.low, one.level.high, colour_of(found, scenario))
        one = next(a for a in found.attainments if a.kpi == kpi)
        axis.axvline(one.limit, color="black", linewidth=1.2, linestyle="--", zorder=1)
        scenario_axis(axis, found)
        axis.set_title(f"{one.target} {name_of(kpi, lang)}", loc="left")
        axis.set_xlabel(f"[{one.unit}]")
    return figure


def convergence(found: Comparison, lang: Lang) -> Figure | None:
    """Each target: the paired difference of every scenario as replications come in, with its interval."""
    others = found.scenarios[1:]
    kpis = [kpi for kpi in found.runs if len(found.replications) > 2]
    if not others or not kpis:
        return None
    figure, axes = panels(len(kpis), found, heading=say("figure_convergence", lang), lang=lang, rows=9, same_y=False)
    for axis, kpi in zip(axes, kpis, strict=True):
        for scenario in others:
            _running(
                axis, found.runs[kpi][found.baseline], found.runs[kpi][scenario], colour_of(found, scenario), scenario
            )
        axis.axhline(0.0, color=BASELINE_GREY, linewidth=1)
        axis.set_title(f"{kpi} {name_of(kpi, lang)}", loc="left")
        axis.set_xlabel(say("axis_replications", lang))
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.set_ylabel(f"[{spec(kpi).unit}]")
    axes[-1].legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def _running(axis: Axes, base: Sequence[float], other: Sequence[float], colour: str, label: str) -> None:
    """Mean and interval of the difference over the first 2, 3, … replications."""
    sizes = range(2, len(base) + 1)
    seen = [paired(base[:n], other[:n]) for n in sizes]
    axis.plot(sizes, [one.difference for one in seen], color=colour, label=label)
    axis.fill_between(
        sizes, [one.low for one in seen], [one.high for one in seen], color=colour, alpha=0.15, linewidth=0
    )
