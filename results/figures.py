"""The figures: functions from a comparison to a drawing, in one style.

Okabe-Ito colours, baseline grey, units on every axis, n and level in the title. An SVG of the same
comparison is the same bytes anywhere: no date, no random ids, text as outlines.
Source of the colours: Okabe & Ito, Color Universal Design (2008).
"""

import io
import math
import re
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from results.catalogue import Lang, name_of, say
from results.comparison import Comparison
from results.kpi_response import CURVE
from results.kpis import spec
from results.statistics import paired

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
WIDE: Final = 20.0
LINES_MIN: Final = (30.0, 60.0, 120.0)
FONT_PACKAGE: Final = "pylopdf_fonts_zh_cn"
STYLE: Final[dict[str, Any]] = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "x",
    "axes.titlesize": 10,
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

PNG_DPI: Final = 160.0
FORMATS: Final[dict[str, dict[str, Any]]] = {
    ".svg": {"Date": None, "Creator": None},
    ".png": {"Software": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
"""Suffix of a file → what is left out of it, so that the same comparison gives the same bytes."""

Draw = Callable[[Comparison, Lang], Figure | None]


def chinese_font() -> str:
    """Path of the Chinese font file, or ``""`` if its package was left out."""
    if find_spec(FONT_PACKAGE) is None:
        return ""
    return str(import_module(FONT_PACKAGE).sans_path())


@cache
def _chinese_family() -> str:
    path = chinese_font()
    font_manager.fontManager.addfont(path)
    return font_manager.FontProperties(fname=path).get_name()


def label_language(lang: Lang) -> Lang:
    """Language figures can be labelled in on this machine."""
    return "zh" if lang == "zh" and chinese_font() else "en"


def svg(draw: Draw, found: Comparison, lang: Lang = "en") -> str:
    """Draw a figure as an ``<svg>`` element for a page; ``""`` if there is nothing to draw."""
    drawn = file(draw, found, lang, ".svg")
    return _inline(drawn.decode("utf-8"), _name(draw)) if drawn else ""


def file(draw: Draw, found: Comparison, lang: Lang, suffix: str) -> bytes:
    """Draw a figure as a file of one of ``FORMATS``; empty if there is nothing to draw."""
    lang = label_language(lang)
    family = [_chinese_family(), "DejaVu Sans"] if lang == "zh" else ["DejaVu Sans"]
    settings: Any = dict(mpl.rcParamsDefault) | STYLE | {"font.family": family, "svg.hashsalt": _name(draw)}
    with mpl.rc_context(settings):
        figure = draw(found, lang)
        if figure is None:
            return b""
        out = io.BytesIO()
        figure.savefig(out, format=suffix.removeprefix("."), metadata=FORMATS[suffix], dpi=PNG_DPI)
    return out.getvalue()


def attainment(found: Comparison, lang: Lang) -> Figure | None:
    """Each target: mean and interval of every scenario against the line of the target."""
    targets = list(dict.fromkeys(one.kpi for one in found.attainments))
    if not targets:
        return None
    figure, axes = _panels(len(targets), found, heading=say("figure_attainment", lang), lang=lang)
    for axis, kpi in zip(axes, targets, strict=True):
        for place, scenario in enumerate(found.scenarios):
            one = next(a for a in found.attainments if a.kpi == kpi and a.scenario == scenario)
            _interval(axis, place, one.level.estimate, one.level.low, one.level.high, colour_of(found, scenario))
        one = next(a for a in found.attainments if a.kpi == kpi)
        axis.axvline(one.limit, color="black", linewidth=1.2, linestyle="--", zorder=1)
        _scenario_axis(axis, found)
        axis.set_title(f"{one.target} {name_of(kpi, lang)}", loc="left")
        axis.set_xlabel(f"[{one.unit}]")
    return figure


def differences(found: Comparison, lang: Lang) -> Figure | None:
    """Every judged figure of every scenario as a difference in % of the baseline's level."""
    others = found.scenarios[1:]
    kpis = [kpi for kpi in found.family if _comparable(found, kpi)]
    if not others or not kpis:
        return None
    figure, axes = _panels(
        len(others), found, heading=say("figure_differences", lang), lang=lang, rows=len(kpis), share=True
    )
    for axis, scenario in zip(axes, others, strict=True):
        for place, kpi in enumerate(kpis):
            one = found.difference(scenario, kpi)
            scale = 100.0 / abs(one.base)
            _interval(
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


def response(found: Comparison, lang: Lang) -> Figure | None:
    """Share of normal orders answered within a time, with lines at 30 min, 1 h and 2 h."""
    curves = {scenario: _curve(found, scenario) for scenario in found.scenarios}
    if not any(curves.values()):
        return None
    figure = Figure(figsize=(7.0, 3.4), layout="constrained")
    axis = figure.add_subplot()
    for scenario, points in curves.items():
        minutes, shares = [m for m, _ in points], [s for _, s in points]
        wide = 2.2 if scenario == found.baseline else 1.5
        axis.plot(minutes, shares, color=colour_of(found, scenario), linewidth=wide, marker=".", label=scenario)
    for line in LINES_MIN:
        axis.axvline(line, color="black", linewidth=0.8, linestyle=":")
    axis.set_xscale("log")
    ticks = [5.0, 15.0, *LINES_MIN, 240.0, 480.0, 960.0]
    axis.set_xticks(ticks, [f"{tick:g}" for tick in ticks], minor=False)
    axis.minorticks_off()
    axis.set_ylim(0.0, 100.0)
    axis.set_xlabel(say("axis_response", lang))
    axis.set_ylabel(say("axis_share", lang))
    axis.set_title(say("figure_response", lang, n=len(found.replications)), loc="left")
    axis.legend(loc="lower right")
    return figure


def convergence(found: Comparison, lang: Lang) -> Figure | None:
    """Each target: the paired difference of every scenario as replications come in, with its interval."""
    others = found.scenarios[1:]
    kpis = [kpi for kpi in found.runs if len(found.replications) > 2]
    if not others or not kpis:
        return None
    figure, axes = _panels(len(kpis), found, heading=say("figure_convergence", lang), lang=lang, rows=9, same_y=False)
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
    figure.suptitle(f"{say('figure_dose', lang)} ({_replications(found, lang)})", fontsize=10, x=0.01, ha="left")
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


def _running(axis: Axes, base: Sequence[float], other: Sequence[float], colour: str, label: str) -> None:
    """Mean and interval of the difference over the first 2, 3, … replications."""
    sizes = range(2, len(base) + 1)
    seen = [paired(base[:n], other[:n]) for n in sizes]
    axis.plot(sizes, [one.difference for one in seen], color=colour, label=label)
    axis.fill_between(
        sizes, [one.low for one in seen], [one.high for one in seen], color=colour, alpha=0.15, linewidth=0
    )


def colour_of(found: Comparison, scenario: str) -> str:
    """Grey for the baseline, Okabe-Ito colours for the others, always in the order of the study."""
    place = found.scenarios.index(scenario)
    return BASELINE_GREY if place == 0 else OKABE_ITO[(place - 1) % len(OKABE_ITO)]


def _curve(found: Comparison, scenario: str) -> list[tuple[float, float]]:
    """(minutes, % answered) pooled over replications."""
    points = []
    for minutes in CURVE:
        level = next((v for v in found.levels if v.scenario == scenario and v.kpi == f"K-R1.within:{minutes:g}"), None)
        if level is not None and level.pooled is not None and math.isfinite(level.pooled.estimate):
            points.append((minutes, level.pooled.estimate))
    return points


def _comparable(found: Comparison, kpi: str) -> bool:
    """A baseline level one can divide by, and at least one difference that exists."""
    shown = [d for d in found.differences if d.kpi == kpi]
    return any(math.isfinite(d.difference) for d in shown) and all(math.isfinite(d.base) and d.base for d in shown)


def _panels(
    count: int, found: Comparison, *, heading: str, lang: Lang, rows: int = 0, share: bool = False, same_y: bool = True
) -> tuple[Figure, Sequence[Axes]]:
    height = 0.9 + 0.26 * max(rows or len(found.scenarios), 3)
    width = 2.6 * count + (3.4 if share else 1.4)
    figure = Figure(figsize=(max(width, 7.0), height + 0.5), layout="constrained")
    axes = figure.subplots(1, count, sharey=same_y, squeeze=False)[0].tolist()
    figure.suptitle(f"{heading} ({_replications(found, lang)})", fontsize=10, x=0.01, ha="left")
    return figure, axes


def _replications(found: Comparison, lang: Lang) -> str:
    return say("replications", lang, n=len(found.replications), level=f"{found.level:.0%}")


def _scenario_axis(axis: Axes, found: Comparison) -> None:
    axis.set_yticks(range(len(found.scenarios)), found.scenarios)
    axis.set_ylim(len(found.scenarios) - 0.5, -0.5)


def _stretch(axis: Axes) -> None:
    """Linear to ±100 %, logarithmic beyond, so that one wide interval does not press the others together."""
    low, high = axis.get_xlim()
    axis.set_xscale("symlog", linthresh=100.0, linscale=2.0)
    ticks = [tick for tick in (-1000, -100, -50, 0, 50, 100, 1000, 10000) if low <= tick <= high]
    axis.set_xticks(ticks, [f"{tick:+d}" if tick else "0" for tick in ticks])
    axis.minorticks_off()
    axis.set_xlim(low, high)


def _interval(axis: Axes, place: int, value: float, low: float, high: float, colour: str, marker: str = "o") -> None:
    if not math.isfinite(value):
        return
    if math.isfinite(low) and math.isfinite(high):
        axis.plot([low, high], [place, place], color=colour, linewidth=2, solid_capstyle="butt", zorder=2)
    axis.plot([value], [place], color=colour, marker=marker, markersize=5, zorder=3)


def _inline(document: str, name: str) -> str:
    """The ``<svg>`` element alone, its ids its own, scaling with the page."""
    element = document[document.index("<svg") :].strip()
    element = re.sub(r"<metadata>.*?</metadata>", "", element, flags=re.DOTALL)
    element = re.sub(r'\bid="', f'id="{name}-', element)
    element = re.sub(r'(href="#|url\(#)', rf"\g<1>{name}-", element)
    return re.sub(
        r'(<svg[^>]*?) width="[^"]*"', r"\1", re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", element, count=1), count=1
    )


def _name(draw: Draw) -> str:
    return getattr(draw, "__name__", "figure")


FIGURES: Final[dict[str, Draw]] = {
    draw.__name__: draw for draw in (attainment, differences, response, convergence, dose)
}
"""Every figure by name, in the order of the page."""
