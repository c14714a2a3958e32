"""The recipe of a fit: search on one training seed, level it by another, choose on that, report on a fresh one.

A search can afford few replications a trial, and their luck, shared by all trials, would be fitted too. So the
best trials are run on many replications of the next seed, what the few are off is taken off every trial, and the
last trials are searched with that known.

Every run is a cell of an ordinary study (``search``, ``choice`` and ``fresh`` in the fit's folder), so what is
finished is kept, an interrupted fit goes on where it stopped, and nothing depends on the number of workers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from results.statistics import Interval, mean_interval
from scenarios import library
from scenarios.fit.bands import Bands, read_bands
from scenarios.fit.objective import Figures, Luck, Score, luck, score, slack
from scenarios.fit.search import Trial, best, search, see_installed
from scenarios.fit.space import settings
from scenarios.problems import Problem, ScenarioProblems, one_of
from scenarios.resolution.resolve import Resolved
from scenarios.schema.bands import Band
from scenarios.study.arms import Arm, arm_of, slug
from scenarios.study.burnin import root_of
from scenarios.study.cells import Cell, NotWritable
from scenarios.study.experiment import TABLE, Findings, Study
from scenarios.study.sources import code_version
from scenarios.study.tasks import Failure

SEARCH: Final = "search"
CHOICE: Final = "choice"
FRESH: Final = "fresh"
AS_IT_STANDS: Final = "as_it_stands"
FITTED: Final = "fitted"
POOLED: Final = 10
"""Best trials whose variation between replications tells the noise."""
ENOUGH: Final = 30
"""Fresh replications over which a band is said to be hit (handbook 5)."""


class NothingFinished(ValueError):
    """No trial, or no fresh replication, could be finished."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is run.

    ``batch`` points are asked for at a time. At most ``finalists`` of the trials that noise does not tell
    from the best are compared on ``seed`` + 1, before the last fifth of the trials and at the end.
    """

    trials: int = 75
    batch: int = 4
    replications: int = 2
    finalists: int = 3
    choice_replications: int = 24
    fresh_replications: int = ENOUGH
    seed: int = 101
    fresh_seed: int = 2026

    @property
    def refined(self) -> int:
        """Trials that are searched once the luck of the search's seed is known."""
        return self.trials // 5

    @property
    def runs(self) -> int:
        """Runs in all, at most."""
        return (
            self.trials * self.replications
            + (1 + (self.refined > 0)) * min(self.finalists, self.trials) * self.choice_replications
            + 2 * self.fresh_replications
        )


@dataclass(slots=True)
class Row:
    """A band and where the figure lies on fresh seeds, as the scenario stands and as fitted."""

    band: Band
    before: Interval
    fitted: Interval

    @property
    def hit(self) -> bool:
        """Whether the interval of the fitted figure lies inside the band."""
        return self.band.low <= self.fitted.low and self.fitted.high <= self.band.high


@dataclass(slots=True)
class Determined:
    """A fitted parameter, and the values of all trials that are about as good."""

    key: str
    value: float
    low: float
    high: float
    share: float
    """Width of low to high as a share of the range [0-1]."""


@dataclass(slots=True)
class Fit:
    """What a fit found."""

    source: str
    before: Arm
    fitted: Arm
    bands: Bands
    effort: Effort
    trials: list[Trial]
    finalists: list[Trial]
    chosen: Trial
    luck: dict[str, float]
    slack: float
    alike: int
    determined: list[Determined]
    rows: list[Row]
    searched_by: str
    code: str
    failures: list[Failure] = field(default_factory=list)

    @property
    def missed(self) -> list[Row]:
        """Bands whose figure is not shown to lie inside."""
        return [row for row in self.rows if not row.hit]


