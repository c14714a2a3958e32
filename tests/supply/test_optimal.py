"""What is computed for stores: equal to the books where they have it, and to trying everything where they have not."""

from itertools import combinations, product
from math import sqrt
from random import Random

import pytest
from scipy import stats

from policies.supply import lots, poisson, renting, season
from policies.supply.continuous import Stock, least_stock
from policies.supply.review import Review


@pytest.mark.parametrize("mean", [0.0, 0.3, 4.0, 60.0, 900.0])
def test_poisson_demand_is_that_of_scipy(mean):
    law = stats.poisson(mean)
    numbers = range(int(mean + 20.0 * sqrt(mean) + 5.0))
    assert poisson.pmf(mean, len(numbers) - 1) == pytest.approx(law.pmf(numbers), rel=1e-9, abs=1e-300)
    for stock in (-3, 0, int(mean), int(mean) + 4):
        left = sum((stock - n) * law.pmf(n) for n in range(max(0, stock)))
        assert poisson.left_over(mean, stock) == pytest.approx(left, rel=1e-9, abs=1e-12)
        assert poisson.short(mean, stock) == pytest.approx(mean - stock + left, rel=1e-9, abs=1e-9)
    for probability in (0.0, 0.1, 0.5, 0.9, 0.999):
        assert poisson.quantile(mean, probability) == max(0, law.ppf(probability))


@pytest.mark.parametrize("number", range(12))
def test_no_pair_of_levels_is_cheaper_than_the_best(number):
    draw = Random(number)
    item = Review(draw.uniform(0.4, 12.0), draw.choice([0.0, draw.uniform(1.0, 60.0)]), draw.uniform(0.2, 2.0),
                  draw.uniform(1.0, 20.0), draw.randrange(3))  # fmt: skip
    best = item.best()
    assert best.cost == item.cost(best.s, best.S)
    around = product(range(best.s - 12, best.s + 13), range(best.S - 14, best.S + 15))
    assert best.cost <= min(item.cost(s, S) for s, S in around if s < S) * (1.0 + 1e-12)


@pytest.mark.parametrize("number", range(12))
def test_no_r_and_q_are_cheaper_than_the_best(number):
    draw = Random(number)
    item = Stock(draw.uniform(0.1, 6.0), draw.uniform(0.5, 6.0), draw.uniform(0.2, 3.0), draw.uniform(1.0, 60.0),
                 draw.choice([0.0, draw.uniform(1.0, 80.0)]))  # fmt: skip
    r, Q = item.best_r_Q()
    around = product(range(r - 12, r + 13), range(max(1, Q - 14), Q + 15))
    assert item.under_r_Q(r, Q).cost_rate <= min(item.under_r_Q(*pair).cost_rate for pair in around) * (1.0 + 1e-12)
    free = Stock(item.rate, item.lead, item.h, item.b)
    levels = [free.under_base_stock(S).cost_rate for S in range(80)]
    assert levels[free.best_base_stock()] == pytest.approx(min(levels), rel=1e-12)


def test_one_for_one_ordering_and_a_pool_of_four_are_those_of_the_books():
    """Palm 1938, Sherbrooke 1968; Eppen 1979 for the effect of a pool."""
    item = Stock(0.4, 7.0).under_base_stock(5)
    assert (item.fill_rate, item.mean_backorders, item.mean_on_hand) == pytest.approx(
        (0.847676057, 0.1009554736, 2.3009554736), rel=1e-9
    )
    assert item.mean_backorders / item.orders_per_time == pytest.approx(0.2523886841, rel=1e-9)
    alone, pooled = Stock(0.2, 6.0), Stock(0.8, 6.0)
    assert alone.under_base_stock(2).fill_rate == pytest.approx(0.6626272662, rel=1e-9)
    assert 4 * alone.under_base_stock(2).mean_backorders == pytest.approx(0.6552859125, rel=1e-9)
    assert pooled.under_base_stock(8).fill_rate == pytest.approx(0.8866661706, rel=1e-9)
    assert least_stock(pooled, alone.under_base_stock(2).fill_rate) == 7
    assert least_stock(pooled, 0.0) == 0


def test_price_breaks_are_taken_where_they_pay_and_only_there():
    prices = [(0.0, 10.0), (100.0, 9.7), (400.0, 9.4)]

    def cost(Q, demand, K):
        price = next(price for lot, price in reversed(prices) if lot <= Q)
        return demand * price + K * demand / Q + 0.25 * price * Q / 2.0

    for demand, K in product((5.0, 60.0, 300.0, 2000.0), (5.0, 120.0)):
        found = lots.discounted(demand, K, 0.25, prices)
        assert found.cost_rate == pytest.approx(cost(found.Q, demand, K), rel=1e-12)
        assert found.cost_rate <= min(cost(Q, demand, K) for Q in range(1, 6000)) * (1.0 + 1e-12)
    assert lots.discounted(5.0, 5.0, 0.25, prices).Q < 100.0
    assert lots.discounted(2000.0, 5.0, 0.25, prices).Q == 400.0
    for wrong in ([], [(1.0, 10.0)], [(0.0, 10.0), (5.0, 9.0), (5.0, 8.0)]):
        with pytest.raises(ValueError, match="prices from a lot of 0 on"):
            lots.discounted(5.0, 5.0, 0.25, wrong)


