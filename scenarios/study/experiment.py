"""A study: scenarios × replications, of which only what is missing is computed.

The unit of work is one replication of the scenarios that share a burn-in; the unit of storage is
one cell. Tables are assembled from the cells in a stated order, so nothing depends on
the number of workers, on interruptions or on what was computed before.
"""

import json
from collections.abc import Callable, Generator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from scenarios.interruption import look
from scenarios.study.arms import Arm, ScenarioChanged, arm_again, recipe
from scenarios.study.cells import Cell, CellName, CellStore, Keep
from scenarios.study.cluster import Cluster
from scenarios.study.sources import code_version
from scenarios.study.tasks import LAST_WORDS, Failure, Outcome, Task, families, lost, parts
from scenarios.study.watchdog import LIMIT_S
from scenarios.study.workers import Workers

DEFAULT_OUT: Final = Path("results", "runs")
TABLE: Final = "kpis.parquet"
MANIFEST: Final = "study.json"
FAILURES: Final = "failures.json"


@dataclass(slots=True)
class Findings:
    """What a study has after a run: cells by scenario and replication, and what failed."""

    cells: dict[str, dict[int, Cell]]
    failures: list[Failure] = field(default_factory=list)
    computed: int = 0

    @property
    def complete(self) -> list[int]:
        """Replications every scenario has."""
        runs = [set(by_replication) for by_replication in self.cells.values()]
        return sorted(set.intersection(*runs)) if runs else []


