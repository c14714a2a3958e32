"""The stores' desk: the book follows slips, rules are asked when they should be, and nothing a rule says gets past the guards."""

from datetime import date

import pytest

from policies.contract.calendar import Calendar
from policies.contract.commands import BuyStock, GuardHit, Wake
from policies.contract.decisions import Purchase
from policies.contract.events import ItemSuperseded, StockCounted, StockIssued, StockReceived, Woke
from policies.contract.stock import MONTHS_KEPT, StockItem
from policies.contract.units import DAY_MIN
from policies.contract.views import Site
from policies.controller.centre import CommandCentre
from policies.controller.desks.stores import REVIEW, REVIEW_MIN
from policies.controller.settings import Settings


class Buys:
    """Says what it was told to say, and remembers what was fresh."""

    def __init__(self, answer=None, continuous=False):
        self.answer = answer
        self.continuous = continuous
        self.fresh = []

    def replenish(self, stock, view):
        self.fresh.append([item.id for item in stock.fresh()])
        return self.answer(stock) if self.answer else ()


class Expects:
    def __init__(self, says):
        self.says = says

    def forecast(self, item, view):
        return self.says(item)


class Lots:
    def __init__(self, says):
        self.says = says

    def lot(self, item, quantity, view):
        return self.says(quantity)


def centre(replenish=None, forecast=None, order_size=None, lines=3):
    book = [StockItem(k, k, 0, 10.0, 4.0, 5, 2.0) for k in range(lines)]
    settings = Settings(Site([[0.0]]), [], Calendar(date(2025, 9, 1)), {}, stock=book)
    return CommandCentre(settings, {"replenish": replenish, "forecast": forecast, "order_size": order_size})


def review(made, day=1):
    return made.handle(Woke(REVIEW, -1), day * DAY_MIN + REVIEW_MIN)


def hits(commands):
    return [(one.decision, one.why) for one in commands if isinstance(one, GuardHit)]


def bought(commands):
    return [(one.item, one.quantity, one.rush) for one in commands if isinstance(one, BuyStock)]


def test_the_first_event_asks_for_the_next_review_and_each_review_for_the_following():
    made = centre(Buys())
    first = made.handle(StockIssued(0, 1, 1), 400.0)
    assert [one.at for one in first if isinstance(one, Wake)] == [DAY_MIN + REVIEW_MIN]
    assert [one.at for one in review(made) if isinstance(one, Wake)] == [2 * DAY_MIN + REVIEW_MIN]
    early = centre(Buys())
    assert [one.at for one in early.handle(StockIssued(0, 1, 1), 100.0) if isinstance(one, Wake)] == [REVIEW_MIN]


def test_an_office_without_stock_is_never_woken_for_it():
    made = centre(Buys(), lines=0)
    assert made.handle(StockIssued(0, 1, 1), 400.0) == []


def test_the_book_follows_what_it_is_told_and_never_falls_below_nothing():
    made = centre(Buys())
    item = made.record.stock.items[1]
    made.handle(StockIssued(1, 3, 3), 10.0)
    assert (item.on_hand, item.asked, item.issued_at) == (2, [3], 10.0)
    made.handle(StockIssued(1, 4, 2, 2, True), 20.0)
    assert (item.on_hand, item.backorders, item.asked) == (0, 2, [7])
    made.handle(StockReceived(1, 0, 6, 6), 30.0)
    made.handle(StockIssued(1, 0, 2, -2), 30.0)
    assert (item.on_hand, item.backorders, item.position) == (4, 0, 4)
    made.handle(StockIssued(1, 9, 9), 40.0)
    assert item.on_hand == 0
    made.handle(StockCounted(1, 8), 50.0)
    assert item.on_hand == 8
    made.handle(ItemSuperseded(1), 60.0)
    assert item.on_hand == 0
    assert made.handle(StockIssued(99, 1, 1), 70.0) == []


