"""The form of a campus file: places, travel, people, things, demand, habits; and where each number comes from."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PositiveInt

from scenarios.schema.strict import Strict, table_of
from twin import campus as world

_WINDOW = re.compile(r"^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def minutes_of(window: str) -> tuple[float, float]:
    """``"17:30-08:00"`` → (1050.0, 1920.0): an end not after the start lies on the next day [min].

    Raises
    ------
    ValueError
        If the text is no window of the day.
    """
    found = _WINDOW.match(window)
    if not found:
        raise ValueError('a window such as "08:00-12:00"')
    h, m, h2, m2 = (int(part) for part in found.groups())
    if h > 23 or h2 > 24 or m > 59 or m2 > 59 or h2 * 60 + m2 > 1440:
        raise ValueError('a window such as "08:00-12:00", hours 00-24')
    begins, ends = h * 60.0 + m, h2 * 60.0 + m2
    return begins, ends if ends > begins else ends + 1440.0


def _a_window(text: str) -> str:
    minutes_of(text)
    return text


Window = Annotated[str, AfterValidator(_a_window)]


class Tables(Strict):
    """Large tables: CSV files beside this one (``buildings`` may be GeoJSON)."""

    buildings: str
    people: str
    assets: str = ""
    skus: str = ""
    stock: str = ""


class Places(Strict):
    """What a map of footprints does not say, for ``buildings`` in GeoJSON."""

    kind: str = "teaching"
    storeys: Annotated[float, Field(gt=0)] = 4.0
    m2_per_occupant: Annotated[float, Field(gt=0)] = 16.0
    zones: Annotated[int, Field(ge=1)] = 4


class Travel(Strict):
    """How minutes between buildings are found.

    ``manhattan``: |dx| + |dy|; ``straight``: straight line × ``detour``; ``network``: shortest path
    along ``walkways`` (GeoJSON LineStrings). Divided by ``speed_km_h``, plus ``in_building_min``.
    Off-site places are ``offsite_min`` away from everywhere.
    """

    mode: Literal["manhattan", "straight", "network"] = "manhattan"
    speed_km_h: Annotated[float, Field(gt=0)] = 10.0
    in_building_min: Annotated[float, Field(ge=0)] = 4.0
    detour: Annotated[float, Field(ge=1)] = 1.3
    offsite_min: Annotated[float, Field(ge=0)] = 40.0
    walkways: str = ""
    snap_m: Annotated[float, Field(ge=0)] = 1.0
    reach_m: Annotated[float, Field(gt=0)] = 150.0


class Hours(Strict):
    """Weekly service hours: the same windows on the named days."""

    days: Annotated[list[Day], Field(min_length=1)]
    windows: Annotated[list[Window], Field(min_length=1)]


class CalendarFiles(Strict):
    """Day tables by shipped name or path, and named service hours."""

    days: str = ""
    terms: str = ""
    hours: dict[str, Hours] = {}


class Shift(Strict):
    """A pattern of duty.

    On ``days`` of the week, or every ``every_days`` days from day ``offset_days`` on. ``off_on_holidays``:
    public holidays are free (and make-up days are worked as the weekday they stand for).
    ``closed_day_windows`` replace ``windows`` on days without service hours. ``relieved``: the post is
    never empty, a sick colleague's shift is swapped. ``always``: on duty for good.
    """

    days: list[Day] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    windows: list[Window] = []
    closed_day_windows: list[Window] = []
    every_days: PositiveInt = 1
    offset_days: Annotated[int, Field(ge=0)] = 0
    off_on_holidays: bool = True
    relieved: bool = False
    always: bool = False


class Staff(Strict):
    """What a what-if changes in the table of people, so that the table need not be copied.

    ``day_crew``: people of the crew ``reactive`` in all; those who leave are taken from the trades in
    proportion (largest remainder), last in the table first, and their zones go to colleagues of the trade.
    ``shifts``: name of a person → another pattern of duty.
    """

    day_crew: PositiveInt | None = None
    shifts: dict[str, str] = {}


class Calibration(Strict):
    """What a calibrated campus file says of itself; written by ``twin calibrate``.

    ``verdicts``: component → "valid, because …", "not valid, because …" or "not judged, because …";
    ``intervals``: dotted key → limits of the 90 % and of the 95 % interval.
    """

    log: str
    digest: str
    fitted_from: str
    fitted_until: str
    judged_from: str
    judged_until: str
    verdicts: dict[str, str]
    intervals: dict[str, Annotated[list[float], Field(min_length=4, max_length=4)]] = {}


_TRADE: Any = table_of(world.Trade, without=("name", "skus"))
_APPROVER: Any = table_of(world.Approver)
_STORES: Any = table_of(world.Stores, without=("on", "departments", "lines"))
_DEMAND: Any = table_of(world.Demand)
_WEATHER: Any = table_of(world.Weather)
_REPORTING: Any = table_of(world.Reporting)
_SOCIETY: Any = table_of(world.Society)
_CLERKS: Any = table_of(world.Clerks)
_DEPARTMENTS: Any = table_of(world.Departments)
_WORK: Any = table_of(world.OnSiteWork)
_COSTS: Any = table_of(world.Costs)


class CampusFile(Strict):
    """A campus file. ``stores``: without them the storeroom reviews itself and departments keep no stock."""

    name: str
    title: str = ""
    title_zh: str = ""
    about: str = ""
    defaults: str = "university"
    kitting: bool = False
    store: str = ""
    handset: Literal["perfect", "typical", "poor"] = "perfect"
    tables: Tables
    places: Places = Places()
    travel: Travel = Travel()
    calendar: CalendarFiles = CalendarFiles()
    shifts: dict[str, Shift] = {}
    staff: Staff = Staff()
    trades: dict[str, _TRADE]
    demand: _DEMAND = _DEMAND()
    weather: _WEATHER = _WEATHER()
    reporting: _REPORTING = _REPORTING()
    society: _SOCIETY = _SOCIETY()
    clerks: _CLERKS = _CLERKS()
    chains: dict[str, list[_APPROVER]] = {}
    departments: _DEPARTMENTS = _DEPARTMENTS()
    work: _WORK = _WORK()
    costs: _COSTS = _COSTS()
    stores: _STORES | None = None
    provenance: dict[str, str] = {}
    calibration: Calibration | None = None
