"""Ways: reckoned by hand, and on two real maps."""

import csv
import json
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest

from scenarios.campus import geography
from scenarios.library import DATA
from scenarios.problems import Problem, ScenarioProblems
from scenarios.resolution.build import campus_of
from scenarios.resolution.resolve import Resolved, resolve
from twin.streams import Streams

SQUARE = np.array([[0.0, 0.0], [300.0, 400.0], [5_000.0, 0.0]])


def test_manhattan_and_straight_ways_by_hand() -> None:
    assert geography.manhattan_m(SQUARE)[0].tolist() == [0.0, 700.0, 5_000.0]
    assert geography.straight_m(SQUARE)[0].tolist() == [0.0, 500.0, 5_000.0]


def test_minutes_are_way_over_speed_and_the_way_inside() -> None:
    found = geography.minutes(geography.manhattan_m(SQUARE), 10.0, 4.0, [False, False, True], 40.0)
    assert found[0] == [4.0, 8.2, 40.0]
    assert found[2] == [40.0, 40.0, 4.0]


def degrees(*metres: tuple[float, float]) -> list[tuple[float, float]]:
    """Points on the equator, where a degree is as long both ways."""
    per_degree = geography.EARTH_RADIUS_M * np.pi / 180.0
    return [(x / per_degree, y / per_degree) for x, y in metres]


def test_the_shortest_way_along_a_network_by_hand() -> None:
    lines = [
        degrees((0, 0), (100, 0), (100, 200)),
        degrees((100, 0), (400, 0)),
        degrees((100, 200), (400, 0)),
        degrees((5_000, 5_000), (5_010, 5_000)),
    ]
    network = geography.network(lines, (0.0, 0.0), 1.0)
    assert network.parts == 2
    places = np.array([[0.0, 10.0], [100.0, 210.0], [400.0, -10.0]])
    metres, far = network.between(places, 50.0)
    assert far == []
    expected = [[0, 320, 420], [320, 0, 20 + np.hypot(300, 200)], [420, 20 + np.hypot(300, 200), 0]]
    assert metres == pytest.approx(np.array(expected), abs=0.1)


def test_a_place_beyond_reach_of_the_main_part_is_told() -> None:
    lines = [degrees((0, 0), (100, 0), (200, 0)), degrees((5_000, 0), (5_010, 0))]
    _, far = geography.network(lines, (0.0, 0.0), 1.0).between(np.array([[0.0, 0.0], [5_000.0, 0.0]]), 50.0)
    assert far == [1]


def test_a_footprint_has_its_area_and_middle() -> None:
    ring = degrees((0, 0), (30, 0), (30, 20), (0, 20), (0, 0))
    (lon, lat), area = geography._centroid(ring)
    assert area == pytest.approx(600.0, rel=1e-6)
    assert [(lon, lat)] == [pytest.approx(degrees((15, 10))[0], abs=1e-9)]


def mine(folder: Path, campus: str, **files: str) -> str:
    """A campus of one's own: two_buildings' people and things on another map."""
    made = Path(copytree(DATA / "campuses" / "two_buildings", folder / "mine"))
    text = (made / "campus.toml").read_text(encoding="utf-8")
    begins, ends = text.index("[tables]"), text.index("[calendar.hours.clerk]")
    (made / "campus.toml").write_text(text[:begins] + campus + "\n" + text[ends:], encoding="utf-8")
    for name, content in files.items():
        (made / name.replace("_", ".")).write_text(content, encoding="utf-8")
    return str(made / "campus.toml")


def on(campus: str) -> Resolved:
    return resolve("two_buildings", sets=[f'campus="{campus}"'])


TABLES = '[tables]\nbuildings = "{}"\npeople = "people.csv"\nassets = "assets.csv"\nskus = "skus.csv"\n'
PEOPLE = "name,key,skills,home,shift\nplumber,1,plumbing:3,{0},always\nelectrician,2,electrical:3,{0},always\n"


