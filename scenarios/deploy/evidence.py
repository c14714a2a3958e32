"""Evidence for a bundle: what a kept study found about the scenario whose rules are packed.

LookupError
└── NoEvidence         no kept study measured this very scenario, or several did
"""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import policies
from scenarios import library
from scenarios.deploy.nearest import nearest
from scenarios.resolution.build import rules_of
from scenarios.resolution.resolve import resolve
from scenarios.schema.inline import inline
from scenarios.study.arms import Arm
from scenarios.study.burnin import root_of
from scenarios.study.experiment import Study
from scenarios.study.studies import StudyFolder, code_of, studies, study_named

if TYPE_CHECKING:
    from results.comparison import Comparison

Predicate = dict[str, Any]
RULES: Final = "policies."
"""Beginning of the settings that choose a rule."""


class NoEvidence(LookupError):
    """No kept study measured this very scenario, or several did. ``lines``: why, and what to do."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n  ".join(lines))
        self.lines = lines


def study_about(arm: Arm, named: str | None, out: Path) -> tuple[StudyFolder, str]:
    """The kept study that measured a scenario, and what the scenario is called in it.

    Parameters
    ----------
    named : name or folder of the study; None: the only one under ``out`` that measured it

    Raises
    ------
    NoEvidence
        If there is none, or several and no name.
    NoSuchStudy
        If there is no study of that name.
    """
    if named is not None:
        kept = study_named(named, out)
        found = _name_in(kept, arm)
        if found is None:
            measured = ", ".join(one["name"] for one in kept.manifest["scenarios"])
            raise NoEvidence(
                f'the study "{kept.name}" did not measure this very scenario ({arm.name}, digest {arm.digest}), but {measured}',
                *_what_to_do(arm, [kept]),
            )
        return kept, found
    there = studies(out)
    about = [(kept, name) for kept in there if (name := _name_in(kept, arm)) is not None]
    if len(about) == 1:
        return about[0]
    if about:
        names = ", ".join(kept.name for kept, _ in about)
        raise NoEvidence(f"several kept studies measured {arm.name} ({names}): name one by --evidence")
    raise NoEvidence(
        f"no study in {out} measured this very scenario ({arm.name}, digest {arm.digest})",
        *_what_to_do(arm, there),
        "or --evidence names a study that lies elsewhere (--out: its folder), or --without-evidence packs without, which the statement then says",
    )


def predicate(arm: Arm, golden: dict[str, Any], study: dict[str, Any] | None) -> Predicate:
    """What the statement says of a scenario; ``study`` None: nobody measured it."""
    return {
        "golden": golden,
        "scenario": arm.name,
        "scenario_digest": arm.digest,
        "settings": [*arm.sets, *arm.changes],
        "study": study,
        "twin": policies.__version__,
    }


def predicate_of_log(name: str, digest: str, golden: dict[str, Any]) -> Predicate:
    """What the statement says of rules that a log of events was told to, and no study measured."""
    return {
        "golden": golden, "scenario": name, "scenario_digest": digest, "settings": [], "study": None,
        "twin": policies.__version__,
    }  # fmt: skip


def measured(found: "Comparison", study: Study, name: str, notices: list[str]) -> dict[str, Any]:
    """What a study found about one of its scenarios: its figures and its baseline's, differences, targets."""
    data = found.as_data()
    both = {name, found.baseline}
    return {
        "attainments": [row for row in data["attainments"] if row["scenario"] == name],
        "baseline": found.baseline,
        "code": code_of(study),
        "differences": [row for row in data["differences"] if row["scenario"] == name],
        "level": found.level,
        "levels": [row for row in data["levels"] if row["scenario"] in both],
        "name": study.folder.name,
        "replications": found.replications,
        "scenario": name,
        "scenarios": [{"digest": arm.digest, "name": arm.name} for arm in study.arms],
        "seed": study.seed,
        "warnings": [*notices, *found.warnings],
    }


def other_incumbent(arm: Arm, baseline: Arm) -> list[str]:
    """A line for each rule that settings replace and the study compared with another one than decides without them."""
    chosen = [one for one in arm.sets if one.startswith(RULES)]
    if not chosen:
        return []
    without = rules_of(resolve(arm.source, arm.measures, tuple(one for one in arm.sets if one not in chosen)))
    packed, compared = rules_of(arm.scenario()), rules_of(baseline.scenario())
    return [
        f"the evidence compares {rule.name} with {compared[decision].name}, but {without[decision].name} "
        f"decides {decision} in {arm.source}: gate it against that one"
        for decision, rule in packed.items()
        if rule != without[decision] and compared[decision].name not in (without[decision].name, rule.name)
    ]


def _what_to_do(arm: Arm, kept: Sequence[StudyFolder]) -> Iterator[str]:
    near = nearest(arm, kept)
    if near is not None:
        yield f"the nearest that was kept: {near}"
    yield f"to measure it: {_how_to_measure(arm)}"


def _how_to_measure(arm: Arm) -> str:
    """The command whose study can be evidence. A ``--set`` of a comparison holds on both sides of it: of a rule, a gate sets one alone."""
    chosen = [one for one in arm.sets if one.startswith(RULES)]
    kept = tuple(one for one in arm.sets if one not in chosen)
    others = "".join(f" --set {shlex.quote(one)}" for one in kept)
    if not chosen:
        root = Path(root_of(arm.source))
        if root == library.find("scenario", arm.source):
            return f"twin run {arm.source}{others}"
        return (
            f"twin compare {root.stem if root in library.shipped('scenario').values() else root} {arm.source}{others}"
        )
    here, without = rules_of(arm.scenario()), rules_of(resolve(arm.source, arm.measures, kept))
    other = [decision for decision, rule in here.items() if rule != without[decision]]
    if len(other) != 1:
        return f"write a scenario with these rules, and twin compare it with the one that decides now (a gate compares one rule, and {len(other)} differ here)"
    (decision,) = other
    rule, incumbent = here[decision], without[decision]
    words = _option("--parameters", rule.parameters) + _option("--incumbent-parameters", incumbent.parameters)
    return f"twin policy gate {decision}.{rule.name} --against {incumbent.name}{words} --scenario {arm.source}{others}"


def _option(name: str, parameters: Mapping[str, Any]) -> str:
    return f" {name} {shlex.quote(inline(dict(parameters)))}" if parameters else ""


def _name_in(kept: StudyFolder, arm: Arm) -> str | None:
    named = (one["name"] for one in kept.manifest["scenarios"] if one["digest"] == arm.digest)
    return next(named, None)
