"""What every test may ask for."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's own folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Data that is not committed: ``CAMPUS_SHARED``, or ``../shared`` beside the project.

    Absent, a test skips by name; with ``REQUIRE_SHARED=1`` it fails instead.
    """
    found = Path(os.environ.get("CAMPUS_SHARED", ROOT.parent / "shared"))
    if found.is_dir():
        return found
    why = f"shared data not found at {found} (set CAMPUS_SHARED)"
    if os.environ.get("REQUIRE_SHARED") == "1":
        pytest.fail(why)
    pytest.skip(why)
