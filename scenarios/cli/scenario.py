"""``twin scenario``: list, show, compare, check and start scenario files."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scenarios import library
from scenarios.cli.atonce import at_once
from scenarios.cli.envelope import Finish, ending, envelope
from scenarios.cli.form import Group
from scenarios.problems import Problem, ScenarioProblems, one_of

if TYPE_CHECKING:
    from scenarios.resolution.resolve import Resolved

WRONG = (ScenarioProblems,)
PLACE = ("number", "place", "kind", "zone", "occupants")
as_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
sets_option = click.option("--set", "sets", multiple=True, metavar="KEY=VALUE", help="Lay a value on top (repeatable).")


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """List, show, compare, check and start scenario files."""


@command.command("list")
@as_json_option
def list_(as_json: bool) -> None:
    """Shipped scenarios, measures and campuses."""
    schema = "twin/scenario-list@1"
    with ending(schema, as_json=as_json, wrong=WRONG):
        rows = [_about(kind, name, path) for kind in library.LISTED for name, path in library.shipped(kind).items()]
        if as_json:
            click.echo(envelope(schema, rows))
            return
        _table(
            ("kind", "name", "title", "on top of"), [(r["kind"], r["name"], r["title"], r["on_top_of"]) for r in rows]
        )


@command.command()
@click.argument("name")
@click.option("--resolved", is_flag=True, help="Every value, with the file and line it comes from.")
@sets_option
@as_json_option
def show(name: str, resolved: bool, sets: tuple[str, ...], as_json: bool) -> None:
    """What a scenario, given by name or path, comes to once its layers are merged; of a campus its places, under today's practice."""
    schema = "twin/scenario@1"
    with ending(schema, as_json=as_json, wrong=WRONG):
        from scenarios.resolution.resolve import is_campus, resolve, under_as_is
        from scenarios.resolution.showing import overview, places, sources

        _see_known(name, sets)
        campus = is_campus(name)
        found = under_as_is(name, sets) if campus else resolve(name, sets=sets)
        if as_json:
            values = found.values() if resolved else {"scenario": found.values()["scenario"]}
            if campus and not resolved:
                values = {"places": [dict(zip(PLACE, row, strict=True)) for row in places(found)]}
            data = {**values, "digest": found.digest(), "files": found.files}
            click.echo(envelope(schema, data, warnings=found.warnings))
        elif resolved:
            _table(("key", "value", "from", "provenance"), sources(found))
        elif campus:
            _table(PLACE, places(found))
        else:
            _table(("key", "value"), overview(found))
            for warning in found.warnings:
                click.echo(f"warning: {warning}", err=True)


@command.command()
@click.argument("a")
@click.argument("b")
@sets_option
@as_json_option
def diff(a: str, b: str, sets: tuple[str, ...], as_json: bool) -> None:
    """Only the inputs in which scenario B differs from A."""
    schema = "twin/scenario-diff@1"
    with ending(schema, as_json=as_json, wrong=WRONG):
        from scenarios.resolution.showing import differences

        one, other = _both(a, b, sets)
        found = differences(one, other)
        if as_json:
            rows = [{"key": key, "a": left, "b": right} for key, left, right in found]
            click.echo(envelope(schema, {"a": one.name, "b": other.name, "differences": rows}))
        elif found:
            _table(("key", one.name, other.name), found)
        else:
            click.echo(f"{one.name} and {other.name} are the same")


@command.command()
@click.argument("files", nargs=-1, required=True)
@sets_option
@as_json_option
def check(files: tuple[str, ...], sets: tuple[str, ...], as_json: bool) -> None:
    """Check scenario, measure and campus files: every problem of each, or none."""
    schema = "twin/scenario-check@1"
    with ending(schema, as_json=as_json, wrong=WRONG):
        from scenarios.resolution.resolve import check_file

        problems = [problem for file in files for problem in check_file(file, sets)]
        if problems:
            raise Finish(2, *dict.fromkeys(map(str, problems)))
        if as_json:
            click.echo(envelope(schema, {"files": list(files), "problems": []}))
        else:
            click.echo("\n".join(f"{file}: no problems" for file in files))


@command.command()
@click.argument("name")
@click.option("--from", "base", default="as_is", show_default=True, help="The scenario to start from.")
@click.option("--measure", is_flag=True, help="A measure, to be laid over scenarios, in place of a scenario.")
@click.option(
    "-o", "--output", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Folder to write to."
)
@as_json_option
def new(name: str, base: str, measure: bool, output: Path, as_json: bool) -> None:
    """Start a file NAME.toml that is valid as it stands and changes nothing yet."""
    schema = "twin/scenario-new@1"
    with ending(schema, as_json=as_json, wrong=WRONG):
        from scenarios.resolution.resolve import resolve
        from scenarios.resolution.template import new_file

        path = output / f"{name}.toml"
        _, resolved = at_once(WRONG, lambda: _see_free(name, path), lambda: resolve(base))
        text = new_file(name, resolved, measure=measure)
        output.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        click.echo(envelope(schema, {"file": str(path)}) if as_json else str(path))


def _see_known(name: str, sets: Sequence[str]) -> None:
    """A scenario, a measure or a campus: whoever misspells one of them is told the nearest of all."""
    from scenarios.resolution.resolve import of_settings

    known = {**library.shipped("scenario"), **library.shipped("measure"), **library.shipped("campus")}
    if name not in known and Path(name).suffix not in library.SUFFIXES:
        wrong = Problem(
            name, 0, "scenario or campus", f'"{name}"', f"the path of a file, or {one_of(name, known)}{library.LIST}"
        )
        raise ScenarioProblems([wrong, *of_settings(sets)])


def _see_free(name: str, path: Path) -> None:
    if not name.replace("_", "").replace("-", "").isalnum():
        raise Finish(2, f'the name: given "{name}"; expected letters, digits, _ and -')
    if name in {**library.shipped("scenario"), **library.shipped("measure")}:
        raise Finish(2, f'the name: given "{name}", which is shipped; expected another name')
    if path.exists():
        raise Finish(2, f"{path}: given a file that exists; expected a new name, or another folder by -o")


def _both(a: str, b: str, sets: Sequence[str]) -> tuple["Resolved", "Resolved"]:
    """Both scenarios, or the problems of both at once."""
    from scenarios.resolution.resolve import resolve

    found, problems = [], []
    for name in (a, b):
        try:
            found.append(resolve(name, sets=sets))
        except ScenarioProblems as error:
            problems += error.problems
    if problems:
        raise ScenarioProblems(problems)
    return found[0], found[1]


def _about(kind: library.Kind, name: str, path: Path) -> dict[str, Any]:
    from scenarios.schema.document import read

    values = read(path).values
    below = values.get("extends") or values.get("campus") or ("any scenario" if kind == "measure" else "")
    return {
        "kind": kind, "name": name, "title": values.get("title", ""), "title_zh": values.get("title_zh", ""),
        "on_top_of": below, "measures": values.get("measures", []), "file": str(path),
    }  # fmt: skip


def _table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in header:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(cell) for cell in row))
    wide = console.is_terminal or console.width > 200
    (console if wide else Console(width=200)).print(table)


def _cell(value: object) -> Any:
    from rich.text import Text

    if isinstance(value, bool):
        return Text(str(value).lower())
    return Text("" if value is None else str(value))
