"""Makes the tables of the shipped campuses: ``python -m scenarios.campus.campusmaker [NAME …]``.

A generated campus has its size from the domain handbook 6.1, its layout and people from keyed draws
with a fixed seed, its assets from 6.2, its store from 6.4. Running it again writes the same bytes;
a test holds the committed tables to it. Numbers that are not draws are in ``campus.toml`` beside
the tables, with their provenance.
"""

import csv
import io
import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scenarios.library import DATA
from twin.streams import Streams

SEED = 20250630
Row = Sequence[object]
Table = tuple[tuple[str, ...], list[Row]]


@dataclass(frozen=True, slots=True)
class Size:
    """A campus to make: handbook 6.1; ``kinds`` buildings of each kind; ``crew`` main trade → people; ``goods`` each department keeps."""

    name: str
    side_m: float
    floor_m2: int
    occupants: int
    zones: int
    kinds: dict[str, int]
    crew: dict[str, int]
    plant: int
    night: int
    lift_partners: int
    fire_partners: int
    partners: int
    asset_scale: float
    skus: int
    fleet: dict[str, int]
    departments: int
    goods: int


SMALL = Size(
    "campus_small", 500.0, 95_000, 4_500, 2,
    {"dormitory": 6, "teaching": 4, "laboratory": 1, "office": 2, "library": 1, "canteen": 1, "sports": 1, "service": 1},
    {"plumbing": 2, "electrical": 2, "carpentry": 1, "hvac": 1}, 2, 1, 1, 1, 1,
    4_500 / 28_000, 600, {"pump": 20, "chiller": 2, "lift": 12, "heater": 80}, 3, 60,
)  # fmt: skip
MEDIUM = Size(
    "campus_medium", 1_100.0, 450_000, 28_000, 4,
    {"dormitory": 18, "teaching": 9, "laboratory": 6, "office": 4, "library": 1, "canteen": 4, "sports": 2, "service": 4},
    {"plumbing": 8, "electrical": 7, "carpentry": 7, "hvac": 4, "masonry": 3}, 10, 3, 3, 3, 2,
    1.0, 1_500, {"pump": 90, "chiller": 8, "lift": 60, "heater": 400}, 8, 120,
)  # fmt: skip
LARGE = Size(
    "campus_large", 1_800.0, 1_300_000, 60_000, 8,
    {"dormitory": 44, "teaching": 22, "laboratory": 18, "office": 10, "library": 3, "canteen": 9, "sports": 5, "service": 9},
    {"plumbing": 20, "electrical": 18, "carpentry": 18, "hvac": 11, "masonry": 8}, 30, 6, 7, 7, 5,
    60_000 / 28_000, 4_000, {"pump": 260, "chiller": 23, "lift": 170, "heater": 1_000}, 16, 150,
)  # fmt: skip
SIZES = {size.name: size for size in (SMALL, MEDIUM, LARGE)}

FLOOR_WEIGHT = {
    "dormitory": 1.0, "teaching": 1.15, "laboratory": 1.2, "office": 0.7, "library": 2.4, "canteen": 0.6,
    "sports": 0.9, "service": 0.25,
}  # fmt: skip
"""Mean size of a building by kind, relative [A, x 0.6-1.6]."""
RESIDENTS_SHARE = 0.75
"""Share of the occupants counted where they live; the rest where they work [A, 0.6-0.9]."""
NORTH_FIRST = ("dormitory", "canteen", "sports", "library", "teaching", "service", "office", "laboratory")
"""From the living quarter in the north to the working quarter in the south [A]."""
LABELS = {
    "dormitory": "Dormitory", "teaching": "Teaching", "laboratory": "Laboratory", "office": "Office",
    "library": "Library", "canteen": "Canteen", "sports": "Sports", "service": "Service",
}  # fmt: skip
OFFSITE_NAME = "Contractor depot"
LEVEL_SHARES = ((1, 0.10), (2, 0.35), (3, 0.40), (4, 0.15))
"""Skill levels of the main trade [A, domain handbook 6.3 gives the effect of levels, not their mix]."""
SECOND_TRADES = {
    "plumbing": ("hvac", "masonry"), "electrical": ("hvac", "carpentry"), "carpentry": ("masonry", "plumbing"),
    "hvac": ("electrical", "plumbing"), "masonry": ("carpentry", "plumbing"),
}  # fmt: skip
SECOND_SHARE = 0.4
"""Share of people with a second trade, at level 1 or 2 [A, 0.2-0.6]."""
WORKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat")
HOUSE_TRADES = ("plumbing", "electrical", "carpentry", "hvac", "masonry")
WAGES = {"reactive": 38.0, "plant": 40.0, "night": 42.0, "partner": 0.0}
"""Gross pay an hour with contributions [CNY, A 28-55]; partners are paid by call and hour (costs)."""

