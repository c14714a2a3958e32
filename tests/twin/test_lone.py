"""A fault drawn alone is the fault that the bulk draw gives, to the last bit."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.resolution.build import campus_of
from scenarios.resolution.resolve import resolve
from twin.attributes import Attributes
from twin.births import NEEDS_KEY, WEATHER_KEY
from twin.processes.faults import RECURRENCE_LIFE
from twin.streams import Streams


@pytest.mark.parametrize("law", ["lognormal", "exponential"])
@pytest.mark.parametrize("campus", ["campus_small", "campus_medium"])
def test_one_fault_is_that_of_the_bulk_draw(campus, law):
    streams = Streams(7, 3)
    found = campus_of(resolve("as_is", sets=(f"campus={campus}",)), streams)
    found.trades = [replace(trade, work_law=law) if k % 2 else trade for k, trade in enumerate(found.trades)]
    attributes = Attributes(found, streams)
    sources = [*range(len(found.assets)), NEEDS_KEY, WEATHER_KEY]
    source = np.array([sources[k % len(sources)] for k in range(3000)], dtype=np.int16)
    entity = np.arange(3000, dtype=np.uint64) * np.uint64(1_000_003) + np.uint64(1 << 40)
    life = np.array([k % 4 if k % 3 else RECURRENCE_LIFE + (k << 12) for k in range(3000)], dtype=np.uint64)
    bulk = list(zip(attributes.natures(entity, life, source), attributes.traits(entity, life), strict=True))
    alone = [attributes.one(*row) for row in zip(entity.tolist(), life.tolist(), source.tolist(), strict=True)]
    assert alone == bulk
    assert len({(nature.priority, nature.root, nature.part >= 0) for nature, _ in alone}) > 3
    assert all(type(nature.work_min) is float and type(nature.part) is int for nature, _ in alone)
