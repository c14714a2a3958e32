"""Parquet (zstd) from NumPy arrays and back: the one room for duckdb, which loads when first used.

One thread writes, in the order of the arrays and in row groups of one size, and no clock goes into
the file: equal columns give equal bytes (for one version of duckdb, which signs its files). Not a
number is written as NULL and read as NaN.
"""

import errno
import json
import re
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from results.store import BadQuery, BrokenCell
from results.store.whole import whole

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Columns = Mapping[str, NDArray[Any]]
"""Columns by name, of one length; text as arrays of objects."""
ROW_GROUP: Final = 122_880
NOTES: Final = "twin"
"""Key under which what is known about a file is written into it."""


def write(target: Path, columns: Columns, notes: Mapping[str, Any] | None = None) -> None:
    """Write columns as one Parquet file, whole or not at all.

    Parameters
    ----------
    notes : what is known about the file, kept inside it as JSON

    Raises
    ------
    NotWritable
        If the disk is full or the folder read-only; what was there stays.
    """
    with whole(target) as beside:
        write_plainly(beside, columns, notes)


def write_plainly(target: Path, columns: Columns, notes: Mapping[str, Any] | None = None) -> None:
    """As ``write``, straight to its name (inside a folder that will itself appear whole).

    Raises
    ------
    OSError
        If it cannot be written.
    """
    told = "" if notes is None else f", KV_METADATA {{{NOTES}: {text(json.dumps(notes, ensure_ascii=False))}}}"
    chosen = ", ".join(_chosen(name, values) for name, values in columns.items())
    duck = _writer()
    duck.register("given", {name: np.ascontiguousarray(values) for name, values in columns.items()})
    try:
        _run(
            duck,
            f"COPY (SELECT {chosen} FROM given) TO {text(target)} "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP}, USE_TMP_FILE false{told})",
        )
    finally:
        duck.unregister("given")


def copy(query: str, target: Path, kind: str) -> None:
    """Write what a query gives to a file that appears whole or not at all; ``kind``: csv or parquet."""
    how = {
        "csv": "FORMAT csv, HEADER, DELIMITER ','",
        "parquet": f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP}",
    }[kind]
    with whole(target) as beside:
        _run(_writer(), f"COPY ({query}) TO {text(beside)} ({how}, USE_TMP_FILE false)")


def read(files: Sequence[Path], names: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Columns of Parquet files put together, in the order of the files and of their rows.

    Raises
    ------
    BrokenCell
        Naming the first file that is not what it should be.
    """
    chosen = ", ".join(map(quoted, names))
    import duckdb

    try:
        found = _asked(files, f"SELECT {chosen} FROM read_parquet({listed(files)})").fetchnumpy()
    except (BrokenCell, duckdb.Error) as error:
        if len(files) == 1:
            raise _broken(files, error) from error
        for file in files:
            read([file], names)
        raise
    return {name: _filled(found[name]) for name in names}


def rows(file: Path) -> tuple[list[str], list[tuple[Any, ...]]]:
    """A whole file as Python values: names of the columns, rows.

    Raises
    ------
    BrokenCell
        If it is not what it should be.
    """
    found = _asked([file], f"SELECT * FROM {table([file])}")
    return [column[0] for column in found.description or ()], found.fetchall()


def notes(files: Sequence[Path]) -> list[dict[str, Any]]:
    """What was written into each file about it, in the order of the files.

    Raises
    ------
    BrokenCell
        Naming the first file that is not what it should be, or tells nothing about itself.
    """
    there = _asked(files, f"SELECT file_name, decode(key), decode(value) FROM parquet_kv_metadata({listed(files)})")
    told = {name: value for name, key, value in there.fetchall() if key == NOTES}
    for file in files:
        if str(file) not in told:
            raise BrokenCell(f"{file} was not written by the twin (it tells nothing about itself); remove it")
    return [json.loads(told[str(file)]) for file in files]


def table(files: Sequence[Path]) -> str:
    """Parquet files as a table of SQL; columns that some lack are NULL there."""
    return f"read_parquet({listed(files)}, union_by_name = true)"


def listed(files: Sequence[Path]) -> str:
    """Paths as a list of SQL."""
    return "[" + ", ".join(map(text, files)) + "]"


def text(value: object) -> str:
    """A text of SQL."""
    return "'" + str(value).replace("'", "''") + "'"


def quoted(name: str) -> str:
    """A name of SQL."""
    return '"' + name.replace('"', '""') + '"'


def connect() -> "DuckDBPyConnection":
    """A database of its own in memory, for questions."""
    import duckdb

    return duckdb.connect(":memory:")


def ask(duck: "DuckDBPyConnection", sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Answer one question: names of the columns, rows.

    Raises
    ------
    BadQuery
        If it is not exactly one question, or cannot be answered.
    """
    import duckdb

    try:
        statements = duckdb.extract_statements(sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise BadQuery(f"expected one question (SELECT … or FROM …) that changes nothing, given: {sql.strip()}")
        found = duck.execute(statements[0])
        return [column[0] for column in found.description or ()], found.fetchall()
    except duckdb.Error as error:
        raise BadQuery(_said(error)) from error


_here = threading.local()


def _writer() -> "DuckDBPyConnection":
    """One database a thread, with one thread of its own, so that rows keep their order."""
    import duckdb

    found: DuckDBPyConnection | None = getattr(_here, "duck", None)
    if found is None:
        found = _here.duck = duckdb.connect(":memory:", config={"threads": 1})
    return found


def _run(duck: "DuckDBPyConnection", sql: str) -> None:
    """Run a writing statement; what the disk says comes out as an ``OSError``."""
    import duckdb

    try:
        duck.execute(sql)
    except duckdb.IOException as error:
        number = re.search(r'"errno":"(\d+)"', str(error))
        code = int(number[1]) if number else errno.EIO
        raise OSError(code, _said(error)) from error


def _asked(files: Sequence[Path], sql: str) -> "DuckDBPyConnection":
    import duckdb

    try:
        return reader().cursor().execute(sql)
    except duckdb.Error as error:
        raise _broken(files, error) from error


@cache
def reader() -> "DuckDBPyConnection":
    """The database of this process that reads files; made once."""
    return connect()


def _broken(files: Sequence[Path], error: Exception) -> BrokenCell:
    """The error that names the file duckdb names."""
    if isinstance(error, BrokenCell):
        return error
    said = _said(error)
    named = next((file for file in files if str(file) in said), files[0] if len(files) == 1 else "a file of the study")
    return BrokenCell(f"{named} is not what it should be ({said}); remove it and run again")


def _said(error: Exception) -> str:
    """What duckdb says, without what only its authors can use."""
    said = str(error).split("\n\nLINE")[0]
    inside = re.search(r'"exception_message":"((?:[^"\\]|\\.)*)"', said)
    return (inside[1].replace('\\"', '"') if inside else said).strip()


def _chosen(name: str, values: NDArray[Any]) -> str:
    """A column as it is written."""
    if values.dtype == object:
        return f"CAST({quoted(name)} AS VARCHAR) AS {quoted(name)}"
    if values.dtype.kind == "f":
        return f"CASE WHEN isnan({quoted(name)}) THEN NULL ELSE {quoted(name)} END AS {quoted(name)}"
    return quoted(name)


def _filled(values: NDArray[Any]) -> NDArray[Any]:
    if isinstance(values, np.ma.MaskedArray):
        return values.filled(np.nan) if values.dtype.kind == "f" else values.filled()
    return values
