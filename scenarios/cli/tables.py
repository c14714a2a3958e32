"""Tables of a comparison on a terminal: targets, paired differences, costs, inputs, guard hits."""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite

from rich.console import Console
from rich.table import Table
from rich.text import Text

from results.catalogue import name_of as words_of
from results.comparison import GLYPHS as STATE_GLYPHS
from results.comparison import Comparison, Difference, quantile_of
from results.kpis import spec
from results.numbers import number
from results.sections import QUANTILES as QUANTILES_SHOWN
from results.sensitivity import Judged, Sensitivity
from scenarios.cli.words import COLOURS, GLYPHS, STATE_COLOURS, Lang, say, within

PLAIN_WIDTH = 160
"""Columns of a page nobody's terminal limits."""


def console() -> Console:
    """Where data goes: stdout, as wide as the terminal, or as wide as needed when there is none."""
    if sys.stdout.isatty() or "COLUMNS" in os.environ:
        return Console()
    return Console(width=PLAIN_WIDTH)


def name_of(figure: str, lang: Lang) -> str:
    """A figure as people call it, with its id and unit."""
    return f"{figure.partition(':')[0]} {words_of(figure, lang)} [{spec(figure).unit}]"


def targets(found: Comparison, lang: Lang) -> Table:
    """Scenario by scenario against every target: mean with interval, state, share of replications that meet it."""
    table = _table(say("targets", lang), say("target", lang), *found.scenarios)
    for kpi in dict.fromkeys(a.kpi for a in found.attainments):
        here = {a.scenario: a for a in found.attainments if a.kpi == kpi}
        one = next(iter(here.values()))
        word = say("at_least" if one.at_least else "at_most", lang)
        row: list[Text | str] = [f"{one.target} {name_of(kpi, lang)}\n{word} {one.limit:g} {one.unit} ({one.clause})"]
        for scenario in found.scenarios:
            a = here[scenario]
            row.append(
                Text(f"{STATE_GLYPHS[a.state]} {number(a.level.estimate)}", style=STATE_COLOURS[a.state])
                + Text(f" {within(a.level.low, a.level.high)}\n{say('p_met', lang)} {number(a.share_met.estimate)} ({a.met}/{a.share_met.n})", style="default")
            )  # fmt: skip
        table.add_row(*map(_text, row))
    return table


def differences(found: Comparison, lang: Lang) -> Table:
    """Every judged figure: baseline first, then each scenario's paired difference with interval and verdict."""
    others = found.scenarios[1:]
    table = _table(
        say("differences", lang), say("figure", lang), f"{found.baseline} ({say('baseline', lang)})", *others
    )
    for kpi in found.family:
        level = found.figure(found.baseline, kpi)
        row: list[Text | str] = [
            name_of(kpi, lang),
            f"{number(level.mean.estimate)} {within(level.mean.low, level.mean.high)}",
        ]
        row += [_difference(found.difference(scenario, kpi), lang) for scenario in others]
        table.add_row(*map(_text, row))
    return table


def standings(found: Comparison, lang: Lang) -> Table:
    """Every scenario against the best of the others, by figure with a target; ★: best, ☆: could be best."""
    table = _table(say("standings", lang), say("figure", lang), *found.scenarios)
    for kpi, ranked in found.standings.items():
        cells = [
            f"{'★' if one.best else '☆' if one.could_be_best else ' '} {number(one.gap)} {within(one.low, one.high)}"
            for one in ranked
        ]
        table.add_row(*map(_text, (name_of(kpi, lang), *cells)))
    return table


def _difference(found: Difference, lang: Lang) -> Text:
    sign = "+" if found.difference > 0 else ""
    text = Text(
        f"{GLYPHS[found.verdict]} {say(found.verdict, lang)} {sign}{number(found.difference)}",
        style=COLOURS[found.verdict],
    )
    text.append(f" {within(found.low, found.high)}", style="default")
    if isfinite(found.variance_ratio):
        text.append(f" ×{number(found.variance_ratio)}", style="dim")
    return text


def levels(found: Comparison, figures: Sequence[str], lang: Lang) -> Table:
    """Figures of every scenario: mean with interval."""
    table = _table(say("levels", lang), say("figure", lang), *found.scenarios)
    for figure in figures:
        here = {level.scenario: level.mean for level in found.levels if level.kpi == figure}
        means = [here.get(scenario) for scenario in found.scenarios]
        cells = [number(None) if m is None else f"{number(m.estimate)} {within(m.low, m.high)}" for m in means]
        table.add_row(*map(_text, (name_of(figure, lang), *cells)))
    return table