def test_a_real_campus_map_gives_walking_times(shared: Path, tmp_path: Path) -> None:
    gmu = shared / "data" / "map_gmu"
    network = geography.network(geography.read_lines(gmu / "walkways.geojson", []), (-77.307, 38.83), 1.0)
    assert len(network.main) > 0.9 * len(network.nodes)
    assert 1_200 < len(network.nodes) < 1_500
    campus = mine(
        tmp_path,
        TABLES.format(gmu / "buildings.geojson")
        + f'[travel]\nmode = "network"\nspeed_km_h = 4.5\nin_building_min = 2.0\nwalkways = "{gmu / "walkways.geojson"}"\nreach_m = 150.0\n',
        people_csv=PEOPLE.format("GEORGE W. JOHNSON CENTER"),
    )
    (Path(campus).parent / "assets.csv").write_text(
        "name,key,trade,rate_per_year,shape,units,kinds\ntaps,1,plumbing,0.5,1.0,500,*:1\n"
    )
    text = Path(campus).read_text(encoding="utf-8").replace('store = "East"', 'store = "GEORGE W. JOHNSON CENTER"')
    Path(campus).write_text(text, encoding="utf-8")
    it = on(campus)
    built = campus_of(it, Streams(1, 0))
    minutes = np.array(built.minutes_to)
    assert minutes.shape == (61, 61)
    assert np.isfinite(minutes).all() and minutes == pytest.approx(minutes.T)
    places = np.array([(b.x_m, b.y_m) for b in built.buildings])
    straight = geography.straight_m(places) / (4.5 * geography.KM_H_TO_M_MIN) + 2.0
    assert (minutes >= straight - 0.05).all()
    assert 1.05 < np.median(minutes[straight > 4.0] / straight[straight > 4.0]) < 1.6
    assert minutes.max() < 30.0
    assert min(b.floor_m2 for b in built.buildings) > 0.0
    assert {b.zone for b in built.buildings} == {0, 1, 2, 3}


def test_an_unreachable_building_is_an_error_with_its_name(shared: Path, tmp_path: Path) -> None:
    gmu = shared / "data" / "map_gmu"
    raw = json.loads((gmu / "buildings.geojson").read_text(encoding="utf-8"))
    raw["features"] = raw["features"][:3]
    x, y = -77.29, 38.85
    ring = [[x, y], [x + 1e-4, y], [x + 1e-4, y + 1e-4], [x, y]]
    raw["features"].append(
        {"type": "Feature", "properties": {"name": "FAR"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    )
    campus = mine(
        tmp_path,
        TABLES.format("b.geojson") + f'[travel]\nmode = "network"\nwalkways = "{gmu / "walkways.geojson"}"\n',
        b_geojson=json.dumps(raw),
    )
    with pytest.raises(ScenarioProblems, match="FAR: given no walkway of the network's main part within 150 m"):
        on(campus)


def test_a_map_of_points_is_walked_by_straight_lines_with_a_detour(shared: Path, tmp_path: Path) -> None:
    kinds = {"宿舍": "dormitory", "教学楼": "teaching", "食堂": "canteen"}
    with (shared / "data" / "map_nuc" / "places.csv").open(encoding="utf-8") as file:
        places = [p for p in csv.DictReader(file) if p["coordinate_ok"] == "1" and p["category"] in kinds]
    lines = ["name,key,lon_deg,lat_deg,kind,zone,floor_m2,occupants"]
    lines += [
        f"{p['name']},{p['id']},{p['lon_gcj02']},{p['lat_gcj02']},{kinds[p['category']]},0,8000,500" for p in places
    ]
    campus = mine(
        tmp_path,
        TABLES.format("buildings.csv")
        + '[travel]\nmode = "straight"\nspeed_km_h = 4.5\nin_building_min = 2.0\ndetour = 1.3\n',
        buildings_csv="\n".join(lines) + "\n",
        people_csv=PEOPLE.format("主楼"),
    )
    text = Path(campus).read_text(encoding="utf-8").replace('store = "East"', 'store = "主楼"')
    Path(campus).write_text(text, encoding="utf-8")
    built = campus_of(on(campus), Streams(1, 0))
    assert len(built.buildings) == len(places) > 55
    minutes = np.array(built.minutes_to)
    assert 15.0 < minutes.max() < 70.0
    one, other = built.buildings[0], built.buildings[1]
    metres = 1.3 * np.hypot(one.x_m - other.x_m, one.y_m - other.y_m)
    assert minutes[0, 1] == pytest.approx(metres / 75.0 + 2.0, abs=1e-3)
    assert [built.buildings[p.home].name for p in built.people] == ["主楼", "主楼"]


@pytest.mark.parametrize(
    ("text", "expected"), [("{", "a readable GeoJSON file"), ("[]", "a GeoJSON FeatureCollection")]
)
def test_broken_maps_are_told(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "map.geojson"
    path.write_text(text, encoding="utf-8")
    problems: list[Problem] = []
    geography.read_footprints(path, problems)
    assert any(expected in p.expected for p in problems)
