"""The buildings of a campus and the minutes between them, from CSV tables or from a map."""

from pathlib import Path
from typing import Any

import numpy as np

from scenarios.campus import geography
from scenarios.problems import Problem
from scenarios.schema.campus import CampusFile, Places
from scenarios.schema.document import Document, shown_path
from scenarios.schema.tables import BuildingRow, read_rows

OFFSITE = "offsite"
"""Kind of a place outside the campus: outside firms start from it."""


def buildings_of(campus: CampusFile, folder: Path, problems: list[Problem]) -> list[BuildingRow]:
    """The buildings, with metres on the map."""
    path = folder / campus.tables.buildings
    if path.suffix in (".geojson", ".json"):
        rows = _from_map(geography.read_footprints(path, problems), campus.places)
    else:
        rows = read_rows(path, BuildingRow, problems)
    _lay_flat(rows, shown_path(path), problems)
    return rows


def middle_of(rows: list[BuildingRow]) -> geography.Point:
    """The point around which longitudes and latitudes are laid flat [deg]."""
    known = [(r.lon_deg, r.lat_deg) for r in rows if r.lon_deg is not None and r.lat_deg is not None]
    if not known:
        return 0.0, 0.0
    lon, lat = zip(*known, strict=True)
    return (min(lon) + max(lon)) / 2.0, (min(lat) + max(lat)) / 2.0


def _from_map(footprints: list[geography.Footprint], places: Places) -> list[BuildingRow]:
    rows = []
    for number, found in enumerate(footprints):
        given = {
            k: v
            for k, v in found.properties.items()
            if k in ("kind", "zone", "floor_m2", "occupants") and v is not None
        }
        floor = float(given.get("floor_m2", round(found.ground_m2 * places.storeys)))
        filled: dict[str, Any] = {
            "kind": places.kind, "occupants": round(floor / places.m2_per_occupant), **given, "floor_m2": floor,
        }  # fmt: skip
        name = str(found.properties.get("name") or f"building {number}")
        rows.append(BuildingRow(line=0, name=name, key=number, lon_deg=found.lon_deg, lat_deg=found.lat_deg, **filled))
    _name_apart(rows)
    if not any("zone" in found.properties for found in footprints):
        _halve(rows, places.zones)
    return rows


def _name_apart(rows: list[BuildingRow]) -> None:
    """Buildings of one name on a map get numbers."""
    seen: dict[str, int] = {}
    for row in rows:
        seen[row.name] = seen.get(row.name, 0) + 1
        if seen[row.name] > 1:
            row.name = f"{row.name} ({seen[row.name]})"


def _halve(rows: list[BuildingRow], zones: int) -> None:
    """Zones as strips of equal numbers of buildings from west to east."""
    order = sorted(range(len(rows)), key=lambda k: (rows[k].lon_deg or 0.0, k))
    for position, k in enumerate(order):
        rows[k].zone = position * zones // len(rows)


def _lay_flat(rows: list[BuildingRow], file: str, problems: list[Problem]) -> None:
    middle = middle_of(rows)
    for row in rows:
        if row.x_m is not None and row.y_m is not None:
            continue
        if row.lon_deg is None or row.lat_deg is None:
            problems.append(Problem(file, row.line, row.name, "no place", "x_m and y_m, or lon_deg and lat_deg"))
            row.x_m = row.y_m = 0.0
            continue
        row.x_m, row.y_m = (round(float(v), 2) for v in geography.flat([(row.lon_deg, row.lat_deg)], middle)[0])


def minutes_between(
    rows: list[BuildingRow], campus: CampusFile, document: Document, problems: list[Problem]
) -> list[list[float]]:
    """Travel times [min]; a building that cannot be reached is a problem."""
    if not rows:
        return []
    travel = campus.travel
    places = np.array([(row.x_m, row.y_m) for row in rows], dtype=np.float64)
    offsite = [row.kind == OFFSITE for row in rows]
    if travel.mode == "network":
        metres = _along_walkways(rows, places, campus, document, problems)
    elif travel.mode == "straight":
        metres = geography.straight_m(places) * travel.detour
    else:
        metres = geography.manhattan_m(places)
    return geography.minutes(metres, travel.speed_km_h, travel.in_building_min, offsite, travel.offsite_min)


def _along_walkways(
    rows: list[BuildingRow], places: geography.Floats, campus: CampusFile, document: Document, problems: list[Problem]
) -> geography.Floats:
    travel = campus.travel
    key = ("travel", "walkways")
    if not travel.walkways:
        problems.append(
            Problem(
                document.file,
                document.line(("travel",)),
                ".".join(key),
                "nothing",
                "a GeoJSON file, as mode is network",
            )
        )
        return np.zeros((len(rows), len(rows)))
    if any(row.lon_deg is None and row.kind != OFFSITE for row in rows):
        problems.append(
            Problem(
                document.file,
                document.line(("tables",)),
                "tables.buildings",
                "x_m and y_m",
                "lon_deg and lat_deg, as mode is network",
            )
        )
        return np.zeros((len(rows), len(rows)))
    lines = geography.read_lines(document.folder / travel.walkways, problems)
    if not lines:
        return np.zeros((len(rows), len(rows)))
    found = geography.network(lines, middle_of(rows), travel.snap_m)
    metres, far = found.between(places, travel.reach_m)
    file = shown_path(document.folder / campus.tables.buildings)
    problems += [
        Problem(
            file, rows[k].line, rows[k].name, f"no walkway of the network's main part within {travel.reach_m:g} m",
            "a building that can be reached (or a larger travel.reach_m)",
        )
        for k in far
        if rows[k].kind != OFFSITE
    ]  # fmt: skip
    return metres
