"""A fixed small part of the analytic cases; all of them, as far as a minute goes: ``twin verify``; to the end: ``make evidence``."""

import pytest

from scenarios.verify.play import Play, estimates, sample
from scenarios.verify.registry import RECIPES
from scenarios.verify.truths import read
from scenarios.verify.verification import LEVEL

CASES = read()
WIDER = 5.0
"""The interval may be this much wider than the published tolerance: so few customers are asked here."""
REPLICATIONS = 30


def part(case, customers, *quantities, recipe=""):
    """A small play of some quantities of a case."""
    return Play(case, recipe or CASES[case].model, REPLICATIONS, customers, quantities)


PLAYS = [
    part("mmc-light", 2400, "utilisation", "P_wait", "L", "W"),
    part("mm1-textbook", 1500, "utilisation", "P_wait", "P_W_le_t_resolve"),
    part("mg1-deterministic", 1500, "utilisation", "Wq", "L"),
    part("mg1-lognormal", 1500, "utilisation", "W", "L"),
    part("prio-np-2class", 1500, "Wq_2", "Wq_mean"),
    part("prio-np-mg1-2exp", 1500, "Wq_1", "Wq_2"),
    part("prio-pr-2class", 1000, "W_1", "W_2", "P_first_start_le_t_class1"),
    part("prio-pr-mg1-2exp", 1000, "W_1", "W_2"),
    part("erlang-a-hotline-overload", 1000, "P_wait", "P_abandon", "Wq_all", "utilisation"),
    part("erlang-b-10-10", 1000, "P_block"),
    part("mmck-waiting-room", 1000, "Lq", "Wq_accepted", "throughput", "utilisation"),
    part("repair-10-machines-2", 1000, "L_down", "failure_rate", "W_down", "availability"),
    part("repair-10-machines-2", 200, "failure_rate", "availability", "repairer_utilisation", recipe="machine_repair_fleet"),
    part("availability-2of3", 1000, "unit_availability", "system_availability", "system_failure_rate"),
    part("repeat-jobs-18pct", 1500, "visits_per_job", "utilisation", "L", "total_time_per_job"),
    part("jackson-tandem", 1000, "L_total", "W_end_to_end", "W_2", "W_3"),
    part("jackson-rework", 800, "L_total", "W_1", "W_2"),
    part("het-servers-2", 1000, "P_wait", "Wq", "busy_1", "busy_2"),
    part("batch-arrivals", 1000, "L", "W", "Wq"),
    part("daily-profile", 1000, "m(6)", "m(12)", "peak_mean"),
    part("hypercube-larson-3", 1000, "workload_1", "workload_2", "workload_3", "P_all_free", "P_all_busy"),
    part("hypercube-loss-4", 1000, "workload_1", "workload_4", "P_all_busy", "mean_travel_time"),
    part("ss-leadtime-2", 800, "cost"),
    part("rfid-95-two-rounds", 48_000, "P_tag_seen", "mean_count", "sd_count", "P_count_exact"),
]  # fmt: skip
TESTED = sum(len(play.quantities) for play in PLAYS)


@pytest.mark.parametrize("play", PLAYS, ids=lambda play: f"{play.case}-{play.recipe}")
def test_a_degenerate_twin_gives_what_the_books_say(play):
    case = CASES[play.case]
    drawn = [sample(case, play, 11, 1, replication) for replication in range(play.replications)]
    for row in estimates(case, play, drawn, LEVEL / TESTED, 11):
        assert row.holds, row
        assert row.half_width <= WIDER * row.allowed, row


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.id)
def test_a_recipe_gives_what_it_says_it_gives(case):
    recipe = RECIPES[case.model]
    gives = recipe.gives(case)
    played = sample(case, Play(case.id, recipe.name, 1, 400, ()), 3, 1, 0).values if gives else {}
    assert sorted(played) == sorted(gives)
    assert not [name for name in case.expected if name not in (*played, *recipe.computes(case))]
