"""The search: batches of points are asked for and told how they came out (optuna's tree-structured Parzen estimator).

Batches have a fixed size, whatever computes them, and the sampler is seeded: the same points are asked
for whoever ran the trials and after any interruption. The first point is the defaults.
"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scenarios.fit.objective import Score
from scenarios.fit.space import Parameter, Point, Range

if TYPE_CHECKING:
    import optuna

EXTRA: Final = "fit"
STARTUP: Final = 10
"""Points drawn evenly before the estimator says where to look (optuna's own default)."""


class NoSearch(ImportError):
    """The extra that brings the search is not installed."""


@dataclass(slots=True)
class Trial:
    """A point and how it came out; without a score one of its runs failed or a figure was undefined."""

    number: int
    point: Point
    score: Score | None = None


Evaluate = Callable[[Sequence[Trial]], None]
"""Puts the scores into a batch of trials."""


def see_installed() -> str:
    """Name and version of the search.

    Raises
    ------
    NoSearch
        If optuna is not installed, with what to install.
    """
    try:
        import optuna
        import tomli_w  # noqa: F401
    except ImportError as error:
        raise NoSearch(
            f'twin fit needs the extra "{EXTRA}" ({error.name} is missing): pip install "campus-twin[{EXTRA}]"'
        ) from error
    return f"optuna {optuna.__version__}, TPE"


def search(
    space: Sequence[Parameter], evaluate: Evaluate, *, trials: int, batch: int, seed: int, known: Sequence[Trial] = ()
) -> list[Trial]:
    """Ask for points until there are so many, batch by batch, and have each evaluated.

    Parameters
    ----------
    known : trials made before, as they are scored now; they stand first in what is returned
    """
    with _quietly():
        study = _study(seed)
        if not known:
            study.enqueue_trial({one.key: one.default for one in space})
        for trial in known:
            _add(study, space, trial)
        done = list(known)
        while len(done) < trials:
            asked = [study.ask() for _ in range(min(batch, trials - len(done)))]
            these = [
                Trial(len(done) + k, {one.key: _suggest(ask, one) for one in space}) for k, ask in enumerate(asked)
            ]
            evaluate(these)
            for ask, trial in zip(asked, these, strict=True):
                _tell(study, ask, trial)
            done += these
    return done


def best(trials: Sequence[Trial], how_many: int) -> list[Trial]:
    """Finished trials, best first, each point once."""
    found: dict[str, Trial] = {}
    for trial in sorted((t for t in trials if t.score is not None), key=lambda t: (_total(t), t.number)):
        found.setdefault(str(trial.point), trial)
    return list(found.values())[:how_many]


def _total(trial: Trial) -> float:
    assert trial.score is not None
    return trial.score.total


def _study(seed: int) -> "optuna.Study":
    import optuna

    sampler = optuna.samplers.TPESampler(seed=seed, multivariate=True, constant_liar=True, n_startup_trials=STARTUP)
    return optuna.create_study(sampler=sampler)


def _add(study: "optuna.Study", space: Sequence[Parameter], trial: Trial) -> None:
    from optuna.trial import create_trial

    if trial.score is None:
        return
    laws = {one.key: _law(one) for one in space}
    study.add_trial(create_trial(params=dict(trial.point), distributions=laws, value=trial.score.total))


def _law(one: Parameter) -> "optuna.distributions.BaseDistribution":
    from optuna.distributions import FloatDistribution, IntDistribution

    if isinstance(one, Range):
        return FloatDistribution(one.low, one.high)
    return IntDistribution(0, len(one.choices) - 1)


def _suggest(ask: "optuna.Trial", one: Parameter) -> float | int:
    if isinstance(one, Range):
        return one.rounded(ask.suggest_float(one.key, one.low, one.high))
    return ask.suggest_int(one.key, 0, len(one.choices) - 1)


def _tell(study: "optuna.Study", ask: "optuna.Trial", trial: Trial) -> None:
    import optuna

    if trial.score is None:
        study.tell(ask, state=optuna.trial.TrialState.FAIL)
    else:
        study.tell(ask, trial.score.total)


@contextmanager
def _quietly() -> Iterator[None]:
    """No lines of optuna's own, and no warning that an option may change in a later version."""
    import optuna

    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            yield
    finally:
        optuna.logging.set_verbosity(before)
