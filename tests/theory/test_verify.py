"""``twin verify``: other numbers pass, wrong ones and planted faults are refuted, bad files are told."""

import json
from dataclasses import replace
from math import factorial

import pytest
from click.testing import CliRunner

from policies.response.dispatch import FifoPooled
from policies.response.dispatch_index import Gcmu
from scenarios.cli import main
from scenarios.verify.effort import FULL, QUICK
from scenarios.verify.registry import NOT_YET, models
from scenarios.verify.truths import read
from scenarios.verify.verification import verify
from twin.entities.job import Fault
from twin.processes.repair import Repair


def crew(rate, mu, c, t):
    """M/M/c by Erlang's second formula (Gross et al., ch. 2)."""
    a = rate / mu
    top = a**c / factorial(c) / (1.0 - a / c)
    wait = top / (sum(a**k / factorial(k) for k in range(c)) + top)
    wq = wait / (c * mu - rate)
    return {
        "id": "crew", "model": "mmc", "units": "hours", "parameters": {"lambda": rate, "mu": mu, "c": c, "t_response": t},
        "expected": {
            "utilisation": a / c, "P_wait": wait, "Wq": wq, "Lq": rate * wq, "W": wq + 1.0 / mu,
            "P_Wq_le_t_response": 1.0 - wait * 2.718281828459045 ** (-(c * mu - rate) * t),
        },
        "tolerance": {"rel": 0.3},
    }  # fmt: skip


def specialist(rate, mean, k):
    """M/E_k/1 by Pollaczek and Khinchine."""
    load = rate * mean
    wq = rate * mean**2 * (1.0 + 1.0 / k) / 2.0 / (1.0 - load)
    return {
        "id": "specialist", "model": "mg1", "units": "hours",
        "parameters": {"lambda": rate, "service": {"kind": "erlang", "mean": mean, "k": k}},
        "expected": {"utilisation": load, "Wq": wq, "L": rate * (wq + mean)}, "tolerance": {"rel": 0.3},
    }  # fmt: skip


def two_classes(rates, means, cost):
    """Cobham's formula for exponential works; cost of the order given, and the better order by cost over mean."""

    def waits(order):
        residual = sum(rate * mean**2 for rate, mean in zip(rates, means, strict=True))
        found, before = {}, 0.0
        for k in order:
            after = before + rates[k] * means[k]
            found[k] = residual / (1.0 - before) / (1.0 - after)
            before = after
        return found

    def held(order):
        return sum(cost[k] * rates[k] * (wait + means[k]) for k, wait in waits(order).items())

    best = sorted((0, 1), key=lambda k: -cost[k] / means[k])
    given = waits((0, 1))
    return {
        "id": "classes", "model": "priority_np_mg1", "units": "days",
        "parameters": {"lambda": rates, "service": [{"kind": "exponential", "mean": mean} for mean in means], "cost": cost},
        "expected": {
            "Wq_1": given[0], "Wq_2": given[1], "cost_rate_this_order": held((0, 1)), "cost_rate_best_order": held(best),
            "best_order": [k + 1 for k in best],
        },
        "tolerance": {"rel": 0.4},
    }  # fmt: skip


def room(rate, mu, places):
    """M/M/1/K (Gross et al., ch. 2)."""
    rho = rate / mu
    p = [rho**n * (1.0 - rho) / (1.0 - rho ** (places + 1)) for n in range(places + 1)]
    waiting = sum((n - 1) * p[n] for n in range(2, places + 1))
    return {
        "id": "room", "model": "mmck", "units": "hours", "parameters": {"lambda": rate, "mu": mu, "c": 1, "K": places},
        "expected": {"P_block": p[-1], "Lq": waiting, "Wq_accepted": waiting / rate / (1.0 - p[-1]), "throughput": rate * (1.0 - p[-1])},
        "tolerance": {"rel": 0.3},
    }  # fmt: skip


def redundant(mtbf, mttr):
    """Two independent units, one needed."""
    a = mtbf / (mtbf + mttr)
    return {
        "id": "units", "model": "availability", "units": "days", "parameters": {"mtbf": mtbf, "mttr": mttr, "n": 2, "k": 1},
        "expected": {
            "unit_availability": a, "system_availability": 1.0 - (1.0 - a) ** 2,
            "system_failure_rate": 2.0 * a * (1.0 - a) / mtbf, "mean_down": mttr / 2.0,
        },
        "tolerance": {"rel": 0.3},
    }  # fmt: skip


