"""Minutes between buildings: Manhattan, straight line with a detour, or a walking network.

Coordinates in metres east and north of an origin; longitudes and latitudes [deg] are laid flat
around their middle (equirectangular, WGS84; the error on a campus of 3 km is below a metre).
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scenarios.problems import Problem
from scenarios.schema.document import shown_path

if TYPE_CHECKING:
    from scipy.sparse import coo_array

EARTH_RADIUS_M = 6_371_008.8
KM_H_TO_M_MIN = 1000.0 / 60.0
Floats = NDArray[np.float64]
Point = tuple[float, float]


def flat(lon_lat: Sequence[Point], middle: Point) -> Floats:
    """Metres east and north of ``middle`` [n, 2] of longitudes and latitudes [deg]."""
    degrees = np.asarray(lon_lat, dtype=np.float64).reshape(-1, 2) - np.asarray(middle)
    per_degree = math.radians(1.0) * EARTH_RADIUS_M
    return np.asarray(degrees * np.array([per_degree * math.cos(math.radians(middle[1])), per_degree]))


def manhattan_m(places: Floats) -> Floats:
    """|dx| + |dy| between places [m, n x n]."""
    return np.asarray(np.abs(places[:, None, :] - places[None, :, :]).sum(axis=2))


def straight_m(places: Floats) -> Floats:
    """Straight lines between places [m, n x n]."""
    return np.asarray(np.sqrt(((places[:, None, :] - places[None, :, :]) ** 2).sum(axis=2)))


def minutes(
    metres: Floats, speed_km_h: float, in_building_min: float, offsite: Sequence[bool], offsite_min: float
) -> list[list[float]]:
    """Travel times [min]: way / speed + the way inside; to and from off-site places ``offsite_min``."""
    found = metres / (speed_km_h * KM_H_TO_M_MIN) + in_building_min
    outside = np.asarray(offsite, dtype=bool)
    found[outside, :] = offsite_min
    found[:, outside] = offsite_min
    found[np.ix_(outside, outside)] = in_building_min
    return [[round(value, 6) for value in row] for row in found.tolist()]


@dataclass(slots=True)
class Network:
    """A walking network: nodes [m], the ways between them [m], the nodes of its largest connected part."""

    nodes: Floats
    edges: NDArray[np.int64]
    lengths: Floats
    main: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    @property
    def parts(self) -> int:
        """How many connected parts there are."""
        return len(np.unique(self.part_of_each()))

    def between(self, places: Floats, reach_m: float) -> tuple[Floats, list[int]]:
        """Shortest ways between places along the network [m, n x n], and the places farther than ``reach_m`` from it.

        A place joins the network at the nearest node of the largest part, by a straight line.
        """
        from scipy.sparse.csgraph import dijkstra
        from scipy.spatial import cKDTree

        distance, nearest = cKDTree(self.nodes[self.main]).query(places)
        access_m, joined = np.asarray(distance), self.main[np.asarray(nearest)]
        ways = np.asarray(dijkstra(self._matrix(), directed=False, indices=np.unique(joined)))
        row = np.searchsorted(np.unique(joined), joined)
        metres = ways[row][:, joined] + access_m[:, None] + access_m[None, :]
        np.fill_diagonal(metres, 0.0)
        return metres, np.flatnonzero(access_m > reach_m).tolist()

    def part_of_each(self) -> NDArray[np.int64]:
        """The connected part each node belongs to, by number."""
        from scipy.sparse.csgraph import connected_components

        return np.asarray(connected_components(self._matrix(), directed=False)[1], dtype=np.int64)

    def _matrix(self) -> "coo_array":
        from scipy.sparse import coo_array

        size = len(self.nodes)
        return coo_array((self.lengths, (self.edges[:, 0], self.edges[:, 1])), shape=(size, size))


def network(lines: Sequence[Sequence[Point]], middle: Point, snap_m: float) -> Network:
    """The network of LineStrings [deg]: vertices within one cell of ``snap_m`` are one node."""
    ends = np.cumsum([len(line) for line in lines])
    points = flat([point for line in lines for point in line], middle)
    cells = np.round(points / snap_m) if snap_m > 0.0 else points
    _, first, node = np.unique(cells, axis=0, return_index=True, return_inverse=True)
    node = np.asarray(node).ravel()
    follows = np.ones(len(points), dtype=bool)
    follows[ends - 1] = False
    begins = np.flatnonzero(follows)
    edges = np.sort(np.column_stack((node[begins], node[begins + 1])), axis=1)
    edges = np.unique(edges[edges[:, 0] != edges[:, 1]], axis=0)
    nodes = points[first]
    lengths = np.sqrt(((nodes[edges[:, 0]] - nodes[edges[:, 1]]) ** 2).sum(axis=1))
    made = Network(nodes, edges.astype(np.int64), np.maximum(lengths, 1e-6))
    label = made.part_of_each()
    made.main = np.flatnonzero(label == np.bincount(label).argmax())
    return made


def read_lines(path: Path, problems: list[Problem]) -> list[list[Point]]:
    """LineStrings (and parts of MultiLineStrings) of a GeoJSON file [deg]."""
    lines: list[list[Point]] = []
    for geometry, _ in _features(path, problems):
        kind, coordinates = geometry.get("type"), geometry.get("coordinates", [])
        if kind == "LineString":
            lines.append([(p[0], p[1]) for p in coordinates])
        elif kind == "MultiLineString":
            lines += [[(p[0], p[1]) for p in part] for part in coordinates]
    if not any(len(line) > 1 for line in lines):
        problems.append(Problem(shown_path(path), 0, "features", "no LineString", "walkways as LineStrings in WGS84"))
    return [line for line in lines if len(line) > 1]


@dataclass(slots=True)
class Footprint:
    """A building of a map: its properties, middle [deg] and ground area [m2]."""

    properties: dict[str, Any]
    lon_deg: float
    lat_deg: float
    ground_m2: float


def read_footprints(path: Path, problems: list[Problem]) -> list[Footprint]:
    """Polygons and points of a GeoJSON file."""
    found = []
    for geometry, properties in _features(path, problems):
        ring = _ring(geometry)
        if ring:
            (lon, lat), area = _centroid(ring)
            found.append(Footprint(properties, lon, lat, area))
    if not found:
        problems.append(
            Problem(shown_path(path), 0, "features", "no Polygon or Point", "buildings as Polygons in WGS84")
        )
    return found


def _ring(geometry: dict[str, Any]) -> list[Point]:
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if not coordinates:
        return []
    if kind == "MultiPolygon":
        kind, coordinates = "Polygon", max(coordinates, key=lambda polygon: len(polygon[0]))
    if kind == "Polygon":
        return [(p[0], p[1]) for p in coordinates[0]]
    return [(coordinates[0], coordinates[1])] if kind == "Point" else []


def _centroid(ring: list[Point]) -> tuple[Point, float]:
    """Centroid [deg] and area [m2] of a ring (shoelace formula)."""
    middle = (sum(p[0] for p in ring) / len(ring), sum(p[1] for p in ring) / len(ring))
    x, y = flat(ring, middle).T
    cross = x * np.roll(y, -1) - np.roll(x, -1) * y
    area = cross.sum() / 2.0
    if len(ring) < 3 or abs(area) < 1e-9:
        return middle, 0.0
    east = ((x + np.roll(x, -1)) * cross).sum() / (6.0 * area)
    north = ((y + np.roll(y, -1)) * cross).sum() / (6.0 * area)
    per_degree = math.radians(1.0) * EARTH_RADIUS_M
    return (
        middle[0] + east / (per_degree * math.cos(math.radians(middle[1]))), middle[1] + north / per_degree,
    ), abs(float(area))  # fmt: skip


def _features(path: Path, problems: list[Problem]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    shown = shown_path(path)
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        line = getattr(error, "lineno", 0)
        problems.append(Problem(shown, line, "file", str(error), "a readable GeoJSON file"))
        return []
    features = raw.get("features") if isinstance(raw, dict) else None
    if not isinstance(features, list):
        problems.append(Problem(shown, 1, "features", "none", "a GeoJSON FeatureCollection"))
        return []
    return [(f.get("geometry") or {}, f.get("properties") or {}) for f in features if isinstance(f, dict)]
