"""The whole hourglass with imperfect phones: nothing is lost, and what it costs is bounded (EV4)."""

import pickle

import numpy as np
import pytest

from hardware_emul.devices.handset import Handset, HandsetProfile
from hardware_emul.field import compose
from policies.contract.states import OrderState
from policies.contract.units import DAY_MIN
from twin.journal import STATES

FINISHED = (OrderState.COMP, OrderState.CLOSE)


def phones(profile):
    def field_of(world):
        return compose({"handset": profile}, world.clock, world.streams, world.waist.note, world.waist.deliver)

    return field_of


class Post:
    """Worse than any phone: every report twice, each copy after its own delay, in any order."""

    def __init__(self, world, mean_min):
        self.world = world
        self.mean_min = mean_min
        self.n = 0

    def notice(self, fact, now):
        if not hasattr(fact, "tech") or type(fact).__name__ in ("DutyChanged", "CommandRefused"):
            return False
        for _ in range(2):
            self.n += 1
            delay = -self.mean_min * np.log(self.world.streams.uniform("post", self.n))
            self.world.clock.at(now + delay, self.world.waist.deliver, fact)
        return True


def unfinished(run):
    truth = [job.id for job in run.world.register.jobs.values() if job.state not in FINISHED]
    record = [order.id for order in run.centre.record.orders.values() if order.state not in FINISHED]
    return truth, record


def response(run):
    """Mean minutes from report to the first true arrival."""
    journal = run.world.journal
    reported = journal.table("RequestReported")
    arrived = {}
    on_site = journal.table("OnSite")
    for order, at in zip(on_site["order"].tolist(), on_site["at"].tolist(), strict=True):
        arrived.setdefault(order, at)
    assert len(arrived) == len(reported)
    return float(np.mean([arrived[k] - at for k, at in zip(reported["request"], reported["at"], strict=True)]))


def test_the_small_world_shows_every_kind_of_report(small_world):
    run = small_world().run()
    tables = run.world.journal.tables()
    kinds = (
        "OrderAccepted", "OrderDeclined", "OnSite", "NoAccess", "TradeFound", "MadeSafe", "PartNeeded", "VisitEnded",
        "WorkCompleted", "OrderReopened", "Preempt", "Escalate",
    )  # fmt: skip
    assert [kind for kind in kinds if kind not in tables] == []
    assert unfinished(run) == ([], [])


def test_perfect_phones_leave_the_journal_byte_identical(small_world):
    bare = small_world().run(15)

    def bought(world):
        perfect = HandsetProfile("perfect")
        return Handset(perfect, world.clock, world.streams, world.waist.note, world.waist.deliver)

    assert small_world(0, bought).run(15).world.journal.digest() == bare.world.journal.digest()
    assert small_world(0, phones("perfect")).run(15).world.journal.digest() == bare.world.journal.digest()


@pytest.mark.parametrize("seed", range(6))
def test_no_order_is_lost_under_poor_phones(small_world, seed):
    run = small_world(seed, phones("poor")).run()
    assert unfinished(run) == ([], [])
    assert all(tech.order < 0 and not tech.queue for tech in run.centre.record.technicians)


@pytest.mark.parametrize("seed", range(6))
def test_no_order_is_lost_when_every_report_comes_twice_late_and_out_of_order(small_world, seed):
    run = small_world(seed, lambda world: Post(world, 30.0)).run(90)
    assert unfinished(run) == ([], [])


def test_service_under_poor_phones_is_worse_but_not_by_more_than_the_silence_explains(small_world):
    perfect = np.array([response(small_world(seed).run()) for seed in range(4)])
    poor = np.array([response(small_world(seed, phones("poor")).run()) for seed in range(4)])
    assert poor.mean() > perfect.mean()
    assert poor.mean() < 2.0 * perfect.mean() + 60.0


def test_response_is_known_in_two_versions_and_the_recorded_one_is_never_earlier(small_world):
    journal = small_world(1, phones("poor")).run().world.journal
    true, claimed = {}, {}
    on_site = journal.table("OnSite")
    for order, at in zip(on_site["order"].tolist(), on_site["at"].tolist(), strict=True):
        true.setdefault(order, at)
    heard = journal.table("EventHeard")
    rows = zip(
        heard.text("kind"), heard["order"].tolist(), heard["stamped_at"].tolist(), heard["at"].tolist(), strict=True
    )
    for kind, order, stamped_at, at in rows:
        assert stamped_at <= at
        if kind == "OnSite":
            claimed.setdefault(order, stamped_at)
    assert claimed.keys() == true.keys()
    assert all(claimed[order] >= at for order, at in true.items())
    forgotten = sum(claimed[order] > at for order, at in true.items()) / len(true)
    assert 0.2 < forgotten < 0.5, "about the profile's 35 %"


def test_a_world_with_phones_is_saved_in_mid_run_and_goes_on_to_the_same_journal(small_world):
    whole = small_world(2, phones("poor")).run(30)
    half = small_world(2, phones("poor"))
    half.world.run(6.4 * DAY_MIN)
    restored = pickle.loads(pickle.dumps(half.world))
    restored.run(30 * DAY_MIN)
    assert restored.journal.digest() == whole.world.journal.digest()


def test_the_journal_of_a_run_with_phones_holds_facts_and_what_was_heard(small_world):
    journal = small_world(3, phones("poor")).run(15).world.journal
    tables = journal.tables()
    assert STATES in tables
    facts = sum(len(journal.table(kind)) for kind in ("OnSite", "WorkCompleted", "VisitEnded"))
    heard = journal.table("EventHeard").text("kind")
    assert sum(kind in ("OnSite", "WorkCompleted", "VisitEnded") for kind in heard) > facts, "some came twice"
