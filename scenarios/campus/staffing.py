"""Staff as a what-if changes it: fewer people on the day crew, other patterns of duty.

Who leaves is never on the roster: the office plans without them, from the burn-in on.
"""

from collections.abc import Sequence
from typing import Final

from scenarios.problems import Problem, one_of
from scenarios.schema.campus import CampusFile
from scenarios.schema.faults import Place
from scenarios.schema.tables import PersonRow

DAY_CREW: Final = "reactive"


def staffed(
    people: Sequence[PersonRow], campus: CampusFile, place: Place, problems: list[Problem]
) -> list[PersonRow]:  # fmt: skip
    """The people of a campus once ``[staff]`` is applied; what cannot be done goes to ``problems``."""
    staff = campus.staff
    found = list(people)
    for name in staff.shifts:
        if name not in {row.name for row in people}:
            known = one_of(name, [row.name for row in people])
            problems.append(Problem(*place(("staff", "shifts", name)), f"staff.shifts.{name}", f'"{name}"', known))
    found = [row.model_copy(update={"shift": staff.shifts.get(row.name, row.shift)}) for row in found]
    if staff.day_crew is None:
        return found
    counts = trades_of(found)
    if not len(counts) <= staff.day_crew <= sum(counts.values()):
        expected = f"a number from {len(counts)} (one of each trade) to {sum(counts.values())} (the table of people)"
        problems.append(Problem(*place(("staff", "day_crew")), "staff.day_crew", str(staff.day_crew), expected))
        return found
    return _without(found, shrunk(counts, staff.day_crew))


def trades_of(people: Sequence[PersonRow]) -> dict[str, int]:
    """Day crew by main trade, in the order of the table."""
    counts: dict[str, int] = {}
    for row in people:
        if row.crew == DAY_CREW:
            counts[trade_of(row)] = counts.get(trade_of(row), 0) + 1
    return counts


def trade_of(row: PersonRow) -> str:
    """The main trade: the first named."""
    return next(iter(row.skills))


def shrunk(counts: dict[str, int], total: int) -> dict[str, int]:
    """``total`` people over the trades in proportion to ``counts``, one of each at least.

    Each goes to the trade that is furthest below its share (largest remainder); ties to the trade that
    stands first.
    """
    share = {trade: total * count / sum(counts.values()) for trade, count in counts.items()}
    given = dict.fromkeys(counts, 1)
    for _ in range(total - len(counts)):
        given[max(given, key=lambda trade: share[trade] - given[trade])] += 1
    return given


def _without(people: Sequence[PersonRow], wanted: dict[str, int]) -> list[PersonRow]:
    """The last of each trade leave, and their zones go to those who stay."""
    seen = dict.fromkeys(wanted, 0)
    stay: list[PersonRow] = []
    gone: list[PersonRow] = []
    for row in people:
        if row.crew == DAY_CREW:
            seen[trade_of(row)] += 1
        leaves = row.crew == DAY_CREW and seen[trade_of(row)] > wanted[trade_of(row)]
        (gone if leaves else stay).append(row)
    for row in gone:
        _hand_over(row, stay)
    return stay


def _hand_over(gone: PersonRow, stay: list[PersonRow]) -> None:
    """Each zone nobody of the trade serves any more goes to whoever of the trade serves fewest."""
    of_trade = [k for k, row in enumerate(stay) if row.crew == DAY_CREW and trade_of(row) == trade_of(gone)]
    for zone in gone.zones:
        if not any(not stay[k].zones or zone in stay[k].zones for k in of_trade):
            k = min(of_trade, key=lambda k: len(stay[k].zones))
            stay[k] = stay[k].model_copy(update={"zones": sorted([*stay[k].zones, zone])})
