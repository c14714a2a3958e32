"""The ruler: KPIs from the journal alone, statistics over replications, the page that says so.

Measure one run::

    rows = measure(journal, meta)  # list[KpiRow(kpi, unit, value, numerator, denominator)]
    rows = measure(journal, meta, ["K-R1"])  # some KPIs only

``Meta(calendar, Period(from_min, to_min, end_min), benchmark_response_min, people, places, groups,
response_stop)`` is what the ruler must be told beside the journal (``results.meta``).

Compare scenarios (the baseline first; replications pair by number)::

    found = compare({"as_is": {0: rows, 1: rows}, "lean_intake": {0: rows, 1: rows}})
    found.attainments  # state met / undecided / missed, P(target met) with Wilson's interval
    found.differences  # paired, Holm-adjusted; verdict better / worse / equivalent / not shown / reported
    found.levels  # mean with interval, pooled ratio with jackknife interval, Σ numerator and denominator
    found.warnings, found.as_data()  # the latter is ready for JSON

``KPIS`` describes every figure (unit, better, zh, en, judged, margin, target); ``spec(name)`` also
finds figures by part (``K-Q5.trade:plumbing``). ``results.checks.violations(journal)`` lists broken
conservation laws; ``results.page.render(found, Context(...), lang="en")`` is the self-contained HTML
report. Order table and technician time of one run: ``Observation(journal, meta).orders``, ``.crew``.

The heavy parts (scipy, matplotlib) load with the modules that need them, so names here load lazily.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from results.comparison import Comparison, compare
    from results.kpis import JUDGED, KPIS, Kpi, measure, spec
    from results.meta import Meta, Period, Person, Place
    from results.observation import Observation
    from results.rows import KpiRow

_HOME = {
    "Comparison": "comparison", "compare": "comparison", "JUDGED": "kpis", "KPIS": "kpis", "Kpi": "kpis",
    "measure": "kpis", "spec": "kpis", "Meta": "meta", "Period": "meta", "Person": "meta",
    "Place": "meta", "Observation": "observation", "KpiRow": "rows",
}  # fmt: skip

__all__ = [
    "JUDGED", "KPIS", "Comparison", "Kpi", "KpiRow", "Meta", "Observation", "Period", "Person",
    "Place", "compare", "measure", "spec",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'results' has no attribute {name!r}")
    return getattr(import_module(f"results.{_HOME[name]}"), name)
