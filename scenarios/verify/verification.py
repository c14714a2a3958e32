"""Playing every case a truths file holds and judging each quantity.

Judged are the replications of the last pass alone; a pilot, and passes that turned out too short, only say how
long the next one must be. Intervals hold together at ``LEVEL`` (Bonferroni over everything tested).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Final, Literal

from scenarios.problems import did_you_mean
from scenarios.study.workers import Workers
from scenarios.verify import effort as efforts
from scenarios.verify.case import Case
from scenarios.verify.controls import Sample
from scenarios.verify.effort import Effort
from scenarios.verify.play import PILOT, Play, Row, estimates, sample
from scenarios.verify.recipe import Recipe
from scenarios.verify.registry import NOT_YET, RECIPES, UNKNOWN, NotYet, models, ways

LEVEL: Final = 0.01
"""Chance that a faultless engine is refuted anywhere in a table."""
SEED: Final = 2025
Verdict = Literal["ok", "refuted", "too short"]
CONTROLLED: Final = "independent replications, first tenth deleted, controlled t-interval"
COMPUTED: Final = "computed by a rule, compared as it is"
BROKE: Final = "the run broke off"


@dataclass(frozen=True, slots=True)
class Task:
    """One replication of one play."""

    case: Case
    play: Play
    seed: int
    stage: int
    replication: int


Outcome = tuple[Task, Sample | str]
"""A replication, or why it broke off."""
Draw = Callable[[Task], Outcome]
Drawn = Callable[[int, int], None]
"""Told how many replications are done, of how many asked for so far."""


@dataclass(slots=True)
class Finding:
    """One quantity of one case, judged; ``half_width`` None: not played, or broken off (``note`` says why)."""

    case: str
    recipe: str
    quantity: str
    expected: Any
    estimate: Any
    half_width: float | None
    required: float | None
    verdict: Verdict
    how: str
    replications: int
    customers: int
    seed: int
    note: str = ""


@dataclass(slots=True)
class Unexpressed:
    """A model, or a quantity of it, that the twin does not give: in which cases, why, which chapter brings it."""

    model: str
    cases: list[str]
    quantity: str
    why: str
    chapter: str


@dataclass(slots=True)
class Report:
    """Everything found."""

    findings: list[Finding] = field(default_factory=list)
    unexpressed: list[Unexpressed] = field(default_factory=list)
    tested: int = 0

    def of(self, verdict: Verdict) -> list[Finding]:
        """Findings of a verdict."""
        return [finding for finding in self.findings if finding.verdict == verdict]


def draw(task: Task) -> Outcome:
    """One replication; an engine that breaks under a case is a finding, not a crash."""
    try:
        return task, sample(task.case, task.play, task.seed, task.stage, task.replication)
    except Exception as error:
        return task, f"{type(error).__name__}: {error}"


def unheard(done: int, asked: int) -> None:
    """Nobody watches."""


def verify(
    cases: Mapping[str, Case],
    effort: Effort,
    *,
    seed: int = SEED,
    jobs: int = 0,
    draw: Draw = draw,
    drawn: Drawn = unheard,
) -> Report:
    """Play and judge every case.

    Parameters
    ----------
    jobs : worker processes; they change no result. 0: in this process
    draw : plays a replication (a suite may keep what it has)
    """
    report = Report(unexpressed=unexpressed(cases))
    pilots = [play for case in cases.values() for play in _pilots(case)]
    report.tested = sum(len(play.quantities) for play in pilots)
    for case in cases.values():
        report.findings += _computed(case, seed)
    hands = _Hands(cases, seed, jobs, draw, drawn)
    alpha = LEVEL / max(1, report.tested)
    within = [play for play in pilots if efforts.affordable(cases[play.case], play.recipe, effort)]
    judged = {play: _not_played(cases[play.case], play, seed) for play in pilots}
    judged |= _passes(cases, within, hands, effort, alpha)
    for play in pilots:
        report.findings += judged[play]
    order = {name: number for number, name in enumerate(cases)}
    report.findings.sort(key=lambda finding: order[finding.case])
    return report


class _Hands:
    """Whoever plays replications, and how far they are."""

    def __init__(self, cases: Mapping[str, Case], seed: int, jobs: int, draw: Draw, drawn: Drawn) -> None:
        self.cases = cases
        self.seed = seed
        self.drawn = drawn
        self.workers = Workers(draw, _lost, _whole, jobs)
        self.done = self.asked = 0

    def play(self, plays: Sequence[Play], stage: int) -> dict[Play, list[Sample] | str]:
        """All replications of some plays, the longest begun first; or why one broke off."""
        tasks = [
            Task(self.cases[play.case], play, self.seed, stage, replication)
            for play in sorted(plays, key=lambda play: -play.customers * RECIPES[play.recipe].cost)
            for replication in range(play.replications)
        ]
        self.asked += len(tasks)
        found: dict[Play, list[Sample | str]] = {play: [""] * play.replications for play in plays}
        for task, outcome in self.workers.outcomes(tasks):
            found[task.play][task.replication] = outcome
            self.done += 1
            self.drawn(self.done, self.asked)
        return {play: _samples(outcomes) for play, outcomes in found.items()}


def _samples(outcomes: Sequence[Sample | str]) -> list[Sample] | str:
    broken = [one for one in outcomes if isinstance(one, str)]
    return broken[0] if broken else [one for one in outcomes if isinstance(one, Sample)]


def _lost(task: Task, why: str) -> Outcome:
    return task, f"its worker died: {why}"


def _whole(task: Task) -> Sequence[Task]:
    return (task,)


def _passes(
    cases: Mapping[str, Case], pilots: Sequence[Play], hands: _Hands, effort: Effort, alpha: float
) -> dict[Play, list[Finding]]:
    """Findings of each pilot's play, from the first pass that is long enough, or the last."""
    found: dict[Play, list[Finding]] = {}
    now = {play: play for play in pilots}
    for stage in range(PILOT, effort.passes + 1):
        following: dict[Play, Play] = {}
        played = hands.play(list(now.values()), stage)
        for begun, play in now.items():
            drawn = played[play]
            if isinstance(drawn, str):
                found[begun] = [
                    _broke(cases[play.case], play, quantity, hands.seed, drawn) for quantity in play.quantities
                ]
                continue
            case = cases[play.case]
            rows = list(estimates(case, play, drawn, alpha, hands.seed))
            if stage > PILOT:
                found[begun] = [_judged(row) for row in rows]
            if stage == PILOT or not all(row.narrow for row in rows):
                following[begun] = efforts.lengthened(case, play, rows, len(drawn[0].controls), effort)
        now = following
        if not now:
            break
    return found


