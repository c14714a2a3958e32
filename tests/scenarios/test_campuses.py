"""The shipped campuses are what the domain handbook says, and say where every number comes from."""

import csv
import tomllib
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest

from scenarios import library
from scenarios.campus import campusmaker
from scenarios.resolution.build import campus_of, spread
from scenarios.resolution.provenance import TAG, note_for, numeric_keys
from scenarios.resolution.resolve import Resolved, resolve
from scenarios.schema.document import read
from scenarios.schema.tables import BuildingRow
from twin.campus import (
    Campus,
    Clerks,
    Costs,
    Demand,
    Departments,
    OnSiteWork,
    Reporting,
    Society,
    Weather,
)  # fmt: skip
from twin.exposure import WeatherPath
from twin.streams import Streams

ALL = ("campus_small", "campus_medium", "campus_large")
SIZES = {
    "campus_small": (17, 95_000, 4_500, 6, 2, 1, 600),
    "campus_medium": (48, 450_000, 28_000, 29, 10, 3, 1_500),
    "campus_large": (120, 1_300_000, 60_000, 75, 30, 6, 4_000),
}
"""Buildings, m2, occupants, reactive, plant, night, stock items: domain handbook 6.1."""
TABLE_KEYS = {
    "buildings": ("x_m", "y_m", "zone", "floor_m2", "occupants"),
    "people": ("skills", "zones", "wage_cny_per_h"),
    "assets": ("rate_per_year", "shape", "units", "kinds", "emergency_share", "urgent_share", "pm_every_days",
               "pm_work_min", "pm_tolerance_days", "pm_renews", "pm_induced", "pm_batch"),
    "skus": ("reorder_point", "order_up_to", "lead_days", "price_cny", "weight"),
}  # fmt: skip
NAMES_NOT_NUMBERS = {
    "key",
    "name",
    "kind",
    "home",
    "crew",
    "licences",
    "shift",
    "stays_home",
    "trade",
    "public",
    "weather",
    "pm_trade",
}


@cache
def resolved(name: str) -> Resolved:
    return resolve("as_is", sets=[f"campus={name}"])


@cache
def built(name: str) -> Campus:
    return campus_of(resolved(name), Streams(1, 0))


@pytest.mark.parametrize("name", ALL)
def test_sizes_are_those_of_the_handbook(name: str) -> None:
    campus = built(name)
    on_campus = [b for b in campus.buildings if b.kind != "offsite"]
    crew = [sum(p.crew == c for p in campus.people) for c in ("reactive", "plant", "night")]
    assert (len(on_campus), sum(b.floor_m2 for b in on_campus), sum(b.occupants for b in on_campus)) == SIZES[name][:3]
    assert tuple(crew) == SIZES[name][3:6]
    assert len(campus.skus) == SIZES[name][6]
    assert campus.buildings[-1].kind == "offsite" and campus.buildings[-1].occupants == 0


@pytest.mark.parametrize("name", ALL)
def test_the_committed_tables_are_what_the_generator_makes(name: str, tmp_path: Path) -> None:
    campusmaker.make(name, tmp_path)
    for made in sorted(tmp_path.iterdir()):
        committed = library.shipped("campus")[name].parent / made.name
        assert made.read_bytes() == committed.read_bytes(), made.name


@pytest.mark.parametrize("name", ALL)
def test_somebody_of_every_house_trade_serves_every_zone(name: str) -> None:
    campus = built(name)
    zones = {b.zone for b in campus.buildings if b.kind != "offsite"}
    house = [t.name for t in campus.trades if not t.contractor and t.name != "plant"]
    for trade in house:
        served = {z for p in campus.people if p.crew == "reactive" and trade in p.skills for z in p.zones}
        assert served == zones, trade
    assert resolved(name).warnings == []


