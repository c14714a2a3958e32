"""The wheel of the controller alone, made from the package that is running: no network, no build tool.

Whoever installed the twin from a wheel has the same source files as whoever works in the source
tree, so both give the same bytes. A test compares it with what the build backend makes of
``policies/pyproject.toml``.

Source: the binary distribution format of the Python packaging user guide (wheel 1.0; RECORD: PEP 376).
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final

import policies
from policies.controller.registry import GROUP
from policies.deploy import archive

DISTRIBUTION: Final = "campus-twin-policies"
STEM: Final = "campus_twin_policies"
TAG: Final = "py3-none-any"
REQUIRES_PYTHON: Final = ">=3.11"
SUMMARY: Final = "The command centre and the rules of campus-twin, alone: events in, commands out"
EXTRAS: Final[Mapping[str, tuple[str, ...]]] = {
    "deploy": ("securesystemslib[crypto]>=1.2",),
    "http": ("prometheus-client>=0.20", "starlette>=0.40", "uvicorn>=0.30"),
    "mqtt": ("paho-mqtt<3,>=2.1",),
    "optimise": ("scipy>=1.12",),
}


def policies_wheel() -> tuple[str, bytes]:
    """File name and bytes of the wheel of the package ``policies`` as it is installed here."""
    root = Path(next(iter(policies.__path__)))
    paths = [*sorted(root.rglob("*.py")), root / "py.typed"]
    files = {f"policies/{path.relative_to(root).as_posix()}": path.read_bytes() for path in paths}
    return write(DISTRIBUTION, policies.__version__, files, _metadata(), _rules())


def write(
    distribution: str, version: str, files: Mapping[str, bytes], metadata: str, points: Mapping[str, str]
) -> tuple[str, bytes]:
    """File name and bytes of a pure wheel with entry points in the group of rules."""
    stem = f"{distribution.replace('-', '_')}-{version}"
    info = f"{stem}.dist-info"
    whole = {
        **files,
        f"{info}/METADATA": metadata.encode(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: campus-twin\nRoot-Is-Purelib: true\nTag: {TAG}\n".encode(),
        f"{info}/entry_points.txt": _points(points).encode(),
    }
    record = "".join(f"{name},sha256={_hash(content)},{len(content)}\n" for name, content in sorted(whole.items()))
    whole[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    return f"{stem}-{TAG}.whl", archive.write(whole)


def _metadata() -> str:
    lines = [
        "Metadata-Version: 2.4",
        f"Name: {DISTRIBUTION}",
        f"Version: {policies.__version__}",
        f"Summary: {SUMMARY}",
        "License-Expression: Apache-2.0",
        f"Requires-Python: {REQUIRES_PYTHON}",
    ]
    for extra, needs in EXTRAS.items():
        lines += [f"Provides-Extra: {extra}", *(f"Requires-Dist: {need}; extra == '{extra}'" for need in needs)]
    return "\n".join(lines) + "\n"


def _rules() -> dict[str, str]:
    """Entry points of the rules that live in this package."""
    return {point.name: point.value for point in entry_points(group=GROUP) if point.value.startswith("policies.")}


def _points(points: Mapping[str, str]) -> str:
    lines = [f"{name} = {value}" for name, value in sorted(points.items())]
    return "\n".join([f"[{GROUP}]", *lines]) + "\n"


def _hash(content: bytes) -> str:
    return urlsafe_b64encode(sha256(content).digest()).rstrip(b"=").decode()
