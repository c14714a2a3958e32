"""A free parameter: the values it may have, where a value lies among them, and the settings it means."""

import json
from dataclasses import dataclass
from typing import Any, Final

Value = float | int
MINUTES_DIGITS: Final = 1
"""Digits to which a factor of minutes is written out."""


@dataclass(frozen=True, slots=True)
class Range:
    """A number in a range, in steps from ``low``.

    Parameters
    ----------
    targets : dict
        Key of a value → what the number is multiplied by to give it: {key: 1.0} for a plain one.
    factor : bool
        The number is a factor, and the values are minutes.
    whole : bool
        Whole numbers only.
    """

    key: str
    item: str
    low: float
    high: float
    step: float
    default: float
    targets: tuple[tuple[str, float], ...]
    factor: bool = False
    whole: bool = False
    source: str = ""

    def rounded(self, number: float) -> Value:
        """The nearest value on the grid."""
        steps = round((number - self.low) / self.step)
        found = round(min(max(self.low + steps * self.step, self.low), self.high), 10)
        return round(found) if self.whole else found

    def values(self, value: Value) -> dict[str, Any]:
        """Key → value as a file holds it."""
        if self.factor:
            return {key: round(centre * value, MINUTES_DIGITS) for key, centre in self.targets}
        return {key: value for key, _ in self.targets}

    def place(self, value: Value) -> float:
        """Where a value lies in the range [0-1]."""
        return (value - self.low) / (self.high - self.low)

    @property
    def home(self) -> float:
        """Where the default lies in the range [0-1]."""
        return self.place(self.default)

    def told(self, value: Value) -> Any:
        """A value as a table shows it."""
        return value


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values of any kind, in an order from little to much; its value is the place in that order."""

    key: str
    item: str
    choices: tuple[Any, ...]
    default: int
    source: str = ""

    def values(self, value: Value) -> dict[str, Any]:
        """Key → value as a file holds it."""
        return {self.key: self.choices[int(value)]}

    def place(self, value: Value) -> float:
        """Where a value lies in the order [0-1]."""
        return value / (len(self.choices) - 1)

    @property
    def home(self) -> float:
        """Where the default lies in the order [0-1]."""
        return self.place(self.default)

    def told(self, value: Value) -> Any:
        """A value as a table shows it."""
        return self.choices[int(value)]


Parameter = Range | Choice
Point = dict[str, Value]
"""Key of a parameter → its value."""


def settings(space: tuple[Parameter, ...], point: Point) -> tuple[str, ...]:
    """A point as ``key=value`` settings of a scenario."""
    return tuple(f"{setting_key(k)}={json.dumps(v)}" for k, v in written(space, point).items())


def written(space: tuple[Parameter, ...], point: Point) -> dict[str, Any]:
    """Key → value of everything a point says, as files hold it."""
    return {key: value for one in space for key, value in one.values(point[one.key]).items()}


def setting_key(key: str) -> str:
    """The key of a scenario under which a key of the campus file is set."""
    return key if key.startswith("policies.") else f"world.{key}"