def scattered(density):
    """Nearest of a Poisson field (Larson & Odoni, ch. 3)."""
    return {
        "id": "field", "model": "nearest_distance", "units": "km", "parameters": {"density": density},
        "expected": {"mean_euclid": 0.5 / density**0.5, "mean_two_random_points_unit_square_manhattan": 2.0 / 3.0},
        "tolerance": {"rel": 0.2},
    }  # fmt: skip


OTHERS = [
    crew(3.0, 0.9, 5, 0.4), specialist(1.1, 0.6, 3), two_classes([0.3, 0.5], [1.0, 0.7], [1.0, 5.0]), room(1.2, 1.0, 4),
    redundant(10.0, 2.0),
]  # fmt: skip


@pytest.fixture
def file(tmp_path):
    def write(*cases):
        path = tmp_path / "truths.json"
        path.write_text(json.dumps({"cases": list(cases)}, indent=1), encoding="utf-8")
        return path

    return write


@pytest.fixture
def twin(file):
    """``twin verify`` of some cases, in this process; the envelope as well."""

    def call(*cases, more=("-j", "0", "--json")):
        done = CliRunner().invoke(main, ["verify", "--truths", str(file(*cases)), *more])
        return done, json.loads(done.stdout) if "--json" in more else {}

    return call


def refuted(said):
    return [f"{f['case']}.{f['quantity']}" for f in said["data"]["findings"] if f["verdict"] == "refuted"]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("case", [*OTHERS, scattered(1.0)], ids=lambda case: case["model"])
def test_a_file_with_other_numbers_passes(twin, case):
    done, said = twin(case)
    assert done.exit_code == 0, done.output
    assert said["ok"]
    assert {f["verdict"] for f in said["data"]["findings"]} == {"ok"}, said["data"]["findings"]
    assert [f["quantity"] for f in said["data"]["findings"] if not f["how"].startswith("computed")] == [
        name for name, value in case["expected"].items() if not isinstance(value, list)
    ]
    assert not said["data"]["not_expressed"]


def test_a_wrong_value_is_refuted_and_the_right_ones_are_not(twin):
    case = crew(3.0, 0.9, 5, 0.4)
    case["expected"] |= {"utilisation": 0.70, "P_wait": 0.9}
    done, said = twin(case)
    assert done.exit_code == 1
    assert refuted(said) == ["crew.utilisation", "crew.P_wait"]
    assert not said["ok"]


def test_a_wrong_order_of_classes_is_refuted(twin):
    case = two_classes([0.3, 0.5], [1.0, 0.7], [1.0, 5.0])
    assert case["expected"]["best_order"] == [2, 1]
    case["expected"] = {"best_order": [1, 2]}
    done, said = twin(case)
    assert done.exit_code == 1
    assert refuted(said) == ["classes.best_order"]


def test_the_same_seed_finds_the_same_with_any_number_of_workers(twin):
    one, _ = twin(room(1.2, 1.0, 4))
    two, _ = twin(room(1.2, 1.0, 4), more=("-j", "2", "--json"))
    other, _ = twin(room(1.2, 1.0, 4), more=("-j", "0", "--json", "--seed", "7"))
    assert one.stdout == two.stdout
    assert one.stdout != other.stdout


def test_last_come_first_served_is_refuted(twin, monkeypatch):
    case = crew(0.8, 1.0, 1, 1.0)
    monkeypatch.setattr(FifoPooled, "key", lambda self, order: (-order.reported_at, -order.id))
    done, said = twin(case)
    assert done.exit_code == 1
    assert refuted(said) == ["crew.P_Wq_le_t_response"]


def test_work_that_takes_five_per_cent_longer_is_refuted(twin, monkeypatch):
    def slower(number, building, trade, priority, work_min, part):
        return Fault(number, building, trade, priority, 1.05 * work_min, part)

    monkeypatch.setattr("twin.processes.path.Fault", slower)
    done, said = twin(specialist(1.1, 0.6, 3))
    assert done.exit_code == 1
    assert "specialist.utilisation" in refuted(said)