def test_a_rule_is_asked_at_the_review_of_what_changed_and_a_continuous_one_after_every_issue():
    daily, always = Buys(), Buys(continuous=True)
    for rule in (daily, always):
        made = centre(rule)
        made.handle(StockIssued(2, 1, 1), 400.0)
        made.handle(StockIssued(0, 1, 1), 410.0)
        review(made)
        review(made, 2)
    assert daily.fresh == [[2, 0], []]
    assert always.fresh == [[2], [0], [], []]


def test_what_is_bought_is_on_order_until_it_is_received_and_no_lot_is_made_of_a_rush():
    rule = Buys(lambda stock: [Purchase(stock.items[0], 3), Purchase(stock.items[1], 2, rush=True)])
    made = centre(rule, order_size=Lots(lambda quantity: 10 * quantity))
    made.handle(StockIssued(0, 1, 1), 400.0)
    assert bought(review(made)) == [(0, 30, False), (1, 2, True)]
    assert [item.on_order for item in made.record.stock.items] == [30, 2, 0]
    made.handle(StockReceived(0, 0, 30, 30), 3000.0)
    assert made.record.stock.items[0].on_order == 0


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (lambda stock: 1 / 0, "raised ZeroDivisionError"),
        (lambda stock: 7, "raised TypeError"),
        (lambda stock: ["everything"], "not a purchase"),
        (lambda stock: [Purchase(StockItem(0, 0), 1)], "no line of the book"),
        (lambda stock: [Purchase(stock.items[0], 0)], "not a number of pieces from 1 to 1,000,000"),
        (lambda stock: [Purchase(stock.items[0], 2.5)], "not a number of pieces from 1 to 1,000,000"),
        (lambda stock: [Purchase(stock.items[0], 1, rush="yes")], "not a purchase"),
    ],
)
def test_what_no_office_would_buy_is_refused_and_kept(answer, why):
    made = centre(Buys(answer))
    made.handle(StockIssued(0, 1, 1), 400.0)
    commands = review(made)
    assert hits(commands) == [("replenish", why)]
    assert bought(commands) == []


def test_a_line_that_is_bought_twice_is_bought_once():
    made = centre(Buys(lambda stock: [Purchase(stock.items[0], 1), Purchase(stock.items[0], 4)]))
    made.handle(StockIssued(0, 1, 1), 400.0)
    commands = review(made)
    assert bought(commands) == [(0, 1, False)]
    assert hits(commands) == [("replenish", "the line is bought twice")]


@pytest.mark.parametrize("says", [lambda quantity: 0, lambda quantity: "many", lambda quantity: 1 / 0])
def test_a_lot_that_is_none_is_passed_over_for_what_was_needed(says):
    made = centre(Buys(lambda stock: [Purchase(stock.items[0], 3)]), order_size=Lots(says))
    made.handle(StockIssued(0, 1, 1), 400.0)
    commands = review(made)
    assert bought(commands) == [(0, 3, False)]
    assert [decision for decision, _ in hits(commands)] == ["order_size"]


def test_a_month_that_has_ended_is_forecast_once_and_begins_a_new_one():
    made = centre(Buys(), Expects(lambda item: float(sum(item.asked)) if item.id else float("nan")))
    made.handle(StockIssued(1, 5, 5), 400.0)
    assert hits(review(made, 29)) == []
    commands = review(made, 30)
    assert hits(commands) == [("forecast", "not a number of pieces from 0 to 1,000,000")]
    items = made.record.stock.items
    assert [item.expected_per_month for item in items] == [2.0, 5.0, 0.0]
    assert [item.asked for item in items] == [[0, 0], [5, 0], [0, 0]]
    assert hits(review(made, 31)) == []
    for day in range(32, 32 + 40 * 31, 31):
        review(made, day)
    assert len(items[0].asked) == MONTHS_KEPT


def test_rules_of_the_stores_are_taken_over_in_the_middle_of_a_run():
    first, second = Buys(), Buys(lambda stock: [Purchase(stock.items[2], 1)])
    made = centre(first)
    made.handle(StockIssued(0, 1, 1), 400.0)
    made.take_over({"replenish": second})
    assert bought(review(made)) == [(2, 1, False)]
    assert first.fresh == []
