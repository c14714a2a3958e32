"""Questions: study files read and checked, and the scenarios they ask for.

A question is a file in which a planner writes what they want to know: the scenarios to be compared, the
figures that decide and those that guard. Running it is an ordinary study (``scenarios.study.experiment``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from results.answer.blanks import blanks_of
from results.kpis import KPIS, spec
from scenarios import library
from scenarios.problems import Problem, ScenarioProblems, one_of
from scenarios.resolution.provenance import TAG
from scenarios.resolution.resolve import Resolved
from scenarios.resolution.showing import flat
from scenarios.schema import toml
from scenarios.schema.document import Document, read
from scenarios.schema.faults import problem_of
from scenarios.schema.study import StudyArm, StudyFile
from scenarios.study.arms import Arm, arm_of, same_period

WHOLE_KEYS: Final = 2
"""``policies.dispatch`` is laid over as one, so that a rule comes with its own parameters."""


@dataclass(frozen=True, slots=True)
class Question:
    """A study file, and its arms resolved. ``source``: as it was asked for; ``sets``: laid on top of every arm."""

    source: str
    sets: tuple[str, ...]
    file: StudyFile
    arms: list[Arm]

    @property
    def lasting_source(self) -> str:
        """The source as it can be found from any folder."""
        return str(Path(self.source).resolve()) if Path(self.source).suffix == ".toml" else self.source

    @property
    def references(self) -> dict[str, list[str]]:
        """Every arm others are compared with → those others, in the order of the file."""
        return references_of(self.file.arms)


def read_question(source: str, sets: Sequence[str] = ()) -> Question:
    """A question by its id, its shipped name or the path of a file.

    Parameters
    ----------
    sets : ``key=value`` settings laid on top of every arm, from the burn-in on

    Raises
    ------
    ScenarioProblems
        With every problem of the file and of the scenarios of its arms.
    """
    document = read(path_of(source))
    try:
        file = StudyFile.model_validate(document.values)
    except ValidationError as error:
        raise ScenarioProblems(
            [problem_of(e, StudyFile, lambda path: (document.file, document.line(path))) for e in error.errors()]
        ) from error
    problems = [problem for check in CHECKS for problem in check(file, document)]
    arms = [arm for n in range(len(file.arms)) for arm in _arm(file, n, document, tuple(sets), problems)]
    if arms:
        problems += _assumptions_exist(file, document, arms[0].scenario())
    if problems:
        raise ScenarioProblems(problems)
    same_period(arms)
    return Question(source, tuple(sets), file, arms)


def shipped_questions() -> dict[str, StudyFile]:
    """Every shipped study file by its id, in the order of the ids."""
    found = [StudyFile.model_validate(read(path).values) for path in library.shipped("study").values()]
    return {file.id: file for file in sorted(found, key=lambda file: (len(file.id), file.id))}


def path_of(source: str) -> Path:
    """The file of an id (P1, in any case), a shipped name or a path.

    Raises
    ------
    ScenarioProblems
        If there is none.
    """
    ids = {str(read(path).values.get("id", "")).lower(): path for path in library.shipped("study").values()}
    if source.lower() in ids:
        return ids[source.lower()]
    try:
        return library.find("study", source)
    except ScenarioProblems:
        known = [*(key.upper() for key in ids), *library.shipped("study")]
        expected = f"the path of a study file, or {one_of(source, known)}"
        raise ScenarioProblems([Problem(source, 0, "study", f'"{source}"', expected)]) from None


def references_of(arms: Sequence[StudyArm]) -> dict[str, list[str]]:
    """Reference → the arms compared with it; an arm that is a reference and names none stands alone."""
    named = {name for arm in arms for name in arm.against}
    found: dict[str, list[str]] = {}
    for arm in arms[1:]:
        for name in arm.against or ([] if arm.name in named else [arms[0].name]):
            found.setdefault(name, []).append(arm.name)
    return {arm.name: found[arm.name] for arm in arms if arm.name in found}


def settings_of(table: dict[str, Any]) -> tuple[str, ...]:
    """A ``set`` table as ``key=value`` settings."""
    return tuple(toml.settings(table))


def changes_of(arm: StudyArm) -> tuple[str, ...]:
    """What an arm changes from the fork on, as settings."""
    tables = {"features": arm.features, "policies": arm.policies, "activation": arm.activation}
    return tuple(toml.settings({name: table for name, table in tables.items() if table}, whole=WHOLE_KEYS))


def _arm(
    file: StudyFile, n: int, document: Document, sets: tuple[str, ...], problems: list[Problem]
) -> Iterator[Arm]:  # fmt: skip
    """The arm resolved, or its problems told at its place in the study file."""
    asked = file.arms[n]
    given = (*settings_of(file.set), *settings_of(asked.set), *sets)
    try:
        source = _beside(asked.scenario, document.folder)
        measures = tuple(_beside(name, document.folder) for name in asked.measures)
        yield arm_of(source, given, measures, changes_of(asked), asked.name)
    except ScenarioProblems as wrong:
        for one in wrong.problems:
            ours = one.file.startswith("--set ") and one.file.removeprefix("--set ") not in sets
            place = (document.file, document.line(("arms", n))) if ours or not one.line else (one.file, one.line)
            problems.append(Problem(*place, f"arm {asked.name}: {one.key}", one.given, one.expected))


def _beside(name: str, folder: Path) -> str:
    """A file beside the study file, or the name as it is."""
    path = folder / name
    return str(path) if path.suffix == ".toml" and path.is_file() else name


def _figures_exist(file: StudyFile, document: Document) -> Iterator[Problem]:
    for key in ("deciding", "guards"):
        for name in getattr(file, key):
            if name.partition(":")[0] not in KPIS:
                place = document.file, document.line((key,))
                yield Problem(*place, key, f'"{name}"', f"the id of a KPI, {one_of(name, KPIS)}")
    for name in file.deciding:
        if name in KPIS and spec(name).better == "neither":
            place = document.file, document.line(("deciding",))
            yield Problem(*place, "deciding", f'"{name}"', "a figure with a better side: this one cannot decide")


def _arms_fit(file: StudyFile, document: Document) -> Iterator[Problem]:
    names = [arm.name for arm in file.arms]
    for n, arm in enumerate(file.arms):

        def place(key: str, n: int = n) -> tuple[str, int, str]:
            return document.file, document.line(("arms", n, key)), f"arms.{n}.{key}"

        if arm.name in names[:n]:
            yield Problem(*place("name"), f'"{arm.name}" again', "a name no other arm has")
        for other in arm.against:
            if other not in names or other == arm.name:
                yield Problem(*place("against"), f'"{other}"', one_of(other, [x for x in names if x != arm.name]))
        if arm.line and arm.line not in file.lines:
            known = one_of(arm.line, file.lines) if file.lines else f"[lines.{arm.line}] in this file"
            yield Problem(*place("line"), f'"{arm.line}"', known)
        if arm.line and arm.dose is None:
            yield Problem(*place("line"), f'"{arm.line}" and no dose', "a dose too: its place on the line")
        if arm.dose is not None and file.dose is None:
            yield Problem(*place("dose"), f"{arm.dose:g}", "[dose] in this file: what there is more or less of")


def _blanks_fit(file: StudyFile, document: Document) -> Iterator[Problem]:
    """Blanks in the commentary name arms and figures, and a difference that is made."""
    names = [arm.name for arm in file.arms]
    pairs = references_of(file.arms)
    for key in ("about", "about_zh"):
        place = document.file, document.line((key,)), key
        for blank in blanks_of(getattr(file, key)):
            if blank.arm not in names:
                yield Problem(*place, f'"{blank.text}"', one_of(blank.arm, names))
            if blank.kpi.partition(":")[0] not in KPIS:
                yield Problem(*place, f'"{blank.text}"', f"the id of a KPI, {one_of(blank.kpi, KPIS)}")
            if blank.reference and blank.arm not in pairs.get(blank.reference, ()):
                yield Problem(*place, f'"{blank.text}"', "a reference this arm is compared with (arms.against)")


def _notes_tagged(file: StudyFile, document: Document) -> Iterator[Problem]:
    for key, note in file.provenance.items():
        if not TAG.match(note):
            place = document.file, document.line(("provenance", key)), f"provenance.{key}"
            yield Problem(*place, f'"{note[:40]}"', 'a tag first: "[S7] …", "[D] …", "[W] …" or "[A] …"')


def _assumptions_exist(file: StudyFile, document: Document, first: Resolved) -> Iterator[Problem]:
    known = dict(flat(first.values()["campus"]))
    for key in file.assumptions:
        if key not in known:
            place = document.file, document.line(("assumptions",)), "assumptions"
            yield Problem(*place, f'"{key}"', one_of(key, known))


CHECKS: Final = (_figures_exist, _arms_fit, _blanks_fit, _notes_tagged)
