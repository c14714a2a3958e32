"""A small part of the metamorphic relations, on the village; all of them on the medium campus: ``make evidence``."""

import pytest

from results.statistics import paired
from tests.metamorphic.measured import Days, horizon, measured
from tests.metamorphic.relations import RELATIONS, Change, Relation, Rules, as_it_is
from tests.worlds import AS_IS, centre, village

DAYS: Days = (7, 14, 5)
SEEDS = 20
SHOWN_HERE = ("technicians x 2", "travel twice as fast", "approvals removed", "rounds 2 -> 8", "night duty 0")


def figures(change: Change, rules: Rules | None, relation: Relation) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {kpi: [] for kpi in relation.moves}
    for replication in range(SEEDS):
        campus = change(village(days=horizon(DAYS)))
        office = centre(campus, {**AS_IS, **(rules or {})})
        run = measured(campus, office, 3, replication, DAYS, tuple(relation.moves))
        for kpi, values in found.items():
            values.append(run[kpi])
    return found


@pytest.mark.parametrize("relation", [r for r in RELATIONS if r.name in SHOWN_HERE], ids=lambda r: r.name)
def test_a_change_moves_what_it_must(relation):
    base = figures(as_it_is, relation.rules, relation)
    other = figures(relation.change, relation.other_rules or relation.rules, relation)
    for kpi, way in relation.moves.items():
        found = paired(base[kpi], other[kpi])
        assert found.low > 0.0 if way > 0 else found.high < 0.0, found
