"""The law of the outside firm: whatever a world goes through, it comes only to what a rung has called it to."""

from collections.abc import Iterator

import pytest

from policies.contract.commands import Assign, Escalate
from policies.controller.settings import RuleChoice
from tests.worlds import TO_BE, TRADES, run, village
from twin.campus import Campus, Person
from twin.entities.roster import AlwaysOn

CALLED_FROM = 3
"""The first level of the plan's ladder that calls an outside firm."""


def with_a_firm(technicians: int) -> Campus:
    """The village with too few of its own and one firm for everything, always there."""
    campus = village(technicians=technicians)
    skills = dict.fromkeys(TRADES, 3)
    campus.people.append(Person("firm", 950, skills, 0, AlwaysOn(), "partner", stays_home=True))
    return campus


def orders_of_the_firm(campus: Campus, rules: dict[str, RuleChoice]) -> Iterator[tuple[int, bool]]:
    """Every order given to the firm, and whether a rung had called it to that order by then."""
    journal = run(40, rules, campus=campus).journal
    given, escalated = journal.table(Assign.__name__), journal.table(Escalate.__name__)
    calls = dict(zip(escalated["order"][escalated["level"] == CALLED_FROM], escalated["n"], strict=False))
    for order, tech, n in zip(given["order"], given["tech"], given["n"], strict=True):
        if campus.people[tech].crew == "partner":
            yield int(order), order in calls and calls[order] < n


@pytest.mark.parametrize("technicians", [3, 6])
def test_every_order_of_a_firm_is_one_a_rung_called_it_to(technicians: int) -> None:
    found = list(orders_of_the_firm(with_a_firm(technicians), TO_BE))
    assert len(found) > 5
    assert [order for order, called in found if not called] == []
