"""The figures: functions from what a study has to a drawing, in one style.

Okabe-Ito colours, baseline grey, units on every axis, n and level in the title. An SVG of the same
study is the same bytes anywhere: no date, no random ids, text as outlines.
"""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import matplotlib as mpl
from matplotlib.figure import Figure

from results.catalogue import Lang
from results.figures.against_baseline import differences, heatmap
from results.figures.doses import dose
from results.figures.kept import campus, timeline
from results.figures.money import costs, front
from results.figures.style import STYLE, chinese_family, label_language
from results.figures.swings import tornado
from results.figures.targets import attainment, convergence
from results.figures.waits import quantiles, response
from results.shown import Shown

__all__ = ["FIGURES", "FORMATS", "Drawing", "file", "share_glyphs", "svg"]

PNG_DPI: Final = 160.0
FORMATS: Final[dict[str, dict[str, Any]]] = {
    ".svg": {"Date": None, "Creator": None},
    ".png": {"Software": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
"""Suffix of a file → what is left out of it, so that the same study gives the same bytes."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure and what it is drawn from: the comparison, the sensitivity study or the kept orders.

    ``needs``: how to come by what a study lacks, in the words of the command line.
    """

    draw: Callable[[Any, Lang], Figure | None]
    of: str = "found"
    needs: str = "two scenarios and several replications"

    @property
    def about(self) -> str:
        """What it shows, in one line."""
        return (self.draw.__doc__ or "").strip().splitlines()[0]


ORDERS_NEEDED: Final = "the rows of orders: run the study with --keep-orders"
FIGURES: Final[dict[str, Drawing]] = {
    "attainment": Drawing(attainment),
    "heatmap": Drawing(heatmap),
    "differences": Drawing(differences),
    "response": Drawing(response),
    "quantiles": Drawing(quantiles),
    "timeline": Drawing(timeline, "orders", ORDERS_NEEDED),
    "campus": Drawing(campus, "orders", ORDERS_NEEDED),
    "convergence": Drawing(convergence),
    "dose": Drawing(dose, needs="a study whose arms have a dose"),
    "costs": Drawing(costs),
    "front": Drawing(front),
    "tornado": Drawing(tornado, "sensitivity", "a sensitivity study: twin sensitivity makes one"),
}
"""Every figure by name, in the order of the page."""


_FONT: Final = r"(?:DejaVuSans|NotoSansSC)[\w-]*"
_GLYPH: Final = re.compile(rf'<path id="(\w+)-({_FONT})"([^>]*/>)')


def svg(name: str, shown: Shown, lang: Lang = "en") -> str:
    """Draw a figure as an ``<svg>`` element for a page; ``""`` if there is nothing to draw."""
    drawn = file(name, shown, lang, ".svg")
    return _inline(drawn.decode("utf-8"), name) if drawn else ""


def file(name: str, shown: Shown, lang: Lang, suffix: str) -> bytes:
    """Draw a figure as a file of one of ``FORMATS``; empty if there is nothing to draw."""
    part = getattr(shown, FIGURES[name].of)
    if part is None:
        return b""
    lang = label_language(lang)
    family = [chinese_family(), "DejaVu Sans"] if lang == "zh" else ["DejaVu Sans"]
    settings: Any = dict(mpl.rcParamsDefault) | STYLE | {"font.family": family, "svg.hashsalt": name}
    with mpl.rc_context(settings):
        figure = FIGURES[name].draw(part, lang)
        if figure is None:
            return b""
        out = io.BytesIO()
        figure.savefig(out, format=suffix.removeprefix("."), metadata=FORMATS[suffix], dpi=PNG_DPI)
    return out.getvalue()


def share_glyphs(drawings: dict[str, str]) -> dict[str, str]:
    """Drawings of one page that draw each character's outline once: the first to need it keeps it for all."""
    seen: set[str] = set()

    def once(found: re.Match[str]) -> str:
        if found[2] in seen:
            return ""
        seen.add(found[2])
        return f'<path id="glyph-{found[2]}"{found[3]}'

    shared = {}
    for name, drawing in drawings.items():
        kept = _GLYPH.sub(once, drawing)
        shared[name] = re.sub(rf'href="#{name}-({_FONT})', r'href="#glyph-\1', kept)
    return shared


def _inline(document: str, name: str) -> str:
    """The ``<svg>`` element alone, its ids its own, as wide as it was drawn where the page has room."""
    element = document[document.index("<svg") :].strip()
    element = re.sub(r"<metadata>.*?</metadata>", "", element, flags=re.DOTALL)
    element = re.sub(r"\s*\n\s*", " ", element)
    element = re.sub(r'\bid="', f'id="{name}-', element)
    element = re.sub(r'(href="#|url\(#)', rf"\g<1>{name}-", element)
    element = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", element, count=1)
    return re.sub(r'(<svg[^>]*?) width="([^"]*)"', r'\1 style="width:\2;min-width:min(\2,44rem)"', element, count=1)
