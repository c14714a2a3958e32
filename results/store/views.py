"""A study as SQL sees it: ``kpis``, ``runs``, ``orders``, ``journal_<Table>`` and ``about_<what>``, read-only.

Questions are answered in a database in memory that may read the study's folder and nothing else.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from results.store import BadQuery, NotKept, parquet

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ABOUT: Final = "about_"
JOURNAL: Final = "journal_"


@dataclass(slots=True)
class Files:
    """The files of a study's runs. ``tables``: journal and ruler's tables, one folder a run."""

    folder: Path
    cells: Sequence[Path]
    orders: Sequence[Path] = ()
    journals: Sequence[Path] = ()
    tables: Mapping[str, list[Path]] = field(init=False)

    def __post_init__(self) -> None:
        found: dict[str, list[Path]] = {}
        for folder in self.journals:
            for file in sorted(folder.glob("*.parquet")):
                name = file.stem if file.stem.startswith(ABOUT) else JOURNAL + file.stem
                found.setdefault(name, []).append(file)
        self.tables = dict(sorted(found.items()))

    def views(self) -> dict[str, Sequence[Path]]:
        """View → files it shows (``runs`` is made of what the cells tell about themselves)."""
        views: dict[str, Sequence[Path]] = {"kpis": self.cells}
        if self.orders:
            views["orders"] = self.orders
        return {**views, **self.tables}


class Questions:
    """Answers questions about a study."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.views = ["runs", *files.views()]
        self._duck = parquet.connect()
        _show_runs(self._duck, parquet.notes(files.cells))
        for name, there in files.views().items():
            self._duck.execute(f"CREATE VIEW {parquet.quoted(name)} AS SELECT * FROM {parquet.table(there)}")
        self._duck.execute(f"SET allowed_directories = {parquet.listed([files.folder])}")
        self._duck.execute("SET enable_external_access = false")
        self._duck.execute("SET lock_configuration = true")

    def ask(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Names of the columns and rows.

        Raises
        ------
        NotKept
            If it asks for orders or a journal that the study did not keep.
        BadQuery
            If it is not one question that changes nothing, or cannot be answered.
        """
        try:
            return parquet.ask(self._duck, sql)
        except BadQuery as error:
            missing = re.search(r"Table with name (\w+) does not exist", str(error))
            name = missing[1] if missing else ""
            if name == "orders" or (name.startswith((JOURNAL, ABOUT)) and not self.files.journals):
                option = "--keep-orders" if name == "orders" else "--keep-journal"
                raise NotKept(
                    f"{name}: this study did not keep it; run it again with {option} (the same command, same numbers)"
                ) from error
            if missing:
                raise BadQuery(f'there is no view "{name}"; views of this study: {", ".join(self.views)}') from error
            raise


def _show_runs(duck: "DuckDBPyConnection", told: Sequence[Mapping[str, Any]]) -> None:
    """What each cell tells about itself, a row a run."""
    texts = ("scenario", "scenario_digest", "base_digest", "code", "journal_digest", "exogenous_digest")
    columns: dict[str, Any] = {name: np.array([one[name] for one in told], dtype=object) for name in texts}
    columns["rep"] = np.array([one["replication"] for one in told], dtype=np.int32)
    columns["seed"] = np.array([one["seed"] for one in told], dtype=np.int64)
    columns["journal_rows"] = np.array([sum(one["counts"].values()) for one in told], dtype=np.int64)
    columns["guard_hits"] = np.array([sum(one["guard_hits"].values()) for one in told], dtype=np.int64)
    order = (
        "scenario, rep, seed, code, scenario_digest, base_digest, journal_digest, exogenous_digest, "
        "journal_rows, guard_hits"
    )
    duck.register("given", columns)
    duck.execute(f"CREATE TABLE runs AS SELECT {order} FROM given")
    duck.unregister("given")
