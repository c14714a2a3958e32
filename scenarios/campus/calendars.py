"""The calendar of a campus: public holidays, make-up days and terms from files, service hours by name."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from policies.contract.calendar import Calendar, DayTable, Term, Week
from scenarios import library
from scenarios.problems import Problem, ScenarioProblems
from scenarios.schema.campus import DAYS, CalendarFiles, minutes_of
from scenarios.schema.document import shown_path
from scenarios.schema.tables import Name, Row, read_rows


class DayRow(Row):
    """A holiday, or a make-up day worked as weekday ``worked_as``."""

    day: date
    kind: Literal["holiday", "makeup"]
    name: Name
    worked_as: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] | None = None


class TermRow(Row):
    """A stretch of the university year with the share of occupants present."""

    name: Name
    first: date
    last: date
    presence: Annotated[float, Field(ge=0, le=1)]


def calendar_of(
    start: date, end: date, files: CalendarFiles, folder: Path, problems: list[Problem], place: library.Place
) -> Calendar:
    """The calendar from ``start`` on; problems of its files, and a run past them, go to ``problems``."""
    table = DayTable()
    if files.days:
        _fill_days(table, _path(files.days, folder, place, problems), start, end, problems)
    if files.terms:
        _fill_terms(table, _path(files.terms, folder, place, problems), start, end, problems)
    weeks: dict[str, Week] = {}
    for name, hours in files.hours.items():
        windows = tuple(sorted(minutes_of(w) for w in hours.windows))
        weeks[name] = tuple(windows if day in hours.days else () for day in DAYS)
    try:
        return Calendar(start, weeks, table)
    except ValueError as error:
        problems.append(Problem(place[0], place[1], "calendar.hours", str(error), "windows in order, within the day"))
        return Calendar(start)


def _path(name: str, folder: Path, place: library.Place, problems: list[Problem]) -> Path | None:
    try:
        return library.find("calendar", name, place, folder)
    except ScenarioProblems as error:
        problems += error.problems
        return None


def _fill_days(table: DayTable, path: Path | None, start: date, end: date, problems: list[Problem]) -> None:
    if path is None:
        return
    rows = read_rows(path, DayRow, problems)
    for row in rows:
        if row.kind == "holiday":
            table.holidays[row.day] = row.name
        elif row.worked_as is None:
            problems.append(
                Problem(shown_path(path), row.line, "worked_as", "nothing", "the weekday a make-up day stands for")
            )
        else:
            table.makeup[row.day] = DAYS.index(row.worked_as)
    years = sorted({row.day.year for row in rows})
    if years and not (years[0] <= start.year and end.year <= years[-1]):
        problems.append(
            Problem(
                shown_path(path),
                0,
                "run.start",
                f"a run from {start} to {end}",
                f"days within {years[0]}-{years[-1]}, the years of the file",
            )
        )


def _fill_terms(table: DayTable, path: Path | None, start: date, end: date, problems: list[Problem]) -> None:
    if path is None:
        return
    table.terms = [Term(row.name, row.first, row.last, row.presence) for row in read_rows(path, TermRow, problems)]
    for term in table.terms:
        if term.last < term.first:
            problems.append(
                Problem(
                    shown_path(path), 0, term.name, f"{term.first} to {term.last}", "a last day not before the first"
                )
            )
