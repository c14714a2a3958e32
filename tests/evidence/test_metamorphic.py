"""On the medium campus every relation shows in its direction: the paired 95 % interval leaves out 0.

Each run starts from an empty campus on day 0 in its own changed world, on common random numbers: two
weeks of burn-in, eight weeks measured, two weeks of run-out (shorter than a study's half-year).
"""

from collections.abc import Mapping

import pytest
from joblib import Parallel, delayed

from policies.contract import chance
from policies.controller.centre import CommandCentre
from results.statistics import paired
from scenarios.resolution.build import campus_of, rules_of, settings_of
from scenarios.resolution.resolve import resolve
from scenarios.study.cells import digest_of
from scenarios.study.sources import code_version
from tests.evidence import tables
from tests.evidence.kept import jobs, kept
from tests.metamorphic.measured import Days, measured
from tests.metamorphic.relations import RELATIONS, Change, Relation, Rules, as_it_is
from twin.streams import Streams

pytestmark = pytest.mark.evidence

SEED = 31
SEEDS = 30
DAYS: Days = (14, 56, 14)
KPIS = ("K-R1", "K-E1", "K-E3")
START = "run.start=2025-09-01"
SETS = (
    START,
    *(f"run.{name}={days}" for name, days in zip(("burn_in_days", "days", "run_out_days"), DAYS, strict=True)),
)


def test_every_relation_shows_in_its_direction() -> None:
    arms = [arm for relation in RELATIONS for arm in _arms(relation)]
    tasks = [(change, rules, k) for k in range(SEEDS) for change, rules in arms]
    distinct = {_name(change, rules, k): (change, rules, k) for change, rules, k in tasks}
    Parallel(n_jobs=jobs(), batch_size=1)(delayed(_run)(*task) for task in distinct.values())
    rows = [row for relation in RELATIONS for row in _rows(relation)]
    tables.write(
        "metamorphic",
        ["relation", "kpi", "expected", "base", "difference", "low95", "high95", "seeds", "variance_ratio", "shown"],
        rows,
        {
            "made_by": "tests/evidence/test_metamorphic.py", "seed": SEED, "replications": SEEDS,
            "how": "medium campus, as_is unless the relation says otherwise, " + ", ".join(SETS),
        },
    )  # fmt: skip
    assert not [row for row in rows if not row[-1]]


def _rows(relation: Relation) -> list[list[str | float | int | bool]]:
    base, other = (
        [_run(change, rules, replication) for replication in range(SEEDS)] for change, rules in _arms(relation)
    )
    rows: list[list[str | float | int | bool]] = []
    for kpi, way in relation.moves.items():
        found = paired([run[kpi] for run in base], [run[kpi] for run in other])
        shown = found.low > 0.0 if way > 0 else found.high < 0.0
        rows.append(
            [
                relation.name, kpi, "higher" if way > 0 else "lower", found.base, found.difference, found.low,
                found.high, found.n, found.variance_ratio, shown,
            ]
        )  # fmt: skip
    return rows


def _arms(relation: Relation) -> list[tuple[Change, Rules]]:
    rules = dict(relation.rules or {})
    return [(as_it_is, rules), (relation.change, dict(relation.other_rules or rules))]


def _name(change: Change, rules: Rules, replication: int) -> str:
    told = {name: [choice.name, dict(choice.parameters)] for name, choice in rules.items()}
    return f"{digest_of([change.__name__, told, SEED, SETS, code_version()])}/{replication:03d}"


def _run(change: Change, rules: Rules, replication: int) -> Mapping[str, float]:
    path = tables.RUNS / "evidence-metamorphic" / f"{_name(change, rules, replication)}.json"
    found: Mapping[str, float] = kept(path, lambda: _figures(change, rules, replication))
    return found


def _figures(change: Change, rules: Rules, replication: int) -> dict[str, float]:
    resolved = resolve("as_is", sets=SETS)
    campus = change(campus_of(resolved, Streams(SEED, replication)))
    settings = settings_of(resolved, campus, chance.key(SEED, replication, "office"))
    settings.rules = {**rules_of(resolved), **rules}
    figures = measured(campus, CommandCentre(settings), SEED, replication, DAYS, KPIS)
    return {kpi: figures[kpi] for kpi in KPIS}