def test_travel_that_takes_no_time_is_refuted(twin, monkeypatch):
    def nowhere(waist, register, technicians, minutes_to, **more):
        return Repair(waist, register, technicians, [[0.0] * len(minutes_to)] * len(minutes_to), **more)

    monkeypatch.setattr("twin.world.Repair", nowhere)
    done, said = twin(scattered(1.0))
    assert done.exit_code == 1
    assert refuted(said) == ["field.mean_euclid", "field.mean_two_random_points_unit_square_manhattan"]


def test_an_index_that_ignores_cost_is_refuted(twin, monkeypatch):
    monkeypatch.setattr(Gcmu, "index", lambda self, order, now: 1.0 / order.estimate_min / order.priority)
    done, said = twin(two_classes([0.3, 0.5], [1.0, 0.9], [1.0, 5.0]))
    assert done.exit_code == 1
    assert "classes.best_order" in refuted(said)


def test_an_engine_that_breaks_is_refuted_and_says_how(twin, monkeypatch):
    def lost(self, tech, episode):
        raise RuntimeError("nobody arrives")

    monkeypatch.setattr(Repair, "_arrive", lost)
    done, said = twin(specialist(1.1, 0.6, 3))
    assert done.exit_code == 1
    assert {f["note"] for f in said["data"]["findings"]} == {"RuntimeError: nobody arrives"}
    assert refuted(said)


def test_too_short_is_neither_ok_nor_refuted(twin):
    case = crew(0.8, 1.0, 1, 1.0)
    case["tolerance"] = {"rel": 0.001}
    done, said = twin(case)
    assert done.exit_code == 0
    found = {f["quantity"]: f for f in said["data"]["findings"]}
    assert found["Wq"]["verdict"] == "too short"
    assert found["Wq"]["half_width"] > found["Wq"]["required"] == pytest.approx(0.001 * case["expected"]["Wq"])
    assert said["warnings"]


def test_what_cannot_be_played_within_a_minute_is_said_to_be_too_short(twin):
    case = specialist(1.1, 0.9, 3)
    case["expected"] = {"utilisation": 0.99}
    done, said = twin(case)
    assert done.exit_code == 0
    (found,) = said["data"]["findings"]
    assert found["verdict"] == "too short"
    assert found["half_width"] is None
    assert "not played" in found["note"]


def test_a_full_run_goes_on_until_the_half_width_is_reached(file):
    case = specialist(0.5, 0.6, 3)
    case["tolerance"] = {"rel": 0.06}
    report = verify(read(file(case)), FULL)
    assert [f.verdict for f in report.findings] == ["ok"] * 3
    assert all(f.half_width <= f.required for f in report.findings)
    quick = verify(read(file(case)), replace(QUICK, customers=1000.0))
    assert [f.verdict for f in quick.findings] == ["ok", "too short", "ok"]


def test_a_quick_run_is_spent_on_what_is_within_reach_and_not_on_the_rest(file):
    """A load that takes a few thousand customers, a mean wait that takes many times more than a quick run has."""
    case, effort = crew(0.8, 1.0, 1, 1.0), replace(QUICK, customers=100_000.0, anyway=8_000.0)
    easy = verify(read(file(case | {"expected": {"P_wait": 0.8}, "tolerance": {"rel": 0.02}})), effort)
    both = verify(read(file(case | {"expected": {"P_wait": 0.8, "Wq": 4.0}, "tolerance": {"rel": 0.02}})), effort)
    hard = verify(read(file(case | {"expected": {"Wq": 4.0}, "tolerance": {"rel": 0.002}})), effort)
    spent = [report.findings[0].replications * report.findings[0].customers for report in (easy, both, hard)]
    (share,) = easy.findings
    (wait,) = hard.findings
    assert share.verdict == "ok" and wait.verdict == "too short"
    assert spent[2] < spent[0] < spent[1] <= effort.customers
    assert spent[2] <= effort.anyway


