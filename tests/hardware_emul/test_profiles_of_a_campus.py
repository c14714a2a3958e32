"""A campus file names the phones; what it may name is what there is."""

from typing import get_args

import pytest

from hardware_emul.devices.handset import PROFILES
from policies.contract.units import DAY_MIN
from scenarios.problems import ScenarioProblems
from scenarios.resolution.resolve import resolve
from scenarios.schema.campus import CampusFile
from scenarios.study.arms import arm_of
from scenarios.study.replication import burn_in
from scenarios.study.watchdog import Watchdog


def test_every_profile_can_be_named_and_no_other():
    assert set(get_args(CampusFile.model_fields["handset"].annotation)) == set(PROFILES)
    with pytest.raises(ScenarioProblems, match="handset"):
        resolve("two_buildings", sets=("world.handset=broken",))


def test_the_phones_of_a_campus_stand_between_its_people_and_the_office():
    heard = {}
    for profile in PROFILES:
        arm = arm_of("two_buildings", (f"world.handset={profile}",))
        world = burn_in(arm, 1, 0, Watchdog(0.0)).world
        assert world.now == 7 * DAY_MIN
        heard[profile] = len(world.journal.table("EventHeard")) if "EventHeard" in world.journal.tables() else 0
    assert heard["perfect"] == 0
    assert heard["typical"] > 0
    assert heard["poor"] > 0