def test_half_the_best_lot_costs_a_quarter_more():
    """Why small lots alone never pay: only space, age and idle stock can make them."""
    best = lots.eoq(500.0, 40.0, 2.0)
    assert (40.0 * 500.0 / (best.Q / 2.0) + 2.0 * best.Q / 4.0) / best.cost_rate == pytest.approx(1.25)


@pytest.mark.parametrize("number", range(8))
def test_no_plan_of_orders_is_cheaper(number):
    draw = Random(number)
    demand = [draw.choice([0.0, draw.randint(1, 90)]) for _ in range(7)]
    K, h = draw.uniform(1.0, 200.0), draw.uniform(0.1, 3.0)

    def cost(periods):
        """Orders at these periods, each up to the next."""
        held, total = 0.0, 0.0
        for begin, end in zip(periods, (*periods[1:], len(demand)), strict=True):
            total += K if sum(demand[begin:end]) else 0.0
            held += sum(h * (late - begin) * demand[late] for late in range(begin, end))
        return total + held

    plans = [(0, *later) for n in range(7) for later in combinations(range(1, 7), n)]
    orders, least = lots.wagner_whitin(demand, K, h)
    assert least == pytest.approx(min(map(cost, plans)), rel=1e-12)
    assert sum(orders) == sum(demand)
    assert all(sum(orders[:n]) >= sum(demand[:n]) for n in range(1, 8))
    assert cost([0, *(n for n in range(1, 7) if orders[n])]) == pytest.approx(least, rel=1e-12)


def test_items_bought_together_cost_no_more_than_each_for_itself_and_many_are_as_good_as_all(monkeypatch):
    draw = Random(3)
    a, h, d = ([draw.uniform(1.0, 300.0) for _ in range(5)] for _ in range(3))
    every = lots.together(50.0, a, h, d)
    assert every.cost_rate <= sum(sqrt(2.0 * (50.0 + a[i]) * h[i] * d[i]) for i in range(5))
    monkeypatch.setattr(lots, "LOOKED_AT", 0)
    in_turn = lots.together(50.0, a, h, d)
    assert every.cost_rate <= in_turn.cost_rate <= 1.01 * every.cost_rate
    assert 1 in in_turn.multiples


def test_a_season_has_no_better_stock():
    def cost(S):
        law = stats.norm(50.0, 8.0)
        short = law.expect(lambda d: d - S, lb=S)
        return 0.18 * (S - 50.0 + short) + 0.7 * short

    best = season.normal(50.0, 8.0, 0.18, 0.7)
    assert best.cost == pytest.approx(cost(best.S), rel=1e-6)
    assert best.cost <= min(cost(best.S - 0.5), cost(best.S + 0.5))
    units = season.of_poisson(6.0, 1.0, 4.0)
    law = stats.poisson(6.0)
    costs = {S: sum(law.pmf(d) * (max(S - d, 0) + 4.0 * max(d - S, 0)) for d in range(60)) for S in range(30)}
    assert units.cost == pytest.approx(min(costs.values()), rel=1e-9)
    assert costs[int(units.S)] == min(costs.values())


@pytest.mark.parametrize("price", [1, 2, 10, 40])
def test_renting_never_pays_more_than_its_ratio_whatever_the_need(price):
    chances = renting.buying_periods(price)
    assert sum(chances) == pytest.approx(1.0)
    worst = {"break_even": 0.0, "randomised": 0.0}
    for need in range(1, 3 * price + 2):
        known = min(need, price)
        paid = {
            buy: buy - 1 + price if need >= buy else need for buy in range(1, price + 1)
        }  # rents before buying at the start of a period
        worst["break_even"] = max(worst["break_even"], paid[price] / known)
        mean = sum(chance * paid[buy] for buy, chance in enumerate(chances, 1))
        worst["randomised"] = max(worst["randomised"], mean / known)
    assert worst["break_even"] == pytest.approx(renting.break_even_ratio(price))
    assert worst["randomised"] == pytest.approx(renting.randomised_ratio(price))
    with pytest.raises(ValueError, match="one rent or more"):
        renting.break_even_ratio(0)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Review(0.0, 1.0, 1.0, 1.0),
        lambda: Review(1.0, 1.0, 1.0, 1.0).cost(4, 4),
        lambda: Stock(1.0, 0.0),
        lambda: Stock(1.0, 1.0).under_r_Q(3, 0),
        lambda: lots.eoq(1.0, 1.0, 0.0),
    ],
)
def test_what_cannot_be_is_refused(make):
    with pytest.raises(ValueError, match=r"above|at least"):
        make()
