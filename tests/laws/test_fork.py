"""Laws of saving and forking: a world that was saved, restored or forked goes on as if nothing had happened."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from policies.contract.units import DAY_MIN
from policies.controller.settings import RuleChoice
from tests.worlds import AS_IS, NEAREST, TO_BE, begun, run, village
from twin.campus import Features
from twin.snapshot import CannotFork, fork, restore, save

ROOT = Path(__file__).parents[2]
FINISH = """
import sys
from twin.snapshot import restore
world = restore(open(sys.argv[1], "rb").read())
world.run(float(sys.argv[2]))
print(world.journal.digest())
"""


@pytest.mark.parametrize("hash_seed", ["0", "1", "4242"])
def test_saved_at_day_100_and_restored_elsewhere_equals_uninterrupted(tmp_path: Path, hash_seed: str) -> None:
    campus = village(days=130)
    whole = begun(campus, AS_IS)
    whole.run(100 * DAY_MIN)
    (tmp_path / "world").write_bytes(save(whole))
    whole.run(120 * DAY_MIN)
    found = subprocess.run(
        [sys.executable, "-c", FINISH, str(tmp_path / "world"), str(120 * DAY_MIN)],
        capture_output=True, text=True, check=True, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": hash_seed},
    )  # fmt: skip
    assert found.stdout.strip() == whole.journal.digest()


def test_saving_does_not_disturb_the_world_that_is_saved() -> None:
    plain, watched = run(20, TO_BE), begun(village(days=40), TO_BE)
    for day in (5, 11, 20):
        watched.run(day * DAY_MIN)
        save(watched)
        fork(watched)
    assert watched.journal.digest() == plain.journal.digest()


def test_ten_forks_of_one_world_go_their_own_ways_under_ten_policies() -> None:
    rules = [
        RuleChoice(name)
        for name in (
            "fixed_zone_batch", "fifo_pooled", "nearest_idle", "least_loaded", "skill_place_load", "earliest_due",
            "gcmu", "batch_hungarian", "hold_reserve",
        )
    ] + [RuleChoice("nearest_idle")]  # fmt: skip
    world = begun(village(days=40))
    world.run(10 * DAY_MIN)
    before = world.journal.digest()
    digests = []
    for rule in rules:
        copy = fork(world)
        copy.controller.adopt({"dispatch": rule})
        copy.run(20 * DAY_MIN)
        digests.append(copy.journal.digest())
    assert world.journal.digest() == before
    assert digests[2] == digests[9]
    assert len(dict.fromkeys(digests)) >= 8
    untouched = fork(world)
    untouched.run(20 * DAY_MIN)
    world.run(20 * DAY_MIN)
    assert world.journal.digest() == untouched.journal.digest()


def test_a_fork_shares_finished_chunks_and_constants() -> None:
    world = begun(village(days=40))
    world.run(30 * DAY_MIN)
    copy = fork(world)
    assert copy.births is world.births
    assert copy.repair.minutes_to is world.repair.minutes_to
    assert next(copy.journal.chunks()) is next(world.journal.chunks())
    assert copy.register.jobs[0] is not world.register.jobs[0]


def test_a_restored_society_numbers_on_and_keeps_no_other_world_alive() -> None:
    import mesa

    world = begun(village(days=30, features=Features(app_buildings=(1, 2))))
    world.run(5 * DAY_MIN)
    copy = restore(save(world))
    society = copy.parts["daily"].society
    assert [g.unique_id for g in society.groups] == [g.unique_id for g in world.parts["daily"].society.groups]
    assert society.next_number() == len(society.groups) + 1
    assert society not in mesa.Agent._ids and world.parts["daily"].society not in mesa.Agent._ids


def test_a_live_simpy_process_is_named_when_a_fork_is_refused() -> None:
    world = begun(village(days=10))

    def night_watch():  # type: ignore[no-untyped-def]
        yield world.clock.timeout(1e9)

    world.clock.process(night_watch())
    world.run(1.0)
    with pytest.raises(CannotFork, match="night_watch"):
        fork(world)


def test_switching_to_the_as_is_rule_in_the_middle_loses_no_order() -> None:
    """Fail-over (EV8): everything reported is finished, closed, or still in somebody's hands."""
    world = begun(village(days=80), TO_BE)
    world.run(20 * DAY_MIN)
    world.controller.adopt(
        {**AS_IS, "escalate": RuleChoice("none"), "preempt": RuleChoice("none"), "reserve": RuleChoice("none")}
    )
    world.run(60 * DAY_MIN)
    registered = dict.fromkeys(world.journal.table("RequestRegistered")["request"].tolist())
    record = world.controller.record
    assert all(number in record.orders for number in registered)
    old = [o for o in record.orders.values() if o.reported_at < 25 * DAY_MIN and o.completed_at > world.now]
    open_states = [o.state for o in old if o.state not in (28, 29, 36)]
    assert len(open_states) <= 3


def test_a_rule_adopted_before_anything_happened_equals_one_chosen_at_the_start() -> None:
    late = begun(village(days=40))
    late.controller.adopt({"dispatch": RuleChoice("least_loaded")})
    late.run(20 * DAY_MIN)
    assert late.journal.digest() == run(20, {"dispatch": RuleChoice("least_loaded")}).journal.digest()
    assert late.journal.digest() != run(20, NEAREST).journal.digest()
