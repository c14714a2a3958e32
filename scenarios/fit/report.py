"""A fit as plain data, for machines and for the tables people read."""

from typing import Any, Final

from results.kpis import spec
from results.statistics import Interval
from scenarios.fit.fitting import ENOUGH, Determined, Fit, Row, trial_name
from scenarios.fit.free import HELD_OUT
from scenarios.fit.search import Trial
from scenarios.fit.space import Parameter, Range
from scenarios.resolution.showing import flat

EDGE: Final = 0.02
"""How near a limit, as a share of the range, a value is said to lie at its edge."""


def as_data(done: Fit) -> dict[str, Any]:
    """Everything a reader needs to judge a fit, or to make it again."""
    effort, file = done.effort, done.bands.file
    assert done.chosen.score is not None
    return {
        "scenario": done.source, "settings": [*done.before.sets], "bands": file.name,
        "benchmark_response_h": None if file.benchmark is None else file.benchmark.response_h,
        "seed": effort.seed, "choice_seed": effort.seed + 1, "fresh_seed": effort.fresh_seed,
        "trials": effort.trials, "batch": effort.batch, "replications": effort.replications,
        "finalists": len(done.finalists), "choice_replications": effort.choice_replications,
        "fresh_replications": effort.fresh_replications, "searched_by": done.searched_by, "code": done.code,
        "pull": file.pull, "chosen": trial_name(done.chosen), "misfit": done.chosen.score.misfit,
        "objective": done.chosen.score.total, "luck": done.luck, "slack": done.slack, "alike_trials": done.alike,
        "rows": [row_data(row) for row in done.rows],
        "parameters": [parameter_data(done, one) for one in done.determined],
        "failed_runs": done.failures,
    }  # fmt: skip


def row_data(row: Row) -> dict[str, Any]:
    """A band on fresh seeds."""
    band = row.band
    return {
        "kpi": band.kpi, "unit": spec(band.kpi).unit, "how": "fitted" if band.role == "fit" else "only checked",
        "band_low": band.low, "band_high": band.high, "source": band.source,
        "as_it_stands": _interval(row.before), "fitted": _interval(row.fitted), "verdict": "hit" if row.hit else "missed",
    }  # fmt: skip


def parameter_data(done: Fit, found: Determined) -> dict[str, Any]:
    """A parameter: where it stood, where it is now, and how far the bands determine it."""
    one = parameter(done, found.key)
    limits = {"low": one.low, "high": one.high} if isinstance(one, Range) else {"choices": list(one.choices)}
    return {
        "key": one.key, "item": one.item, **limits, "default": one.told(one.default), "source": one.source,
        "as_it_stands": stood(done, one), "value": one.told(found.value), "values": one.values(found.value),
        "alike_low": one.told(found.low), "alike_high": one.told(found.high), "alike_share_of_range": found.share,
    }  # fmt: skip


def parameter(done: Fit, key: str) -> Parameter:
    """The parameter of a key of the bands file."""
    return next(one for one in done.bands.space if one.key == key)


def stood(done: Fit, one: Parameter) -> dict[str, Any]:
    """Key → value of everything a parameter moves, as the scenario has it."""
    it = done.before.scenario()
    known = dict(flat(it.campus.model_dump(exclude={"provenance", "calibration"})))
    found = {}
    for key in one.values(one.default):
        if key.startswith("policies."):
            decision, _, name = key.removeprefix("policies.").partition(".parameters.")
            found[key] = getattr(it.scenario.policies, decision).parameters.get(name)
        else:
            found[key] = known[key]
    return found


def trial_columns(done: Fit) -> list[str]:
    """Columns of the trials' table."""
    keys = [one.key for one in done.bands.space]
    return ["trial", "stage", *keys, *(band.kpi for band in done.bands.fitted), "misfit", "home", "objective"]


def trial_rows(done: Fit) -> list[list[Any]]:
    """Every trial of the search in order, then the finalists on the seed of the choice, best first."""
    return [
        *(_trial(done, one, "search") for one in done.trials),
        *(_trial(done, one, "choice") for one in done.finalists),
    ]


def _trial(done: Fit, trial: Trial, stage: str) -> list[Any]:
    told = [one.told(trial.point[one.key]) for one in done.bands.space]
    if trial.score is None:
        return [trial_name(trial), stage, *told, *[""] * (len(done.bands.fitted) + 3)]
    means = [trial.score.means[band.kpi] for band in done.bands.fitted]
    return [trial_name(trial), stage, *told, *means, trial.score.misfit, trial.score.home, trial.score.total]


def warnings(done: Fit) -> list[str]:
    """What a reader should not overlook."""
    said = []
    free, bands = len(done.bands.space), len(done.bands.fitted)
    if bands < free:
        said.append(
            f"{bands} bands do not determine {free} parameters: {done.alike} of {len(done.trials)} trials are about as good, "
            "and the pull towards the defaults chose among them"
        )
    if done.effort.fresh_replications < ENOUGH:
        said.append(
            f"a band is said to be hit over at least {ENOUGH} fresh replications, here {done.effort.fresh_replications}"
        )
    for found in done.determined:
        one = parameter(done, found.key)
        if isinstance(one, Range) and not EDGE <= one.place(found.value) <= 1.0 - EDGE:
            said.append(f"{found.key} = {found.value:g} lies at the edge of its range {one.low:g} to {one.high:g}")
    absent = [kpi for kpi in HELD_OUT if kpi not in {row.band.kpi for row in done.rows}]
    if absent:
        said.append(
            f"not checked, since the bands file does not name them: {', '.join(absent)}, which are never fitted"
        )
    return said


def missed(done: Fit) -> list[str]:
    """Bands that were not hit, each with the interval."""
    return [
        f"{row.band.kpi} missed its band {row.band.low:g} to {row.band.high:g}: "
        f"{row.fitted.estimate:.4g} [{row.fitted.low:.4g}, {row.fitted.high:.4g}] on fresh seeds"
        for row in done.missed
    ]


def _interval(found: Interval) -> dict[str, Any]:
    return {"mean": found.estimate, "low95": found.low, "high95": found.high, "n": found.n}