def yearly(campus: Campus) -> tuple[dict[str, float], float]:
    """Faults and needs a year by trade, and how many are emergencies (weather aside)."""
    needs = campus.demand.needs_per_occupant_year * sum(b.occupants for b in campus.buildings)
    by_trade = {t.name: needs * t.need_share for t in campus.trades}
    emergencies = needs * campus.demand.needs_emergency_share
    for asset in campus.assets:
        faults = asset.rate_per_year * sum(asset.units)
        by_trade[asset.trade] += faults
        emergencies += faults * asset.emergency_share
    return by_trade, emergencies


def test_the_medium_campus_has_the_handbooks_demand() -> None:
    by_trade, emergencies = yearly(built("campus_medium"))
    total = sum(by_trade.values())
    assert total == pytest.approx(0.9 * 28_000, rel=0.01)
    shares = {trade: faults / total for trade, faults in by_trade.items()}
    assert shares["plumbing"] == pytest.approx(0.26, abs=0.01)
    assert shares["electrical"] == pytest.approx(0.27, abs=0.01)
    assert shares["carpentry"] == pytest.approx(0.27, abs=0.01)
    assert shares["hvac"] == pytest.approx(0.10, abs=0.01)
    assert shares["masonry"] == pytest.approx(0.06, abs=0.01)
    assert shares["lift"] + shares["fire"] == pytest.approx(0.04, abs=0.01)
    assert emergencies / total == pytest.approx(0.067, abs=0.002)


@pytest.mark.parametrize("name", ["campus_small", "campus_large"])
def test_the_other_campuses_have_about_as_many_faults_an_occupant(name: str) -> None:
    by_trade, emergencies = yearly(built(name))
    total = sum(by_trade.values())
    assert total / SIZES[name][2] == pytest.approx(0.9, abs=0.1)
    assert emergencies / total == pytest.approx(0.067, abs=0.01)


@pytest.mark.parametrize("name", ALL)
def test_maintenance_fills_about_half_of_the_plant_crews_time(name: str) -> None:
    campus = built(name)
    minutes = sum(
        a.pm_work_min * sum(a.units) * 365.0 / a.pm_every_days
        for a in campus.assets
        if a.pm_every_days > 0.0 and a.pm_trade == "plant"
    )
    plant = [p for p in campus.people if p.crew == "plant"]
    paid = 2_000.0 * 60.0 * 0.92 * len(plant)
    assert 0.40 < minutes / paid < 0.65
    lifts = next(a for a in campus.assets if a.name == "lifts")
    assert (lifts.pm_every_days, lifts.pm_trade) == (15.0, "lift")


@pytest.mark.parametrize("name", ALL)
def test_contractors_start_from_outside_and_stay_away(name: str) -> None:
    campus = built(name)
    partners = [p for p in campus.people if p.crew == "partner"]
    assert {trade for p in partners if len(p.skills) == 1 for trade in p.skills} == {"lift", "fire"}
    assert sum(len(p.skills) > 1 for p in partners) >= 1
    for person in partners:
        assert person.stays_home
        assert campus.buildings[person.home].kind == "offsite"
        assert {row[person.home] for b, row in enumerate(campus.minutes_to) if b != person.home} == {40.0}
    assert all(t.contractor == (t.name in ("lift", "fire")) for t in campus.trades)


@pytest.mark.parametrize("name", ALL)
def test_everybody_holds_the_licences_of_his_or_her_trades(name: str) -> None:
    campus = built(name)
    licence_of = {t.name: t.licence for t in campus.trades if t.licence}
    for person in campus.people:
        assert set(person.licences) >= {licence_of[t] for t in person.skills if t in licence_of}


