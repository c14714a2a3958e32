"""One case of a truths file: a model, its parameters, what the books say of it and how near a run must come."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


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
    source: str = ""

    @property
    def unit_min(self) -> float:
        """Minutes the twin takes for the case's unit of time; any number would do."""
        if "minutes" in self.units and "travel" not in self.units:
            return 1.0
        return 1440.0 if "days" in self.units else 60.0

    def allowed(self, value: float) -> float:
        """The widest half-width that still tests a value."""
        absolute = self.tolerance.get("abs")
        return float(absolute) if absolute is not None else float(self.tolerance["rel"]) * abs(value)
