"""The exogenous stream is the same under every policy, and for whatever two worlds share."""

import numpy as np
import pytest

from policies.controller import registry
from policies.controller.settings import RuleChoice
from tests.worlds import AS_IS, NEAREST, TO_BE, begun, centre, run, village
from twin.births import Births, draw_births, first_lives, later_lives, scale_days
from twin.campus import AssetClass
from twin.exposure import Exposure, WeatherPath
from twin.streams import Streams
from twin.world import World

DAYS = 25


def drawn(world: World) -> list[tuple[float, int, int]]:
    """What came of the drawn stream, from the journal: instants of faults, occurred or suppressed."""
    occurred, journal = world.journal.table("FaultOccurred"), world.journal
    kept = [
        (at, asset)
        for at, asset, source in zip(
            occurred["at"].tolist(), occurred["asset"].tolist(), occurred.text("source"), strict=True
        )
        if source != "recurrence"
    ]
    if "FaultSuppressed" in journal.tables():
        suppressed = journal.table("FaultSuppressed")
        kept += list(zip(suppressed["at"].tolist(), suppressed["asset"].tolist(), strict=True))
    pumps = world.parts["fleet"].assets
    return sorted((at, asset, 0) for at, asset in kept if asset not in pumps)


class Wasteful:
    """nearest_idle after burning a thousand draws."""

    def __init__(self) -> None:
        self.rule = registry.make("dispatch", "nearest_idle")

    def dispatch(self, waiting, candidates, view):  # type: ignore[no-untyped-def]
        for n in range(1000):
            view.chance.uniform(1, n)
        return self.rule.dispatch(waiting, candidates, view)


@pytest.mark.parametrize("rules", [AS_IS, TO_BE], ids=["as_is", "to_be"])
def test_faults_are_the_same_under_every_policy(rules: dict[str, RuleChoice]) -> None:
    assert drawn(run(DAYS, rules)) == drawn(run(DAYS, NEAREST))


@pytest.mark.parametrize("name", registry.names("dispatch"))
def test_faults_are_the_same_under_every_dispatch_rule(name: str) -> None:
    assert drawn(run(6, {"dispatch": RuleChoice(name)})) == drawn(run(6))


def test_faults_are_the_same_under_a_policy_that_burns_draws() -> None:
    campus = village(days=30)
    wasteful = centre(campus)
    wasteful.dispatch.rule = Wasteful()
    plain = run(8, campus=village(days=30))
    burnt = run(8, campus=campus, controller=wasteful)
    assert drawn(burnt) == drawn(plain)
    assert burnt.journal.digest() == plain.journal.digest()


def births_of(**what: int) -> Births:
    campus = village(days=200, **what)
    streams = Streams(7, 3)
    weather = WeatherPath(campus.weather, campus.calendar, streams, 200)
    return draw_births(campus, streams, Exposure(campus.calendar, campus.demand, weather, 200), weather)


def test_adding_a_technician_changes_no_birth() -> None:
    assert births_of(technicians=12).digest() == births_of(technicians=13).digest()


def test_adding_a_building_changes_no_birth_in_the_others() -> None:
    small, large = births_of(buildings=10), births_of(buildings=11)
    shared = large.building < 10
    assert np.array_equal(small.at, large.at[shared])
    assert np.array_equal(small.entity, large.entity[shared])
    assert np.count_nonzero(~shared) > 20


def test_replications_have_streams_of_their_own() -> None:
    one, other = begun(village()), begun(village(), replication=1)
    assert one.births is not None and other.births is not None
    assert one.births.digest() != other.births.digest()


@pytest.mark.parametrize("shape", [0.8, 1.0, 1.5, 3.0])
def test_first_lives_are_of_stationary_age_and_later_lives_weibull(shape: float) -> None:
    """E[residual] = E[X²] / 2E[X] (Cox 1962, 5.4); E[X] from the rate."""
    from math import gamma

    asset_class = AssetClass("x", 1, "plumbing", 2.0, shape, [])
    u = (np.arange(200_000) + 0.5) / 200_000
    scale = scale_days(asset_class)
    mean, square = scale * gamma(1 + 1 / shape), scale**2 * gamma(1 + 2 / shape)
    assert later_lives(asset_class, u).mean() == pytest.approx(mean, rel=2e-3)
    assert first_lives(asset_class, u).mean() == pytest.approx(square / (2 * mean), rel=5e-3)


def test_drawn_faults_come_at_the_stated_yearly_rate() -> None:
    """A stationary renewal process has rate 1 / mean life from the first minute on."""
    campus = village(days=365)
    counts = []
    for replication in range(12):
        streams = Streams(1, replication)
        weather = WeatherPath(campus.weather, campus.calendar, streams, 365)
        births = draw_births(campus, streams, Exposure(campus.calendar, campus.demand, weather, 365), weather)
        counts.append(np.count_nonzero(births.source == 0))
    assert np.mean(counts) == pytest.approx(3000 * 0.22, rel=0.05)
