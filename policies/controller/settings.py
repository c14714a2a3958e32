"""What a command centre is set up with: the office's map and people, and which rule decides what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from policies.contract.calendar import Calendar
from policies.contract.stock import StockItem
from policies.contract.views import Site, Technician


@dataclass(slots=True)
class RuleChoice:
    """A rule by name with its parameters."""

    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Settings:
    """Everything a command centre needs. ``rules``: decision point → choice; missing: ``none``. ``stock``: the stock book as it is taken over, line k with number k."""

    site: Site
    technicians: Sequence[Technician]
    calendar: Calendar
    rules: Mapping[str, RuleChoice]
    estimate_min: dict[str, float] = field(default_factory=dict)
    seed: int = 0
    stock: Sequence[StockItem] = ()
