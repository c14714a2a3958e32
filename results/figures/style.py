"""The one style of the figures: colours, fonts, panels, intervals.

Source of the colours: Okabe & Ito, Color Universal Design (2008).
"""

import math
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from results.catalogue import Lang, say
from results.comparison import Comparison

BASELINE_GREY: Final = "#6b6b6b"
OKABE_ITO: Final = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#000000")
VERDICT_COLOUR: Final = {
    "better": "#009e73",
    "worse": "#d55e00",
    "equivalent": "#56b4e9",
    "not shown": "#999999",
    "reported": "#999999",
}
VERDICT_MARKER: Final = {"better": "^", "worse": "v", "equivalent": "s", "not shown": "o", "reported": "o"}
FONT_PACKAGE: Final = "pylopdf_fonts_zh_cn"
STYLE: Final[dict[str, Any]] = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "x",
    "axes.axisbelow": True,
    "axes.titlesize": 9,
    "axes.labelsize": 9,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "grid.color": "#e6e6e6",
    "svg.fonttype": "path",
    "font.size": 9,
    "axes.unicode_minus": False,
}
"""Everything that makes the style."""


def chinese_font() -> str:
    """Path of the Chinese font file, or ``""`` if its package was left out."""
    if find_spec(FONT_PACKAGE) is None:
        return ""
    return str(import_module(FONT_PACKAGE).sans_path())


@cache
def chinese_family() -> str:
    """Name of the Chinese font, known to matplotlib from now on."""
    path = chinese_font()
    font_manager.fontManager.addfont(path)
    return font_manager.FontProperties(fname=path).get_name()


def label_language(lang: Lang) -> Lang:
    """Language figures can be labelled in on this machine."""
    return "zh" if lang == "zh" and chinese_font() else "en"


def colour_of(found: Comparison, scenario: str) -> str:
    """Grey for the baseline, Okabe-Ito colours for the others, always in the order of the study."""
    place = found.scenarios.index(scenario)
    return BASELINE_GREY if place == 0 else OKABE_ITO[(place - 1) % len(OKABE_ITO)]


def panels(
    count: int, found: Comparison, *, heading: str, lang: Lang, rows: int = 0, share: bool = False, same_y: bool = True
) -> tuple[Figure, Sequence[Axes]]:
    """Panels beside each other under one heading; ``rows``: how many lines they hold, ``share``: labels once, left."""
    height = 0.9 + 0.26 * max(rows or len(found.scenarios), 3)
    width = 2.6 * count + (3.4 if share else 1.4)
    figure = Figure(figsize=(max(width, 7.0), height + 0.5), layout="constrained")
    axes = figure.subplots(1, count, sharey=same_y, squeeze=False)[0].tolist()
    figure.suptitle(f"{heading} ({replications(found, lang)})", fontsize=10, x=0.01, ha="left")
    return figure, axes


def replications(found: Comparison, lang: Lang) -> str:
    """How many replications, and the level of the intervals."""
    return say("replications", lang, n=len(found.replications), level=f"{found.level:.0%}")


def scenario_axis(axis: Axes, found: Comparison) -> None:
    """Scenarios from top to bottom, baseline first."""
    axis.set_yticks(range(len(found.scenarios)), found.scenarios)
    axis.set_ylim(len(found.scenarios) - 0.5, -0.5)


def interval(axis: Axes, place: float, value: float, low: float, high: float, colour: str, marker: str = "o") -> None:
    """A value with its interval as a line; nothing where it is no number."""
    if not math.isfinite(value):
        return
    if math.isfinite(low) and math.isfinite(high):
        axis.plot([low, high], [place, place], color=colour, linewidth=2, solid_capstyle="butt", zorder=2)
    axis.plot([value], [place], color=colour, marker=marker, markersize=5, zorder=3)
