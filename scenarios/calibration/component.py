"""The seam: a component fits one aspect of a series of records and judges it on later ones.

A new aspect of the log, or a new kind of series (energy by meter, demand by item), is one file in
``components/`` with a ``COMPONENT``; ``finding.py`` finds it there. A component says with
``reads`` what it is given, so that one for meters is passed over where a log of orders is calibrated.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

from scenarios.calibration.values import Draws, Value

Verdict = Literal["valid", "not valid", "not judged"]
ORDERS: Final = "orders"


@dataclass(slots=True)
class Fit:
    """What a component found: values with intervals, remarks for the reader, and what it keeps for judging."""

    values: list[Value] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)

    def value(self, key: str) -> Value:
        """The value of a key."""
        return next(one for one in self.values if one.key == key)


@dataclass(slots=True)
class Check:
    """One comparison of a judgement: what the fit said, what came, the limits it had to keep within, kept or not.

    A distance has nothing fitted (NaN) and a highest value only.
    """

    what: str
    fitted: float
    judged: float
    low: float
    high: float
    ok: bool
    unit: str = ""


@dataclass(slots=True)
class Judgement:
    """A component's verdict and why, with the comparisons it rests on."""

    component: str
    verdict: Verdict
    because: str
    checks: list[Check] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.verdict}, because {self.because}"


class Component(Protocol):
    """One aspect of a series: its name, what records it reads, how it is fitted and judged."""

    name: str
    reads: str

    def fit(self, draws: Draws) -> Fit:
        """Values of the records of ``draws.log``, with intervals from its resamples."""
        ...

    def judge(self, fit: Fit, later: Draws) -> Judgement:
        """The fit of the first part held against later records."""
        ...


def at_most(what: str, distance: float, most: float) -> Check:
    """A check that a distance or a share is no more than a limit."""
    return Check(what, float("nan"), distance, 0.0, most, distance <= most)


def judged(name: str, checks: Sequence[Check]) -> Judgement:
    """The verdict of checks: valid when all are kept; otherwise which ones are not."""
    if not checks:
        return Judgement(name, "not judged", "the later part has too few records")
    broken = [check for check in checks if not check.ok]
    if broken:
        shown = "; ".join(map(_told, broken[:4])) + (f"; and {len(broken) - 4} more" if len(broken) > 4 else "")
        return Judgement(name, "not valid", shown, list(checks))
    kept = "; ".join(map(_told, checks[:2]))
    return Judgement(name, "valid", kept, list(checks))


def judged_by_one_of(name: str, what: str, checks: Sequence[Check]) -> Judgement:
    """The verdict of criteria of one comparison: valid when one of them is met; each is said to be met or missed.

    Parameters
    ----------
    what : what was fitted and came, the same in every check; each check is named after its criterion
    """
    first = checks[0]
    criteria = "; ".join(
        f"{check.what}: {'met' if check.ok else 'missed'} ({check.low:.3g} to {check.high:.3g})" for check in checks
    )
    verdict: Verdict = "valid" if any(check.ok for check in checks) else "not valid"
    return Judgement(name, verdict, f"{what} {_compared(first)}; {criteria}", list(checks))


def _told(check: Check) -> str:
    if check.fitted != check.fitted:
        return f"{check.what} {check.judged:.3g} (at most {check.high:.3g})"
    return f"{check.what} {_compared(check)} (allowed {check.low:.3g} to {check.high:.3g})"


def _compared(check: Check) -> str:
    unit = f" {check.unit}" if check.unit else ""
    return f"fitted {check.fitted:.3g}{unit}, later {check.judged:.3g}{unit}"
