"""The recipe of a calibration: read, look whether the log can be believed, fit, judge, fit anew on everything."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from scenarios.calibration.apart import Apart, table
from scenarios.calibration.columns import LogColumns, columns_of
from scenarios.calibration.component import Fit, Judgement
from scenarios.calibration.finding import found
from scenarios.calibration.integrity import integrity
from scenarios.calibration.stationarity import Stationarity, stationarity
from scenarios.calibration.values import Draws, Value
from scenarios.problems import Problem, ScenarioProblems
from scenarios.trace.log import Trace, load
from scenarios.trace.mapping import Mapping, Period, read_mapping
from twin.streams import Streams

FIT_SHARE: Final = 0.75
"""The first part of the log, where no day is named."""
SHORTEST_FIT_DAYS: Final = 14
SHORTEST_JUDGED_DAYS: Final = 7
Say = Callable[[str], None]


@dataclass(slots=True)
class Calibration:
    """Everything a calibration found.

    ``first``: fits of the first part, which the judgements are about; ``fits``: of the whole log, which the
    overlay holds. Fits are by component.
    """

    trace: Trace
    mapping: Mapping
    log: LogColumns
    fitted_until: date
    judged_from: date
    seed: int
    first: dict[str, Fit] = field(default_factory=dict)
    fits: dict[str, Fit] = field(default_factory=dict)
    judgements: list[Judgement] = field(default_factory=list)
    stationarity: Stationarity | None = None
    distances: list[Apart] = field(default_factory=list)

    @property
    def valid(self) -> bool:
        """Whether no component was judged not valid."""
        return not self.broken

    @property
    def broken(self) -> list[Judgement]:
        """The judgements that are not valid."""
        return [one for one in self.judgements if one.verdict == "not valid"]

    def judgement(self, component: str) -> Judgement:
        """The judgement of a component."""
        return next(one for one in self.judgements if one.component == component)

    def values(self) -> list[Value]:
        """Values of the whole log, component by component."""
        return [value for fit in self.fits.values() for value in fit.values]

    def value(self, key: str) -> Value:
        """A value of the whole log by its key."""
        return next(value for value in self.values() if value.key == key)


def calibrate(
    log: Path,
    mapping: Path,
    *,
    first_day: date | None = None,
    last_day: date | None = None,
    fit_until: date | None = None,
    judge_from: date | None = None,
    seed: int = 1,
    say: Say = lambda _: None,
) -> Calibration:
    """Calibrate from a log.

    Parameters
    ----------
    first_day, last_day : days that count; default: the mapping's period
    fit_until : last day of the first part; default: three quarters of the days
    judge_from : first day of the last part; default: the day after
    say : told what is being done

    Raises
    ------
    ScenarioProblems
        With every problem of the mapping, the log or the days asked for; nothing is written.
    """
    read = read_mapping(mapping)
    given = read.file.period
    period = _period(first_day or given.first_day, last_day or given.last_day)
    asked_until, asked_from = fit_until, judge_from
    _parts(period, asked_until, asked_from)
    say("reading the log")
    trace = load(log, mapping, period=period, untimely=True)
    columns = _with_rows(columns_of(trace.rows, trace.first_day, trace.days, duration_is_work=trace.duration_is_work))
    fit_until, judge_from = _parts(_period(columns.first_day, columns.last_day), asked_until, asked_from)
    done = Calibration(trace, read, columns, fit_until, judge_from, seed)
    say("looking for changes")
    done.judgements.append(integrity(trace, columns, one_at_a_time=bool(read.file.merge_by)))
    done.stationarity = stationarity(columns)
    done.judgements.append(done.stationarity.judgement())
    _fit_and_judge(done, say)
    return done


def fitted(log: LogColumns, seed: int = 1) -> dict[str, Fit]:
    """Every component fitted to a log as it is, nothing judged."""
    draws = Draws(log, Streams(seed, 2))
    return {component.name: component.fit(draws) for component in found()}


def _fit_and_judge(done: Calibration, say: Say) -> None:
    log = done.log
    first = log.part(0, (done.fitted_until - log.first_day).days + 1)
    later = log.part((done.judged_from - log.first_day).days, log.days)
    draws = {
        name: Draws(part, Streams(done.seed, k))
        for k, (name, part) in enumerate((("first", first), ("later", later), ("whole", log)))
    }
    for component in found():
        say(f"fitting and judging {component.name}")
        done.first[component.name] = component.fit(draws["first"])
        done.judgements.append(component.judge(done.first[component.name], draws["later"]))
        done.fits[component.name] = component.fit(draws["whole"])
    done.judgements += _season(done)
    say("measuring distances")
    done.distances = table(done.first, first, later, log, Streams(done.seed, 3))


def _season(done: Calibration) -> list[Judgement]:
    """Months fitted on the whole log alone: there is no second year to judge them by."""

    def told(fit: Fit) -> bool:
        return any(value.key.startswith("arrivals.month") for value in fit.values)

    if not told(done.fits["arrivals"]) or told(done.first["arrivals"]):
        return []
    why = "one year's months are fitted, and only a second year could judge them"
    return [Judgement("season", "not judged", why)]


def _period(first_day: date, last_day: date) -> Period:
    if last_day < first_day:
        given = f"{first_day} to {last_day}"
        raise ScenarioProblems([Problem("--from, --to", 0, "period", given, "a last day not before the first")])
    return Period(first_day=first_day, last_day=last_day)


def _with_rows(log: LogColumns) -> LogColumns:
    """The log from its first day with a row to its last: a period may be longer than the record."""
    return log.part(int(log.day[0]), int(log.day[-1]) + 1)


def _parts(period: Period, fit_until: date | None, judge_from: date | None) -> tuple[date, date]:
    """The last day fitted and the first judged, checked against each other and the period."""
    days = (period.last_day - period.first_day).days + 1
    if fit_until is None and judge_from is not None:
        fit_until = judge_from - timedelta(days=1)
    fit_until = fit_until or period.first_day + timedelta(days=int(days * FIT_SHARE) - 1)
    judge_from = judge_from or fit_until + timedelta(days=1)
    problems = []
    fitted = (fit_until - period.first_day).days + 1
    if fitted < SHORTEST_FIT_DAYS:
        expected = f"at least {SHORTEST_FIT_DAYS} days from {period.first_day} on"
        problems.append(Problem("--fit-until", 0, "days", f"{fit_until}: {fitted} days to fit", expected))
    judged = (period.last_day - judge_from).days + 1
    if judged < SHORTEST_JUDGED_DAYS:
        expected = f"at least {SHORTEST_JUDGED_DAYS} days up to {period.last_day}"
        problems.append(Problem("--judge-from", 0, "days", f"{judge_from}: {max(judged, 0)} days to judge", expected))
    if judge_from <= fit_until:
        problems.append(Problem("--judge-from", 0, "days", f"{judge_from}", f"a day after --fit-until {fit_until}"))
    if problems:
        raise ScenarioProblems(problems)
    return fit_until, judge_from
