"""A site is current or stale for the reasons that were put into it, and seldom for none."""

import numpy as np
import pytest

from results.drift import FALSE_ALARM_DAYS, Figure, Monitor, TooFewRuns

REQUESTS = Figure("requests", "count", 0.20)
RESPONSE = Figure("response", "duration", 0.25)
SHARE = Figure("share", "share", 0.10)
DAYS = 100
WEEK = np.tile([60.0, 55.0, 50.0, 50.0, 50.0, 30.0, 20.0], 20)


def campus(seed, runs, days=DAYS, factor=1.0, slower=0.0, moods=0.15):
    """Over-dispersed weekly counts, logarithms of durations that hang together, shares of a hundred visits."""
    rng = np.random.default_rng(seed)
    mean = WEEK[:days] * factor * rng.lognormal(0.0, moods, (runs, days))
    noise = rng.normal(0.0, 0.2, (runs, days))
    for day in range(1, days):
        noise[:, day] += 0.5 * noise[:, day - 1]
    return {
        "requests": rng.poisson(mean).astype(float),
        "response": 5.0 + slower + noise,
        "share": rng.binomial(100, 0.2, (runs, days)) / 100.0,
    }


def one(runs, number=0):
    return {name: values[number] for name, values in runs.items()}


def spliced(before, after, day):
    return {name: np.concatenate([values[:day], after[name][day:]]) for name, values in before.items()}


@pytest.fixture(scope="module")
def monitor():
    return Monitor([REQUESTS, RESPONSE, SHARE], campus(1, 40))


def test_a_site_like_the_twin_is_current(monitor):
    found = monitor.judge(one(campus(2, 1)))
    assert found.state == "current"
    assert not found.because
    assert [figure.days for figure in found.figures] == [DAYS] * 3
    for figure in found.figures:
        assert figure.recent.low < 0.0 < figure.recent.high


def test_more_requests_are_found_with_their_day_and_size(monitor):
    site = spliced(one(campus(2, 1)), one(campus(3, 1, factor=1.3)), 50)
    found = monitor.judge(site)
    assert found.state == "stale"
    (alarm,) = found.because
    assert (alarm.figure, alarm.sign) == ("requests", 1)
    assert abs(alarm.since - 50) <= 3
    assert 50 <= alarm.day <= 60
    assert alarm.now.low < 0.3 < alarm.now.high
    assert alarm.now.high - alarm.now.low < 0.3


@pytest.mark.parametrize(("slower", "sign"), [(np.log(1.6), 1), (-np.log(1.6), -1)])
def test_a_slower_or_quicker_response_is_found_and_told_as_a_share(monitor, slower, sign):
    site = spliced(one(campus(2, 1)), one(campus(3, 1, slower=slower)), 40)
    found = monitor.judge(site)
    assert {(alarm.figure, alarm.sign) for alarm in found.because} == {("response", sign)}
    size = found.because[0].now
    assert size.low < np.expm1(slower) < size.high


def test_a_change_that_went_on_is_told_once_and_one_that_passed_does_not_stand(monitor):
    plain, more = one(campus(2, 1)), one(campus(3, 1, factor=1.5))
    passed = spliced(spliced(plain, more, 20), plain, 40)
    found = monitor.judge(passed)
    requests = found.figures[0]
    assert requests.alarms[0].sign == 1
    assert 20 <= requests.alarms[0].day <= 40
    assert found.state == "current"
    assert len([alarm for alarm in monitor.judge(spliced(plain, more, 20)).figures[0].alarms if alarm.sign > 0]) == 1


def test_false_alarms_are_as_rare_as_promised_on_fresh_sites(monitor):
    fresh = campus(7, 200, days=90)
    total = sum(int(np.count_nonzero(signs)) for k in range(200) for signs in monitor.alarms(one(fresh, k)).values())
    assert 0 < total <= 200 * 90 / FALSE_ALARM_DAYS


def test_rhythm_and_moods_of_the_campus_are_no_drift():
    moody = Monitor([REQUESTS], {"requests": campus(1, 40, moods=0.5)["requests"]})
    calm = Monitor([REQUESTS], {"requests": campus(1, 40, moods=0.0)["requests"]})
    site = one(campus(8, 1, moods=0.5))
    assert moody.judge(site).state == "current"
    assert calm.judge(site).figures[0].alarms


def test_few_days_are_not_enough_to_say_current_but_to_say_stale(monitor):
    few = {name: values[:2] for name, values in one(campus(2, 1)).items()}
    found = monitor.judge(few)
    assert found.state == "too few days"
    assert found.figures[0].enough_days > 2
    assert found.figures[0].days == 2
    many = {name: values * (4.0 if name == "requests" else 1.0) for name, values in few.items()}
    assert monitor.judge(many).state == "stale"


def test_enough_days_is_when_nine_of_ten_changes_have_been_seen():
    watched = Monitor([REQUESTS], {"requests": campus(1, 60)["requests"]})
    (enough,) = watched.enough_days
    changed = campus(9, 300, factor=1.2)["requests"]
    seen = [(watched.alarms({"requests": site[:enough]})["requests"] == 1).any() for site in changed]
    assert 0.8 <= np.mean(seen) <= 1.0


def test_days_without_a_value_in_the_twin_either_do_not_count_as_too_few():
    """A figure that has a value every other day needs as many of its days as one that has one every day."""
    always = {"requests": campus(1, 40, days=60)["requests"]}
    seldom = {"requests": np.full((40, 120), np.nan)}
    seldom["requests"][:, ::2] = always["requests"]
    (of_always,), (of_seldom,) = (Monitor([REQUESTS], runs).enough_days for runs in (always, seldom))
    assert abs(of_seldom - of_always) <= 4 < of_always


def test_a_figure_that_drowns_in_its_noise_is_not_called_current():
    noise = {"response": np.random.default_rng(1).normal(5.0, 4.0, (20, DAYS))}
    found = Monitor([RESPONSE], noise).judge({"response": noise["response"][0]})
    assert (found.state, found.figures[0].enough_days) == ("cannot be judged", None)


def test_silent_days_say_nothing(monitor):
    site = spliced(one(campus(2, 1)), one(campus(3, 1, factor=1.3)), 50)
    whole = monitor.judge(site)
    for values in site.values():
        values[10:20] = np.nan
    found = monitor.judge(site)
    assert found.figures[0].days == DAYS - 10
    assert [alarm.day for alarm in found.because] == [alarm.day for alarm in whole.because]


def test_too_few_replications_are_refused_with_how_many_are_needed():
    with pytest.raises(TooFewRuns, match="9 replications: expected at least 10"):
        Monitor([REQUESTS], {"requests": campus(1, 9)["requests"]})
    with pytest.raises(TooFewRuns, match="12 replications of 20 days .* expected at least 14 replications"):
        Monitor([REQUESTS], {"requests": campus(1, 12, days=20)["requests"]})
    assert Monitor([REQUESTS], {"requests": campus(1, 14, days=20)["requests"]}).false_alarms == 0


def test_a_site_with_more_days_than_the_replications_is_refused(monitor):
    with pytest.raises(ValueError, match="120 days of the site, 100 of the replications"):
        monitor.judge(one(campus(2, 1, days=120)))
