"""The discovery messages: one configuration for each sensor, as Home Assistant documents them (MQTT, sensor, binary sensor)."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import policies
from policies.deploy.doors.topics import HOST, STATUS, Topics

DISCOVERY: Final = "homeassistant"
"""The prefix Home Assistant listens under, unless it is told otherwise."""
FIGURES: Final = "figures"
COUNTING: Final = "figures/status"
"""Topic under the prefix that says whether the figures are kept up."""
COUNTED: Final = (
    ("orders_open", "Orders open", "orders"),
    ("orders_waiting", "Orders waiting", "orders"),
    ("emergencies_open", "Emergencies open", "orders"),
    ("decisions_a_minute", "Decisions a minute", "1/min"),
)
"""Figure, its name, its unit; each is a number."""
Config = Mapping[str, Any]


def configs(topics: Topics, version: str, points: Iterable[str], discovery: str = DISCOVERY) -> dict[str, Config]:
    """Topic → configuration of every sensor of a host.

    Parameters
    ----------
    version : of the bundle that decides
    points : decision points that have a breaker
    """
    node = re.sub(r"[^A-Za-z0-9_-]", "-", topics.prefix)
    found: dict[str, Config] = {}

    def add(kind: str, slug: str, **config: Any) -> None:
        found[f"{discovery}/{kind}/{node}/{slug}/config"] = {
            "unique_id": f"{node}_{slug}", "device": _device(node, topics, version), "origin": _origin(),
            "availability_mode": "all", **config,
        }  # fmt: skip

    host, figures = _fed_by(topics, HOST, STATUS), _fed_by(topics, FIGURES, STATUS, COUNTING)
    for name, said, unit in COUNTED:
        add(
            "sensor", name, name=said, unit_of_measurement=unit, state_class="measurement",
            value_template=f"{{{{ value_json.{name} }}}}", **figures,
        )  # fmt: skip
    add(
        "sensor", "last_fallback", name="Last fallback", entity_category="diagnostic",
        value_template="{{ value_json.last_fallback or 'none' }}", **figures,
    )  # fmt: skip
    add(
        "sensor", "decides", name="Decides", entity_category="diagnostic",
        value_template="{{ value_json.bundle.name }} version {{ value_json.bundle.version }}", **host,
    )  # fmt: skip
    for point in sorted(points):
        add(
            "binary_sensor", f"breaker_{point}", name=f"Breaker {point}", device_class="problem", entity_category="diagnostic",
            value_template=f"{{{{ 'OFF' if value_json.breakers['{point}'] == 'closed' else 'ON' }}}}", **host,
        )  # fmt: skip
    return found


def _fed_by(topics: Topics, state: str, *there: str) -> dict[str, Any]:
    return {"state_topic": topics.of(state), "availability": [{"topic": topics.of(one)} for one in there]}


def _device(node: str, topics: Topics, version: str) -> dict[str, Any]:
    return {
        "identifiers": [node], "manufacturer": "campus-twin", "model": "host", "name": topics.prefix, "sw_version": version,
    }  # fmt: skip


def _origin() -> dict[str, Any]:
    return {"name": "campus-twin", "sw_version": policies.__version__}