@dataclass(slots=True)
class Study:
    """Scenarios, baseline first, and how often each is run.

    Parameters
    ----------
    jobs : int
        Worker processes; 0: in this process.
    limit_s : float
        Wall seconds one simulated day may take before its replication is failed.
    question : str
        The study file that asked, by id or path, with the settings laid on top of it; empty: nobody but the arms.
    address : str
        Of a Dask scheduler whose workers compute; empty: worker processes of this machine.
    keep : "figures", "orders" or "journal"
        What is kept of each run beside its figures. A run whose journal was not kept is computed again.
    keep_resolved : bool
        Whether every value of a scenario is kept beside its recipe; hundreds of moved worlds keep the recipe alone.
    """

    folder: Path
    arms: Sequence[Arm]
    seed: int
    replications: int
    jobs: int = 2
    limit_s: float = LIMIT_S
    keep: Keep = "figures"
    address: str = ""
    keep_resolved: bool = True
    question: str = ""
    question_sets: Sequence[str] = ()

    @property
    def store(self) -> CellStore:
        """The cells of this study."""
        return CellStore(self.folder)

    def names(self) -> list[CellName]:
        """Every cell of the study, finished or not, scenarios in order."""
        tasks = [self._task(self.arms, replication) for replication in range(self.replications)]
        return [task.cell(arm) for arm in self.arms for task in tasks]

    def finished(self) -> int:
        """How many cells are finished (asked while workers write them)."""
        store = self.store
        return sum(store.has(name, self.keep) for name in self.names())

    def prepare(self, *, resume: bool = False) -> None:
        """Make the folder, prove it can be written and keep what the study is made of.

        Raises
        ------
        StoreError
            As ``CellStore.prepare`` does.
        """
        self.store.prepare(resume=resume)
        for arm in self.arms:
            if not self.store.keeps_scenario(arm.digest):
                self.store.keep_scenario(arm.digest, recipe(arm, resolved=self.keep_resolved))
        self.store.write_text(MANIFEST, _json(self.manifest()))

    def manifest(self) -> dict[str, Any]:
        """What the study is: scenarios with digests, seeds, code."""
        scenarios = [
            {"name": a.name, "digest": a.digest, "base_digest": a.base_digest, "settings": list(a.sets)}
            for a in self.arms
        ]
        asked = {"source": self.question, "settings": list(self.question_sets)}
        return {
            **({"question": asked} if self.question else {}),
            "format": "twin/study@1", "scenarios": scenarios, "seed": self.seed,
            "replications": self.replications, "code": code_version(),
        }  # fmt: skip

    def run(self, told: Callable[[Outcome], None] | None = None) -> Findings:
        """Compute what is missing, then write the tables.

        Parameters
        ----------
        told : called with each outcome as it comes (in no stated order)

        Raises
        ------
        KeyboardInterrupt
            Finished cells are kept; the tables of an interrupted study are not written.
        """
        failures: list[Failure] = []
        computed = 0
        outcomes = self._outcomes()
        try:
            for outcome in outcomes:
                failures += outcome.failures
                computed += len(outcome.done)
                if told is not None:
                    told(outcome)
                look()
            look()
        finally:
            outcomes.close()
            self._sweep()
        findings = self.findings()
        findings.failures = sorted(failures, key=lambda f: (f.replication, f.scenario))
        findings.computed = computed
        if not any(failure.kind == "not_written" for failure in failures):
            self._tables(findings)
        return findings

    def findings(self) -> Findings:
        """The finished cells, whoever computed them and when."""
        cells: dict[str, dict[int, Cell]] = {arm.name: {} for arm in self.arms}
        store = self.store
        for cell in store.read([name for name in self.names() if store.has(name, self.keep)]):
            cells[cell.scenario][cell.replication] = cell
        return Findings(cells)

    def _outcomes(self) -> Generator[Outcome]:
        tasks = [part for missing in map(self._missing, range(self.replications)) for part in families(missing)]
        if not tasks:
            return
        for outcome in self._workers(len(tasks)).outcomes(tasks):
            yield outcome
            if any(failure.kind == "not_written" for failure in outcome.failures):
                return

    def _workers(self, tasks: int) -> "Workers[Task, Outcome] | Cluster":
        if self.address:
            return Cluster(replicate, lost, self.address)
        return Workers(replicate, lost, parts, min(self.jobs, tasks))

    def _sweep(self) -> None:
        """Remove what ended workers leave: last words, and what one was writing that was slow to die of the last call."""
        self.store.sweep()
        for path in self.folder.glob(f"{LAST_WORDS}*.txt"):
            path.unlink(missing_ok=True)

    def _missing(self, replication: int) -> Task:
        whole = self._task(self.arms, replication)
        return self._task([arm for arm in self.arms if not self.store.has(whole.cell(arm), self.keep)], replication)

    def _task(self, arms: Sequence[Arm], replication: int) -> Task:
        code, in_worker = code_version(), self.jobs > 0 or bool(self.address)
        folder = self.folder.resolve() if self.address else self.folder
        return Task(folder, tuple(arms), self.seed, replication, code, self.limit_s, in_worker, self.keep)

    def _tables(self, findings: Findings) -> None:
        cells = [cell.name for by_replication in findings.cells.values() for cell in by_replication.values()]
        if cells:
            self.store.write_table(TABLE, cells)
        told = self.folder / FAILURES
        if findings.failures:
            self.store.write_text(FAILURES, _json([asdict(failure) for failure in findings.failures]))
        elif told.is_file():
            told.unlink()


def replicate(task: Task) -> Outcome:
    """Compute and store the missing cells of a replication. Never raises: what fails is told.

    The world's libraries load here, in the worker, not where a study is asked for.
    """
    from scenarios.study.replication import compute

    return compute(task)


def arm_of_cell(store: CellStore, cell: Cell) -> Arm:
    """The arm a cell was computed from, resolved anew.

    Raises
    ------
    NoSuchStudy
        If its scenario was not kept with it.
    ScenarioChanged
        If the files give another scenario by now.
    """
    kept = store.scenario(cell.scenario_digest)
    arm = arm_again(kept, cell.scenario)
    if (arm.digest, arm.base_digest) != (cell.scenario_digest, cell.base_digest):
        raise ScenarioChanged(
            f'the files of "{cell.scenario}" ({kept["source"]}) have changed since the run: '
            "it cannot be simulated again as it was; run the study anew"
        )
    return arm


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
