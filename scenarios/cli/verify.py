"""``twin verify``: the engine against what books know of the models it can be made into."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from scenarios.cli.atonce import at_once
from scenarios.cli.conduct import jobs_option
from scenarios.cli.envelope import ANSWER_IS_NO, DONE, WRONG_USAGE, Finish, ending, envelope
from scenarios.cli.form import AtOnce, Whole

if TYPE_CHECKING:
    from rich.table import Table

    from scenarios.verify.case import Case
    from scenarios.verify.verification import Finding, Report, Unexpressed

SCHEMA: Final = "twin/verify@1"
STOPPED: Final = "interrupted while cases were played; what was played is not kept, and nothing is said of it"
SEED: Final = 2025
GLYPHS: Final = {"ok": ("✓ ok", "green"), "refuted": ("✗ refuted", "red"), "too short": ("? too short", "yellow")}


@click.command(cls=AtOnce, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--truths", type=click.Path(path_type=Path), help="File of true values (default: the cases that are shipped)."
)
@click.option("--kinds", multiple=True, metavar="MODEL", help="Only cases of this model, as mmc; may be repeated.")
@click.option("--case", "ids", multiple=True, metavar="ID", help="Only this case; may be repeated.")
@click.option(
    "--full", is_flag=True, help="Run each case until its required half-width is reached (hours for the shipped cases)."
)
@click.option("--seed", type=Whole(0), default=SEED, show_default=True, help="Seed of every draw.")
@jobs_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(
    truths: Path | None, kinds: tuple[str, ...], ids: tuple[str, ...], full: bool, seed: int, jobs: int, as_json: bool
) -> None:
    """Prove the engine: make the twin degenerate and compare it with true values.

    Each case of the file is played through the ordinary world, office, rules and journal. A quantity is
    ok if its interval holds the true value and is narrow enough, refuted if it excludes the value, too
    short if it holds the value and is wider than the case requires. Intervals hold together at 99 %
    (Bonferroni). Exit code 1 when something is refuted.
    """
    refuted = 0
    with ending(SCHEMA, as_json=as_json, wrong=_wrong(), stopped=STOPPED):
        from scenarios.verify import truths as files
        from scenarios.verify.effort import FULL, QUICK
        from scenarios.verify.verification import not_yet

        cases = _chosen(files.read(truths or files.SHIPPED), kinds, ids)
        effort = FULL if full else QUICK
        report = _verified(cases, effort.name, seed, jobs)
        if truths is None and not kinds and not ids:
            report.unexpressed += not_yet()
        refuted = len(report.of("refuted"))
        if as_json:
            data = _data(report, cases, effort.name, seed)
            click.echo(envelope(SCHEMA, data, ok=not refuted, warnings=_warnings(report)))
        else:
            _print(report, cases, effort.name, seed)
            for line in _warnings(report):
                click.echo(f"warning: {line}", err=True)
    sys.exit(ANSWER_IS_NO if refuted else DONE)


def _wrong() -> tuple[type[Exception], ...]:
    from scenarios.problems import ScenarioProblems

    return (ScenarioProblems,)


def _chosen(cases: "Mapping[str, Case]", kinds: Sequence[str], ids: Sequence[str]) -> "dict[str, Case]":
    """Cases of the models and names asked for, all if none were.

    Raises
    ------
    Finish
        With every name that no case has.
    """
    models = list(dict.fromkeys(case.model for case in cases.values()))
    at_once((), lambda: _known("--kinds", kinds, models), lambda: _known("--case", ids, cases))
    return {
        name: case for name, case in cases.items() if (not kinds or case.model in kinds) and (not ids or name in ids)
    }


def _known(option: str, given: Iterable[str], known: Iterable[str]) -> None:
    from scenarios.problems import one_of

    names = list(known)
    wrong = [f'{option}: given "{name}"; expected {one_of(name, names)}' for name in given if name not in names]
    if wrong:
        raise Finish(WRONG_USAGE, *wrong)


def _verified(cases: "Mapping[str, Case]", effort: str, seed: int, jobs: int) -> "Report":
    from scenarios.cli.progress import Progress
    from scenarios.verify.effort import FULL, LEAST_REPLICATIONS, QUICK
    from scenarios.verify.verification import verify

    how = {one.name: one for one in (QUICK, FULL)}[effort]
    progress = Progress(f"verify ({effort})", LEAST_REPLICATIONS * len(cases), lambda: done)
    done = 0

    def drawn(now: int, asked: int) -> None:
        nonlocal done
        done, progress.total = now, asked

    with progress:
        return verify(cases, how, seed=seed, jobs=jobs, drawn=drawn)


def _kinds(findings: "Iterable[Finding]", cases: "Mapping[str, Case]") -> list[str]:
    """Models that some findings are about, in the order of the file."""
    return list(dict.fromkeys(cases[finding.case].model for finding in findings))


def _data(report: "Report", cases: "Mapping[str, Case]", effort: str, seed: int) -> dict[str, Any]:
    from scenarios.verify.verification import LEVEL

    counts = {verdict.replace(" ", "_"): len(report.of(verdict)) for verdict in ("ok", "refuted", "too short")}
    return {
        "effort": effort, "seed": seed, "level": 1.0 - LEVEL, "intervals": report.tested, **counts,
        "kinds": _kinds(report.findings, cases), "kinds_ok": _kinds(report.of("ok"), cases),
        "findings": report.findings, "not_expressed": report.unexpressed,
    }  # fmt: skip


def _warnings(report: "Report") -> list[str]:
    short = len(report.of("too short"))
    return (
        [f"{short} quantities are too short to be judged at the required half-width; --full plays them out"]
        if short
        else []
    )


def _print(report: "Report", cases: "Mapping[str, Case]", effort: str, seed: int) -> None:
    from scenarios.cli.tables import console
    from scenarios.verify.verification import LEVEL

    out = console()
    counts = ", ".join(f"{len(report.of(verdict))} {verdict}" for verdict in ("ok", "refuted", "too short"))
    out.print(_findings(report.findings))
    if report.unexpressed:
        out.print(_unexpressed(report.unexpressed))
    out.print(
        f"{effort}, seed {seed}, {report.tested} intervals together at {1.0 - LEVEL:.0%} (Bonferroni): {counts}",
        highlight=False, soft_wrap=True,
    )  # fmt: skip
    out.print(_summary(report, cases), highlight=False, soft_wrap=True)


def _summary(report: "Report", cases: "Mapping[str, Case]") -> str:
    """How many kinds were played, which of them have nothing ok yet, and how many are not expressed."""
    played, shown = _kinds(report.findings, cases), _kinds(report.of("ok"), cases)
    without = [kind for kind in played if kind not in shown]
    said = f"at least one quantity ok in {len(shown)} of {len(played)} kinds played"
    if without:
        said += f" (none yet in {', '.join(without)})"
    missing = {row.model for row in report.unexpressed} - set(played)
    return said + (f"; kinds not expressed yet, with reason and chapter above: {len(missing)}" if missing else "")


def _findings(findings: "Sequence[Finding]") -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for head in ("case", "quantity", "expected", "estimate", "half-width", "required", "", "played"):
        right = head in ("expected", "estimate", "half-width", "required")
        table.add_column(head, justify="right" if right else "left", overflow="fold", no_wrap=head != "played")
    last = ""
    for f in findings:
        words, style = GLYPHS[f.verdict]
        table.add_row(
            "" if f.case == last else f.case, f.quantity, _number(f.expected), _number(f.estimate),
            _number(f.half_width), _number(f.required), Text(words, style=style), _played(f),
        )  # fmt: skip
        last = f.case
    return table


def _played(finding: "Finding") -> str:
    if finding.note:
        return finding.note
    return f"{finding.recipe} {finding.replications} x {finding.customers:,}" if finding.replications else finding.how


def _number(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.5g}" if isinstance(value, float) else str(value)


def _unexpressed(rows: "Sequence[Unexpressed]") -> "Table":
    from rich.table import Table

    table = Table(box=None, pad_edge=False, title="not expressed yet", title_justify="left")
    for head in ("model", "cases", "why", "chapter"):
        table.add_column(head, overflow="fold")
    for row in rows:
        named = f"{row.model}.{row.quantity}" if row.quantity else row.model
        table.add_row(named, ", ".join(row.cases), row.why, row.chapter)
    return table
