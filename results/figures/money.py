"""Costs beside gains: what a scenario books more or less by kind, and cost against response."""

import math
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from results.catalogue import Lang, name_of, say
from results.comparison import Comparison
from results.figures.style import BASELINE_GREY, VERDICT_COLOUR, colour_of, panels, replications
from results.statistics import Interval

KIND: Final = "cost.kind:"
THOUSAND: Final = 1000.0


def costs(found: Comparison, lang: Lang) -> Figure | None:
    """Booked costs from the baseline's total to each scenario's, kind by kind."""
    others = found.scenarios[1:]
    kinds = list(dict.fromkeys(one.kpi for one in found.levels if one.kpi.startswith(KIND)))
    if not others or not kinds:
        return None
    figure, axes = panels(
        len(others), found, heading=say("figure_costs", lang), lang=lang, rows=len(kinds) + 2, share=True
    )
    labels = [found.baseline, *(kind.removeprefix(KIND) for kind in kinds), say("scenario", lang)]
    for axis, scenario in zip(axes, others, strict=True):
        _waterfall(axis, found, scenario, kinds)
        axis.set_title(scenario, loc="left")
        axis.set_xlabel(say("axis_cost", lang))
        axis.set_yticks(range(len(labels)), labels)
    axes[0].invert_yaxis()
    reach = max(axis.get_xlim()[1] for axis in axes)
    for axis in axes:
        axis.set_xlim(0.0, reach)
    return figure


def front(found: Comparison, lang: Lang) -> Figure | None:
    """Booked costs against mean response: every scenario with both intervals; left and below is better."""
    if not (found.has(found.baseline, "cost") and found.has(found.baseline, "K-R1")) or len(found.scenarios) < 2:
        return None
    figure = Figure(figsize=(7.0, 3.4), layout="constrained")
    axis = figure.add_subplot()
    for scenario in found.scenarios:
        spent, waited = found.figure(scenario, "cost").mean, found.figure(scenario, "K-R1").mean
        x, colour = spent.estimate / THOUSAND, colour_of(found, scenario)
        if math.isfinite(spent.low):
            axis.plot([spent.low / THOUSAND, spent.high / THOUSAND], [waited.estimate] * 2, color=colour, linewidth=1.2)
        if math.isfinite(waited.low):
            axis.plot([x, x], [waited.low, waited.high], color=colour, linewidth=1.2)
        axis.plot([x], [waited.estimate], marker="o", linestyle="", color=colour, label=scenario)
    axis.grid(visible=True, axis="both")
    axis.set_xlabel(say("axis_cost", lang))
    axis.set_ylabel(f"K-R1 {name_of('K-R1', lang)} [min]")
    axis.set_title(f"{say('figure_front', lang)} ({replications(found, lang)})", loc="left")
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def _waterfall(axis: Axes, found: Comparison, scenario: str, kinds: list[str]) -> None:
    """A bar for either total, and between them a step a kind, dearer steps in the colour of worse."""
    at = _mean(found, found.baseline, "cost")
    axis.barh(0, at, color=BASELINE_GREY, height=0.6)
    for place, kind in enumerate(kinds, 1):
        step = _mean(found, scenario, kind) - _mean(found, found.baseline, kind)
        axis.barh(place, step, left=at, color=VERDICT_COLOUR["worse" if step > 0.0 else "better"], height=0.6)
        axis.plot([at, at], [place - 0.7, place + 0.3], color="#999999", linewidth=0.7)
        at += step
        if abs(step) >= 0.05:
            beyond = max(at, at - step)
            axis.annotate(
                f"{step:+,.1f}", (beyond, place), xytext=(3, 0), textcoords="offset points", va="center", fontsize=7
            )
    axis.barh(len(kinds) + 1, _mean(found, scenario, "cost"), color=colour_of(found, scenario), height=0.6)
    axis.margins(x=0.12)


def _mean(found: Comparison, scenario: str, kpi: str) -> float:
    """Mean over all replications [thousand CNY]; a kind that was never booked is 0."""
    level: Interval | None = next(
        (one.mean for one in found.levels if (one.scenario, one.kpi) == (scenario, kpi)), None
    )
    if level is None or not level.n:
        return 0.0
    return level.estimate * level.n / len(found.replications) / THOUSAND
