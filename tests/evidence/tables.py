"""The committed tables of ``results/reference`` and the manifest that says what stands behind each."""

import csv
import subprocess
import tomllib
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import Path

from scenarios.study.sources import evidence_version

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "results" / "reference"
RUNS = ROOT / "results" / "runs"
MANIFEST = "manifest.toml"
HEAD = "# What stands behind each table of this folder. Written by the evidence suites: make evidence.\n"

Value = str | int | float | bool
Told = Mapping[str, Value | list[str]]


def write(
    name: str, header: Sequence[str], rows: Sequence[Sequence[Value]], about: Told, folder: Path = REFERENCE
) -> Path:
    """Write ``name``.csv and its section of the manifest.

    Parameters
    ----------
    about : seeds, replications, how it was made: whatever a reader needs to make the table again
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([_cell(value) for value in row] for row in rows)
    section: dict[str, Value | list[str]] = {"file": path.name, "rows": len(rows), **about}
    section |= {"code": evidence_version(), "commit": _commit(), "digest": digest(path)}
    _keep(folder / MANIFEST, name, section)
    return path


def digest(path: Path) -> str:
    """BLAKE2b of a file [hex]."""
    return blake2b(path.read_bytes(), digest_size=8).hexdigest()


def _commit() -> str:
    """The commit the table was made from; empty outside a repository."""
    told = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )  # fmt: skip
    return told.stdout.strip()


def _keep(path: Path, name: str, section: Told) -> None:
    """Put one section in; the others stay."""
    sections: dict[str, Told] = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    sections[name] = section
    blocks = [
        f"[{key}]\n" + "".join(f"{k} = {_toml(v)}\n" for k, v in told.items()) for key, told in sorted(sections.items())
    ]
    path.write_text(HEAD + "\n" + "\n".join(blocks), encoding="utf-8")


def _cell(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _toml(value: Value | list[str]) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