WET = "dormitory:3;canteen:4;laboratory:1.5;sports:1.5;*:0.5"
ALL = "*:1"
ASSETS: tuple[Row, ...] = (
    # name, key, trade, rate, shape, units, kinds, emergency, urgent, public, weather, pm_days, pm_min, tolerance, pm_trade, renews, induced, batch
    ("luminaires", 1, "electrical", 0.06, 1.3, 60_000, ALL, 0.02, 0.15, False, "none", 0, 0, 0, "plant", 0, 0, 1),
    ("sockets_circuits", 2, "electrical", 0.03, 1.0, 60_000, ALL, 0.15, 0.30, False, "none", 0, 0, 0, "plant", 0, 0, 1),
    ("taps_showers", 3, "plumbing", 0.22, 1.5, 14_000, WET, 0.12, 0.25, False, "none", 0, 0, 0, "plant", 0, 0, 1),
    ("toilets_drains", 4, "plumbing", 0.28, 1.0, 10_000, WET, 0.14, 0.35, False, "none", 0, 0, 0, "plant", 0, 0, 1),
    ("doors_locks", 5, "carpentry", 0.14, 1.3, 22_000, ALL, 0.10, 0.25, False, "none", 0, 0, 0, "plant", 0, 0, 1),
    ("furniture", 6, "carpentry", 0.03, 1.5, 90_000, "dormitory:2;teaching:2;library:2;*:1", 0.0, 0.05, False, "none", 0, 0, 0, "plant", 0, 0, 1),
    ("split_ac", 7, "hvac", 0.20, 1.5, 7_000, "dormitory:2;office:2;*:1", 0.02, 0.25, False, "hvac", 0, 0, 0, "plant", 0, 0, 1),
    ("fan_coils_ahu", 8, "hvac", 0.15, 1.5, 3_000, "library:3;laboratory:3;office:2;teaching:1.5;sports:1;canteen:2", 0.06, 0.25, False, "hvac", 90, 18, 21, "plant", 0.3, 0.01, 10),
    ("pumps", 9, "plumbing", 0.80, 1.5, 90, ALL, 0.40, 0.40, True, "none", 30, 45, 7, "plant", 0.3, 0.02, 4),
    ("lifts", 10, "lift", 2.0, 1.2, 60, "dormitory:1;library:2;laboratory:2;office:2;teaching:1", 0.20, 0.60, True, "none", 15, 45, 3, "lift", 0.3, 0.02, 4),
    ("chillers", 11, "hvac", 1.5, 1.3, 8, "library:4;laboratory:2;service:6;sports:1", 0.30, 0.50, True, "hvac", 30, 120, 7, "plant", 0.3, 0.03, 1),
    ("heaters_drinking", 12, "hvac", 1.5, 1.3, 400, "dormitory:2;teaching:1.5;canteen:2;*:1", 0.05, 0.35, True, "none", 30, 50, 10, "plant", 0.3, 0.02, 4),
    ("walls_paint", 13, "masonry", 1.7, 1.0, 450, ALL, 0.0, 0.05, True, "none", 0, 0, 0, "plant", 0, 0, 1),
    ("roofs_gutters", 14, "masonry", 0.8, 1.0, 450, ALL, 0.06, 0.30, True, "roof", 0, 0, 0, "plant", 0, 0, 1),
)  # fmt: skip
"""Asset classes of the medium campus (domain handbook 6.2); units of masonry: 1,000 m2."""
FLEET_CLASSES = {"pumps": "pump", "chillers": "chiller", "lifts": "lift", "heaters_drinking": "heater"}
PART_DEMAND = {"plumbing": 3_900, "electrical": 4_000, "carpentry": 3_700, "hvac": 1_700, "masonry": 500}
"""Pieces a year on the medium campus: faults x share that needs a part [D]; outside firms bring theirs."""
CLASSES = ((0.10, 0.75), (0.20, 0.18), (0.70, 0.07))
"""ABC: share of items, share of use [W]."""
LEAD_DAYS = ((0.35, 2), (0.80, 4), (0.97, 12), (1.0, 35))
"""Lead time: up to this share of items [days]: hardware shop, framework, special, imported [A]."""


