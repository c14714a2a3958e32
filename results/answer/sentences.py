"""The answer in words: sentences that follow from the verdicts, none of them typed by hand."""

from collections.abc import Iterator, Sequence
from math import isfinite

from policies.contract.plan import Target
from results.answer.asked import Asked
from results.answer.groups import COST, Group
from results.catalogue import Lang, name_of, say
from results.comparison import Comparison, Difference, State
from results.kpis import spec
from results.numbers import number
from results.page import within


def answer(asked: Asked, groups: Sequence[Group], lang: Lang) -> list[str]:
    """A paragraph for each comparison of the question, and below it what its guards say."""
    told = []
    for group in groups:
        guards = [f"- {_guard(group.found, kpi, lang)}" for kpi in asked.guards]
        told.append(" ".join(_paragraph(asked, group, lang, named=len(groups) > 1)))
        told += ["\n".join(guards)] if guards else []
    return told


def figure_name(kpi: str, lang: Lang) -> str:
    """A figure as people call it, with its id and unit."""
    return f"{kpi} {name_of(kpi, lang)} [{spec(kpi).unit}]"


def change(one: Difference) -> str:
    """A paired difference with its interval."""
    return f"{signed(one.difference)} {within(one)}".strip()


def signed(value: float) -> str:
    """A difference as people read it, its sign before it; what is nothing to the digits shown has none."""
    text = number(value)
    return text.lstrip("-") if not text.strip("-0.") else f"+{text}" if value > 0 else text


def level(found: Comparison, arm: str, kpi: str) -> str:
    """A mean over replications with its interval, or a dash."""
    if not found.has(arm, kpi):
        return number(None)
    mean = found.figure(arm, kpi).mean
    return f"{number(mean.estimate)} {within(mean)}".strip()


def _paragraph(asked: Asked, group: Group, lang: Lang, *, named: bool) -> Iterator[str]:
    if named:
        yield say("answer_against", lang, reference=_code(group.reference))
    for kpi in asked.deciding:
        if not any(defined(one) for one in group.found.differences_of(kpi)):
            yield say("answer_undefined", lang, kpi=figure_name(kpi, lang))
            continue
        if len(group.others) == 1:
            yield _pair(group.found, kpi, lang)
        elif not group.one_line:
            yield _best(group.found, kpi, lang)
        for line in group.lines:
            yield _dosed(asked, group, kpi, line, lang)
        yield from _target(asked, group, kpi, lang)
    yield _costs(asked, group, lang)


def defined(one: Difference) -> bool:
    """Whether the runs define a difference at all."""
    return isfinite(one.difference)


def _pair(found: Comparison, kpi: str, lang: Lang) -> str:
    """One arm against the reference: the verdict says it all."""
    (one,) = found.differences_of(kpi)
    return say(
        "answer_pair", lang, kpi=figure_name(kpi, lang), arm=_code(one.scenario), verdict=say(one.verdict, lang),
        change=change(one), level=level(found, found.baseline, kpi),
    )  # fmt: skip


def _best(found: Comparison, kpi: str, lang: Lang) -> str:
    """Which arm is best, or which could be (Hsu)."""
    standings = found.standings[kpi]
    could = [one for one in standings if one.could_be_best]
    sign = 1.0 if spec(kpi).better == "higher" else -1.0
    first = max(could, key=lambda one: sign * one.mean)
    told = {"kpi": figure_name(kpi, lang), "first": _code(first.name), "level": level(found, first.name, kpi)}
    if first.best:
        rest = [one for one in standings if one is not first]
        second = max(rest, key=lambda one: sign * one.mean)
        return say(
            "answer_best", lang, **told, k=len(standings), second=_code(second.name),
            gap=f"{signed(first.gap)} [{number(first.low)}, {number(first.high)}]",
        )  # fmt: skip
    return say("answer_could", lang, **told, k=len(standings), could=_list([one.name for one in could]))