def test_a_quantile_is_judged_from_replications_long_enough_for_one_and_from_no_others(twin):
    """P(W > t) = 0.7 exp(-0.3 t) is 0.2 at ln(3.5) / 0.3. A quantile of a short replication lies too low: that refutes nothing."""
    case = crew(0.7, 1.0, 1, 1.0)
    case["parameters"]["q"] = 0.8
    case["expected"] = {"utilisation": 0.7, "Wq_quantile": 4.175876562}
    _, within = twin(case)
    assert [f["verdict"] for f in within["data"]["findings"]] == ["ok", "ok"]
    assert within["data"]["findings"][1]["customers"] >= 788
    _, beyond = twin(case | {"tolerance": {"rel": 0.001}})
    found = beyond["data"]["findings"][1]
    assert (found["verdict"], found["note"]) == ("too short", "a quantile needs replications of 788 customers")


def test_the_last_line_says_how_many_kinds_have_something_ok(twin, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setattr("scenarios.verify.effort.QUICK", replace(QUICK, anyway=8_000.0))
    hard = crew(0.8, 1.0, 1, 1.0) | {"expected": {"Wq": 4.0}, "tolerance": {"rel": 0.002}}
    book = {"id": "q", "model": "rinott_h", "parameters": {}, "expected": {"h": 3}, "tolerance": {"rel": 0.1}}
    done, _ = twin(redundant(10.0, 2.0), hard, book, more=("-j", "0"))
    last = done.stdout.strip().splitlines()[-1]
    assert last == (
        "at least one quantity ok in 1 of 2 kinds played (none yet in mmc); "
        "kinds not expressed yet, with reason and chapter above: 1"
    )
    _, said = twin(redundant(10.0, 2.0), hard, book)
    assert (said["data"]["kinds"], said["data"]["kinds_ok"]) == (["availability", "mmc"], ["availability"])


def test_a_model_the_twin_cannot_be_is_told_with_its_chapter_and_is_no_error(twin):
    book = {"id": "q", "model": "rc_setback", "parameters": {}, "expected": {"Q": 3.0}, "tolerance": {"rel": 0.1}}
    typo = book | {"id": "r", "model": "mmcc"}
    done, said = twin(book, typo)
    assert done.exit_code == 0
    heat, unknown = said["data"]["not_expressed"]
    assert (heat["model"], heat["cases"], heat["chapter"]) == ("rc_setback", ["q"], NOT_YET["rc_setback"].chapter)
    assert 'did you mean "mmc"?' in unknown["why"]
    assert said["data"]["findings"] == []


def test_a_quantity_or_a_case_that_cannot_be_played_is_told(twin):
    case = crew(0.8, 1.0, 1, 1.0)
    case["expected"] = {"utilisation": 0.8, "utilization": 0.8}
    three = {
        "id": "three", "model": "priority_pr_mmc", "parameters": {"lambda": [0.1, 0.1, 0.1], "mu": 1.0, "c": 1},
        "expected": {"W_3": 1.0}, "tolerance": {"rel": 0.1},
    }  # fmt: skip
    done, said = twin(case, three)
    assert done.exit_code == 0
    wrong, refused = said["data"]["not_expressed"]
    assert (wrong["quantity"], wrong["cases"]) == ("utilization", ["crew"])
    assert 'did you mean "utilisation"?' in wrong["why"]
    assert refused["cases"] == ["three"]
    assert "only emergencies interrupt" in refused["why"]


def test_every_mistake_of_a_file_is_told_at_once(twin):
    good = crew(0.8, 1.0, 1, 1.0)
    missing = {**good, "id": "missing", "parameters": {"lambda": 0.8, "c": 1}}
    typed = {**good, "id": "typed", "parameters": {"lambda": "0.8", "mu": 1.0, "c": 1.5, "muu": 1.0}}
    wide = {**good, "id": "wide", "tolerance": {"note": "none"}}
    grows = {**good, "id": "grows", "parameters": {"lambda": 2.0, "mu": 1.0, "c": 1}}
    zero = {**good, "id": "zero", "expected": {"Wq": 0}}
    done, _ = twin(missing, typed, wide, grows, zero, good, {**good}, {"model": "mmc"}, more=("-j", "0"))
    assert done.exit_code == 2
    assert not done.stdout
    for told in (
        "truths.json:", "missing.parameters.mu: given nothing", 'typed.parameters.lambda: given "0.8"; expected a number',
        "typed.parameters.c: given 1.5; expected a whole number", 'did you mean "mu"?', "wide.tolerance",
        "a load below 1 (it is 2)", "zero.expected.Wq", 'crew.id: given "crew" again', "cases[7].id: given nothing",
        "cases[7].expected: given nothing",
    ):  # fmt: skip
        assert told in done.stderr, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("twin: ") and "typed." in line]
    assert len(lines) == 3


