"""A fixed small part of the analytic cases; the whole, at the published tolerances: ``make evidence``."""

import pytest

from tests.theory.cases import load
from tests.theory.play import LEVEL, Play, estimates, samples

CASES = load()
WIDER = 5.0
"""The interval may be this much wider than the published tolerance: so few customers are asked here."""
PLAYS = [
    Play("mmc-light", 30, 2400, ("utilisation", "P_wait", "L", "W")),
    Play("mm1-textbook", 30, 1500, ("utilisation", "P_wait", "P_W_le_t_resolve")),
    Play("mg1-deterministic", 30, 1500, ("utilisation", "Wq", "L")),
    Play("mg1-lognormal", 30, 1500, ("utilisation", "W", "L")),
    Play("prio-np-2class", 30, 1500, ("Wq_2", "Wq_mean")),
    Play("prio-np-mg1-2exp", 30, 1500, ("Wq_1", "Wq_2")),
    Play("prio-pr-2class", 30, 1000, ("W_1", "W_2", "P_first_start_le_t_class1")),
    Play("prio-pr-mg1-2exp", 30, 1000, ("W_1", "W_2")),
    Play("erlang-a-hotline-overload", 30, 1000, ("P_wait", "P_abandon", "Wq_all", "utilisation")),
    Play("erlang-b-10-10", 30, 1000, ("P_block",)),
    Play("repair-10-machines-2", 30, 1000, ("L_down", "failure_rate", "W_down", "availability")),
    Play("repair-10-machines-2", 16, 200, ("failure_rate", "availability", "repairer_utilisation"), "machine_repair_fleet"),
    Play("repeat-jobs-18pct", 30, 1500, ("visits_per_job", "utilisation", "L", "total_time_per_job")),
    Play("jackson-tandem", 30, 1000, ("L_total", "W_end_to_end", "W_2", "W_3")),
    Play("jackson-rework", 30, 800, ("L_total", "W_1", "W_2")),
    Play("het-servers-2", 30, 1000, ("P_wait", "Wq", "busy_1", "busy_2")),
    Play("batch-arrivals", 30, 1000, ("L", "W", "Wq")),
    Play("daily-profile", 30, 1000, ("m(6)", "m(12)", "peak_mean")),
    Play("hypercube-larson-3", 30, 1000, ("workload_1", "workload_2", "workload_3", "P_all_free", "P_all_busy")),
    Play("hypercube-loss-4", 30, 1000, ("workload_1", "workload_4", "P_all_busy", "mean_travel_time")),
]  # fmt: skip
TESTED = sum(len(play.quantities) for play in PLAYS)


@pytest.mark.parametrize("play", PLAYS, ids=lambda play: f"{play.case}{'-fleet' if play.recipe else ''}")
def test_a_degenerate_twin_gives_what_the_books_say(play):
    case = CASES[play.case]
    for row in estimates(case, play, samples(case, play, seed=11), LEVEL / TESTED):
        assert abs(row.estimate - row.expected) <= row.half_width, row
        assert row.half_width <= WIDER * row.allowed, row
