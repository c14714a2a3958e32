"""What a rule does not keep to, and how long it takes in an office of ten times the people and orders.

The time is this machine's; it goes nowhere but to the screen.
"""

import math
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final

from policies.controller.conformance import Finding, ask, budget_min, check
from policies.controller.scenes import Office, scenes

MINUTE_S: Final = 60.0
LOAD: Final = 10
"""People and orders of the office a rule is timed in, as a multiple of the usual one."""
TIMED_QUESTIONS: Final = 100


@dataclass(slots=True)
class Timing:
    """How long a rule took at ten times the usual load [s], and what it should declare [min]."""

    questions: int
    median_s: float
    p99_s: float
    budget_s: float
    proposed_latency_min: float
    declared_latency_min: float


def examined(rule: Any, decision: str) -> tuple[list[Finding], Timing | None]:
    """What a rule does not keep to, and how long it takes where it keeps to the rest."""
    findings = check(rule, decision)
    timing = None if findings else timed(rule, decision)
    return findings + _late(timing), timing


def when_asked(rule: Any, decision: str) -> str:
    """When the dispatch desk asks a rule, in words; empty at other decision points."""
    if decision != "dispatch":
        return ""
    made = rule() if isinstance(rule, type) else rule
    rounds, every_min = getattr(made, "rounds", ()), getattr(made, "every_min", 0.0)
    if rounds:
        times = ", ".join(f"{int(minute) // 60:02d}:{int(minute) % 60:02d}" for minute in rounds)
        return f"asked at {times} and at no other time, but on emergencies at once"
    if every_min:
        return f"asked every {every_min:g} minutes and at no other time, but on emergencies at once"
    return "asked whenever an order becomes ready or a person idle"


def timed(rule: Any, decision: str) -> Timing:
    """Ask a rule in offices of ten times the load and take the time of each question."""
    made = rule() if isinstance(rule, type) else rule
    taken: list[float] = []
    while len(taken) < TIMED_QUESTIONS:
        for scene in scenes(decision, made, lambda number: Office(number, size=LOAD), offices=2):
            started = perf_counter()
            ask(made, decision, scene)
            taken.append(perf_counter() - started)
    taken.sort()
    p99_s = taken[math.ceil(0.99 * len(taken)) - 1]
    return Timing(
        questions=len(taken),
        median_s=taken[len(taken) // 2],
        p99_s=p99_s,
        budget_s=budget_min(made, decision) * MINUTE_S,
        proposed_latency_min=_rounded_up(p99_s / MINUTE_S),
        declared_latency_min=float(getattr(made, "latency_min", 0.0)),
    )


def _rounded_up(value: float) -> float:
    """The next number with one digit, so that a proposal is never below what was measured."""
    digit = 10.0 ** math.floor(math.log10(value))
    return float(f"{math.ceil(value / digit) * digit:.1g}")


def _late(timing: Timing | None) -> list[Finding]:
    if timing is None or timing.p99_s <= timing.budget_s:
        return []
    return [
        Finding("in time", f"takes {timing.p99_s:.3g} s (P99 at {LOAD}x load), its budget is {timing.budget_s:.3g} s")
    ]
