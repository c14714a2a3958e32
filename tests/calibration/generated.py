"""Logs of a year whose every parameter is known: what a calibration must find again.

Written apart from the fit and sharing nothing with it: its own generator, negative binomial days, returns
one after another in demand time.
"""

import csv
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

FIRST_DAY = date(2024, 1, 1)
TRADES = ("carpentry", "electrical", "plumbing")
PLACES = tuple(f"P{k:02d}" for k in range(1, 21))
MAPPING = """
kind = "requests"
name = "generated"
[columns]
id = "number"
opened_at = "opened"
assigned_at = "assigned"
arrived_at = "arrived"
closed_at = "closed"
place = "place"
category = "category"
priority = "priority"
staff = "who"
unit = "thing"
[period]
first_day = {first}
last_day = {last}
[trades]
carpentry = "carpentry"
electrical = "electrical"
plumbing = "plumbing"
[priorities]
1 = 1
2 = 2
3 = 3
"""
HEADER = ("number", "opened", "assigned", "arrived", "closed", "place", "category", "priority", "who", "thing")


@dataclass
class Truth:
    """What a log is drawn from."""

    per_day: float
    day_cv: float
    weekday: np.ndarray
    month: np.ndarray
    hours: np.ndarray
    trades: np.ndarray
    places: np.ndarray
    emergency: float
    work_mean: np.ndarray
    work_cv: np.ndarray
    again: float
    gap_days: float

    def parameters(self) -> dict[str, float]:
        """The twenty that are asked for, by the calibration's keys."""
        return {
            "arrivals.per_day": self.per_day,
            "dispersion.day_cv": self.day_cv,
            "arrivals.weekday.mon": self.weekday[0],
            "arrivals.weekday.sat": self.weekday[5],
            "arrivals.weekday.sun": self.weekday[6],
            "arrivals.month.03": self.month[2],
            "arrivals.month.07": self.month[6],
            "arrivals.month.09": self.month[8],
            "rhythm.hour.09": self.hours[9],
            "rhythm.hour.15": self.hours[15],
            "rhythm.hour.21": self.hours[21],
            "mix.category.electrical": self.trades[1],
            "mix.category.plumbing": self.trades[2],
            "mix.place.P01": self.places[0],
            "mix.priority.1": self.emergency,
            "durations.work.plumbing.mean_min": self.work_mean[2],
            "durations.work.plumbing.cv": self.work_cv[2],
            "durations.work.electrical.mean_min": self.work_mean[1],
            "repeats.again": self.again,
            "repeats.gap_days": self.gap_days,
        }


def drawn_truth(rng: np.random.Generator) -> Truth:
    """A campus nobody has seen."""
    hours = np.array([1, 1, 1, 1, 1, 2, 4, 8, 20, 25, 22, 10, 8, 10, 20, 22, 18, 10, 6, 8, 7, 5, 3, 2]) * rng.uniform(
        0.8, 1.2, 24
    )
    weekday = np.array([1.2, 1.1, 1.05, 1.0, 1.0, 0.7, 0.6]) * rng.uniform(0.85, 1.15, 7)
    month = np.array([0.7, 0.6, 1.2, 1.05, 1.1, 1.15, 0.7, 0.6, 1.4, 1.2, 1.0, 1.05]) * rng.uniform(0.85, 1.15, 12)
    places = rng.uniform(0.5, 2.0, len(PLACES))
    return Truth(
        per_day=rng.uniform(35.0, 70.0),
        day_cv=rng.uniform(0.15, 0.4),
        weekday=weekday / weekday.mean(),
        month=month / month.mean(),
        hours=hours / hours.sum(),
        trades=rng.dirichlet((30.0, 30.0, 30.0)),
        places=places / places.sum(),
        emergency=rng.uniform(0.03, 0.1),
        work_mean=rng.uniform(20.0, 60.0, 3),
        work_cv=rng.uniform(0.5, 1.0, 3),
        again=rng.uniform(0.1, 0.3),
        gap_days=rng.uniform(1.5, 6.0),
    )


def write(truth: Truth, rng: np.random.Generator, folder, days: int = 366, things: int = 20):
    """A log and its mapping in a folder."""
    rows = _rows(truth, rng, days, things)
    log, mapping = folder / "log.csv", folder / "mapping.toml"
    with log.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEADER)
        out.writerows(rows)
    mapping.write_text(MAPPING.format(first=FIRST_DAY, last=FIRST_DAY + timedelta(days=days - 1)))
    return log, mapping


def _rows(truth, rng, days, things):
    burn = 60
    first = FIRST_DAY - timedelta(days=burn)
    dates = [first + timedelta(days=d) for d in range(days + burn)]
    usual = np.array([truth.weekday[d.weekday()] * truth.month[d.month - 1] for d in dates])
    moods = rng.gamma(truth.day_cv**-2, truth.day_cv**2, len(dates))
    counts = rng.poisson(truth.per_day * (1.0 - truth.again) * usual * moods)
    clock = np.concatenate(([0.0], np.cumsum(np.outer(usual, truth.hours).ravel())))
    wall = np.arange(len(clock)) / 24.0
    found = []
    for day, count in enumerate(counts):
        hours = rng.choice(24, size=count, p=truth.hours) + rng.uniform(size=count)
        for begins in day + hours / 24.0:
            at = begins
            one = (rng.choice(3, p=truth.trades), rng.choice(len(PLACES), p=truth.places), rng.integers(things))
            while at < len(dates):
                found.append((at, *one))
                if rng.uniform() >= truth.again:
                    break
                target = np.interp(at, wall, clock) + rng.exponential(truth.gap_days)
                at = np.interp(target, clock, wall) if target < clock[-1] else np.inf
    found = sorted(row for row in found if row[0] >= burn)
    return [_row(truth, rng, number, at - burn, *one) for number, (at, *one) in enumerate(found, 1)]


def _row(truth, rng, number, at, trade, place, thing):
    sigma2 = np.log1p(truth.work_cv[trade] ** 2)
    work = rng.lognormal(np.log(truth.work_mean[trade]) - sigma2 / 2.0, np.sqrt(sigma2))
    opened = datetime.combine(FIRST_DAY, datetime.min.time()) + timedelta(days=at)
    assigned = opened + timedelta(minutes=rng.lognormal(3.0, 1.0))
    arrived = assigned + timedelta(minutes=rng.lognormal(2.5, 0.5))
    closed = arrived + timedelta(minutes=work)
    priority = 1 if rng.uniform() < truth.emergency else 3
    stamps = [when.isoformat(timespec="seconds") for when in (opened, assigned, arrived, closed)]
    who = f"{TRADES[trade]} {1 + number % 2}"
    return [number, *stamps, PLACES[place], TRADES[trade], priority, who, f"{PLACES[place]} {TRADES[trade]} {thing}"]
