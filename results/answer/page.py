"""The answer as one page of Markdown: the same table of results gives the same bytes.

No clock, no version, no folder: what is not a result or a word of the question has no place here.
"""

from collections.abc import Iterator, Sequence

from results.answer.asked import Asked
from results.answer.blanks import Blank, filled
from results.answer.groups import COST, Group, difference, groups_of
from results.answer.sentences import answer, change, figure_name, level
from results.answer.table import KINDS, Table
from results.catalogue import Lang, say
from results.comparison import GLYPHS as STATES
from results.comparison import Comparison
from results.numbers import number
from results.page import VERDICT_GLYPHS

LARGEST_KINDS = 3
"""Kinds of cost told beside a difference of costs."""


def page(asked: Asked, table: Table, lang: Lang = "en", figure: str = "") -> str:
    """The page.

    Parameters
    ----------
    figure : where the dose-response figure lies, seen from the page; empty: none
    """
    groups = groups_of(asked, table)
    parts = [
        f"# {asked.id} · {asked.question[lang]}",
        *_other_language(asked, lang),
        *(f"**{notice}**" for notice in asked.notices),
        f"*{_facts(asked, groups[0].found, lang)}*",
        f"## {say('answer', lang)}",
        *answer(asked, groups, lang),
        *([f"![{say('figure_dose', lang)}]({figure})"] if figure else []),
        *_about(asked, groups, lang),
        f"## {say('answer_arms', lang)}",
        _table([say("scenario", lang), "", say("answer_made", lang)], _arms(asked, lang)),
        f"## {say('answer_figures', lang)}",
        *(_judged(asked, group, lang) for group in groups),
        say("answer_note", lang),
        f"## {say('costs', lang)}",
        *(_costs(group, lang) for group in groups),
        say("answer_costs_note", lang, days=asked.days),
        f"## {say('side_effects', lang)}",
        _side_effects(asked, groups, lang),
        *_assumptions(asked, lang),
        f"## {say('reproduce', lang)}",
        f"```console\n$ {asked.command}\n```",
        say("answer_seed", lang, seed=asked.seed, n=len(groups[0].found.replications)),
    ]
    return "\n\n".join(parts) + "\n"


def _other_language(asked: Asked, lang: Lang) -> Iterator[str]:
    other: Lang = "en" if lang == "zh" else "zh"
    if asked.question[other] and asked.question[other] != asked.question[lang]:
        yield f"> {asked.question[other]}"


def _facts(asked: Asked, found: Comparison, lang: Lang) -> str:
    return f"{asked.facts[lang]}; {say('replications', lang, n=len(found.replications), level=f'{found.level:.0%}')}"


def _about(asked: Asked, groups: Sequence[Group], lang: Lang) -> Iterator[str]:
    """The commentary of the study file, its blanks filled from the results."""

    def said(blank: Blank) -> str:
        if blank.reference:
            return change(difference(groups, blank.arm, blank.kpi, blank.reference))
        found = next(group.found for group in groups if blank.arm in group.found.scenarios)
        return level(found, blank.arm, blank.kpi)

    text = asked.about[lang].strip()
    if text:
        yield f"## {say('answer_about', lang)}"
        yield filled(text, said)


def _arms(asked: Asked, lang: Lang) -> Iterator[list[str]]:
    for arm in asked.arms:
        yield [f"`{arm.name}`", arm.title[lang], arm.what]


def _judged(asked: Asked, group: Group, lang: Lang) -> str:
    """Deciding figures and guards: the reference first, then each arm's difference and verdict."""
    figures = [*asked.deciding, *(kpi for kpi in asked.guards if kpi not in asked.deciding)]
    heads = [
        f"{'' if kpi in asked.deciding else say('answer_guard', lang) + ' '}{figure_name(kpi, lang)}" for kpi in figures
    ]
    rows = [[f"`{group.reference}`", *(_level(group.found, group.reference, kpi) for kpi in figures)]]
    rows += [[f"`{arm}`", *(_against(group.found, arm, kpi, lang) for kpi in figures)] for arm in group.others]
    return _table([say("scenario", lang), *heads], rows)


def _level(found: Comparison, arm: str, kpi: str) -> str:
    state = next((STATES[one.state] + " " for one in found.attainments if (one.scenario, one.kpi) == (arm, kpi)), "")
    return f"{state}{level(found, arm, kpi)}"


def _against(found: Comparison, arm: str, kpi: str, lang: Lang) -> str:
    if kpi not in found.family:
        return number(None)
    one = found.difference(arm, kpi)
    verdict = f"{VERDICT_GLYPHS[one.verdict]} {say(one.verdict, lang)}".strip()
    return f"{_level(found, arm, kpi)}<br>{change(one)} {verdict}"


def _costs(group: Group, lang: Lang) -> str:
    """Booked costs: the reference's, then each arm's difference, and the kinds that make most of it."""
    found = group.found
    rows = [[f"`{group.reference}`", level(found, group.reference, COST), "", ""]]
    for arm in group.others:
        one = found.difference(arm, COST)
        verdict = f"{VERDICT_GLYPHS[one.verdict]} {say(one.verdict, lang)}".strip()
        kinds = ", ".join(f"{kind} {value:+,.0f}" for kind, value in _kinds(found, arm))
        rows.append([f"`{arm}`", level(found, arm, COST), f"{change(one)} {verdict}", kinds])
    heads = [say("scenario", lang), figure_name(COST, lang), say("answer_difference", lang), say("answer_kinds", lang)]
    return _table(heads, rows)


def _kinds(found: Comparison, arm: str) -> list[tuple[str, float]]:
    """Kinds of cost that differ most, as differences of the means [CNY]; a kind never booked is 0."""
    means = {(one.scenario, one.kpi): one.mean.estimate for one in found.levels if one.kpi.startswith(KINDS)}
    kinds = dict.fromkeys(kpi for _, kpi in means)
    moved = [(k.removeprefix(KINDS), means.get((arm, k), 0.0) - means.get((found.baseline, k), 0.0)) for k in kinds]
    ranked = sorted(moved, key=lambda one: -abs(one[1]))
    return [one for one in ranked[:LARGEST_KINDS] if round(one[1])]


def _side_effects(asked: Asked, groups: Sequence[Group], lang: Lang) -> str:
    """What nobody asked about and was shown to be worse: in how many arms, and where most."""
    known = {*asked.deciding, *asked.guards, COST}
    rows = []
    for group in groups:
        for kpi in group.aside.family:
            judged = group.aside.differences_of(kpi)
            worse = [one for one in judged if one.verdict == "worse" and kpi not in known]
            if worse:
                most = max(worse, key=lambda one: abs(one.difference))
                rows.append(
                    [f"`{group.reference}`", figure_name(kpi, lang), f"{len(worse)}/{len(judged)}", f"`{most.scenario}` {change(most)}"]
                )  # fmt: skip
    if not rows:
        return say("no_side_effects", lang)
    heads = [
        say("answer_held_against", lang),
        say("figure", lang),
        say("answer_worse_in", lang),
        say("answer_most", lang),
    ]
    return _table(heads, rows)


def _assumptions(asked: Asked, lang: Lang) -> Iterator[str]:
    if asked.assumptions:
        yield f"## {say('assumptions', lang)}"
        rows = [[f"`{key}`", _value(value), note] for key, value, note in asked.assumptions]
        yield _table([say("input", lang), say("value", lang), say("source", lang)], rows)


def _value(value: object) -> str:
    return number(value) if isinstance(value, float) else str(value)


def _table(heads: Sequence[str], rows: Iterator[list[str]] | Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)
