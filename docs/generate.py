"""Write ``docs/reference`` from the code, so that it cannot fall behind: ``make docs``.

``tests/house/test_reference.py`` compares the committed pages with what these functions give now.
"""

from collections.abc import Callable
from pathlib import Path

from docs.pages import cli, contract, files, kept, ruler, verification

REFERENCE = Path(__file__).resolve().parent / "reference"

PAGES: dict[str, Callable[[], str]] = {
    "cli": cli.cli_page,
    "commands": contract.commands_page,
    "decisions": contract.decisions_page,
    "events": contract.events_page,
    "files": files.files_page,
    "journal": contract.journal_page,
    "kept": kept.kept_page,
    "kpis": ruler.kpis_page,
    "models": verification.models_page,
    "scenarios": files.scenarios_page,
    "states": contract.states_page,
}
"""Page → what writes it."""


def write() -> None:
    """Write every page."""
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (REFERENCE / f"{name}.md").write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write()