def _dosed(asked: Asked, group: Group, kpi: str, line: str, lang: Lang) -> str:
    """From one end of a line to the other, and the first dose at which a change is shown."""
    assert asked.doses is not None
    arms, of = group.lines[line], asked.doses.of
    found = group.found
    said = say(
        "answer_line", lang, line=asked.doses.lines[line][lang == "zh"], kpi=figure_name(kpi, lang),
        dose=asked.doses.title[lang == "zh"], from_dose=f"{of[arms[0]][1]:g}", to_dose=f"{of[arms[-1]][1]:g}",
        from_level=level(found, arms[0], kpi), to_level=level(found, arms[-1], kpi),
    )  # fmt: skip
    judged = [found.difference(arm, kpi) for arm in arms if arm != group.reference]
    firsts = [next((one for one in judged if one.verdict == word), None) for word in ("worse", "better")]
    for word, one in zip(("worse", "better"), firsts, strict=True):
        if one is not None:
            dose = f"{of[one.scenario][1]:g}"
            said += " " + say(
                f"answer_first_{word}", lang, reference=_code(group.reference), dose=dose, change=change(one)
            )
    if firsts == [None, None]:
        said += " " + say("answer_never", lang, reference=_code(group.reference))
    return said


def _target(asked: Asked, group: Group, kpi: str, lang: Lang) -> Iterator[str]:
    """Who meets the target of a figure, if it has one."""
    target = spec(kpi).target
    if target is None:
        return
    states = {one.scenario: one.state for one in group.found.attainments if one.kpi == kpi}
    names = {arm: arm for arm in states}
    if group.one_line and asked.doses is not None:
        names = {arm: f"{asked.doses.of[arm][1]:g}" for arm in states}
    yield say("answer_target", lang, target=_limit(target, lang), states=_states(states, names, lang))


def _states(states: dict[str, State], names: dict[str, str], lang: Lang) -> str:
    parts = []
    words: tuple[State, ...] = ("met", "undecided", "missed")
    for word in words:
        here = [names[arm] for arm, state in states.items() if state == word]
        if here:
            parts.append(say(f"answer_{word}", lang, arms=_list(here)))
    return "; ".join(parts)


def _limit(target: Target, lang: Lang) -> str:
    return f"{target.id}, {say('at_least' if target.at_least else 'at_most', lang)} {target.value:g} {target.unit}"


def _guard(found: Comparison, kpi: str, lang: Lang) -> str:
    """What the guard did: how many arms are shown worse and which most; or how far it moved."""
    judged = [one for one in found.differences_of(kpi) if defined(one)]
    if not judged:
        return say("answer_undefined", lang, kpi=figure_name(kpi, lang))
    if spec(kpi).better == "neither":
        most = max(judged, key=lambda one: abs(one.difference))
        return say(
            "answer_guard_moves", lang, kpi=figure_name(kpi, lang), arm=_code(most.scenario), change=change(most),
            level=level(found, found.baseline, kpi),
        )  # fmt: skip
    worse = [one for one in judged if one.verdict == "worse"]
    if not worse:
        return say("answer_guard_kept", lang, kpi=figure_name(kpi, lang))
    most = max(worse, key=lambda one: abs(one.difference))
    return say(
        "answer_guard_worse", lang, kpi=figure_name(kpi, lang), n=len(worse), k=len(judged), arm=_code(most.scenario),
        change=change(most),
    )  # fmt: skip


def _costs(asked: Asked, group: Group, lang: Lang) -> str:
    """What the arms cost more or less: all of them, or the last of every line."""
    ends = [arms[-1] for arms in group.lines.values() if arms[-1] != group.reference]
    told = [f"{_code(arm)} {change(group.found.difference(arm, COST))}" for arm in [*group.loose, *ends]]
    return say("answer_costs", lang, days=asked.days, arms="; ".join(told))


def _code(arm: str) -> str:
    return f"`{arm}`"


def _list(names: Sequence[str]) -> str:
    return ", ".join(map(_code, names))
