"""On every single path, not only on average: the degenerate twin is the queue it is said to be."""

from dataclasses import replace
from heapq import heapify, heapreplace

import numpy as np
import pytest

from policies.controller.settings import RuleChoice
from scenarios.verify import readings
from scenarios.verify.controls import single_server_wait
from scenarios.verify.degenerate import NEAREST, POOLED, PREEMPTIVE, degenerate, finish
from scenarios.verify.draws import Floats, alternating, classes, demand, draw, poisson, routed
from scenarios.verify.recipes.machines import PLAIN_WORK
from scenarios.verify.recipes.pace import with_visits
from scenarios.verify.truths import SHIPPED, read

CUSTOMERS = 3000


def rng(*key: int) -> np.random.Generator:
    return np.random.default_rng([2025, *key])


def crew_wait(report: Floats, work: Floats, crew: int) -> Floats:
    """First come, first served by a crew: Kiefer and Wolfowitz's recursion (Trans. AMS 78, 1955)."""
    free = [0.0] * crew
    heapify(free)
    wait = np.empty(len(report))
    for k, (at, minutes) in enumerate(zip(report.tolist(), work.tolist(), strict=True)):
        begin = max(at, free[0])
        wait[k] = begin - at
        heapreplace(free, begin + minutes)
    return wait


@pytest.mark.parametrize("kind", ["exponential", "deterministic", "lognormal"])
def test_one_technician_waits_as_lindley_says(kind):
    r = rng(1)
    work = draw({"kind": kind, "mean": 48.0, "cv2": 1.5}, CUSTOMERS, r)
    asked = demand(poisson(1.0 / 60.0, CUSTOMERS, r), work)
    wait = readings.orders(finish(degenerate(asked, 1)).journal).wait
    assert wait == pytest.approx(single_server_wait(asked.report, work, 0.0), abs=1e-6)
    assert wait.max() > 0.0


@pytest.mark.parametrize("crew", [2, 3, 8])
@pytest.mark.parametrize("rules", [NEAREST, POOLED], ids=["nearest_idle", "fifo_pooled"])
def test_a_crew_of_equals_waits_as_kiefer_and_wolfowitz_say(crew, rules):
    r = rng(2, crew)
    asked = demand(poisson(crew / 60.0, CUSTOMERS, r), r.exponential(50.0, CUSTOMERS))
    wait = readings.orders(finish(degenerate(asked, crew, rules)).journal).wait
    assert wait == pytest.approx(crew_wait(asked.report, asked.work, crew), abs=1e-6)
    assert wait.max() > 0.0


def emergencies_with_routine(share: float, rules: dict[str, RuleChoice]) -> tuple[Floats, Floats]:
    """Begin and end of the same emergencies beside routine work of ``share`` of the crew's time [min]."""
    r = rng(3)
    urgent, urgent_work = poisson(0.6 / 60.0, 800, r), r.exponential(60.0, 800)
    rate, span = share * 3.0 / 60.0, float(urgent[-1])
    routine = poisson(rate, int(rate * span), rng(4))
    report = np.concatenate([urgent, routine])
    order = np.argsort(report)
    priority = np.repeat([1, 3], [len(urgent), len(routine)])[order]
    work = np.concatenate([urgent_work, rng(5).exponential(60.0, len(routine))])[order]
    found = readings.orders(finish(degenerate(demand(report[order], work, priority), 3, rules)).journal)
    first = found.priority == 1
    return found.begun[first], found.ended[first]


def test_under_preemption_doubled_routine_work_changes_nothing_for_emergencies():
    begun, ended = emergencies_with_routine(0.35, PREEMPTIVE)
    begun_2, ended_2 = emergencies_with_routine(0.70, PREEMPTIVE)
    assert np.array_equal(begun, begun_2)
    assert np.array_equal(ended, ended_2)


def test_without_preemption_doubled_routine_work_delays_emergencies():
    begun, _ = emergencies_with_routine(0.35, NEAREST)
    begun_2, _ = emergencies_with_routine(0.70, NEAREST)
    assert begun_2.mean() > begun.mean()


def test_interrupted_work_is_resumed_where_it_was_left():
    r = rng(6)
    of = classes([0.6, 1.6], CUSTOMERS, r)
    asked = demand(poisson(2.2 / 60.0, CUSTOMERS, r), r.exponential(60.0, CUSTOMERS), of)
    journal = finish(degenerate(asked, 3, PREEMPTIVE)).journal
    spells = readings.spells(journal)
    worked = np.bincount(spells.order, spells.end - spells.start)
    assert worked == pytest.approx(asked.work, abs=1e-6)
    assert len(spells.order) > CUSTOMERS
    assert (of[np.bincount(spells.order) > 1] == 2).all()


def test_nobody_waits_beyond_patience_and_nobody_leaves_before():
    r = rng(7)
    patience = r.exponential(60.0, CUSTOMERS)
    asked = demand(poisson(14.0 / 60.0, CUSTOMERS, r), r.exponential(30.0, CUSTOMERS))
    minutes = patience.tolist()
    found = readings.orders(finish(degenerate(asked, 6, POOLED, patience=lambda job: minutes[job.id])).journal)
    gone = found.abandoned > 0.0
    assert found.wait[gone] == pytest.approx(patience[gone])
    assert (found.wait[~gone] <= patience[~gone]).all()
    assert np.isnan(found.begun[gone]).all()
    assert 0.1 < gone.mean() < 0.3


def test_every_return_is_a_visit_of_its_own():
    r = rng(8)
    asked = routed(poisson(1.0 / 60.0, 1000, r), np.zeros(1000, dtype=int), np.array([[0.3]]), [30.0], ["work"], r)
    found = readings.orders(finish(degenerate(asked, 2)).journal)
    follows = asked.child[asked.child >= 0]
    assert np.array_equal(found.report[follows], found.ended[asked.child >= 0])
    assert len(asked) == pytest.approx(1000 / 0.7, rel=0.1)


def test_a_machine_breaks_a_life_after_its_repair():
    r = rng(9)
    lives, works = r.exponential(300.0, (5, 40)), r.exponential(60.0, (5, 40))
    asked = alternating(lives, works)
    found = readings.orders(finish(degenerate(asked, 1)).journal)
    broken, fixed = found.report.reshape(40, 5), found.ended.reshape(40, 5)
    assert np.sort((broken[1:] - fixed[:-1]).ravel()) == pytest.approx(np.sort(lives[:, 1:].ravel()), abs=1e-6)
    assert found.wait.max() > 0.0


def test_a_diagnosis_missed_with_probability_p_makes_one_over_one_minus_p_visits():
    missed, count = 0.18, 4000
    asked = demand(poisson(1.0 / 60.0, count, rng(10)), np.full(count, 40.0))
    work = replace(PLAIN_WORK, diagnosis=(1.0 - missed,) * 4, found_out_on_site=1.0, wrong_share_of_work=1.0)
    journal = finish(with_visits(degenerate(asked, 3), work, 5)).journal
    spells = readings.spells(journal)
    visits = np.bincount(spells.order)
    assert visits.mean() == pytest.approx(1.0 / (1.0 - missed), abs=4.0 * visits.std() / count**0.5)
    assert np.unique(np.round(spells.end - spells.start, 6)).tolist() == [40.0]


def test_the_cases_kept_here_are_the_published_file_s(shared):
    published = read(shared / "reference" / "analytic.json")
    for name, case in read(SHIPPED).items():
        assert case == published[name]