@pytest.mark.parametrize("name", [*ALL, "two_buildings"])
def test_every_number_says_where_it_comes_from(name: str) -> None:
    path = library.shipped("campus")[name]
    own = read(path).values
    layers = [own]
    if own.get("defaults", "university"):
        layers.append(read(library.shipped("defaults")["university"]).values)
    provenance = {key: note for layer in reversed(layers) for key, note in layer["provenance"].items()}
    for layer in layers:
        keys = list(numeric_keys({k: v for k, v in layer.items() if k != "provenance"}))
        assert [key for key in keys if not note_for(provenance, key)] == []
    for table, columns in TABLE_KEYS.items():
        header = next(csv.reader((path.parent / f"{table}.csv").read_text(encoding="utf-8").splitlines()))
        assert set(header) <= {*columns, *NAMES_NOT_NUMBERS, "root_share"}
        assert [c for c in columns if c in header and not note_for(provenance, f"{table}.{c}")] == []
    assert [key for key, note in provenance.items() if not TAG.match(note)] == []


def test_no_note_speaks_of_a_key_that_is_not_there() -> None:
    values = tomllib.loads(library.shipped("defaults")["university"].read_text(encoding="utf-8"))
    notes = values.pop("provenance")
    known = [
        *numeric_keys(values),
        *(f"{t}.{c}" for t, columns in TABLE_KEYS.items() for c in columns),
        "assets.root_share",
    ]
    used = {pattern for pattern in notes for key in known if note_for({pattern: notes[pattern]}, key)}
    assert sorted(set(notes) - used) == []


def test_every_assumption_has_a_range_or_a_reason() -> None:
    notes = read(library.shipped("defaults")["university"]).values["provenance"]
    bare = [key for key, note in notes.items() if note.startswith("[A]") and len(note) < len("[A], 0-1")]
    assert bare == []


def rows(*areas: float, kinds: str = "ab") -> list[BuildingRow]:
    return [
        BuildingRow(line=k, name=str(k), key=k, x_m=0.0, y_m=0.0, kind=kinds[k % len(kinds)], floor_m2=area)
        for k, area in enumerate(areas)
    ]


def test_units_are_spread_by_floor_area_and_kind_to_the_last_one() -> None:
    assert spread(10, {"*": 1.0}, rows(100.0, 300.0)) == [3, 7]
    assert spread(8, {"*": 1.0}, rows(100.0, 300.0)) == [2, 6]
    assert spread(5, {"b": 1.0}, rows(100.0, 300.0, 100.0, 300.0)) == [0, 3, 0, 2]
    assert spread(6, {"a": 3.0, "*": 1.0}, rows(100.0, 100.0)) == [5, 1]
    assert sum(spread(1_001, {"a": 2.0, "*": 0.3}, rows(*range(1, 40)))) == 1_001


def test_no_unit_stands_off_site() -> None:
    campus = built("campus_medium")
    assert all(asset.units[-1] == 0 for asset in campus.assets)
    assert [sum(a.units) for a in campus.assets if a.name == "luminaires"] == [60_000]


def test_two_buildings_can_be_reckoned_by_hand() -> None:
    campus = campus_of(resolve("two_buildings"), Streams(1, 0))
    assert campus.minutes_to == [[4.0, 10.0], [10.0, 4.0]]
    assert [a.units for a in campus.assets] == [[50, 50], [50, 50]]
    assert [t.work_cv for t in campus.trades] == [0.0, 0.0]


WORLD = {
    "demand": Demand, "weather": Weather, "reporting": Reporting, "society": Society, "clerks": Clerks,
    "departments": Departments, "work": OnSiteWork, "costs": Costs,
}  # fmt: skip


def test_no_number_of_the_world_hides_in_the_code() -> None:
    values = read(library.shipped("defaults")["university"]).values
    for table, source in WORLD.items():
        assert {f.name for f in fields(source)} == set(values[table]), table


def test_storms_and_cold_snaps_happen_every_year() -> None:
    campus = built("campus_medium")
    years = [WeatherPath(campus.weather, campus.calendar, Streams(1, k), 365) for k in range(20)]
    cold = [int((y.temperature_c < campus.demand.cold_snap_below_c).sum()) for y in years]
    storms = [int(y.storm.sum()) for y in years]
    assert min(cold) >= 1
    assert 4 <= sum(cold) / len(cold) <= 25
    assert 15 <= sum(storms) / len(storms) <= 32
