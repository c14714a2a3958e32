"""Pages of what a planner writes: shipped scenarios, and the keys of scenario and campus files."""

import tomllib
import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from docs.pages.markdown import doc, plain, table, title
from scenarios import library
from scenarios.questions.reading import shipped_questions
from scenarios.schema.bands import BandsFile, Moved
from scenarios.schema.campus import CampusFile
from scenarios.schema.scenario import ScenarioFile
from scenarios.schema.study import StudyArm, StudyFile


def scenarios_page() -> str:
    """What is shipped."""
    parts = [
        title("Scenarios, measures, campuses", "scenarios.data"),
        (
            "Use a name of these lists, or the path of a file of your own. `twin scenario show NAME --resolved` prints every value of a "
            "scenario and where it comes from. The keys are on [their own page](files.md).\n"
        ),
        "## Scenarios\n",
        table(("name", "title", "中文", "extends", "measures", "rules that differ"), _listed("scenario")),
        "## Measures\n",
        "A measure is written into a scenario's `measures`, or used by itself as *today's practice plus this*.\n",
        table(("name", "title", "中文", "switches on", "rules"), _listed("measure")),
        "## Campuses\n",
        table(("name", "title", "中文"), _listed("campus")),
        "## Bands\n",
        "What `twin fit` fits to and moves; how: [fit a campus](../how-to/fit-a-campus.md).\n",
        table(("name", "title", "中文"), _listed("bands")),
        "## Studies\n",
        "Questions as files: `twin study run P1`. Their answers on this campus are [pages of their own](../studies/p1.md).\n",
        table(("id", "question", "中文", "decide", "guard"), _studies()),
        "## Calendars\n",
        table(("name",), ((f"`{name}`",) for name in library.shipped("calendar"))),
    ]
    return "\n".join(parts)


def files_page() -> str:
    """Every key of a scenario, a campus, a study and a bands file."""
    parts = [
        title("Keys of scenario, campus, study and bands files", "scenarios.schema"),
        (
            "TOML, strict: an unknown key is an error. Units are the ends of the names: `_min` minutes, `_h` hours, `_days`, `_m` metres, `_m2`, "
            "`_c` degrees Celsius, `_cny`, `_km_h`; `_share` and `_prob` lie between 0 and 1. Layers, the later one wins: defaults < campus < "
            "`extends` < ordered `measures` < `--set key=value`. A measure, and a scenario that extends another, writes `features`, `policies` and `activation` only.\n"
        ),
        f"## Scenario file\n\n{doc(ScenarioFile)}\n",
        table(("key", "type", "default"), _keys(ScenarioFile, "")),
        f"## Campus file\n\n{doc(CampusFile)}\n",
        table(("key", "type", "default"), _keys(CampusFile, "")),
        f"## Bands file\n\n{doc(BandsFile)}\n\n`parameters`: {doc(Moved)}\n",
        table(("key", "type", "default"), _keys(BandsFile, "")),
        f"## Study file\n\n{doc(StudyFile)}\n\nAn arm: {doc(StudyArm)}\n",
        table(("key", "type", "default"), _keys(StudyFile, "")),
    ]
    return "\n".join(parts)


def _listed(kind: library.Kind) -> Iterator[tuple[str, ...]]:
    for name, path in library.shipped(kind).items():
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        head = (f"`{name}`", told.get("title", ""), told.get("title_zh", ""))
        rules = ", ".join(f"`{point}` {chosen['rule']}" for point, chosen in told.get("policies", {}).items())
        if kind == "scenario":
            yield (*head, told.get("extends", ""), ", ".join(told.get("measures", [])), rules)
        elif kind == "measure":
            yield (*head, ", ".join(f for f, switch in told.get("features", {}).items() if switch.get("live")), rules)
        else:
            yield head


def _studies() -> Iterator[tuple[str, ...]]:
    for name, file in shipped_questions().items():
        yield f"`{name}`", file.question, file.question_zh, ", ".join(file.deciding), ", ".join(file.guards)


def _keys(model: type[BaseModel], above: str) -> Iterator[tuple[str, ...]]:
    for name, field in model.model_fields.items():
        inner, many = _model_in(field.annotation)
        if inner is None:
            yield f"`{above}{name}`", _type(field.annotation), _default(field)
        else:
            yield from _keys(inner, f"{above}{name}{many}.")


def _model_in(hint: Any) -> tuple[type[BaseModel] | None, str]:
    """The model of a table, of named tables (``.NAME``) or of a list of tables (``[]``)."""
    if get_origin(hint) is Annotated:
        return _model_in(get_args(hint)[0])
    if get_origin(hint) in (Union, types.UnionType):
        return next((found for found in map(_model_in, get_args(hint)) if found[0] is not None), (None, ""))
    if get_origin(hint) is dict:
        inner, many = _model_in(get_args(hint)[1])
        return inner, f".NAME{many}"
    if get_origin(hint) is list:
        inner, many = _model_in(get_args(hint)[0])
        return inner, f"[]{many}"
    return (hint, "") if isinstance(hint, type) and issubclass(hint, BaseModel) else (None, "")


def _type(hint: Any) -> str:
    origin, inside = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _type(inside[0])
    if origin is Literal:
        return " or ".join(f"`{choice}`" for choice in inside)
    if origin is list:
        return f"list of {_type(inside[0])}"
    if origin is dict:
        return f"table of {_type(inside[1])}"
    if origin in (Union, types.UnionType):
        return " or ".join(_type(choice) for choice in inside if choice is not type(None))
    names = {"str": "text", "float": "number", "int": "integer", "bool": "true or false", "date": "date", "Any": "any"}
    return names.get(getattr(hint, "__name__", str(hint)), str(hint))


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, bool):
        return str(value).lower()
    return plain(value) if value not in ("", [], {}, None) else ""