OWN_USE_CNY = 350.0
"""Consumables, furniture and small equipment that departments use, a year and occupant (domain handbook 6.4) [CNY]."""
DEPARTMENTS = (
    "学院A school A", "学院B school B", "学院C school C", "图书馆 library", "学工 student affairs", "保卫 security", "信息 IT", "餐饮 catering",
)  # fmt: skip
GOODS_KEY = 1_000_000
OPENING_MONTHS = 9.0
"""Mean need that lies on a department's shelf when nobody looks closely [months, A 4-14]: fitted, so that stocks neither grow nor shrink."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A class of demand (Syntetos, Boylan & Croston 2005): up to which share of items, requests a year, spread of their sizes."""

    up_to: float
    requests: float
    size_cv: float


PATTERNS = (Pattern(0.10, 48.0, 0.3), Pattern(0.15, 24.0, 1.0), Pattern(0.70, 5.0, 0.3), Pattern(1.0, 5.0, 1.0))
"""Smooth, erratic, intermittent, lumpy: 10/5/55/30 % of items (domain handbook 6.4)."""
EVEN = 0.15
"""Share of items that are asked for evenly enough to be smooth or erratic: those that are used most [A]."""


def tables(size: Size) -> dict[str, Table]:
    """All tables of a campus by file name."""
    streams = Streams(SEED, 0)
    buildings = _buildings(size, streams)
    return {
        "buildings.csv": (("name", "key", "x_m", "y_m", "kind", "zone", "floor_m2", "occupants"), buildings),
        "people.csv": (
            ("name", "key", "skills", "home", "crew", "zones", "licences", "shift", "stays_home", "wage_cny_per_h"),
            _people(size, buildings, streams),
        ),
        "assets.csv": (
            (
                "name", "key", "trade", "rate_per_year", "shape", "units", "kinds", "emergency_share", "urgent_share",
                "public", "weather", "pm_every_days", "pm_work_min", "pm_tolerance_days", "pm_trade", "pm_renews",
                "pm_induced", "pm_batch",
            ),
            _assets(size),
        ),
        "skus.csv": (
            ("name", "trade", "reorder_point", "order_up_to", "lead_days", "price_cny", "weight"),
            _skus(size, streams),
        ),
        "stock.csv": (
            (
                "name", "key", "department", "price_cny", "lead_days", "opening", "catalogue_per_month", "per_year", "per_request",
                "size_cv", "supplier",
            ),
            _stock(size, streams),
        ),
    }  # fmt: skip


