"""The comparisons of a question: every reference with the arms held against it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from results.answer.asked import Asked
from results.answer.table import Table, study_of
from results.comparison import Comparison, Difference, Doses, compare

COST: Final = "cost"


@dataclass(frozen=True, slots=True)
class Group:
    """A reference and its arms.

    ``found`` judges the deciding figures, the guards and the costs (Holm over these); ``aside`` everything the
    registry judges, to find what got worse unasked (Holm over all of it). ``lines``: dosed arms in order.
    """

    reference: str
    found: Comparison
    aside: Comparison
    lines: dict[str, list[str]]

    @property
    def others(self) -> list[str]:
        """The arms held against the reference."""
        return self.found.scenarios[1:]

    @property
    def loose(self) -> list[str]:
        """Those of them that belong to no line."""
        dosed = {arm for arms in self.lines.values() for arm in arms}
        return [arm for arm in self.others if arm not in dosed]

    @property
    def one_line(self) -> bool:
        """Whether the reference and all its arms are one line."""
        return not self.loose and len(self.lines) == 1 and self.reference in next(iter(self.lines.values()))


def groups_of(asked: Asked, table: Table) -> list[Group]:
    """Every comparison of a question, in the order of the file."""
    judged = list(dict.fromkeys([*asked.deciding, *asked.guards, COST]))
    out = []
    for reference, others in asked.references.items():
        study = study_of(table, [reference, *others])
        found = compare(study, kpis=judged, ranked=asked.deciding)
        out.append(Group(reference, found, compare(study), dict(_lines(asked.doses, found.scenarios))))
    return out


def difference(groups: Sequence[Group], arm: str, kpi: str, reference: str) -> Difference:
    """One paired difference among all that were made.

    Raises
    ------
    KeyError
        If it was not made.
    """
    for group in groups:
        if group.reference == reference and arm in group.others:
            try:
                return group.found.difference(arm, kpi)
            except KeyError:
                return group.aside.difference(arm, kpi)
    raise KeyError(f"{arm} was not compared with {reference}")


def _lines(doses: Doses | None, arms: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Lines with three arms or more: of two, the difference says it all."""
    if doses is None:
        return
    for line in doses.lines:
        here = [arm for arm in arms if arm in doses.of and doses.of[arm][0] == line]
        if len(here) > 2:
            yield line, here
