"""The HTML page of a comparison: one file, no request, verdict first."""

import base64
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from results import figures
from results.catalogue import Lang, name_of, say, tornado_lines
from results.comparison import GLYPHS, Attainment, Comparison, Difference, Level, quantile_of
from results.figures import style
from results.kpis import spec
from results.numbers import DASH, number
from results.sections import QUANTILES
from results.shown import Shown
from results.statistics import Interval, Standing

VERDICT_GLYPHS: Final = {"better": "▲", "worse": "▼", "equivalent": "=", "not shown": "·", "reported": ""}
COUNTED: Final = (
    "K-R6.orders", "K-R1.open", "K-R3.undetermined", "K-R6.open", "K-R6.24h.undetermined", "K-E1.undetermined",
    "K-E2.undetermined", "K-E3.turned_away", "K-Q1.undetermined", "K-Q6.undetermined", "excluded_share",
    "duplicate_share", "wrong_merge_share", "rejected_share", "cancelled_share", "lost_share",
)  # fmt: skip
"""What the page tells of orders that count neither way."""
FIRST_CJK: Final = "\u2e80"
"""Characters from here on are set in the embedded font, all others in the reader's own."""


@dataclass(slots=True)
class Context:
    """What the page says beside the comparison; all of it may be left out.

    Parameters
    ----------
    title : heading; the catalogue's if empty
    facts : (label, value) pairs under the heading: campus, period, run-out
    inputs : scenario → (key, value of the baseline, value of the scenario), only what differs
    guard_hits : scenario → reason → times
    assumptions : (key, value, provenance tag and source)
    command, seed, versions, digests : how to reproduce; versions by distribution, digests by scenario
    burn_in, burn_in_days : what a check of the burn-in found, and how long the burn-in is
    sensitivity_by, sensitivity_is_other : the command that adds a tornado; whether one of other inputs lies there
    response_stop : what ended the response, ``arrival`` or ``accept``
    notices : what must be said before anything else (a campus that was not validated)
    """

    title: str = ""
    facts: Sequence[tuple[str, str]] = ()
    inputs: Mapping[str, Sequence[tuple[str, object, object]]] = field(default_factory=dict)
    guard_hits: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    assumptions: Sequence[tuple[str, object, str]] = ()
    command: str = ""
    burn_in: Sequence[str] = ()
    burn_in_days: int = 0
    sensitivity_by: str = ""
    sensitivity_is_other: bool = False
    seed: int | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    response_stop: str = "arrival"
    notices: Sequence[str] = ()


def render(shown: Shown | Comparison, context: Context | None = None, *, lang: Lang = "en") -> str:
    """The page as one HTML document; the same study and context give the same bytes."""
    told = context or Context()
    shown = shown if isinstance(shown, Shown) else Shown(shown)
    found = shown.found
    drawings = figures.share_glyphs({name: figures.svg(name, shown, lang) for name in figures.FIGURES})
    drawn = {name: Markup(drawing) for name, drawing in drawings.items()}  # noqa: S704 our own drawing, not input
    page: str = _template().render(
        lang=lang,
        found=found,
        told=told,
        drawn=drawn,
        say=lambda key, **values: say(key, lang, **values),
        name_of=lambda figure: name_of(figure, lang),
        spec=spec,
        targets=_targets(found),
        tallies=_tallies(found),
        worse=[one for one in found.differences if one.verdict == "worse"],
        costs=_costs(found),
        counts=_counts(found),
        state_glyph=GLYPHS,
        verdict_glyph=VERDICT_GLYPHS,
        number=number,
        within=within,
        percent=lambda x: DASH if x is None or math.isnan(x) else f"{100.0 * x:.0f} %",
        tornado=shown.sensitivity,
        tornado_lines=tornado_lines(shown.sensitivity, lang) if shown.sensitivity else [],
        quantiles=[kpi for kpi in QUANTILES if any(found.has(one, kpi) for one in found.scenarios)],
        quantile_of=quantile_of,
        sectioned=any(level.pooled for level in found.levels if level.kpi in QUANTILES),
        differs=any(told.inputs.values()),
        font_missing=lang == "zh" and style.label_language(lang) != "zh",
        font=Markup(""),
    )
    return page.replace("/*font*/", _font_face(page))


def within(interval: Interval | Difference | Standing) -> str:
    """Limits of an interval in brackets; nothing where there are none."""
    if not (math.isfinite(interval.low) and math.isfinite(interval.high)):
        return ""
    return f"[{number(interval.low)}, {number(interval.high)}]"


def _template() -> Any:
    folder = Path(__file__).parent / "templates"
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html")


def _targets(found: Comparison) -> list[list[Attainment]]:
    """Attainments by target, each in the order of the scenarios."""
    return [
        [one for one in found.attainments if one.kpi == kpi]
        for kpi in dict.fromkeys(one.kpi for one in found.attainments)
    ]


def _tallies(found: Comparison) -> dict[str, dict[str, int]]:
    """Scenario → how many figures got which verdict, word for word as the catalogue's blanks."""
    out = {}
    for scenario in found.scenarios[1:]:
        mine = [one.verdict for one in found.differences if one.scenario == scenario]
        out[scenario] = {
            word.replace(" ", "_"): mine.count(word) for word in ("better", "worse", "equivalent", "not shown")
        }
    return out


def _levels(found: Comparison) -> dict[tuple[str, str], Level]:
    return {(level.scenario, level.kpi): level for level in found.levels}


def _costs(found: Comparison) -> list[tuple[str, list[float]]]:
    """Cost figure → mean by scenario; a kind a scenario never booked is 0."""
    levels = _levels(found)
    kinds = dict.fromkeys(v.kpi for v in found.levels if v.kpi == "cost" or v.kpi.startswith("cost.kind:"))

    def mean(scenario: str, kpi: str) -> float:
        level = levels.get((scenario, kpi))
        return level.mean.estimate * level.mean.n / len(found.replications) if level and level.mean.n else 0.0

    return [(kpi, [mean(scenario, kpi) for scenario in found.scenarios]) for kpi in kinds]


def _counts(found: Comparison) -> list[tuple[str, list[float]]]:
    levels = _levels(found)
    return [
        (kpi, [levels[scenario, kpi].mean.estimate if (scenario, kpi) in levels else math.nan for scenario in found.scenarios])
        for kpi in COUNTED
        if any((scenario, kpi) in levels for scenario in found.scenarios)
    ]  # fmt: skip


def _font_face(page: str) -> str:
    """A font with just the Chinese characters of the finished page, embedded.

    Nothing if there are none, or if the font was left out. An English page has some too: the
    clauses of the plan are numbered in Chinese.
    """
    path = style.chinese_font()
    characters = "".join(sorted({c for c in page if c >= FIRST_CJK}))
    if not path or not characters:
        return ""
    subset, ttlib = import_module("fontTools.subset"), import_module("fontTools.ttLib")
    options = subset.Options(flavor="woff", layout_features=[], notdef_outline=True, recalc_timestamp=False)
    font = ttlib.TTFont(path, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(text=characters)
    cutter.subset(font)
    font.flavor = "woff"
    file = io.BytesIO()
    font.save(file)
    data = base64.b64encode(file.getvalue()).decode("ascii")
    # One weight for all: the font has no bold, and a made-up one was drawn as boxes before it was ready.
    return (
        "@font-face{font-family:'page-zh';font-weight:100 900;font-display:block;unicode-range:U+2E80-FFEF,U+20000-3FFFF;"
        f"src:url(data:font/woff;base64,{data}) format('woff');}}"
    )
