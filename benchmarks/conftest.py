"""What every benchmark may ask for."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.reference.maker import write
from tests.evidence import tables

ROOT = Path(__file__).resolve().parent.parent
PUBLISHED = Path("reference", "dispatch-reference")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Whether what was measured is what the docs shall say: run it on a machine that does nothing else."""
    parser.addoption("--keep-tables", action="store_true", help="write what was measured to results/reference")


@pytest.fixture(scope="module")
def keep(request: pytest.FixtureRequest) -> Iterator[dict[tuple[str | int, ...], tuple[float, float, float]]]:
    """Where a module of ``TABLE``, ``BY`` and ``ROWS`` puts what it measured; all of it is written at the end, or nothing."""
    found: dict[tuple[str | int, ...], tuple[float, float, float]] = {}
    busy = os.getloadavg()[0]
    yield found
    module = request.module
    if request.config.getoption("--keep-tables") and len(found) == module.ROWS:
        about = {
            "made_by": f"benchmarks/{Path(module.__file__).name}",
            "seed": 7,
            "cores": os.cpu_count() or 0,
            "load_before": busy,
        }
        tables.write(
            module.TABLE, [*module.BY, "per_s", "p50_ms", "p99_ms"], [[*one, *found[one]] for one in found], about
        )


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A year of the dispatch reference: the published files where they are at hand, else made ones."""
    folder = Path(os.environ.get("CAMPUS_SHARED", ROOT.parent / "shared")) / PUBLISHED
    published = folder / "campus-x1.json.gz", folder / "path-x1-seed1.csv.gz"
    if all(file.is_file() for file in published):
        return published
    return write(1, 1, 365, tmp_path_factory.mktemp("reference"))
