"""Every judged figure of every scenario against the baseline: as dots with intervals, and as a map of colours."""

import math
from typing import Final

from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure

from results.catalogue import Lang, name_of, say
from results.comparison import Comparison
from results.figures.style import BASELINE_GREY, VERDICT_COLOUR, VERDICT_MARKER, interval, panels, replications
from results.kpis import spec

MOST: Final = 50.0
"""Change at which the colours end [% of the baseline]."""
GLYPH: Final = {"better": "▲", "worse": "▼", "equivalent": "=", "not shown": "·", "reported": ""}
SHOWN: Final = ("better", "worse")
_SCALE: Final = LinearSegmentedColormap.from_list("gain", ["#a63f00", "#f5d9c8", "#ffffff", "#c8e6dc", "#00694d"])


def differences(found: Comparison, lang: Lang) -> Figure | None:
    """Every judged figure of every scenario as a difference in % of the baseline's level."""
    others = found.scenarios[1:]
    kpis = [kpi for kpi in found.family if _comparable(found, kpi)]
    if not others or not kpis:
        return None
    figure, axes = panels(
        len(others), found, heading=say("figure_differences", lang), lang=lang, rows=len(kpis), share=True
    )
    for axis, scenario in zip(axes, others, strict=True):
        for place, kpi in enumerate(kpis):
            one = found.difference(scenario, kpi)
            scale = 100.0 / abs(one.base)
            interval(
                axis, place, scale * one.difference, scale * one.low, scale * one.high,
                VERDICT_COLOUR[one.verdict], VERDICT_MARKER[one.verdict],
            )  # fmt: skip
        axis.axvline(0.0, color=BASELINE_GREY, linewidth=1)
        _stretch(axis)
        axis.set_title(scenario, loc="left")
        axis.set_xlabel(say("axis_difference", lang))
        axis.set_yticks(range(len(kpis)), [f"{kpi}  {name_of(kpi, lang)}" for kpi in kpis])
    axes[0].invert_yaxis()
    return figure


def heatmap(found: Comparison, lang: Lang) -> Figure | None:
    """Figures by scenarios: colour for how much better or worse than the baseline, a glyph for the verdict; a tint where it was not shown."""
    others = found.scenarios[1:]
    kpis = [kpi for kpi in found.family if _comparable(found, kpi) and spec(kpi).better != "neither"]
    if not others or not kpis:
        return None
    gains = [[gain(found, scenario, kpi) for scenario in others] for kpi in kpis]
    figure = Figure(figsize=(max(7.0, 4.6 + 1.5 * len(others)), 1.2 + 0.29 * len(kpis)), layout="constrained")
    axis = figure.add_subplot()
    axis.imshow(gains, cmap=_SCALE, vmin=-MOST, vmax=MOST, aspect="auto", alpha=_weights(found, kpis))
    for row, kpi in enumerate(kpis):
        for column, scenario in enumerate(others):
            one = found.difference(scenario, kpi)
            strong = one.verdict in SHOWN and abs(gains[row][column]) > 0.8 * MOST
            axis.text(
                column, row, f"{GLYPH[one.verdict]} {_short(one.difference)}", ha="center", va="center", fontsize=8,
                color="white" if strong else "black",
            )  # fmt: skip
    axis.set_yticks(range(len(kpis)), [f"{kpi}  {name_of(kpi, lang)} [{spec(kpi).unit}]" for kpi in kpis])
    axis.set_xticks(range(len(others)), others)
    axis.tick_params(length=0)
    axis.grid(visible=False)
    axis.spines[:].set_visible(False)
    bar = figure.colorbar(ScalarMappable(Normalize(-MOST, MOST), _SCALE), ax=axis, shrink=0.9, extend="both")
    bar.set_label(say("axis_gain", lang))
    figure.suptitle(f"{say('figure_heatmap', lang)} ({replications(found, lang)})", fontsize=10, x=0.01, ha="left")
    return figure


def _weights(found: Comparison, kpis: list[str]) -> list[list[float]]:
    """Full colour for what was shown, a tint for the rest."""
    return [[1.0 if one.verdict in SHOWN else 0.3 for one in found.differences_of(kpi)] for kpi in kpis]


def gain(found: Comparison, scenario: str, kpi: str) -> float:
    """How much better than the baseline [% of its level], negative where worse; NaN if unknown."""
    one = found.difference(scenario, kpi)
    return 100.0 * one.difference / abs(one.base) * (-1.0 if spec(kpi).better == "lower" else 1.0)


def _short(value: float) -> str:
    if not math.isfinite(value):
        return "–"
    return f"{value:+,.0f}" if abs(value) >= 100.0 else f"{value:+.1f}" if abs(value) >= 10.0 else f"{value:+.2f}"


def _comparable(found: Comparison, kpi: str) -> bool:
    """A baseline level one can divide by, and at least one difference that exists."""
    shown = [d for d in found.differences if d.kpi == kpi]
    return any(math.isfinite(d.difference) for d in shown) and all(math.isfinite(d.base) and d.base for d in shown)


def _stretch(axis: Axes) -> None:
    """Linear to ±100 %, logarithmic beyond, so that one wide interval does not press the others together."""
    low, high = axis.get_xlim()
    axis.set_xscale("symlog", linthresh=100.0, linscale=2.0)
    near = (-50, -25, -10, 0, 10, 25, 50) if high - low < 120.0 else (-50, 0, 50)
    ticks = [tick for tick in (-1000, -100, *near, 100, 1000, 10000) if low <= tick <= high]
    axis.set_xticks(ticks, [f"{tick:+d}" if tick else "0" for tick in ticks])
    axis.minorticks_off()
    axis.set_xlim(low, high)
