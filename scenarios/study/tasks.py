"""What is handed to a worker, and what it answers. Light: the world's libraries load where a run is computed."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from scenarios.study.arms import Arm
from scenarios.study.cells import CellName, CellStore, Keep, cell_digest
from scenarios.study.watchdog import LIMIT_S

LAST_WORDS: Final = ".stacks-"
"""How the names of files begin in which a worker leaves its stacks."""


@dataclass(frozen=True, slots=True)
class Task:
    """A replication and the scenarios of it that are not finished."""

    folder: Path
    arms: tuple[Arm, ...]
    seed: int
    replication: int
    code: str
    limit_s: float = LIMIT_S
    in_worker: bool = True
    keep: Keep = "figures"

    def cell(self, arm: Arm) -> CellName:
        """Where an arm's cell of this replication is, finished or not."""
        digest = cell_digest(arm.digest, arm.base_digest, self.seed, self.replication, self.code)
        return CellName(arm.name, self.replication, digest)

    @property
    def last_words(self) -> Path:
        """Where a worker that has to be ended leaves its stacks."""
        base = self.arms[0].base_digest
        return self.folder / f"{LAST_WORDS}r{self.replication:05d}-{base}.txt"


@dataclass(frozen=True, slots=True)
class Failure:
    """A run that gave no cell. ``kind``: raised, hung, lost (its worker died), not_written."""

    scenario: str
    seed: int
    replication: int
    kind: str
    why: str

    def __str__(self) -> str:
        return f"{self.scenario}, seed {self.seed}, replication {self.replication} {self.kind.replace('_', ' ')}: {self.why}"


@dataclass(slots=True)
class Outcome:
    """What became of a task."""

    replication: int
    done: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


def families(task: Task) -> list[Task]:
    """A task for each burn-in: scenarios that share one are computed together, others may be computed elsewhere."""
    by_base: dict[str, list[Arm]] = {}
    for arm in task.arms:
        by_base.setdefault(arm.base_digest, []).append(arm)
    return [replace(task, arms=tuple(arms)) for arms in by_base.values()]


def parts(task: Task) -> list[Task]:
    """What is left of a replication whose worker died, a scenario at a time."""
    store = CellStore(task.folder)
    return [replace(task, arms=(arm,)) for arm in task.arms if not store.has(task.cell(arm), task.keep)]


def lost(task: Task, why: str) -> Outcome:
    """A task whose worker died: ended by the watchdog's second line, or by the system."""
    stacks = task.last_words.read_text(encoding="utf-8") if task.last_words.is_file() else ""
    task.last_words.unlink(missing_ok=True)
    kind, what = (
        ("hung", f"no signal reached it; {_innermost(stacks)}") if stacks else ("lost", f"its worker died: {why}")
    )
    store = CellStore(task.folder)
    outcome = Outcome(task.replication)
    for arm in task.arms:
        if store.has(task.cell(arm), task.keep):
            outcome.done.append(arm.name)
        else:
            outcome.failures.append(Failure(arm.name, task.seed, task.replication, kind, what))
    return outcome


def _innermost(stacks: str) -> str:
    """The first frame faulthandler wrote: where the hanging thread stood."""
    frames = [line.strip() for line in stacks.splitlines() if line.lstrip().startswith("File ")]
    return frames[0] if frames else "it left no stack"
