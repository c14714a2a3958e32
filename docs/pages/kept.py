"""The page of what is kept of a study: files, views for SQL, exports."""

import inspect

from docs.pages.markdown import table, title
from results.store.kept import ABOUT_TABLES, ORDER_COLUMNS
from scenarios.study import cells

VIEWS = (
    ("`kpis`", "a row a run and figure: scenario, rep, kpi, unit, value, numerator, denominator", "always"),
    ("`runs`", "a row a run: what made it (seed, code, digests), its journal's rows, hits of guards", "always"),
    ("`orders`", "a row an order of the cohort, as below", "`--keep-orders`, `--keep-journal`"),
    ("`journal_<Table>`", "a table of the [journal](journal.md) with scenario and rep in front", "`--keep-journal`"),
    ("`about_<what>`", "what the ruler was told beside the journal, as below", "`--keep-journal`"),
)
EXPORTS = (
    ("`csv`, `parquet`", "a file a view over all runs chosen; an undefined number is empty"),
    ("`xes`", "IEEE 1849: a file a run; orders are the cases, the technician is `org:resource`"),
    (
        "`ocel2`",
        (
            "OCEL 2.0 (JSON): a file a run; orders, technicians, assets, buildings, faults, groups are objects, "
            "every row of the journal is an event; values are texts of the declared type, as its schema asks"
        ),
    ),
)


def kept_page() -> str:
    """What lies where, and how it is asked."""
    folders = inspect.getdoc(cells) or ""
    layout = "\n".join(line.strip() for line in folders.splitlines() if line.strip().startswith("STUDY/"))
    parts = [
        title("What is kept of a study", "results.store"),
        (
            "Tables are zstd Parquet written by duckdb: they open in DuckDB, pandas, polars and R. Files appear whole or not at all, "
            "hold no clock, and are the same bytes for any number of workers. `DIGEST` is of everything the numbers depend on.\n"
        ),
        f"```text\n{layout}\n```\n",
        "## Views of `twin results query`\n",
        table(("view", "what", "kept with"), VIEWS),
        "## `orders`\n",
        "Instants (`t_…`) are minutes since the start of the run, NULL where a thing did not happen.\n",
        table(("column", "what"), ((f"`{name}`", what) for name, what in ORDER_COLUMNS.items())),
        "## What the ruler was told\n",
        table(("table", "what"), ((f"`{name}`", what) for name, what in ABOUT_TABLES.items())),
        "## Formats of `twin results export`\n",
        table(("format", "what"), EXPORTS),
    ]
    return "\n".join(parts)
