"""What a scenario is burnt in with: the root of its family, in the same world, with today's practice."""

from pathlib import Path

from scenarios import library
from scenarios.schema.document import read

AS_IS = "as_is"


def root_of(scenario: str) -> str:
    """Name or path of the scenario at the root of a family.

    A measure's root is ``as_is``; a scenario that extends nothing is its own root, without the measures
    it names.
    """
    path = library.find("scenario", scenario)
    for _ in range(100):
        document = read(path)
        if document.values.get("kind") == "measure":
            return AS_IS
        parent = document.values.get("extends")
        if not isinstance(parent, str) or not parent:
            break
        beside = document.folder / f"{parent}.toml"
        path = beside if beside.is_file() else library.find("scenario", parent)
    return str(path) if Path(path).suffix else scenario