@dataclass(slots=True)
class Fitting:
    """A fit that was asked for; nothing is written until ``run``.

    Parameters
    ----------
    conduct : called with each study to run it; whoever shows progress puts something in its place
    """

    source: str
    bands: Bands
    sets: tuple[str, ...]
    folder: Path
    effort: Effort
    jobs: int
    limit_s: float
    conduct: Callable[[Study], Findings] = Study.run
    luck: dict[str, float] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    def prepare(self, *, resume: bool) -> None:
        """Make the folders and prove that they can be written.

        Raises
        ------
        StoreError
            As ``CellStore.prepare`` does.
        """
        for name in (SEARCH, CHOICE, FRESH):
            self._study(name, [], 0, 0).store.prepare(resume=resume and name == SEARCH)

    def run(self) -> Fit:
        """Search, choose, report.

        Raises
        ------
        NothingFinished
            If no trial, or no fresh replication, could be finished.
        NotWritable
            If the disk is full.
        """
        effort, searched_by = self.effort, see_installed()
        trials = self._search(effort.trials - effort.refined, effort.seed)
        if effort.refined:
            self._level(trials)
            trials = self._search(effort.trials, effort.seed + 1, trials)
        self._keep(trials)
        room = self._slack(trials)
        alike = _alike(trials, room)
        finalists = self._choose(alike)
        chosen = finalists[0]
        before, fitted = self._before(), self._arm(chosen, FITTED)
        return Fit(
            self.source, before, fitted, self.bands, effort, trials, finalists, chosen, self.luck, room, len(alike),
            self._determined(chosen, alike), self._fresh(before, fitted), searched_by, code_version(),
            sorted(set(self.failures), key=lambda f: (f.scenario, f.seed, f.replication)),
        )  # fmt: skip

    def _search(self, trials: int, seed: int, known: Sequence[Trial] = ()) -> list[Trial]:
        return search(self.bands.space, self._searched, trials=trials, batch=self.effort.batch, seed=seed, known=known)

    def _level(self, trials: Sequence[Trial]) -> None:
        """Take the luck of the search's few replications off its trials, as the best of them show it on many."""
        alike = _alike(trials, self._slack(trials))
        few = {trial.number: trial.score for trial in alike}
        again = self._choose(alike)
        pairs = [(few[one.number], one.score) for one in again]
        known = [(a, b) for a, b in pairs if a is not None and b is not None]
        self.luck = luck([a for a, _ in known], [b for _, b in known])
        for trial in trials:
            if trial.score is not None:
                trial.score = self._scored(trial, trial.score.figures, self.luck)

    def _slack(self, trials: Sequence[Trial]) -> float:
        """What noise makes of the objective, from the variation within the best trials."""
        scores = [trial.score for trial in best(trials, POOLED) if trial.score is not None]
        if not scores:
            why = [str(f) for f in self.failures[:3]] or ["a fitted figure is undefined in every one"]
            raise NothingFinished("no trial could be finished: " + "; ".join(why))
        return slack(self.bands.fitted, scores, self.effort.replications)

    def _choose(self, alike: Sequence[Trial]) -> list[Trial]:
        """The best of them, run again on the next training seed, best first: luck with the first is not carried over."""
        again = [Trial(one.number, one.point) for one in best(alike, self.effort.finalists)]
        self._score(again, CHOICE, self.effort.seed + 1, self.effort.choice_replications, {})
        kept = best(again, len(again))
        if not kept:
            raise NothingFinished("none of the best trials could be finished on the next seed")
        return kept

    def _searched(self, batch: Sequence[Trial]) -> None:
        self._score(batch, SEARCH, self.effort.seed, self.effort.replications, self.luck)

    def _score(self, trials: Sequence[Trial], name: str, seed: int, replications: int, luck: Luck) -> None:
        arms = [self._arm(trial, trial_name(trial)) for trial in trials]
        cells = self._conducted(self._study(name, arms, seed, replications)).cells
        for trial in trials:
            runs = cells[trial_name(trial)]
            if len(runs) == replications:
                figures = self._figures([runs[k] for k in range(replications)], self.bands.fitted)
                trial.score = self._scored(trial, figures, luck)

    def _scored(self, trial: Trial, figures: Figures, luck: Luck) -> Score | None:
        return score(self.bands.fitted, self.bands.space, trial.point, self.bands.file.pull, figures, luck)

    def _keep(self, trials: Sequence[Trial]) -> None:
        """The search as one study, now that it has all its trials."""
        arms = [self._arm(trial, trial_name(trial)) for trial in trials]
        whole = self._study(SEARCH, arms, self.effort.seed, self.effort.replications)
        whole.prepare()
        whole.store.write_table(TABLE, [name for name in whole.names() if whole.store.has(name)])

    def _fresh(self, before: Arm, fitted: Arm) -> list[Row]:
        study = self._study(FRESH, [before, fitted], self.effort.fresh_seed, self.effort.fresh_replications)
        findings = self._conducted(study)
        if not findings.complete:
            raise NothingFinished("no fresh replication could be finished: " + "; ".join(map(str, self.failures[-3:])))
        bands = self.bands.file.bands
        by_arm = [
            self._figures([findings.cells[arm.name][k] for k in findings.complete], bands) for arm in (before, fitted)
        ]
        return [Row(band, *(mean_interval(figures[band.kpi]) for figures in by_arm)) for band in bands]

    def _determined(self, chosen: Trial, alike: Sequence[Trial]) -> list[Determined]:
        found = []
        for one in self.bands.space:
            values = [trial.point[one.key] for trial in (*alike, chosen)]
            low, high = min(values), max(values)
            found.append(Determined(one.key, chosen.point[one.key], low, high, one.place(high) - one.place(low)))
        return found

    def _figures(self, cells: Sequence[Cell], bands: Sequence[Band]) -> dict[str, list[float]]:
        """Bands' figures in each run.

        Raises
        ------
        ScenarioProblems
            If the ruler knows a figure but runs of this scenario have none (a trade it lacks).
        """
        rows = [{row.kpi: row.value for row in cell.kpis} for cell in cells]
        missing = [band.kpi for band in bands if any(band.kpi not in row for row in rows)]
        if missing:
            file = str(self.bands.path)
            raise ScenarioProblems(
                [
                    Problem(file, 0, "bands", f'"{kpi}"', f"a figure of this scenario's runs, {one_of(kpi, rows[0])}")
                    for kpi in missing
                ]
            )
        return {band.kpi: [row[band.kpi] for row in rows] for band in bands}

    def _before(self) -> Arm:
        return replace(arm_of(self.source, (*self.sets, *self.bands.sets)), name=AS_IT_STANDS)

    def _arm(self, trial: Trial, name: str) -> Arm:
        sets = (*self.sets, *self.bands.sets, *settings(self.bands.space, trial.point))
        return replace(arm_of(self.source, sets), name=name)

    def _study(self, name: str, arms: Sequence[Arm], seed: int, replications: int) -> Study:
        return Study(self.folder / name, arms, seed, replications, self.jobs, self.limit_s)

    def _conducted(self, study: Study) -> Findings:
        study.prepare()
        findings = self.conduct(study)
        for failure in findings.failures:
            if failure.kind == "not_written":
                raise NotWritable(failure.why)
        self.failures += findings.failures
        return findings