def _pilots(case: Case) -> list[Play]:
    """A pilot for each way to play a case that gives something of what it expects."""
    found = []
    for recipe in ways(case.model):
        quantities = tuple(name for name in _numbers(case) if name in recipe.gives(case))
        if quantities and not recipe.refuses(case):
            found.append(efforts.pilot(case, recipe.name, quantities))
    return found


def _numbers(case: Case) -> list[str]:
    """Expected quantities that are numbers."""
    return [name for name, value in case.expected.items() if isinstance(value, int | float)]


def _judged(row: Row) -> Finding:
    verdict: Verdict = "ok" if row.ok else "too short" if row.holds or row.biased else "refuted"
    note = f"a quantile needs replications of {row.whole:,} customers" if row.biased else ""
    half_width = row.half_width if isfinite(row.half_width) else None
    return Finding(
        row.case, row.recipe, row.quantity, row.expected, row.estimate, half_width, row.allowed, verdict, CONTROLLED,
        row.replications, row.customers, row.seed, note,
    )  # fmt: skip


def _broke(case: Case, play: Play, quantity: str, seed: int, why: str) -> Finding:
    required = RECIPES[play.recipe].allowed(case, quantity)
    return Finding(
        case.id, play.recipe, quantity, case.expected[quantity], None, None, required, "refuted", BROKE,
        play.replications, play.customers, seed, why,
    )  # fmt: skip


def _not_played(case: Case, play: Play, seed: int) -> list[Finding]:
    recipe = RECIPES[play.recipe]
    needed = efforts.least_customers(case, play.recipe)
    why = f"not played: takes {needed:,} customers or more"
    return [
        Finding(
            case.id, play.recipe, quantity, case.expected[quantity], None, None, recipe.allowed(case, quantity), "too short",
            "not played", 0, 0, seed, why,
        )
        for quantity in play.quantities
    ]  # fmt: skip


def _computed(case: Case, seed: int) -> list[Finding]:
    """Parameters that rules compute, beside the true ones."""
    found = []
    for recipe in ways(case.model):
        values = {} if recipe.refuses(case) else recipe.computes(case)
        for name, value in values.items():
            if name in case.expected:
                found.append(_parameter(case, recipe, name, value, seed))
    return found


def _parameter(case: Case, recipe: Recipe, name: str, value: Any, seed: int) -> Finding:
    """Numbers within the tolerance, everything else exactly."""
    true = case.expected[name]
    required = case.allowed(true) if isinstance(true, int | float) else None
    same = value == true if required is None else abs(value - true) <= required
    return Finding(
        case.id, recipe.name, name, true, value, 0.0, required, "ok" if same else "refuted", COMPUTED, 0, 0, seed
    )


def unexpressed(cases: Mapping[str, Case]) -> list[Unexpressed]:
    """Models, cases and quantities of a file that the twin does not give."""
    found: dict[tuple[str, str, str], Unexpressed] = {}
    for case in cases.values():
        for quantity, reason in _missing(case):
            one = found.setdefault(
                (case.model, quantity, reason.why), Unexpressed(case.model, [], quantity, reason.why, reason.chapter)
            )
            one.cases.append(case.id)
    return list(found.values())


def not_yet() -> list[Unexpressed]:
    """Every model that books know and the twin cannot be made into yet."""
    return [Unexpressed(model, [], "", reason.why, reason.chapter) for model, reason in NOT_YET.items()]


def _missing(case: Case) -> list[tuple[str, NotYet]]:
    recipes = ways(case.model)
    if not recipes:
        return [("", NOT_YET.get(case.model) or _unknown("model", case.model, [*models(), *NOT_YET]))]
    refused = recipes[0].refuses(case)
    if refused:
        return [("", NotYet(refused, recipes[0].chapter))]
    given = [name for recipe in recipes for name in (*recipe.gives(case), *recipe.computes(case))]
    return [(name, _unknown("quantity", name, given)) for name in case.expected if name not in given]


def _unknown(what: str, given: str, known: Sequence[str]) -> NotYet:
    return NotYet(f"no recipe gives a {what} of that name{did_you_mean(given, known)}", UNKNOWN)