def as_csv(table: Table) -> str:
    """A table as the text of its file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table[0])
    writer.writerows([["true" if c is True else "false" if c is False else c for c in row] for row in table[1]])
    return out.getvalue()


def _buildings(size: Size, streams: Streams) -> list[Row]:
    """Buildings on a jittered grid: living in the north, working in the south, zones as strips west to east."""
    kinds = [kind for kind in NORTH_FIRST for _ in range(size.kinds[kind])]
    places = _grid(len(kinds), size.side_m, streams)
    floor = _floor(size, kinds, streams)
    occupants = _occupants(size, kinds, floor)
    zones = _zones(places, size.zones)
    count: dict[str, int] = {}
    rows: list[Row] = []
    for k, kind in enumerate(kinds):
        count[kind] = count.get(kind, 0) + 1
        name = f"{LABELS[kind]} {count[kind]}"
        rows.append((name, k + 1, places[k][0], places[k][1], kind, zones[k], floor[k], occupants[k]))
    rows.append((OFFSITE_NAME, len(kinds) + 1, round(size.side_m * 1.5, 1), 0.0, "offsite", 0, 0, 0))
    return rows


def _grid(count: int, side_m: float, streams: Streams) -> list[tuple[float, float]]:
    """Places from north to south on a grid of equal cells, moved by up to 0.3 of a cell."""
    columns = math.ceil(math.sqrt(count))
    lines = math.ceil(count / columns)
    wide, high = side_m / columns, side_m / lines
    places = []
    for k in range(count):
        line, column = divmod(k, columns)
        here = columns if line < lines - 1 else count - columns * (lines - 1)
        x = (column + 0.5) * side_m / here + (streams.uniform("make_x", k) - 0.5) * 0.6 * wide
        y = side_m - (line + 0.5) * high + (streams.uniform("make_y", k) - 0.5) * 0.6 * high
        places.append((round(x, 1), round(y, 1)))
    return places


def _floor(size: Size, kinds: Sequence[str], streams: Streams) -> list[int]:
    """Floor areas that add up to the whole: by kind, times a lognormal spread of 30 %."""
    weights = [FLOOR_WEIGHT[kind] * streams.lognormal("make_floor", k, 1.0, 0.3) for k, kind in enumerate(kinds)]
    return _shares(size.floor_m2, weights)


def _occupants(size: Size, kinds: Sequence[str], floor: Sequence[int]) -> list[int]:
    residents = round(size.occupants * RESIDENTS_SHARE)
    living = [area if kind == "dormitory" else 0.0 for kind, area in zip(kinds, floor, strict=True)]
    working = [0.0 if kind == "dormitory" else area for kind, area in zip(kinds, floor, strict=True)]
    parts = zip(_shares(residents, living), _shares(size.occupants - residents, working), strict=True)
    return [a + b for a, b in parts]


def _zones(places: Sequence[tuple[float, float]], zones: int) -> list[int]:
    order = sorted(range(len(places)), key=lambda k: places[k])
    found = [0] * len(places)
    for position, k in enumerate(order):
        found[k] = position * zones // len(places)
    return found


def _shares(total: int, weights: Sequence[float]) -> list[int]:
    """Whole numbers in proportion to weights that add up to ``total`` (largest remainder)."""
    whole = sum(weights)
    exact = [total * w / whole for w in weights]
    given = [int(e) for e in exact]
    for k in sorted(range(len(weights)), key=lambda k: (given[k] - exact[k], k))[: total - sum(given)]:
        given[k] += 1
    return given


def _people(size: Size, buildings: Sequence[Row], streams: Streams) -> list[Row]:
    base = next(str(row[0]) for row in buildings if row[4] == "service")
    rows: list[Row] = []
    for trade, count in size.crew.items():
        levels = _levels(count, trade, streams)
        for n in range(count):
            zones = _zones_of(n, count, size.zones)
            shift = _day_shift(len(rows))
            rows.append(
                _person(
                    f"{trade} {n + 1}",
                    len(rows) + 101,
                    _skills(trade, levels[n], len(rows), streams, size),
                    _workshop(zones[0], buildings),
                    "reactive",
                    zones,
                    shift,
                )
            )
    every = dict.fromkeys(HOUSE_TRADES, 2)
    for n in range(size.plant):
        rows.append(
            _person(
                f"plant {n + 1}",
                301 + n,
                {"plant": 2 + n % 3},
                base,
                "plant",
                (),
                _day_shift(n),
            )
        )
    for n in range(size.night):
        posts = max(1, size.night // 3)
        rows.append(_person(f"night {n + 1}", 401 + n, dict(every), base, "night", (), f"night_{n // posts % 3 + 1}"))
    for trade, firms in (("lift", size.lift_partners), ("fire", size.fire_partners)):
        for n in range(firms):
            shift = "on_call" if n == 0 else "day_mon_fri"
            rows.append(
                _person(
                    f"{trade} firm {n + 1}",
                    (501 if trade == "lift" else 551) + n,
                    {trade: 3},
                    OFFSITE_NAME,
                    "partner",
                    (),
                    shift,
                )
            )
    for n in range(size.partners):
        rows.append(
            _person(
                f"partner firm {n + 1}", 601 + n, dict.fromkeys(HOUSE_TRADES, 3), OFFSITE_NAME, "partner", (), "on_call"
            )
        )
    return rows


def _day_shift(turn: int) -> str:
    """Five days a week; besides Sunday one day off that goes round the crew (轮休), so that no day is bare."""
    return f"day_free_{WORKDAYS[turn % len(WORKDAYS)]}"


def _person(name: str, key: int, skills: dict[str, int], home: str, crew: str, zones: Iterable[int], shift: str) -> Row:
    licences = [licence for trade, licence in (("electrical", "electrician"), ("lift", "lift")) if trade in skills]
    written = ";".join(f"{trade}:{level}" for trade, level in skills.items())
    return (
        name, key, written, home, crew, ";".join(str(z) for z in zones), ";".join(licences), shift,
        crew == "partner", WAGES[crew],
    )  # fmt: skip


def _zones_of(n: int, count: int, zones: int) -> tuple[int, ...]:
    """One zone each while there are people enough, else a share of all zones."""
    if count >= zones:
        return (n % zones,)
    span = range(n * zones // count, max(n * zones // count + 1, (n + 1) * zones // count))
    return tuple(span)


def _workshop(zone: int, buildings: Sequence[Row]) -> str:
    """People of a zone start from its first teaching or other working building."""
    here = [row for row in buildings if row[5] == zone and row[4] != "offsite"]
    for kind in ("service", "teaching", "office", "laboratory"):
        for row in here:
            if row[4] == kind:
                return str(row[0])
    return str(here[0][0])


def _levels(count: int, trade: str, streams: Streams) -> list[int]:
    """Levels in the shares of ``LEVEL_SHARES``, dealt out by lot."""
    dealt = [
        level
        for (level, _), n in zip(LEVEL_SHARES, _shares(count, [s for _, s in LEVEL_SHARES]), strict=True)
        for _ in range(n)
    ]
    number = HOUSE_TRADES.index(trade)
    order = sorted(range(count), key=lambda n: streams.uniform("make_level", number, n))
    return [dealt[k] for k in order]


def _skills(trade: str, level: int, person: int, streams: Streams, size: Size) -> dict[str, int]:
    skills = {trade: level}
    if streams.uniform("make_second", person) < SECOND_SHARE or len(size.crew) < len(HOUSE_TRADES):
        options = SECOND_TRADES[trade]
        second = options[int(streams.uniform("make_which", person) * len(options))]
        skills[second] = 1 + int(streams.uniform("make_second_level", person) * 2)
    if trade == "carpentry":
        skills |= {missing: 2 for missing in HOUSE_TRADES if missing not in size.crew}
    return skills


def _assets(size: Size) -> list[Row]:
    rows: list[Row] = []
    for row in ASSETS:
        cells = list(row)
        name, units = str(cells[0]), int(str(cells[5]))
        if name in FLEET_CLASSES:
            cells[5] = size.fleet[FLEET_CLASSES[name]]
        elif name == "fan_coils_ahu":
            cells[5] = round(units * size.floor_m2 / MEDIUM.floor_m2)
        elif cells[2] == "masonry":
            cells[5] = round(size.floor_m2 / 1_000)
        else:
            cells[5] = round(units * size.asset_scale)
        if not cells[11]:
            cells[11:] = ["", "", "", "", "", "", ""]
        rows.append(cells)
    return rows


def _skus(size: Size, streams: Streams) -> list[Row]:
    """Stock items by trade: use by ABC class, levels as a storekeeper sets them by experience.

    Up to about two months' use, and again when no more than the use of the lead time is left; judged with
    an error (lognormal, sigma 0.55, domain handbook 6.4), so that some shelves run empty and others
    are never touched.
    """
    items = _shares(size.skus, [PART_DEMAND[t] for t in PART_DEMAND])
    rows: list[Row] = []
    for trade, count in zip(PART_DEMAND, items, strict=True):
        a_year = PART_DEMAND[trade] * size.asset_scale
        for n, use in enumerate(_uses(count)):
            rows.append(_sku(trade, n, use, a_year * use / 365.0, len(rows), streams))
    return rows


def _uses(count: int) -> list[float]:
    """Share of a trade's use by item, ABC classes."""
    sizes = _shares(count, [share for share, _ in CLASSES])
    uses = [use / n for (_, use), n in zip(CLASSES, sizes, strict=True) for _ in range(n)]
    return [use / sum(uses) for use in uses]