def spread(found: Comparison, lang: Lang) -> Table:
    """Mean, median and P90 of every duration, each with its interval: of all orders by sections where they are kept."""
    table = _table(say("quantiles", lang), say("figure", lang), *found.scenarios)
    for kpi in QUANTILES_SHOWN:
        if not any(found.has(scenario, kpi) for scenario in found.scenarios):
            continue
        cells = []
        for scenario in found.scenarios:
            one = quantile_of(found.figure(scenario, kpi)) if found.has(scenario, kpi) else None
            cells.append(number(None) if one is None else f"{number(one.estimate)} {within(one.low, one.high)}")
        _add(table, name_of(kpi, lang), *cells)
    return table


def costs(found: Comparison, lang: Lang) -> Table:
    """Booked costs of each scenario by kind, the baseline first, with the difference of the means."""
    table = _table(say("costs", lang), say("cost", lang), *found.scenarios)
    kinds = dict.fromkeys(
        level.kpi for level in found.levels if level.kpi == "cost" or level.kpi.startswith("cost.kind:")
    )
    means = {(level.scenario, level.kpi): level.mean.estimate for level in found.levels if level.kpi in kinds}
    for kpi in kinds:
        base = means.get((found.baseline, kpi), 0.0)
        row = [name_of(kpi, lang), number(base)]
        for scenario in found.scenarios[1:]:
            value = means.get((scenario, kpi), 0.0)
            row.append(f"{number(value)} ({'+' if value > base else ''}{number(value - base)})")
        table.add_row(*map(_text, row))
    return table


def inputs(rows: Mapping[str, Sequence[tuple[str, object, object]]], lang: Lang) -> Table:
    """Only the inputs in which a scenario differs from the baseline."""
    table = _table(
        say("inputs", lang), say("scenario", lang), say("input", lang), say("baseline", lang), say("scenario", lang)
    )
    for scenario, changed in rows.items():
        for key, before, after in changed:
            table.add_row(*map(_text, (scenario, key, _short(before), _short(after))))
    return table


def guards(hits: Mapping[str, Mapping[str, int]], lang: Lang) -> Table:
    """Refusals of the guards by scenario and reason."""
    table = _table(say("guards", lang), say("scenario", lang), say("reason", lang), say("times", lang))
    for scenario, reasons in hits.items():
        for why, times in reasons.items():
            table.add_row(*map(_text, (scenario, why, str(times))))
    return table


def tornado(told: Sensitivity, lang: Lang) -> Table:
    """Assumptions by what they move: each end's change of every scenario's figure, and the difference with its verdict."""
    heads = [f"{scenario} {say('change', lang)}" for scenario in told.scenarios]
    pair = [say("differences", lang)] if told.judged is not None else []
    table = _table(
        f"{say('tornado', lang)}: {name_of(told.kpi, lang)}", say("assumption", lang), say("assumed", lang),
        say("moved_to", lang), *heads, *pair,
    )  # fmt: skip
    rows = [(bar.key, bar.value, end) for bar in told.bars for end in bar.ends]
    levels = [f"{number(one.estimate)} {within(one.low, one.high)}" for one in told.levels.values()]
    _add(table, say("as_assumed", lang), "", "", *levels, *_pair(told.judged, lang))
    for key, value, end in rows:
        changes = [
            f"{'+' if one.estimate > 0 else ''}{number(one.estimate)} {within(one.low, one.high)}"
            for one in end.effects.values()
        ]
        _add(table, key, value, end.told, *changes, *_pair(end.judged, lang))
    return table


def _add(table: Table, *cells: Text | str) -> None:
    table.add_row(*map(_text, cells))


def _pair(judged: Judged | None, lang: Lang) -> list[Text]:
    if judged is None:
        return []
    one = judged.difference
    text = Text(
        f"{GLYPHS[judged.verdict]} {say(judged.verdict, lang)} {'+' if one.estimate > 0 else ''}{number(one.estimate)}",
        style=COLOURS[judged.verdict],
    )
    return [text.append(f" {within(one.low, one.high)}", style="default")]


def table_of(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """Any rows of texts."""
    table = _table(title, *heads)
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _text(cell: Text | str) -> Text:
    """Units stand in square brackets, which rich would take for markup."""
    return cell if isinstance(cell, Text) else Text(cell)


def _short(value: object) -> str:
    text = "–" if value is None else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, header_style="bold", overflow="fold")
    return table
