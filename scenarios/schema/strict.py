"""Strict models. A table of the world is the world's own dataclass, with ranges by the names of its fields.

Taking the fields from ``twin.campus`` means that nothing is spelled twice: a field added there is a
key here. A name tells its unit and so its range: temperatures may be negative, shares lie in
[0, 1], everything else is not negative.
"""

import re
from dataclasses import MISSING, fields
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model

LENGTHS = {
    "month": 12, "storm_prob": 12, "weekday": 7, "hour_residential": 24, "hour_working": 24, "diagnosis": 4,
    "root_repair": 4, "speed": 4,
}  # fmt: skip
"""Lists of a fixed length: months, weekdays, hours, skill levels."""

SHARES = frozenset(
    {
        "adoption_max", "adoption_per_day", "adoption_start", "app_room_missing", "bounce", "diagnosis",
        "duplicate_rate_per_day", "false_urgent", "found_out_on_site", "inflation_max", "missed_emergency",
        "no_access", "notes_empty", "obsolete_per_year", "paper_lost", "persistence", "pm_induced", "pm_renews",
        "break_price", "count_right", "refuses_unneeded", "room_missing", "root_repair", "rush_share", "salvage", "sent_back", "sickness",
        "signs_at_once", "storm_prob", "stuck", "unheard", "unneeded", "unrecorded", "wrong_department",
        "wrong_trade",
    }
)  # fmt: skip
"""Fields that are shares or probabilities though their names do not end in ``_share`` or ``_prob``."""


POSITIVE = frozenset({"capacity", "count", "memory_days", "per_request", "pm_batch", "signed_a_session", "speed"})
"""Fields where 0 has no meaning, besides all means of durations."""


AT_MOST = {
    "buyer_inbox_min": 1439, "coldest_day": 366, "count_day": 31, "count_month": 12, "finance_inbox_min": 1439, "inbox_min": 1439,
    "meeting_min": 1439, "meeting_weekday": 6,
}  # fmt: skip
"""Days of the year and the week, minutes of the day."""


class Strict(BaseModel):
    """No unknown keys, no silent conversion, no NaN."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


def table_of(source: type, *, without: tuple[str, ...] = (), **more: Any) -> type[Strict]:
    """A strict model with the fields of a dataclass of the world.

    Parameters
    ----------
    source : a dataclass of ``twin.campus``
    without : fields that are not written in this table
    more : further fields, or other types for known ones: name → (type, default)
    """
    hints = get_type_hints(source)
    found: dict[str, Any] = {}
    for one in fields(source):
        if one.name in without or one.name in more:
            continue
        found[one.name] = (ranged(one.name, hints[one.name]), _default(one))
    return create_model(source.__name__ + "Table", __base__=Strict, **found, **more)


def _default(one: Any) -> Any:
    if one.default is not MISSING:
        return list(one.default) if isinstance(one.default, tuple) else one.default
    if one.default_factory is not MISSING:
        return Field(default_factory=one.default_factory)
    return ...


def ranged(name: str, hint: Any) -> Any:
    """The type of a field with the range its name implies; tuples are written as lists."""
    if get_origin(hint) in (tuple, list):
        length = LENGTHS.get(name)
        element = ranged(name, get_args(hint)[0])
        return Annotated[list[element], Field(min_length=length or (name == "inbox_min"), max_length=length)]  # type: ignore[valid-type]
    if hint not in (int, float) or name.endswith("_c") or name in ("x_m", "y_m"):
        return hint
    if is_share(name):
        return Annotated[hint, Field(ge=0, le=1)]
    if name in POSITIVE or re.search(r"_mean_(min|h|days)$", name):
        return Annotated[hint, Field(gt=0)]
    return Annotated[hint, Field(ge=0, le=AT_MOST.get(name))]


def is_share(name: str) -> bool:
    """Whether a field is a share or a probability, which lies in [0, 1]."""
    return name.endswith(("_share", "_prob")) or name in SHARES


def fill(target: type, table: BaseModel, **more: Any) -> Any:
    """The dataclass of the world from a table of its fields (lists become tuples)."""
    names = {one.name for one in fields(target)}
    given = {name: getattr(table, name) for name in type(table).model_fields if name in names and name not in more}
    tidy = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    return target(**tidy, **more)