def _sku(trade: str, n: int, use: float, a_day: float, number: int, streams: Streams) -> Row:
    u = streams.uniform("make_lead", number)
    lead = next(days for share, days in LEAD_DAYS if u <= share)
    judged = a_day * streams.lognormal_median("make_judged", number, 1.12, 0.55)
    reorder = int(judged * lead)
    up_to = reorder + max(1, math.ceil(judged * 60.0))
    price = streams.lognormal_median("make_price", number, 25.0, 1.2)
    return (f"{trade} part {n + 1}", trade, reorder, up_to, lead, round(price, 2), round(use, 8))


def _stock(size: Size, streams: Streams) -> list[Row]:
    """What departments keep themselves: consumables, furniture, small equipment, by ABC class and pattern of demand."""
    spend = OWN_USE_CNY * size.occupants
    weights = [0.5 + streams.uniform("make_department", number) for number in range(size.departments)]
    rows: list[Row] = []
    for number in range(size.departments):
        department = DEPARTMENTS[number % len(DEPARTMENTS)] + (
            f" {number // len(DEPARTMENTS) + 1}" if size.departments > len(DEPARTMENTS) else ""
        )
        a_year = spend * weights[number] / sum(weights)
        for n, use in enumerate(_uses(size.goods)):
            rows.append(
                _good(
                    f"{department} good {n + 1}",
                    GOODS_KEY + len(rows),
                    department,
                    a_year * use,
                    n / size.goods,
                    streams,
                )
            )
    return rows


