"""The analytic cases a world of technicians can express (a copy of the published file's, kept beside)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("analytic.json")


@dataclass(slots=True)
class Case:
    """A case: its model, parameters and true values in its own unit of time, and the tolerance."""

    id: str
    model: str
    what: str
    units: str
    parameters: Mapping[str, Any]
    expected: Mapping[str, Any]
    tolerance: Mapping[str, Any]

    @property
    def unit_min(self) -> float:
        """Minutes in the case's unit of time."""
        if "minutes" in self.units and "travel" not in self.units:
            return 1.0
        return 1440.0 if "days" in self.units else 60.0

    def allowed(self, value: float) -> float:
        """The widest half-width that still tests a value."""
        absolute = self.tolerance.get("abs")
        return float(absolute) if absolute is not None else float(self.tolerance["rel"]) * abs(value)


def load(file: Path = FILE) -> dict[str, Case]:
    """Cases by name."""
    return {
        raw["id"]: Case(
            raw["id"], raw["model"], raw["what"], raw["units"], raw["parameters"], raw["expected"], raw["tolerance"]
        )
        for raw in json.loads(file.read_text(encoding="utf-8"))["cases"]
    }
