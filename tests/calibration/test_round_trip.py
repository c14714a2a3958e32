"""Two logs there and back; the twenty-five are in ``tests/evidence``."""

from tests.calibration.round_trip import WIDEST, Trip


def test_most_intervals_of_two_logs_hold_the_truth_and_none_is_too_wide(tmp_path):
    trip = Trip()
    for seed in (0, 1):
        trip.add(seed, tmp_path)
    assert set(trip.held) == set(WIDEST)
    assert len(WIDEST) == 20
    assert trip.coverage() >= 0.75, "40 intervals of 90 %: fewer than 30 held has a chance below 1 in 1,000"
    assert not trip.too_wide()