def fitting_of(
    source: str, to: str, sets: tuple[str, ...], out: Path, study: str | None, effort: Effort, jobs: int, limit_s: float
) -> Fitting:
    """A fit of a scenario to a bands file; everything is checked, nothing written.

    Raises
    ------
    ScenarioProblems
        With every problem of the scenario, or of the bands file; if the scenario stands on another; if the
        fresh seed is one that was trained on.
    NoSearch
        If the extra is not installed.
    """
    see_installed()
    _see_fresh(effort)
    arm = arm_of(source, sets)
    _see_root(source, arm.scenario())
    bands = read_bands(to, arm.scenario())
    arm_of(source, (*sets, *bands.sets))
    return Fitting(source, bands, sets, out / slug(study or f"fit-{arm.name}"), effort, jobs, limit_s)


def trial_name(trial: Trial) -> str:
    """What a trial's runs are called."""
    return f"trial_{trial.number:04d}"


def _alike(trials: Sequence[Trial], room: float) -> list[Trial]:
    """Trials that noise does not tell from the best."""
    scored = [(trial, trial.score) for trial in trials if trial.score is not None]
    least = min(one.total for _, one in scored)
    return [trial for trial, one in scored if one.total <= least + room]


def _see_root(source: str, scenario: Resolved) -> None:
    """A scenario that stands on another, or has measures, is no practice of today."""
    root = root_of(source)
    if library.find("scenario", source).resolve() != library.find("scenario", root).resolve():
        expected = f'"{Path(root).stem}", on which it stands: one calibration serves a scenario and all that extend it'
    elif scenario.scenario.measures:
        expected = f"a scenario without measures: {', '.join(scenario.scenario.measures)} are not today's practice"
    else:
        return
    raise ScenarioProblems([Problem("twin fit", 0, "SCENARIO", f'"{source}"', expected)])


def _see_fresh(effort: Effort) -> None:
    if effort.fresh_seed in (effort.seed, effort.seed + 1):
        raise ScenarioProblems(
            [Problem("twin fit", 0, "--fresh-seed", str(effort.fresh_seed),
                     f"another seed than {effort.seed} and {effort.seed + 1}, on which the values are found")]
        )  # fmt: skip


__all__ = ["Determined", "Effort", "Fit", "Fitting", "NothingFinished", "Row", "Score", "fitting_of"]
