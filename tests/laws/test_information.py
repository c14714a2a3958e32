"""Laws of information: policies see the record, names carry none, absent features leave no trace."""

import importlib
from collections.abc import Sequence
from typing import Any

import pytest

from policies.contract import plan
from policies.contract.commands import Command, Later
from policies.contract.events import Event
from policies.contract.units import DAY_MIN
from policies.controller.settings import RuleChoice
from tests.worlds import AS_IS, NEAREST, TO_BE, begun, centre, run, village
from twin.campus import Features, Society
from twin.entities.job import Fault, Job
from twin.ports import Controller

RENAMED = ("request", "order", "task", "into")


class Renamed:
    """A controller that knows every order by another number, in the same order: k becomes 3k + 11."""

    def __init__(self, inner: Controller) -> None:
        self.inner = inner

    def handle(self, event: Event, now: float) -> Sequence[Command]:
        return [self._back(command) for command in self.inner.handle(self._there(event), now)]

    def _there(self, event: Event) -> Event:
        return self._copy(event, lambda n: 3 * n + 11 if n >= 0 else n)

    def _back(self, command: Command) -> Command:
        if isinstance(command, Later):
            return Later(command.after_min, self._back(command.command))  # type: ignore[arg-type]
        return self._copy(command, lambda n: (n - 11) // 3 if n >= 11 else n)

    def _copy(self, row: Any, rename: Any) -> Any:
        names = list(row.__dataclass_fields__)
        names.remove("columns") if "columns" in names else None
        values = {name: getattr(row, name) for name in names}
        for name in RENAMED:
            if name in values:
                values[name] = rename(values[name])
        if "subject" in values:
            values["subject"] = (
                rename(values["subject"]) if values.get("tag") != "dispatch_round" else values["subject"]
            )
        return type(row)(**values)


@pytest.mark.parametrize("rules", [NEAREST, AS_IS, TO_BE], ids=["nearest", "as_is", "to_be"])
def test_an_order_preserving_renaming_of_orders_changes_nothing(rules: dict[str, RuleChoice]) -> None:
    campus = village(days=40)
    renamed = run(20, campus=campus, controller=Renamed(centre(campus, rules)))
    plain = run(20, rules)
    for table in ("OnSite", "WorkCompleted", "RequestReported", "CostBooked"):
        a, b = renamed.journal.table(table), plain.journal.table(table)
        assert a["at"].tolist() == b["at"].tolist()


class Poison(Exception):
    """Somebody touched the truth."""


HIDDEN = (
    "work_min",
    "root",
    "cause",
    "fixed",
    "safe",
    "diagnosed",
    "remaining_min",
    "unneeded",
    "misdirected",
    "access_u",
)


@pytest.mark.parametrize("rules", [NEAREST, AS_IS, TO_BE], ids=["nearest", "as_is", "to_be"])
def test_no_shipped_policy_touches_hidden_fields(rules: dict[str, RuleChoice], monkeypatch: pytest.MonkeyPatch) -> None:
    """While the controller decides, every hidden field of every fault and job raises."""
    campus = village(days=30)
    inner = centre(campus, rules)
    deciding = [False]

    for kind in (Fault, Job):
        for name in HIDDEN:
            slot = kind.__dict__.get(name)
            if slot is None:
                continue

            def read(self: Any, slot: Any = slot) -> Any:
                if deciding[0]:
                    raise Poison(slot.__name__)
                return slot.__get__(self)

            def write(self: Any, value: Any, slot: Any = slot) -> None:
                slot.__set__(self, value)

            monkeypatch.setattr(kind, name, property(read, write))

    class Watched:
        def handle(self, event: Event, now: float) -> Sequence[Command]:
            deciding[0] = True
            try:
                return inner.handle(event, now)
            finally:
                deciding[0] = False

    world = run(10, campus=campus, controller=Watched())
    assert len(world.journal.table("WorkCompleted")) > 30
    deciding[0] = True
    with pytest.raises(Poison):
        _ = next(iter(world.register.jobs.values())).remaining_min


def test_the_record_holds_no_object_of_the_world() -> None:
    world = run(10, TO_BE)
    truth = {id(job) for job in world.register.jobs.values()} | {id(t) for t in world.technicians}
    for order in world.controller.record.orders.values():
        assert not any(id(getattr(order, name)) in truth for name in type(order).__slots__)


@pytest.mark.parametrize("rules", [NEAREST, AS_IS], ids=["nearest", "as_is"])
def test_the_app_with_zero_adoption_equals_no_app(rules: dict[str, RuleChoice]) -> None:
    """Row by row: a feature nobody uses leaves no trace."""
    without = run(20, rules)
    campus = village(days=40, features=Features(app_buildings=tuple(range(10))))
    campus.society = Society(adoption_max=0.0)
    unused = run(20, rules, campus=campus)
    assert unused.journal.counts() == without.journal.counts()
    assert unused.journal.digest() == without.journal.digest()


def test_the_app_in_use_is_seen_in_the_journal() -> None:
    used = run(20, NEAREST, campus=village(days=40, features=Features(app_buildings=tuple(range(10)))))
    assert "AdoptionChanged" in used.journal.tables()
    assert "app" in used.journal.table("RequestReported").text("channel")


def test_changing_the_targets_changes_no_journal_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """T1-T6 are the ruler's; rules with pinned parameters and the world never look at them."""
    before = run(15, AS_IS).journal.digest()
    for name in ("RESPONSE", "EMERGENCY_ON_SITE", "EMERGENCY_HANDLED"):
        target = getattr(plan, name)
        monkeypatch.setattr(
            plan, name, plan.Target(target.id, target.zh, target.value * 7.0, target.unit, target.at_least, "x")
        )
    monkeypatch.setattr(plan, "RESPONSE_MIN", 1.0)
    monkeypatch.setattr(plan, "TARGETS", ())
    importlib.invalidate_caches()
    assert run(15, AS_IS).journal.digest() == before


def test_the_office_hears_nothing_before_it_is_registered() -> None:
    campus = village(days=30)
    inner = centre(campus)
    heard: dict[int, float] = {}

    class Watched:
        def handle(self, event: Event, now: float) -> Sequence[Command]:
            number = getattr(event, "request", None)
            if number is not None:
                heard.setdefault(number, now)
            return inner.handle(event, now)

    world = run(10, campus=campus, controller=Watched())
    table = world.journal.table("RequestReported")
    reported = dict(zip(table["request"].tolist(), table["at"].tolist(), strict=True))
    assert heard and all(now >= reported[number] for number, now in heard.items())


def test_two_runs_of_one_seed_have_one_journal() -> None:
    assert run(12, TO_BE).journal.digest() == run(12, TO_BE).journal.digest()


def test_a_world_begun_twice_from_one_description_is_not_shared() -> None:
    campus = village(days=30)
    one, other = begun(campus), begun(campus)
    one.run(5 * DAY_MIN)
    assert other.now == 0.0 and other.journal.n == 0