@pytest.mark.parametrize("text", ["", "[]", '{"cases": []}', '{"cases": 3}', '{"cases": [\n{]}'])
def test_what_is_no_truths_file_is_refused(tmp_path, text):
    path = tmp_path / "t.json"
    path.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(main, ["verify", "--truths", str(path)])
    assert done.exit_code == 2
    assert "t.json" in done.stderr


def test_an_unknown_kind_or_case_is_refused_with_the_nearest_name():
    done = CliRunner().invoke(main, ["verify", "--kinds", "mcc", "--case", "mm1"])
    assert done.exit_code == 2
    assert 'did you mean "mmc"?' in done.stderr
    done = CliRunner().invoke(main, ["verify", "--truths", "nowhere.json"])
    assert done.exit_code == 2


def test_the_table_names_what_is_compared_and_what_is_not_expressed(twin, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    book = {"id": "q", "model": "rinott_h", "parameters": {}, "expected": {"h": 3}, "tolerance": {"rel": 0.1}}
    done, _ = twin(redundant(10.0, 2.0), book, more=("-j", "0"))
    assert done.exit_code == 0
    for word in ("units", "mean_down", "half-width", "✓ ok", "not expressed yet", "rinott_h", "4 ok, 0 refuted"):
        assert word in done.stdout


def test_every_published_model_is_played_or_has_its_reason(shared):
    published = json.loads((shared / "reference" / "analytic.json").read_text(encoding="utf-8"))["cases"]
    assert {case["model"] for case in published} == {*models(), *NOT_YET}
    assert all(reason.why and reason.chapter for reason in NOT_YET.values())
    shipped = read()
    assert {case["id"] for case in published if case["model"] in models()} <= set(shipped)
    assert all(case.source for case in shipped.values())


def test_what_a_rule_computes_is_compared_with_the_books_and_a_wrong_number_is_refuted(twin):
    """Snyder & Shen, Examples 4.7 and 5.8, as computed by ``policies.supply``."""
    levels = {
        "id": "levels", "model": "ss_periodic_poisson", "parameters": {"mean": 6.0, "K": 5.0, "h": 1.0, "b": 4.0},
        "expected": {"s": 4, "S": 10, "cost": 8.0341115615}, "tolerance": {"rel": 0.001},
    }  # fmt: skip
    wrong = {
        "id": "wrong", "model": "rq_poisson", "parameters": {"lambda": 1.5, "L": 2.0, "h": 20.0, "b": 150.0, "K": 100.0},
        "expected": {"r": 3, "Q": 6}, "tolerance": {"rel": 0.001},
    }  # fmt: skip
    done, said = twin(levels, wrong)
    assert done.exit_code == 1
    found = {(one["case"], one["quantity"]): one["verdict"] for one in said["data"]["findings"]}
    assert found == {
        ("levels", "s"): "ok", ("levels", "S"): "ok", ("levels", "cost"): "ok", ("wrong", "r"): "ok", ("wrong", "Q"): "refuted",
    }  # fmt: skip
    half = levels | {"parameters": {**levels["parameters"], "s": 4}}
    alone = wrong | {"parameters": {**wrong["parameters"], "r": 3}}
    done, _ = twin(half, alone)
    assert done.exit_code == 2
    assert "both s and S, or neither" in done.stderr
    assert "both r and Q, or neither" in done.stderr


def test_a_given_pair_is_played_by_the_stores_desk_and_a_wrong_fill_is_refuted(twin):
    spares = {
        "id": "spares", "model": "rq_poisson", "parameters": {"lambda": 0.8, "L": 5.0, "h": 1.0, "b": 30.0, "K": 12.0, "r": 6, "Q": 8},
        "expected": {"mean_on_hand": 6.5170723974, "orders_per_time": 0.1, "fill_rate": 0.9}, "tolerance": {"rel": 0.05},
    }  # fmt: skip
    _, said = twin(spares)
    found = {one["quantity"]: one["verdict"] for one in said["data"]["findings"]}
    assert found == {"mean_on_hand": "ok", "orders_per_time": "ok", "fill_rate": "refuted"}
