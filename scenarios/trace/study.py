"""Arms compared on one log: runs, figures of the ruler, and how differently they assigned."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hardware_emul.field import PERFECT
from policies.contract.units import DAY_MIN
from results.kpis import measure
from results.meta import Meta, Period, Person, Place
from results.rows import KpiRow
from results.statistics import mean_interval
from scenarios.problems import Problem, ScenarioProblems, one_of
from scenarios.trace.log import Trace, load
from scenarios.trace.mapping import Mapping, read_mapping
from scenarios.trace.overlay import Overlay, read_overlay, utilisation
from scenarios.trace.world import build_world, calendar_of
from twin.journal import Journal
from twin.world import World

if TYPE_CHECKING:
    from results.comparison import Comparison
    from scenarios.resolution.resolve import Resolved

JUDGED: Final = ("K-R4", "K-R6", "K-E1", "K-E3")
"""Figures compared by pairs; the family of the correction for asking several questions."""
FIGURES: Final = ("K-R4", "K-R4.p90", "K-R1", "K-R6", "K-R6.open", "K-E1", "K-E3", "K-Q5")
"""Figures shown of each arm; ``K-Q5`` is the utilisation the crews were sized by."""


@dataclass(slots=True)
class ArmRun:
    """One arm in one replication: the ruler's rows, and who had each order last."""

    arm: str
    replication: int
    rows: list[KpiRow]
    assigned: dict[int, int]
    journal_digest: str

    def figure(self, kpi: str) -> float:
        """Value of a figure; NaN where the run has none."""
        return next((row.value for row in self.rows if row.kpi == kpi), float("nan"))


