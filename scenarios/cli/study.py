"""``twin study``: a planner's question as a file, and its answer as a page."""

import shlex
import sys
from functools import partial as looked
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from scenarios.cli.atonce import at_once
from scenarios.cli.conduct import STOPPED_RUNS, Request, conduct, options, partial, rows_of, study_of, wrong_usage
from scenarios.cli.envelope import DONE, PARTIAL, WRONG_USAGE, Finish, ending, envelope
from scenarios.cli.form import Group, Looking
from scenarios.cli.places import see_writable
from scenarios.cli.words import Lang, say

if TYPE_CHECKING:
    from results.comparison import Comparison
    from scenarios.questions.answering import Answer
    from scenarios.questions.reading import Question
    from scenarios.study.experiment import Findings, Study

SCHEMA: Final = "twin/study@1"
as_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
lang_option = click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Questions as files: list and show them, run one and have its answer as a page."""


@command.command("list")
@lang_option
@as_json_option
def list_(lang: Lang, as_json: bool) -> None:
    """Shipped questions."""
    with ending("twin/study-list@1", as_json=as_json, wrong=wrong_usage()):
        from scenarios.questions.reading import shipped_questions

        files = shipped_questions()
        if as_json:
            rows = [
                {"id": f.id, "question": f.question, "question_zh": f.question_zh, "arms": len(f.arms)}
                for f in files.values()
            ]
            click.echo(envelope("twin/study-list@1", rows))
            return
        for name, file in files.items():
            click.echo(f"{name:4s} {file.question_zh if lang == 'zh' else file.question}")


@command.command()
@click.argument("study")
@click.option("--set", "sets", multiple=True, metavar="KEY=VALUE", help="Lay a value on top of every arm (repeatable).")
@lang_option
@as_json_option
def show(study: str, sets: tuple[str, ...], lang: Lang, as_json: bool) -> None:
    """What STUDY (an id such as P1, or the path of a file) asks, and of which scenarios."""
    with ending("twin/study-show@1", as_json=as_json, wrong=wrong_usage()):
        from scenarios.questions.answering import made_of
        from scenarios.questions.reading import read_question

        question = read_question(study, sets)
        file = question.file
        if as_json:
            data = {**file.model_dump(mode="json"), "digests": {arm.name: arm.digest for arm in question.arms}}
            click.echo(envelope("twin/study-show@1", data))
            return
        from scenarios.cli import tables

        out = tables.console()
        texts = (file.question_zh, file.question) if lang == "zh" else (file.question, file.question_zh)
        head = [("", text) for text in texts if text]
        head += [(say("deciding", lang), ", ".join(file.deciding)), (say("guarding", lang), ", ".join(file.guards))]
        head += [
            (say("replication", lang), f"{file.replications} × {len(file.arms)}"),
            (say("head_seed", lang), str(file.seed)),
        ]
        out.print(tables.table_of(file.id, ("", ""), head))
        rows = [(a.name, a.title_zh if lang == "zh" else a.title, made_of(a).replace("`", "")) for a in file.arms]
        out.print(tables.table_of(say("scenarios", lang), (say("scenario", lang), "", say("settings", lang)), rows))


@command.command(cls=Looking)
@click.argument("studies", nargs=-1, required=True)
@options
@click.option(
    "-o", "--answers", type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the page, its table and its figure, named after the id; without it the page is printed.",
)  # fmt: skip
@lang_option
def run(studies: tuple[str, ...], answers: Path | None, lang: Lang, as_json: bool, **asked: Any) -> None:
    """Run STUDIES (ids such as P1, or paths of files) and answer them.

    What is missing is run first. Every number of a page comes from the table written beside it; the same
    study gives the same bytes.
    """
    failed: list[str] = []
    with ending(SCHEMA, as_json=as_json, wrong=wrong_usage(), stopped=STOPPED_RUNS):
        from scenarios.questions.reading import read_question
        from scenarios.study.experiment import MANIFEST

        questions = at_once(wrong_usage(), *(looked(read_question, name, asked["sets"]) for name in studies))
        if asked["study"] and len(studies) > 1:
            raise Finish(WRONG_USAGE, "--study names one folder: run one study at a time with it")
        if answers is not None:
            see_writable(answers / "page.md")
        told = []
        for question in questions:
            study = study_of(Request((), **asked), question)
            begun = len(questions) == 1 or (study.folder / MANIFEST).is_file()
            findings = conduct(study, resume=asked["resume"] and begun)
            failed += partial(findings)
            answer = _answer(question, study, findings, lang)
            files = answer.write(answers) if answers is not None else []
            told.append({"id": question.file.id, "study": study.folder, "files": files, "page": answer.page})
            if not as_json:
                click.echo("\n".join(map(str, files)) if files else answer.page, nl=bool(files))
        if as_json:
            click.echo(envelope(SCHEMA, told, ok=not failed, errors=failed))
        for line in failed:
            click.echo(f"twin: {line}", err=True)
    sys.exit(PARTIAL if failed else DONE)


def with_doses(found: "Comparison", study: "Study") -> None:
    """Tell a comparison of a kept study the doses of its question, if it had one that can still be read."""
    if not study.question:
        return
    from scenarios.problems import ScenarioProblems
    from scenarios.questions.answering import doses_of
    from scenarios.questions.reading import read_question

    try:
        found.doses = doses_of(read_question(study.question, study.question_sets))
    except ScenarioProblems as gone:
        found.warnings.append(f"the question of the study cannot be read any more: {gone}")


def _answer(question: "Question", study: "Study", findings: "Findings", lang: Lang) -> "Answer":
    from results.answer.table import table_of
    from scenarios.questions.answering import answer_of

    complete = set(findings.complete)
    rows = {arm: {r: kpis for r, kpis in runs.items() if r in complete} for arm, runs in rows_of(findings).items()}
    figures = [*question.file.deciding, *question.file.guards]
    return answer_of(question, table_of(rows, figures), _command(question, study), study.seed, lang)


def _command(question: "Question", study: "Study") -> str:
    """What runs the study again: options only where they differ from the file."""
    words = ["twin", "study", "run", question.source]
    words += ["-n", str(study.replications)] if study.replications != question.file.replications else []
    words += ["--seed", str(study.seed)] if study.seed != question.file.seed else []
    return shlex.join([*words, *(word for one in question.sets for word in ("--set", one))])
