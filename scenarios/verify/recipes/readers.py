"""A door that reads tags: loads of tags go through a store's reader, with independent misses."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from hardware_emul.devices.rfid import Door, RfidProfile, Tag
from policies.supply.reading import rounds_for
from scenarios.verify import parameters
from scenarios.verify.case import Case
from scenarios.verify.controls import Sample
from scenarios.verify.draws import Generator
from scenarios.verify.recipe import Recipe, always, at_once
from twin.streams import Streams

SPREAD_PASSES = 400
"""Passes from which the standard deviation of a count is free of bias for all that its tolerance can see."""


def read(case: Case, customers: int, rng: Generator) -> Sample:
    """Each customer is a tag that goes through; all tags of a load are read in every round."""
    p = case.parameters
    profile = RfidProfile("as read", clear=p["p_read"], dense=p["p_read"], regained=1.0)
    door = Door(0, profile, Streams(int(rng.integers(2**31)), 0))
    tags = [Tag(number) for number in range(p["tags"])]
    counts = np.zeros(max(4, round(customers / p["tags"])))
    for number in range(len(counts)):
        passage = door.passes(tags, float(number), sweeps=p["rounds"])
        counts[number] = 0 if passage is None else len(passage.seen)
    values = {
        "P_tag_seen": float(counts.mean()) / p["tags"],
        "mean_count": float(counts.mean()),
        "sd_count": float(counts.std(ddof=1)),
        "P_count_exact": float((counts == p["tags"]).mean()),
    }
    return Sample(values, {})


def _rounds(case: Case) -> Mapping[str, Any]:
    return {"rounds_for_target": rounds_for(case.parameters["p_read"], case.parameters["target"])}


def _for_spread(case: Case) -> Mapping[str, int]:
    return {"sd_count": SPREAD_PASSES * int(case.parameters["tags"])}


RECIPES = {
    "rfid_reads": Recipe(
        "rfid_reads", "loads go through a store's reader whose misses are independent; each round is a sweep of the pass",
        parameters.Reads, read, always("P_tag_seen", "mean_count", "sd_count", "P_count_exact"), at_once,
        cost=0.05, longest=2_000_000, computes=_rounds, whole=_for_spread,
    ),
}  # fmt: skip
