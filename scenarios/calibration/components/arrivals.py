"""How many requests a day: level, weekday, month."""

import math
from typing import Final

import numpy as np
from scipy import stats

from scenarios.calibration.columns import Floats, LogColumns
from scenarios.calibration.component import ORDERS, Check, Fit, Judgement, judged_by_one_of
from scenarios.calibration.daily import daily, foreseen, spread_of_day
from scenarios.calibration.hanging import hanging
from scenarios.calibration.profile import SEASON_DAYS, WEEKDAYS
from scenarios.calibration.values import Draws

NEAR: Final = 0.15
"""Events a day as good as equal: what was fitted lies so far from what came, relative."""
WITHIN: Final = f"within {100 * NEAR:.0f} %"
INSIDE: Final = "inside the 95 % prediction interval"
SILENT: Final = 0.2
"""A day with less than this share of what its weekday brings is told as silent."""


class Arrivals:
    """Requests a day: ``level × weekday × month``; days of their own mood are ``dispersion``'s."""

    name = "arrivals"
    reads = ORDERS

    def fit(self, draws: Draws) -> Fit:
        log, days = draws.log, daily(draws)
        longer = hanging(days.back, float(days.cv[0]), float(days.level[0]), log.days, draws.block_days)
        level = draws.value("arrivals.per_day", days.level, "log", "a day", means=days.months, hanging=longer)
        fit = Fit([level])
        for k, name in enumerate(WEEKDAYS):
            fit.values.append(draws.value(f"arrivals.weekday.{name}", days.weekday[:, k], "log"))
        if days.season:
            seen = np.bincount(log.month, minlength=12)
            for k in np.flatnonzero(seen).tolist():
                blocks = max(2, int(seen[k]) // draws.block_days)
                fit.values.append(draws.value(f"arrivals.month.{k + 1:02d}", days.month[:, k], "log", blocks=blocks))
        else:
            fit.remarks.append(f"no season: {log.days} days, {SEASON_DAYS} are needed to tell months from a trend")
        fit.remarks += _silent(log, days.weekday[0])
        fit.kept = {
            **days.kept(),
            "spread": draws.spread(days.level, "log", draws.blocks, days.months, longer),
            "freedom": draws.blocks - days.months, "block_days": draws.block_days,
        }  # fmt: skip
        return fit

    def judge(self, fit: Fit, later: Draws) -> Judgement:
        mean = foreseen(later.log, fit.kept)
        said, came = float(mean.mean()), float(later.log.counts.mean())
        limits = {
            WITHIN: (said / (1.0 + NEAR), said / (1.0 - NEAR)),
            INSIDE: _foreseen(fit.kept, mean),
        }
        checks = [Check(what, said, came, low, high, low <= came <= high) for what, (low, high) in limits.items()]
        return judged_by_one_of(self.name, "events a day", checks)


def _foreseen(kept: dict[str, float], mean: Floats) -> tuple[float, float]:
    """The 95 % prediction interval of the mean count of days to come [a day].

    The level's own uncertainty, and that of so many days; where days hang together, as if half a block were one day.
    """
    together = (1.0 + kept["block_days"]) / 2.0
    of_days = float(spread_of_day(kept, mean).sum()) / len(mean) ** 2 * together
    sd = math.sqrt((kept["spread"] * float(mean.mean())) ** 2 + of_days)
    half = float(stats.t.ppf(0.975, max(kept["freedom"], 1))) * sd
    return float(mean.mean()) - half, float(mean.mean()) + half


def _silent(log: LogColumns, weekday: Floats) -> list[str]:
    usual = log.counts.mean() * weekday[log.weekday]
    days = np.flatnonzero((log.counts < SILENT * usual) & (usual >= 10.0))
    if not len(days):
        return []
    shown = ", ".join(str(log.date_of(int(day))) for day in days[:6]) + (", …" if len(days) > 6 else "")
    return [f"{len(days)} nearly silent days (a holiday, or the recorder was down), kept: {shown}"]


COMPONENT = Arrivals()
