"""Write ``docs/reference`` from the code and the tables of the page on speed as measured, so that they cannot fall behind: ``make docs``.

``tests/house/test_reference.py`` compares the committed pages with what these functions give now.
"""

from collections.abc import Callable
from pathlib import Path

from docs.pages import bundle, cli, contract, files, host, http, kept, measured, mqtt, ruler, verification

REFERENCE = Path(__file__).resolve().parent / "reference"

PAGES: dict[str, Callable[[], str]] = {
    "bundle": bundle.bundle_page,
    "cli": cli.cli_page,
    "commands": contract.commands_page,
    "decisions": contract.decisions_page,
    "events": contract.events_page,
    "files": files.files_page,
    "host": host.host_page,
    "http": http.http_page,
    "journal": contract.journal_page,
    "kept": kept.kept_page,
    "kpis": ruler.kpis_page,
    "models": verification.models_page,
    "mqtt": mqtt.mqtt_page,
    "scenarios": files.scenarios_page,
    "states": contract.states_page,
}
"""Page → what writes it."""
SCHEMAS: dict[str, Callable[[], str]] = {
    "events.schema.json": bundle.events_schema,
    "commands.schema.json": bundle.commands_schema,
    "openapi.json": http.openapi_file,
    "asyncapi.json": mqtt.asyncapi,
}
"""File for machines → what writes it."""


def write() -> None:
    """Write every page and schema, and the tables that were measured."""
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, made in whole_folder().items():
        (REFERENCE / name).write_text(made(), encoding="utf-8")
    measured.SPEED.write_text(measured.speed_page(), encoding="utf-8")


def whole_folder() -> dict[str, Callable[[], str]]:
    """Every file of the folder → what writes it."""
    return {**{f"{name}.md": page for name, page in PAGES.items()}, **SCHEMAS}


if __name__ == "__main__":
    write()
