"""What commands that run replications share: their options, the study they make, and running it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from scenarios.cli.envelope import INTERRUPTED, PARTIAL, WRONG_USAGE, Finish
from scenarios.cli.form import Whole
from scenarios.cli.words import Lang

if TYPE_CHECKING:
    from scenarios.questions.reading import Question
    from scenarios.study.experiment import Findings, Study

OUT: Final = Path("results", "runs")
HANG_AFTER_S: Final = 120.0
STOPPED_RUNS: Final = "interrupted; the runs that were finished are kept, and the same command finds them again"
"""What a command that runs replications says where it was interrupted before or after them."""

hang_option = click.option(
    "--hang-after-s",
    type=float,
    default=HANG_AFTER_S,
    show_default=True,
    help="Fail a replication when one simulated day takes longer than this; 0: never.",
)
out_option = click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=OUT, show_default=True, help="Folder of studies."
)
jobs_option = click.option(
    "-j",
    "--jobs",
    type=Whole(0),
    default=2,
    show_default=True,
    help="Worker processes; never changes a result. 0: in this process.",
)
sets_option = click.option(
    "--set", "sets", multiple=True, metavar="KEY=VALUE", help="Change a setting of the scenario; may be repeated."
)


@dataclass(slots=True)
class Request:
    """What was asked for on the command line."""

    scenarios: tuple[str, ...]
    replications: int | None
    seed: int | None
    sets: tuple[str, ...]
    jobs: int
    resume: bool
    out: Path
    study: str | None
    hang_after_s: float
    keep_orders: bool = False
    keep_journal: bool = False
    backend: str = "local"
    address: str = ""
    check_burn_in: bool = False
    trace: Path | None = None
    mapping: Path | None = None


def options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of every command that runs replications."""
    kept = [
        click.option("-n", "replications", type=Whole(1), help="Replications a scenario (default: the scenario's own)."),
        click.option("--seed", type=Whole(0), help="Seed of the study (default: the scenario's own)."),
        click.option("--set", "sets", multiple=True, metavar="KEY=VALUE", help="Change a setting in every scenario; may be repeated."),
        jobs_option,
        click.option("--backend", type=click.Choice(["local", "dask"]), default="local", show_default=True, help="Who computes: processes of this machine, or a Dask cluster; never changes a result."),
        click.option("--address", default="", metavar="URL", help="Of the Dask scheduler, as in tcp://10.0.0.5:8786."),
        click.option("--resume", is_flag=True, help="Go on with a study that exists (finished runs are always kept and never computed twice)."),
        out_option,
        click.option("--study", help="Name of the study's folder (default: the campus, the trace, or the id of a study file)."),
        hang_option,
        click.option("--keep-orders", is_flag=True, help="Keep a row an order of every run, for questions and exports."),
        click.option("--keep-journal", is_flag=True, help="Keep the journal of every run too."),
        click.option("--check-burn-in", is_flag=True, help="Check by MSER whether the stated burn-in is long enough, and keep what was found for the page."),
        click.option("--trace", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Drive the runs by a recorded log."),
        click.option("--mapping", type=click.Path(dir_okay=False, path_type=Path), help="How the columns of the log are read: a TOML file, or a shipped one by name."),
        click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout."),
    ]  # fmt: skip
    for option in reversed(kept):
        command = option(command)
    return command


def wrong_usage() -> tuple[type[Exception], ...]:
    """Errors that mean wrong usage or configuration."""
    from policies.controller.registry import UnknownRule
    from scenarios.problems import ScenarioProblems
    from scenarios.study.arms import ArmError
    from scenarios.study.cells import StoreError
    from scenarios.study.cluster import ClusterError

    return ArmError, ClusterError, StoreError, ScenarioProblems, UnknownRule


def study_of(asked: Request, question: "Question | None" = None) -> "Study":
    """The study that was asked for, by its scenarios or by a question; nothing is written yet."""
    from scenarios.study.arms import arms_of, slug
    from scenarios.study.cluster import see_reachable
    from scenarios.study.experiment import Study

    if asked.trace is not None or asked.mapping is not None:
        raise Finish(WRONG_USAGE, "a recorded log is followed by twin run: it shows every arm beside the baseline")
    if asked.study is not None and asked.study != slug(asked.study):
        raise Finish(
            WRONG_USAGE,
            f'--study: given "{asked.study}"; expected a name: letters, digits, _ . + - alone (a folder in --out bears it)',
        )
    if (asked.backend == "dask") != bool(asked.address):
        raise Finish(WRONG_USAGE, "--backend dask and --address URL go together: the cluster is at an address")
    if asked.address:
        see_reachable(asked.address)
    arms = arms_of(asked.scenarios, asked.sets) if question is None else question.arms
    first = arms[0].scenario()
    usual = first.scenario.run if question is None else question.file
    name = asked.study or (first.campus.name if question is None else question.file.id.lower())
    return Study(
        folder=asked.out / name,
        arms=arms,
        seed=usual.seed if asked.seed is None else asked.seed,
        replications=asked.replications or usual.replications,
        question="" if question is None else question.lasting_source,
        question_sets=() if question is None else question.sets,
        jobs=asked.jobs,
        limit_s=asked.hang_after_s,
        address=asked.address if asked.backend == "dask" else "",
        keep="journal" if asked.keep_journal else "orders" if asked.keep_orders else "figures",
    )


def conduct(study: "Study", *, resume: bool, some: bool = False) -> "Findings":
    """Run what is missing, showing how far it is.

    Parameters
    ----------
    some : whether it is enough that some runs are finished (else some replication must be, in every scenario)

    Raises
    ------
    Finish
        130 when interrupted (finished runs are kept), 3 when no run could be finished.
    """
    from scenarios.cli.progress import Progress
    from scenarios.interruption import look
    from scenarios.study.cells import NotWritable

    look()
    study.prepare(resume=resume)
    names = study.names()
    try:
        with Progress(study.folder.name, len(names), study.finished) as progress:
            findings = study.run(lambda outcome: progress.add_failed(len(outcome.failures)))
    except NotWritable as error:
        raise Finish(PARTIAL, str(error)) from error
    except KeyboardInterrupt:
        kept = study.finished()
        raise Finish(
            INTERRUPTED,
            f"interrupted: {kept} of {len(names)} runs are finished and kept in {study.folder}; the same command with --resume goes on",
        ) from None
    if not (any(findings.cells.values()) if some else findings.complete):
        raise Finish(
            PARTIAL, *map(str, findings.failures), "no replication is complete for every scenario: nothing to show"
        )
    return findings


def burn_in_lines(study: "Study", *, wanted: bool, lang: Lang) -> tuple[list[str], list[str], list[str]]:
    """What the burn-in check says, what it warns of and what it holds for an error; nothing if there was none.

    Parameters
    ----------
    wanted : check it now; else tell what an earlier check kept, if it was of the same as-is
    """
    from scenarios.cli.words import burn_in_words
    from scenarios.study.burnin_check import check, kept_in

    found = check(study) if wanted else kept_in(study)
    if found is None:
        return [], [], []
    lines = burn_in_words(found, lang)
    return (
        lines,
        [line for line, one in zip(lines[1:], found.outputs, strict=True) if one.state == "short"],
        [line for line, one in zip(lines[1:], found.outputs, strict=True) if one.state == "run too short"],
    )


def partial(findings: "Findings") -> list[str]:
    """What to say of failed runs; empty if there are none."""
    if not findings.failures:
        return []
    kept = sum(len(runs) for runs in findings.cells.values())
    return [
        *map(str, findings.failures),
        f"{len(findings.failures)} runs failed; the {kept} good ones are kept and shown",
    ]


def rows_of(findings: "Findings") -> dict[str, dict[int, list[Any]]]:
    """Finished runs as the ruler takes them: scenario → replication → rows; scenarios without any left out."""
    return {
        scenario: {replication: cell.kpis for replication, cell in sorted(runs.items())}
        for scenario, runs in findings.cells.items()
        if runs
    }


def guard_hits(findings: "Findings", replications: Sequence[int]) -> dict[str, dict[str, int]]:
    """Guard hits by scenario and reason, summed over the replications compared; scenarios without any left out."""
    found: dict[str, dict[str, int]] = {}
    for scenario, runs in findings.cells.items():
        for replication in replications:
            for why, times in runs[replication].guard_hits.items():
                here = found.setdefault(scenario, {})
                here[why] = here.get(why, 0) + times
    return found
