"""Go or no-go: every condition of a gate with the numbers it was judged by. A condition that is not shown is not met."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final

from policies.controller.conformance import Finding
from results.comparison import Comparison, Difference
from results.kpis import spec
from results.numbers import in_words
from scenarios.schema.gate import GateFile, Goal, Guard

UNDEFINED: Final = "undefined: no replication has this figure under both rules, so nothing is shown"
ONE: Final = "only one replication has this figure under both rules: no interval, so nothing is shown"
SAME: Final = "the same in every replication"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a gate. ``kind``: conformance, violations, goal or guard; ``title``: of the figure; ``reason``: a sentence with its numbers."""

    kind: str
    of: str
    met: bool
    reason: str
    why: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a gate says of a candidate."""

    go: bool
    conditions: tuple[Condition, ...]


def judge(
    gate: GateFile, found: Comparison, candidate: str, findings: Sequence[Finding], hits: Mapping[str, int]
) -> Ruling:
    """Judge a candidate against the incumbent, the baseline of ``found``.

    Parameters
    ----------
    findings : what the conformance checks found
    hits : answers of the candidate that guards refused, by reason
    """
    conditions = (
        _kept(findings),
        _refused(gate.guard_hits, hits),
        *(_goal(goal, found.difference(candidate, goal.figure)) for goal in gate.goals),
        *(_guard(guard, found.difference(candidate, guard.figure)) for guard in gate.guards),
    )
    return Ruling(all(condition.met for condition in conditions), conditions)


def figures_of(gate: GateFile) -> list[str]:
    """Every figure a gate looks at: the family of Holm's correction."""
    return [*(goal.figure for goal in gate.goals), *(guard.figure for guard in gate.guards)]


def _kept(findings: Sequence[Finding]) -> Condition:
    said = "; ".join(f"{finding.check}: {finding.seen}" for finding in findings)
    return Condition("conformance", "the rule", not findings, said or "every check kept, in time at ten times the load")


def _refused(allowed: int, hits: Mapping[str, int]) -> Condition:
    total = sum(hits.values())
    said = "; ".join(f"{why}: {times}" for why, times in sorted(hits.items()) if times)
    reason = f"{total} answers refused by guards, {allowed} allowed ({said})" if total else "guards refused no answer"
    return Condition("violations", "guards", total <= allowed, reason)


def _goal(goal: Goal, one: Difference) -> Condition:
    gain, low, high = _gain(one)
    met = one.verdict == "better" and low > goal.by
    if gain == low == high == 0.0:
        reason = f"{SAME}, and not better by more than {goal.by:g} {one.unit}"
    else:
        reason = f"{_said(gain, low, high)} {one.unit} (p = {one.p_adjusted:.2g} after Holm): "
        reason += f"{'all' if met else 'not all'} of the interval better by more than {goal.by:g}"
    return Condition("goal", goal.figure, met, _not_shown(one) or reason, goal.why, spec(goal.figure).en)


def _guard(guard: Guard, one: Difference) -> Condition:
    gain, low, high = _gain(one)
    met = isfinite(low) and -low < guard.by
    reason = f"{_said(gain, low, high)} {one.unit}: "
    if gain == low == high == 0.0:
        reason = SAME
    elif met:
        reason += f"all of the interval worse by less than {guard.by:g}"
    else:
        if -high >= guard.by:
            more = "shown worse"
        elif -gain >= guard.by:
            more = "as the estimate does, not shown harmless"
        else:
            more = "not shown harmless; more replications narrow the interval"
        reason += f"reaches worse by {guard.by:g}, {more}"
    return Condition("guard", guard.figure, met, _not_shown(one) or reason, guard.why, spec(guard.figure).en)


def _gain(one: Difference) -> tuple[float, float, float]:
    """The difference turned so that more is better, with its interval."""
    if spec(one.kpi).better == "higher":
        return one.difference, one.low, one.high
    return -one.difference, -one.high, -one.low


def _not_shown(one: Difference) -> str:
    """Why a figure shows nothing at all; empty: it has an interval."""
    if not isfinite(one.difference):
        return UNDEFINED
    return "" if isfinite(one.low) else ONE


def _said(gain: float, low: float, high: float) -> str:
    """A gain with its interval, in words: nobody should have to read that something is better by less than nothing."""
    if gain < 0.0:
        word, gain, low, high = "worse", -gain, -high, -low
    else:
        word = "better"
    return f"{word} by {in_words(gain)} [{in_words(low)}, {in_words(high)}]"
