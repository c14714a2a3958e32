"""Duty rosters: shift patterns laid over the calendar, with lunch breaks, holidays and sick days."""

from collections.abc import Callable, Iterator

from policies.contract.calendar import Calendar
from policies.contract.units import DAY_MIN
from scenarios.schema.campus import DAYS, Shift, minutes_of
from twin.entities.roster import AlwaysOn, Change, ListedRoster, Roster

Sick = Callable[[int, int], bool]
"""(person key, day) → is this shift missed? Day -1 is the evening before the start."""


DutyDays = list[tuple[int, list[tuple[float, float]]]]
"""Days on which a pattern has duty, with its windows [min of the day]."""


def roster_of(shift: Shift, person_key: int, calendar: Calendar, days: int, sick: Sick) -> Roster:
    """The duty changes of a person over ``days`` days.

    A gap between two windows of one day is a break; a sick day is one change at its start. A shift
    that began the evening before minute 0 has its rest listed.
    """
    return AlwaysOn() if shift.always else personal(shift, duty_days(shift, calendar, days), person_key, sick)


def duty_days(shift: Shift, calendar: Calendar, days: int) -> DutyDays:
    """The days of duty of everybody who follows a pattern, from the evening before the start."""
    found = ((day, windows_on(shift, calendar, day)) for day in range(-1, days))
    return [(day, windows) for day, windows in found if windows]


def personal(shift: Shift, duty: DutyDays, person_key: int, sick: Sick) -> Roster:
    """The duty changes of one of them."""
    changes: list[Change] = []
    for day, windows in duty:
        if not shift.relieved and sick(person_key, day):
            changes.append((day * DAY_MIN + windows[0][0], False, "sick"))
        else:
            changes += _shift_changes(windows, day * DAY_MIN)
    return ListedRoster(_from_zero(changes))


def windows_on(shift: Shift, calendar: Calendar, day: int) -> list[tuple[float, float]]:
    """Windows of duty that begin on a day [min of the day, may end on the next]."""
    if (day - shift.offset_days) % shift.every_days:
        return []
    if shift.off_on_holidays and calendar.is_holiday(day):
        return []
    weekday = calendar.weekday(day) if shift.off_on_holidays else calendar.date_of(day).weekday()
    if DAYS[weekday] not in shift.days:
        return []
    closed = calendar.is_holiday(day) or not calendar.weeks["SVC"][calendar.weekday(day)]
    chosen = shift.closed_day_windows if closed and shift.closed_day_windows else shift.windows
    return sorted(minutes_of(window) for window in chosen)


def _shift_changes(windows: list[tuple[float, float]], midnight: float) -> Iterator[Change]:
    for number, (begins, ends) in enumerate(windows):
        last = number == len(windows) - 1
        yield midnight + begins, True, "shift" if number == 0 else "break"
        yield midnight + ends, False, "shift" if last else "break"


def _from_zero(changes: list[Change]) -> list[Change]:
    """Drop what lies before minute 0; who is on duty then comes on at 0. Back-to-back shifts join."""
    kept: list[Change] = []
    for at, on, why in changes:
        if at <= 0.0:
            kept = [(0.0, on, why)] if on else []
        elif kept and on and kept[-1][0] == at and not kept[-1][1]:
            kept.pop()
        else:
            kept.append((at, on, why))
    return kept


def duty_hours_a_week(shift: Shift) -> float:
    """Mean hours on duty in a week without holidays [h]."""
    if shift.always:
        return 168.0
    a_day = sum(ends - begins for begins, ends in map(minutes_of, shift.windows)) / 60.0
    return a_day * len(shift.days) / shift.every_days
