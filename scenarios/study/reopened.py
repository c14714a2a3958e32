"""A finished study taken up again from its folder: its arms resolved anew, its runs as they were kept."""

from pathlib import Path
from typing import Any

from scenarios.study.arms import Arm, ScenarioChanged, arm_again
from scenarios.study.cells import CellStore, NoSuchStudy
from scenarios.study.experiment import Findings, Study
from scenarios.study.studies import StudyFolder


def reopen(kept: StudyFolder) -> tuple[Study, Findings]:
    """The study and what it found; nothing is computed.

    Raises
    ------
    NoSuchStudy
        If no run is finished, or a scenario was not kept with it.
    ScenarioChanged
        If the files give another scenario by now.
    """
    told = kept.manifest
    if not kept.finished:
        raise NoSuchStudy(f"{kept.folder}: no run is finished; run the study with --resume")
    store = CellStore(kept.folder)
    arms = [_arm(store, one) for one in told["scenarios"]]
    findings = Findings({arm.name: {} for arm in arms})
    for name in kept.finished:
        findings.cells[name.scenario][name.replication] = store.get(name)
    asked = told.get("question", {"source": "", "settings": []})
    return Study(
        kept.folder, arms, told["seed"], told["replications"], keep=kept.kept, question=asked["source"],
        question_sets=asked["settings"],
    ), findings  # fmt: skip


def asked_by(study: Study, *judged: str) -> list[str]:
    """The words that run the study again wherever they are typed, after ``twin``.

    Scenario files are named by their whole path; results go to the folder of studies where it is run.

    Parameters
    ----------
    judged : figures the verdicts ran over, if fewer than the registry's
    """
    sources = _sources(study)
    size = ["-n", str(study.replications)]
    kept = {"figures": [], "orders": ["--keep-orders"], "journal": ["--keep-journal"]}[study.keep]
    if study.question:
        return ["study", "run", study.question, *size, *_of(study), *kept]
    kpis = [word for one in judged for word in ("--kpi", one)]
    return ["compare" if len(sources) > 1 else "run", *sources, *size, *_of(study), *kept, *kpis]


def sensitivity_by(study: Study) -> list[str]:
    """The words that add a sensitivity study of the first two scenarios to this study, after ``twin``."""
    return ["sensitivity", *_sources(study)[:2], *_of(study)]


def _sources(study: Study) -> list[str]:
    return [str(Path(arm.source).resolve()) if Path(arm.source).suffix else arm.source for arm in study.arms]


def _of(study: Study) -> list[str]:
    """Settings, seed and name, as every command takes them."""
    sets = [word for one in (study.question_sets if study.question else study.arms[0].sets) for word in ("--set", one)]
    return ["--seed", str(study.seed), "--study", study.folder.name, *sets]


def _arm(store: CellStore, told: dict[str, Any]) -> Arm:
    recipe = store.scenario(told["digest"])
    arm = arm_again(recipe, told["name"])
    if (arm.digest, arm.base_digest) != (told["digest"], told["base_digest"]):
        raise ScenarioChanged(
            f'the files of "{told["name"]}" ({recipe["source"]}) have changed since the study: '
            "what it was made of cannot be shown; run the study anew"
        )
    return arm
