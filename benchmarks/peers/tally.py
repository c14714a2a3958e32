"""What every peer counts, and the reference's results from it."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from scenarios.reference.model import ReferenceCampus, duty_by_trade


@dataclass(slots=True)
class Tally:
    """Events so far, response of orders on site [min], travel and service minutes of completed orders by trade."""

    events: int = 0
    response_min: list[float] = field(default_factory=list)
    busy_min: dict[str, float] = field(default_factory=dict)

    def completed(self, trade: str, minutes: float) -> None:
        """An order was completed after so many minutes of travel and service."""
        self.events += 1
        self.busy_min[trade] = self.busy_min.get(trade, 0.0) + minutes

    def results(self, campus: ReferenceCampus) -> dict[str, Any]:
        """The reference's results: orders, events, mean and 90th percentile of response, utilisation."""
        on_duty = duty_by_trade(campus)
        response = np.array(self.response_min)
        return {
            "orders": len(response),
            "events": self.events,
            "mean_response_min": float(response.mean()),
            "p90_response_min": float(np.quantile(response, 0.9)),
            "utilisation": {trade: self.busy_min[trade] / on_duty[trade] for trade in sorted(self.busy_min)},
        }
