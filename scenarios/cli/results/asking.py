"""``twin results query``: SQL over the runs of a study."""

import csv
import sys
from pathlib import Path
from typing import Any, Final

import click

from scenarios.cli.conduct import out_option, wrong_usage
from scenarios.cli.envelope import ending, envelope
from scenarios.cli.form import AtOnce
from scenarios.cli.results.common import json_option

SCHEMA: Final = "twin/results-query@1"


@click.command(cls=AtOnce)
@click.argument("sql")
@click.option("--study", help="Which study (default: the only one there is).")
@click.option("--csv", "as_csv", is_flag=True, help="Comma-separated values instead of a table.")
@out_option
@json_option
def command(sql: str, study: str | None, as_csv: bool, out: Path, as_json: bool) -> None:
    """Answer SQL over the finished runs of a study, read-only.

    Views: ``kpis`` (scenario, rep, kpi, unit, value, numerator, denominator), ``runs`` (what made each
    run); ``orders`` after --keep-orders; ``journal_<Table>`` and ``about_<what>`` after --keep-journal.
    ``SHOW TABLES`` lists them, ``DESCRIBE orders`` the columns of one. The dialect is DuckDB's.
    """
    with ending(SCHEMA, as_json=as_json, wrong=wrong_usage()):
        from results.store.views import Questions
        from scenarios.study.studies import study_named

        names, rows = Questions(study_named(study, out).files()).ask(sql)
        if as_json:
            click.echo(envelope(SCHEMA, {"columns": names, "rows": [list(map(_plain, row)) for row in rows]}))
        elif as_csv:
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(names)
            writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
        else:
            from scenarios.cli.tables import console, table_of

            console().print(table_of("", names, [["–" if cell is None else str(cell) for cell in row] for row in rows]))


def _plain(cell: Any) -> Any:
    """What JSON has no word for (dates, decimals) as text."""
    return cell if cell is None or isinstance(cell, (bool, int, float, str, list, dict)) else str(cell)
