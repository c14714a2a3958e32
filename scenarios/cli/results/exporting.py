"""``twin results export``: figures, orders and journals for spreadsheets, R and process mining."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from scenarios.cli.conduct import out_option, wrong_usage
from scenarios.cli.envelope import WRONG_USAGE, Finish, ending, envelope
from scenarios.cli.form import AtOnce
from scenarios.cli.results.common import json_option

if TYPE_CHECKING:
    from results.store.views import Files
    from scenarios.study.cells import CellName
    from scenarios.study.studies import StudyFolder

SCHEMA: Final = "twin/results-export@1"
ENDS: Final = {"xes": ".xes", "ocel2": ".ocel.json"}
PARTS: Final = ("kpis", "orders", "journal")


@click.command(cls=AtOnce)
@click.argument("what", metavar="STUDY[:SCENARIO[:REPLICATION]]")
@click.option("--format", "kind", type=click.Choice(["csv", "parquet", "xes", "ocel2"]), required=True)
@click.option(
    "--part",
    "parts",
    type=click.Choice(PARTS),
    multiple=True,
    help="What of it, as csv or parquet; may be repeated (default: everything that was kept).",
)
@click.option(
    "-o",
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder the files are written to.",
)
@out_option
@json_option
def command(what: str, kind: str, parts: tuple[str, ...], folder: Path, out: Path, as_json: bool) -> None:
    """Export the finished runs of a study, of one of its scenarios, or one run; the files written are printed.

    csv and parquet: a file a table over all runs chosen. xes and ocel2: a file a run, from its journal.
    """
    with ending(SCHEMA, as_json=as_json, wrong=wrong_usage()):
        study, names = chosen(what, out)
        if kind in ("csv", "parquet"):
            written = list(_tables(study.files(names), parts or _kept(study, names), kind, folder))
        elif parts and parts != ("journal",):
            raise Finish(WRONG_USAGE, f"--format {kind} is made of the journal; leave --part away")
        else:
            written = list(_logs(study, names, kind, folder))
        if as_json:
            click.echo(envelope(SCHEMA, {"study": study.name, "files": written}))
        else:
            click.echo("\n".join(map(str, written)))


def chosen(what: str, out: Path) -> "tuple[StudyFolder, list[CellName]]":
    """The study and its finished runs that ``study[:scenario[:replication]]`` means."""
    from scenarios.study.cells import NoSuchStudy
    from scenarios.study.studies import study_named

    parts = what.split(":")
    study = study_named(parts[0], out)
    names = [
        name
        for name in study.finished
        if (len(parts) < 2 or name.scenario == parts[1]) and (len(parts) < 3 or str(name.replication) == parts[2])
    ]
    if not names:
        there = dict.fromkeys(name.scenario for name in study.finished)
        raise NoSuchStudy(f'no finished run fits "{what}"; scenarios with finished runs: {", ".join(there) or "none"}')
    return study, names


def _kept(study: "StudyFolder", names: "Sequence[CellName]") -> list[str]:
    files = study.files(names)
    return ["kpis", *(["orders"] if files.orders else []), *(["journal"] if files.journals else [])]


def _tables(files: "Files", parts: Sequence[str], kind: str, folder: Path) -> Iterator[Path]:
    from results.store import NotKept, parquet

    if "orders" in parts and not files.orders:
        raise NotKept("orders: this study did not keep them; run it again with --keep-orders")
    if "journal" in parts and not files.journals:
        raise NotKept("journal: this study did not keep it; run it again with --keep-journal")
    for view, there in files.views().items():
        part = view if view in PARTS else "journal"
        if part in parts:
            target = folder / f"{view}.{kind}"
            parquet.copy(f"SELECT * FROM {parquet.table(there)}", target, kind)
            yield target


def _logs(study: "StudyFolder", names: "Sequence[CellName]", kind: str, folder: Path) -> Iterator[Path]:
    from results.export.ocel import write_ocel
    from results.export.story import Story
    from results.export.xes import write_xes

    for name in names:
        story = Story(study.folder / name.journal)
        target = folder / f"{name.scenario}-r{name.replication:05d}{ENDS[kind]}"
        if kind == "xes":
            write_xes(story, target, f"{study.name}:{name.scenario}:{name.replication}")
        else:
            write_ocel(story, target)
        yield target
