"""Scenarios that nothing told apart: without a word, equal figures could as well be a slip."""

from collections.abc import Iterator, Mapping, Sequence

from results.rows import KpiRow
from scenarios.cli.words import Lang, say

Rows = Mapping[str, Mapping[int, Sequence[KpiRow]]]


def alike(rows: Rows, replications: Sequence[int], lang: Lang) -> list[str]:
    """A line for each group of scenarios of which every figure is the same in every run compared."""
    return [say("alike", lang).format(names=", ".join(names)) for names in _groups(list(rows), rows, replications)]


def _groups(names: Sequence[str], rows: Rows, replications: Sequence[int]) -> Iterator[list[str]]:
    """By the first run, and only where that tells nobody apart by the others: most differ at once."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(repr(rows[name][replications[0]]), []).append(name)
    for together in groups.values():
        if len(together) > 1:
            yield from _groups(together, rows, replications[1:]) if len(replications) > 1 else [together]
