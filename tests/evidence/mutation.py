"""What became of every mutant of the kernel: ``results/reference/mutation.csv``, from what mutmut left behind.

Run by ``make mutation`` after mutmut. A mutant that takes too long counts as killed. Survivors that no test could
tell from the original stand in ``equivalent.toml``, each with its reason; they stay in the denominator.
"""

import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from results.statistics import wilson
from tests.evidence import tables

GROUPS: Mapping[str, Sequence[str]] = {
    "clock": ["twin/clock.py"],
    "repair process": ["twin/processes/repair.py", "twin/processes/visits.py"],
    "record": ["policies/controller/record.py"],
    "KPIs of response and emergencies": [
        "results/kpi_response.py", "results/kpi_emergency.py", "results/cohort.py", "results/columns.py",
        "results/durations.py", "results/observation.py", "results/rows.py", "results/service.py",
    ],
}  # fmt: skip
"""What is mutated; the KPIs with the order table, the durations and the clocks that they are read from."""
KILLED, TIMED_OUT, SURVIVED, NOT_COVERED = "killed", "timeout", "survived", "no tests"
LEAST = 0.9
EQUIVALENT = Path(__file__).with_name("equivalent.toml")
HEADER = [
    "group", "file", "mutants", "killed", "timed_out", "survived", "not_covered", "equivalent", "share", "low95", "high95",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one function: the line as it was and as it became, and what the tests made of it."""

    file: str
    name: str
    status: str
    change: str = ""


def mutants(file: str) -> Iterator[Mutant]:
    """Every mutant of a file; the change is told of those that no test killed."""
    from mutmut.mutation.data import SourceFileMutationData
    from mutmut.mutation.diff_apply import get_diff_for_mutant
    from mutmut.stats import status_by_exit_code

    found = SourceFileMutationData(path=file)
    found.load()
    for name, code in found.exit_code_by_key.items():
        status = status_by_exit_code[code]
        killed = status in {KILLED, TIMED_OUT}
        yield Mutant(file, name, status, "" if killed else changed(get_diff_for_mutant(name, path=file)))


def changed(diff: str) -> str:
    """The lines of a diff that differ, as ``was → becomes``."""
    lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++"))]
    was, becomes = (" ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+")
    return f"{was} → {becomes}"


def equivalents() -> dict[tuple[str, str], str]:
    """(file, change) → why nobody could tell."""
    told = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["reason"]
    return {(one["file"], change): one["why"] for one in told for change in one["changes"]}


def row(group: str, file: str, found: Sequence[Mutant], known: Mapping[tuple[str, str], str]) -> list[tables.Value]:
    """Counts of some mutants, and the share killed with its Wilson interval."""
    by = Counter(mutant.status for mutant in found)
    killed, number = by[KILLED] + by[TIMED_OUT], len(found)
    same = sum((mutant.file, mutant.change) in known for mutant in found)
    share = wilson(killed, number)
    return [
        group, file, number, by[KILLED], by[TIMED_OUT], by[SURVIVED], by[NOT_COVERED], same,
        killed / number, share.low, share.high,
    ]  # fmt: skip


def main() -> int:
    """Write the table; 1 if a group falls short, or what was called equivalent has been killed."""
    known = equivalents()
    found = {file: list(mutants(file)) for files in GROUPS.values() for file in files}
    everything = [mutant for each in found.values() for mutant in each]
    unfinished = {mutant.status for mutant in everything} - {KILLED, TIMED_OUT, SURVIVED, NOT_COVERED}
    if unfinished or not everything:
        print(f"mutants without a verdict: {sorted(unfinished) or 'all'}; run mutmut to its end", file=sys.stderr)
        return 1
    rows = []
    short = []
    for group, files in GROUPS.items():
        together = row(group, "all", [mutant for file in files for mutant in found[file]], known)
        rows += [row(group, file, found[file], known) for file in files] + [together]
        short += [group] if float(together[8]) < LEAST else []
    tables.write(
        "mutation", HEADER, rows,
        {
            "made_by": "tests/evidence/mutation.py", "seed": 0, "mutants": len(everything),
            "tool": f"mutmut {version('mutmut')}", "how": "every mutant, tests as in pyproject.toml [tool.mutmut]",
        },
    )  # fmt: skip
    stale = known.keys() - {(mutant.file, mutant.change) for mutant in everything}
    for mutant in everything:
        if mutant.change and (mutant.file, mutant.change) not in known:
            print(f"{mutant.status}: {mutant.file}: {mutant.change}")
    for file, change in sorted(stale):
        print(f"called equivalent, but killed or gone: {file}: {change}", file=sys.stderr)
    for group in short:
        print(f"{group}: fewer than {LEAST:.0%} killed", file=sys.stderr)
    return 1 if short or stale else 0


if __name__ == "__main__":
    sys.exit(main())