@dataclass(slots=True)
class TraceStudy:
    """Everything a command prints: the log, the arms in the order asked for, their runs."""

    trace: Trace
    arms: list[str]
    runs: list[ArmRun]

    def mean(self, arm: str, figure: str) -> float:
        """Mean of a figure over the replications of an arm."""
        return statistics.fmean(run.figure(figure) for run in self.runs if run.arm == arm)

    def told(self, arm: str, figure: str) -> str:
        """Mean of a figure, with half its interval's width where there are several replications."""
        found = mean_interval([run.figure(figure) for run in self.runs if run.arm == arm])
        return f"{found.estimate:.2f}" if found.n < 2 else f"{found.estimate:.2f} ±{found.high - found.estimate:.2f}"

    def comparison(self) -> "Comparison":
        """Arms against the baseline, paired by replication: the log is the same, what it does not say is redrawn."""
        from results.comparison import compare

        rows = {arm: {run.replication: run.rows for run in self.runs if run.arm == arm} for arm in self.arms}
        return compare(rows, kpis=JUDGED)

    def different_assignments(self, arm: str) -> float:
        """Requests that went to somebody else than in the baseline, mean over replications.

        Of a fault log NaN: what is reported, and under which number, differs from arm to arm.
        """
        if self.trace.kind == "faults":
            return float("nan")
        baseline = {run.replication: run.assigned for run in self.runs if run.arm == self.arms[0]}
        return statistics.fmean(
            _different(baseline[run.replication], run.assigned) for run in self.runs if run.arm == arm
        )

    def lines(self) -> list[str]:
        """The report as text: what the log is, then a table, baseline first."""
        units = {row.kpi: row.unit for row in self.runs[0].rows if row.value == row.value}
        width = max(12 if len(self.runs) == len(self.arms) else 18, *map(len, self.arms)) + 2
        head = f"{'':28}" + "".join(f"{arm:>{width}}" for arm in self.arms)
        rows = [
            f"{f'{figure} [{units[figure]}]':28}" + "".join(f"{self.told(arm, figure):>{width}}" for arm in self.arms)
            for figure in FIGURES
            if figure in units
        ]
        other = f"{'different assignments':28}" + "".join(
            f"{self.different_assignments(a):>{width}.0f}" for a in self.arms
        )
        return [*self.trace.report(), "", head, *rows, *([other] if self.trace.kind == "requests" else [])]

    def data(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return {
            "trace": {
                "name": self.trace.name, "kind": self.trace.kind, "file": self.trace.file, "origin": self.trace.origin,
                "digest": self.trace.digest(), "rows": len(self.trace.rows), "counted": asdict(self.trace.counted),
                "notes": self.trace.notes,
            },
            "arms": [
                {
                    "name": arm,
                    "different_assignments": self.different_assignments(arm),
                    "journal_digests": [run.journal_digest for run in self.runs if run.arm == arm],
                }
                for arm in self.arms
            ],
            "comparison": self.comparison().as_data(),
        }  # fmt: skip


def run(
    trace_path: Path,
    mapping_path: Path,
    arms: Sequence[str] = (),
    *,
    replications: int = 1,
    seed: int = 1,
    handset: str = "",
    sets: Sequence[str] = (),
) -> TraceStudy:
    """Run arms on a log, baseline first.

    Where the mapping names a ``world``, arms are those of that overlay (all of them if none is named).
    Otherwise they are scenarios, and the log drives their campus; ``sets`` change settings of these.

    Raises
    ------
    ScenarioProblems
        With every problem of the mapping, the overlay or the log; nothing is written.
    """
    mapping = read_mapping(mapping_path)
    if mapping.file.world:
        overlay = read_overlay(mapping_path.parent / mapping.file.world)
        _see_arms(mapping, overlay, arms)
        trace = load(trace_path, mapping_path, overlay.places, overlay.trades())
        return _on_overlay(trace, overlay, list(arms), replications, seed, handset)
    if not arms:
        raise ScenarioProblems(
            [mapping.problem("world", "no world and no scenario", "a world in the mapping, or a scenario to run")]
        )
    return _on_campus(trace_path, mapping, list(arms), tuple(sets), replications, seed, handset)


def _see_arms(mapping: Mapping, overlay: Overlay, arms: Sequence[str]) -> None:
    known = overlay.file.arms
    problems = [
        Problem(str(overlay.path), 0, "arms", f'"{arm}"', f"an arm of the overlay: {one_of(arm, known)}")
        for arm in arms
        if arm not in known
    ]
    if mapping.file.kind != "requests":
        expected = '"requests" (nobody lives in an overlay to notice faults), or no world and a scenario to run'
        problems.append(mapping.problem("kind", f'"{mapping.file.kind}"', expected))
    if problems:
        raise ScenarioProblems(problems)


def _on_overlay(
    trace: Trace, overlay: Overlay, arms: list[str], replications: int, seed: int, handset: str
) -> TraceStudy:
    chosen = arms or list(overlay.file.arms)
    people = sum(crew.count for crew in overlay.file.crews.values())
    asked = 100.0 * utilisation(overlay, trace)
    trace.notes.append(
        f"crews of {overlay.file.name}: {people} people; work alone asks for {asked:.0f} % of their duty, travel comes on top"
    )
    meta = _meta(trace, overlay)
    runs = []
    for replication in range(replications):
        for arm in chosen:
            rule = overlay.file.arms[arm]
            world = build_world(trace, overlay, rule, seed=seed, replication=replication, handset=handset or PERFECT)
            runs.append(_run(world, trace, meta, arm, replication))
    return TraceStudy(trace, chosen, runs)


def _on_campus(
    trace_path: Path,
    mapping: Mapping,
    arms: list[str],
    sets: tuple[str, ...],
    replications: int,
    seed: int,
    handset: str,
) -> TraceStudy:
    from scenarios.campus.places import OFFSITE
    from scenarios.resolution.resolve import resolve
    from scenarios.study.replication import meta_of
    from scenarios.trace.campus import build_campus_world, settings_for

    resolved: dict[str, Resolved] = {arm: resolve(arm, sets=(*settings_for(mapping), *sets)) for arm in arms}
    first = resolved[arms[0]]
    places = [row.name for row in first.buildings if row.kind != OFFSITE]
    trace = load(trace_path, mapping.path, places, list(first.campus.trades))
    trace.notes.append("planned maintenance is off: the campus's assets are not those of the log")
    runs = []
    for replication in range(replications):
        for arm, one in resolved.items():
            world, campus = build_campus_world(trace, one, seed=seed, replication=replication, handset=handset)
            runs.append(_run(world, trace, meta_of(one, campus), arm, replication))
    return TraceStudy(trace, arms, runs)


def _meta(trace: Trace, overlay: Overlay) -> Meta:
    people = [
        Person(k, trade, name)
        for k, (trade, name) in enumerate(
            (next(iter(crew.skills)), name) for name, crew in overlay.file.crews.items() for _ in range(crew.count)
        )
    ]
    ends = trace.days * DAY_MIN
    return Meta(
        calendar=calendar_of(trace, overlay),
        period=Period(0.0, ends, trace.horizon_days * DAY_MIN),
        people=people,
        places=[Place() for _ in overlay.places],
        groups=["log"],
    )


def _run(world: World, trace: Trace, meta: Meta, arm: str, replication: int) -> ArmRun:
    world.run(trace.horizon_days * DAY_MIN)
    rows = measure(world.journal, meta)
    return ArmRun(
        arm=arm,
        replication=replication,
        rows=rows,
        assigned=_assigned(world.journal),
        journal_digest=world.journal.digest(),
    )


def _assigned(journal: Journal) -> dict[int, int]:
    """Who had each order last."""
    if "Assign" not in journal.tables():
        return {}
    table = journal.table("Assign")
    return dict(zip(table["order"].tolist(), table["tech"].tolist(), strict=True))


def _different(baseline: dict[int, int], assigned: dict[int, int]) -> int:
    orders = dict.fromkeys([*baseline, *assigned])
    return sum(baseline.get(order) != assigned.get(order) for order in orders)
