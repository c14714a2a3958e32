"""What every benchmark may ask for."""

import os
from pathlib import Path

import pytest

from scenarios.reference.maker import write

ROOT = Path(__file__).resolve().parent.parent
PUBLISHED = Path("reference", "dispatch-reference")


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A year of the dispatch reference: the published files where they are at hand, else made ones."""
    folder = Path(os.environ.get("CAMPUS_SHARED", ROOT.parent / "shared")) / PUBLISHED
    published = folder / "campus-x1.json.gz", folder / "path-x1-seed1.csv.gz"
    if all(file.is_file() for file in published):
        return published
    return write(1, 1, 365, tmp_path_factory.mktemp("reference"))