def _good(name: str, key: int, department: str, cny_a_year: float, rank: float, streams: Streams) -> Row:
    """``rank``: share of the department's items that are used more, by value; what is used most is asked for most evenly."""
    price = max(0.2, round(streams.lognormal_median("make_good_price", key, 25.0, 1.2), 2))
    per_year = cny_a_year / price * streams.lognormal("make_good_use", key, 1.0, 0.3)
    odd = EVEN + (1.0 - EVEN) * streams.uniform("make_pattern", key)
    pattern = next(one for one in PATTERNS if (rank if rank < EVEN else odd) < one.up_to)
    requests = min(per_year, pattern.requests)
    days, supplier = next(
        (days, supplier)
        for supplier, (share, days) in enumerate(LEAD_DAYS)
        if streams.uniform("make_good_lead", key) <= share
    )
    a_month = per_year / 12.0 * streams.lognormal_median("make_catalogue", key, 1.0, 0.3)
    opening = round(-a_month * OPENING_MONTHS * math.log(streams.uniform("make_opening", key)))
    return (
        name, key, department, price, days, opening, round(a_month, 4), round(per_year, 3), round(per_year / requests, 3),
        pattern.size_cv, supplier,
    )  # fmt: skip


def make(name: str, folder: Path) -> None:
    """Write the tables of a shipped campus into a folder."""
    for file, table in tables(SIZES[name]).items():
        (folder / file).write_text(as_csv(table), encoding="utf-8")


if __name__ == "__main__":
    for chosen in sys.argv[1:] or SIZES:
        make(chosen, DATA / "campuses" / chosen)
