"""The form of a bands file: what today's practice should come out as, and what may be moved to get there."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from scenarios.schema.strict import Strict

Text = Annotated[str, Field(min_length=1)]
Role = Literal["fit", "check"]


class Benchmark(Strict):
    """The response others reach [service hours]: declared, never computed from a run of one's own."""

    response_h: Annotated[float, Field(gt=0)]
    source: Text


class Band(Strict):
    """Where a figure should lie. ``fit``: the search looks at it; ``check``: it is only judged afterwards."""

    kpi: Text
    low: float
    high: float
    role: Role
    source: Text

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"low below high, given low = {self.low:g} and high = {self.high:g}")
        return self

    @property
    def middle(self) -> float:
        """Where a fit aims."""
        return (self.low + self.high) / 2.0

    @property
    def half(self) -> float:
        """Half its width: the unit in which a misfit is told."""
        return (self.high - self.low) / 2.0


class Moved(Strict):
    """A free parameter of the campus file or of a rule, by its dotted key.

    ``low``, ``high``: left out, the range that stands beside the value; never wider. A ``*`` in the key
    moves every value it fits by one factor of the values named in their notes. ``choices``, in an order
    from little to much, stand in place of a range. ``default``: where nothing else is known, from a
    source; left out, the middle.
    """

    key: Text
    low: float | None = None
    high: float | None = None
    step: Annotated[float, Field(gt=0)] | None = None
    choices: Annotated[list[Any], Field(min_length=2)] | None = None
    default: Any = None
    source: str = ""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if self.choices is not None and not (self.low is self.high is self.step is None):
            raise ValueError("either choices, or low, high and step")
        if self.choices is None and self.step is None:
            raise ValueError("a step, to which values are rounded (or choices)")
        if self.choices is not None and self.default is not None and self.default not in self.choices:
            raise ValueError(f"a default among the choices {self.choices}")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"low below high, given low = {self.low:g} and high = {self.high:g}")
        return self


class BandsFile(Strict):
    """A bands file.

    ``pull``: weight of the mean squared distance from the defaults, in shares of the ranges, beside the
    mean squared distance from the middles of the bands, in half-widths.
    """

    name: Text
    title: str = ""
    title_zh: str = ""
    about: str = ""
    pull: Annotated[float, Field(ge=0)] = 0.1
    benchmark: Benchmark | None = None
    bands: Annotated[list[Band], Field(min_length=1)]
    parameters: Annotated[list[Moved], Field(min_length=1)]
