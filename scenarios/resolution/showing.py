"""A resolved scenario as rows for people: an overview, every value with its source, differences."""

from collections.abc import Iterator
from typing import Any, Final

from scenarios.resolution.build import features_of, rules_of, steps_of
from scenarios.resolution.provenance import note_for
from scenarios.resolution.resolve import Resolved

THERE: Final = "in the table"
"""Value of a row of a table that only one of two scenarios has."""


def overview(it: Resolved) -> list[tuple[str, object]]:
    """What a planner asks first."""
    scenario, run = it.scenario, it.scenario.run
    rules = [(f"policies.{d}", _rule(rule)) for d, rule in rules_of(it).items()]
    features = features_of(it)
    crews: dict[str, int] = {}
    for person in it.people:
        crews[person.crew] = crews.get(person.crew, 0) + 1
    return [
        ("name", it.name),
        ("title", f"{scenario.title} {scenario.title_zh}".strip()),
        ("about", scenario.about),
        ("extends", scenario.extends),
        ("measures", ", ".join(scenario.measures)),
        ("campus", f"{it.campus.name}: {len(it.buildings)} places, {_crews(crews)}"),
        ("run", f"{run.start}, burn-in {run.burn_in_days} d, {run.days} d, run-out {run.run_out_days} d"),
        ("replications, seed", f"{run.replications}, {run.seed}"),
        ("benchmark response", f"{run.benchmark_response_h:g} service h: {run.benchmark_source}"),
        ("app live in", f"{len(features.app_buildings)} buildings, {features.app_per_day_cny:g} CNY a day"),
        ("command centre", f"{features.centre_per_day_cny:g} CNY a day"),
        *rules,
        *((f"from day {s.day}", _step(s)) for s in steps_of(it) if s.day > 0),
        ("digest", it.digest()),
    ]


def places(it: Resolved) -> list[tuple[int, str, str, int, int]]:
    """Number in rules, name, kind, zone and occupants of every place of a campus; a rule sees number and zone alone."""
    return [(number, row.name, row.kind, row.zone, row.occupants) for number, row in enumerate(it.buildings)]


def sources(it: Resolved) -> list[tuple[str, object, str, str]]:
    """Every value of the scenario and its campus with where it was written and where it comes from."""
    rows = [(f"{key}", value, it.origin(key), "") for key, value in flat(it.values()["scenario"])]
    for key, value in flat(it.values()["campus"]):
        rows.append((f"world.{key}", value, it.origin(f"world.{key}"), note_for(it.campus.provenance, key)))
    for table in ("buildings", "people", "assets", "skus"):
        name = getattr(it.campus.tables, table)
        rows.append(
            (f"world.{table}", f"{len(getattr(it, table))} rows", name, _table_notes(it.campus.provenance, table))
        )
    return rows


def differences(a: Resolved, b: Resolved) -> list[tuple[str, object, object]]:
    """Keys with different values: (key, in a, in b); None where a key is absent."""
    left, right = dict(_told(a, b)), dict(_told(b, a))
    keys = [*left, *(key for key in right if key not in left)]
    return [(key, left.get(key), right.get(key)) for key in keys if left.get(key) != right.get(key)]


def flat(values: dict[str, Any], above: str = "") -> Iterator[tuple[str, object]]:
    """Dotted keys and values; lists of tables are numbered."""
    for key, value in values.items():
        name = f"{above}.{key}" if above else str(key)
        if isinstance(value, dict):
            yield from flat(value, name)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            yield from flat({str(k): one for k, one in enumerate(value)}, name)
        else:
            yield name, value


def _told(it: Resolved, other: Resolved) -> Iterator[tuple[str, object]]:
    """Keys and values; a row of a table the other does not have is one of them, not one a column."""
    values, others = it.values(), other.values()["tables"]
    head = {
        k: v
        for k, v in values["scenario"].items()
        if k not in ("name", "title", "title_zh", "about", "extends", "kind", "measures")
    }
    yield from flat(head)
    yield from flat(values["campus"], "world")
    for table, rows in values["tables"].items():
        shared = {str(row["name"]) for row in others[table]}
        named = {str(row["name"]): {k: v for k, v in row.items() if k != "name"} for row in rows}
        yield from flat({name: row for name, row in named.items() if name in shared}, f"world.{table}")
        yield from ((f"world.{table}.{name}", THERE) for name in named if name not in shared)


def _table_notes(provenance: dict[str, str], table: str) -> str:
    return "; ".join(
        f"{key.partition('.')[2]}: {note}" for key, note in provenance.items() if key.startswith(f"{table}.")
    )


def _rule(rule: Any) -> str:
    given = ", ".join(f"{key}={value}" for key, value in rule.parameters.items())
    return f"{rule.name}({given})" if given else str(rule.name)


def _crews(crews: dict[str, int]) -> str:
    return ", ".join(f"{count} {crew}" for crew, count in crews.items())


def _step(step: Any) -> str:
    rules = ", ".join(f"{decision} {_rule(rule)}" for decision, rule in step.rules.items())
    live = f"app in {len(step.features.app_buildings)} buildings"
    return "; ".join(part for part in (rules, live) if part)
