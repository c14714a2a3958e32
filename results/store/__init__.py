"""Results that last: Parquet written and read by duckdb, whole or not at all.

``parquet`` is the one room that knows duckdb (it loads when the first table is written or read);
``whole`` writes files and folders that appear complete or not at all; ``kept`` makes tables of a
journal; ``views`` shows a study to SQL. What is stored where is the business of ``scenarios.study.cells``.

    StoreError
    ├── NotWritable    the folder cannot be written: before the first cell, or the disk is full
    ├── NoSuchStudy    a study to resume, explain or ask does not exist
    ├── BrokenCell     a file is not a cell
    ├── BadQuery       SQL that cannot be answered
    └── NotKept        rows of orders or a journal that the study did not keep
"""


class StoreError(Exception):
    """Something about the results folder."""


class NotWritable(StoreError):
    """The results folder cannot be written."""


class NoSuchStudy(StoreError):
    """There is no such study or cell."""


class BrokenCell(StoreError):
    """A file that should be a cell is not one."""


class BadQuery(StoreError):
    """SQL that cannot be answered."""


class NotKept(StoreError):
    """Rows that the study did not keep."""
