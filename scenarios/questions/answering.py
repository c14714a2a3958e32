"""From a question and the finished runs of its study to the answer's page, table and figure."""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from results.answer.asked import Asked, AskedArm
from results.answer.page import page
from results.answer.table import Table, as_csv, study_of
from results.catalogue import Lang
from results.comparison import Doses, compare
from results.shown import Shown
from results.store.whole import write_bytes
from scenarios.questions.reading import Question, changes_of, settings_of
from scenarios.resolution.provenance import note_for
from scenarios.resolution.resolve import Resolved
from scenarios.resolution.showing import flat
from scenarios.schema.study import StudyArm
from scenarios.study.validity import notices

LONGEST: Final = 72
"""Characters of a setting that a table shows."""
MOST: Final = 3
"""Settings of an arm that a table shows."""
PANELS: Final = 3
"""Figures that are drawn over the dose."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is written: the page, the table it is made from, and the figure (empty where arms have no dose)."""

    stem: str
    page: str
    table: str
    figure: bytes

    def write(self, folder: Path) -> list[Path]:
        """Write every file, each whole or not at all; their paths."""
        parts = {".md": self.page.encode(), ".csv": self.table.encode(), ".svg": self.figure}
        paths = {folder / f"{self.stem}{suffix}": content for suffix, content in parts.items() if content}
        for path, content in paths.items():
            write_bytes(path, content)
        return list(paths)


def answer_of(question: Question, table: Table, command: str, seed: int, lang: Lang = "en") -> Answer:
    """The answer from the table of results alone."""
    stem, doses = question.file.id.lower(), doses_of(question)
    asked = asked_of(question, command, seed, lang)
    drawn = _figure(asked, table, lang) if doses is not None else b""
    return Answer(stem, page(asked, table, lang, f"{stem}.svg" if drawn else ""), as_csv(table), drawn)


def asked_of(question: Question, command: str, seed: int, lang: Lang) -> Asked:
    """What the page is told of the question."""
    file, first = question.file, question.arms[0].scenario()
    run, campus = first.scenario.run, first.campus
    facts = f"{run.start} + {run.burn_in_days} d, {run.days} d, + {run.run_out_days} d"
    return Asked(
        id=file.id,
        question={"en": file.question, "zh": file.question_zh or file.question},
        about={"en": file.about, "zh": file.about_zh or file.about},
        deciding=file.deciding,
        guards=file.guards,
        arms=[AskedArm(arm.name, {"en": arm.title, "zh": arm.title_zh or arm.title}, made_of(arm)) for arm in file.arms],
        references=question.references,
        doses=doses_of(question),
        facts={"en": f"{campus.title or campus.name}; {facts}", "zh": f"{campus.title_zh or campus.name}；{facts}"},
        days=run.days,
        command=command,
        seed=seed,
        assumptions=list(_assumptions(question, first)),
        notices=notices([arm.scenario() for arm in question.arms], lang),
    )  # fmt: skip


def doses_of(question: Question) -> Doses | None:
    """The doses of its arms; None where no arm has one."""
    file = question.file
    of = {arm.name: (arm.line, arm.dose) for arm in file.arms if arm.dose is not None and arm.line}
    if file.dose is None or not of:
        return None
    lines = {name: (line.title, line.title_zh or line.title) for name, line in file.lines.items()}
    title = (file.dose.title, file.dose.title_zh or file.dose.title)
    return Doses(title, lines, of, list(dict.fromkeys([*file.deciding, *file.guards]))[:PANELS])


def made_of(arm: StudyArm) -> str:
    """How an arm is made: scenario and measures, then what is set."""
    sets = (*settings_of(arm.set), *changes_of(arm))
    shown = [f"`{_short(one)}`" for one in sets[:MOST]]
    rest = [f"… (+{len(sets) - MOST})"] if len(sets) > MOST else []
    return ", ".join([" + ".join(f"`{name}`" for name in (arm.scenario, *arm.measures)), *shown, *rest])


def _figure(asked: Asked, table: Table, lang: Lang) -> bytes:
    from results import figures

    found = compare(study_of(table, [arm.name for arm in asked.arms]))
    found.doses = asked.doses
    return figures.file("dose", Shown(found), lang, ".svg")


def _assumptions(question: Question, first: Resolved) -> Iterator[tuple[str, object, str]]:
    """Values of the campus that matter, and of the question's own settings, each with where it comes from."""
    file = question.file
    values = dict(flat(first.values()["campus"]))
    for key in file.assumptions:
        yield key, values[key], note_for(first.campus.provenance, key)
    settings = [one for arm in file.arms for one in (*settings_of(arm.set), *changes_of(arm))]
    pairs = [one.partition("=") for one in (*settings_of(file.set), *settings)]
    for pattern, note in file.provenance.items():
        given = dict.fromkeys(value for key, _, value in pairs if fnmatchcase(key, pattern))
        yield pattern, _short(", ".join(given)), note


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
