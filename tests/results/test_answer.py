"""The sentences of an answer follow from the results: other results, other sentences."""

import numpy as np
import pytest

from results import KpiRow
from results.answer.asked import Asked, AskedArm
from results.answer.blanks import Blank, blanks_of, filled
from results.answer.groups import groups_of
from results.answer.page import page
from results.answer.sentences import answer
from results.answer.table import as_csv, from_csv, table_of
from results.comparison import Doses
from results.statistics import against_the_best

REPLICATIONS = 12


def table(levels, cost=None, overtime=None):
    """A table of K-R1 (and costs) around levels, common noise between arms."""
    study = {}
    for number, (arm, level) in enumerate(levels.items()):
        study[arm] = {}
        for rep in range(REPLICATIONS):
            shared = np.random.default_rng([rep]).normal(0.0, 3.0)
            own = np.random.default_rng([rep, number]).normal(0.0, 0.3)
            rows = [
                KpiRow("K-R1", "min", level + shared + own, 1.0, 1.0),
                KpiRow("K-Q4.overtime_h", "h", (overtime or {}).get(arm, 100.0) + own, 1.0, 1.0),
                KpiRow("K-Q5", "%", 40.0 + own, 1.0, 1.0),
                KpiRow("cost", "CNY", (cost or {}).get(arm, 1000.0) + own, 1.0, 1.0),
                KpiRow("cost.kind:partner", "CNY", (cost or {}).get(arm, 1000.0) - 900.0, 1.0, 1.0),
            ]
            study[arm][rep] = rows
    return table_of(study, ["K-R1", "K-Q4.overtime_h", "K-Q5"])


def asked(arms, references=None, doses=None, guards=("K-Q4.overtime_h", "K-Q5")):
    return Asked(
        id="X", question={"en": "?", "zh": "？"}, about={"en": "", "zh": ""}, deciding=["K-R1"], guards=guards,
        arms=[AskedArm(name, {"en": name, "zh": name}, f"`{name}`") for name in arms],
        references=references or {arms[0]: arms[1:]}, doses=doses, facts={"en": "here", "zh": "这里"}, days=182,
        command="twin study run X", seed=1,
    )  # fmt: skip


def said(question, results, lang="en"):
    return "\n".join(answer(question, groups_of(question, results), lang))


def crew(sizes):
    return Doses(
        ("people", "人数"), {"day": ("Day crew", "白班")}, {f"c{n}": ("day", float(n)) for n in sizes}, ["K-R1"]
    )


@pytest.mark.parametrize("best", ["a", "b", "c"])
def test_the_best_is_named_and_it_is_the_one_with_the_best_results(best):
    levels = dict.fromkeys("abc", 90.0) | {best: 70.0}
    text = said(asked(list("abc")), table(levels))
    assert f"`{best}` is the best of the 3 compared" in text


def test_arms_the_runs_do_not_part_could_all_be_best():
    text = said(asked(list("abc")), table({"a": 90.0, "b": 70.0, "c": 70.0}))
    assert "do not part the best of the 3 compared: it could be `b`, `c` (Hsu)" in text


def test_arms_that_are_the_same_in_every_run_could_all_be_best():
    values = np.random.default_rng(1).normal(50.0, 5.0, 10)
    found = against_the_best({"a": values, "b": values, "worse": values + 10.0}, "lower")
    assert [one.could_be_best for one in found] == [True, True, False]
    assert not any(one.best for one in found)


@pytest.mark.parametrize(("breaks_at", "kept"), [(25, "`29`"), (21, "`29`, `25`"), (13, "`29`, `25`, `21`")])
def test_the_dose_at_which_the_promise_breaks_is_the_one_of_the_results(breaks_at, kept):
    sizes = [29, 25, 21, 13]
    levels = {f"c{n}": 90.0 if n <= breaks_at else 50.0 for n in sizes}
    question = asked(list(levels), doses=crew(sizes))
    text = said(question, table(levels))
    missed = ", ".join(f"`{n}`" for n in sizes if n <= breaks_at)
    assert f"The target (T2, at most 60 min) is met by {kept}; missed by {missed}." in text
    assert f"The first shown worse than `c29` is {breaks_at} (+" in text
    assert "first shown better" not in text and "Hsu" not in text


def test_a_line_that_does_not_move_is_said_not_to():
    levels = dict.fromkeys(("c29", "c25", "c21"), 50.0)
    assert "Nowhere on it is a difference from `c29` shown." in said(
        asked(list(levels), doses=crew([29, 25, 21])), table(levels)
    )


def test_a_target_the_interval_straddles_is_undecided():
    text = said(asked(["a", "b"]), table({"a": 60.0, "b": 80.0}))
    assert "K-R1 mean response (service hours) [min]: `b` is worse, +20" in text
    assert "undecided for `a`; missed by `b`" in text


def test_guards_and_costs_say_who_and_how_much():
    levels = {"a": 90.0, "b": 80.0, "c": 70.0}
    text = said(asked(list(levels)), table(levels, cost={"c": 5000.0}, overtime={"b": 120.0}))
    assert "Guard K-Q4.overtime_h overtime [h]: shown worse in 1 of 2, most in `b` (+20" in text
    assert "Guard K-Q5 utilisation [%]: from" in text
    assert "Booked costs [CNY in 182 days]: `b` " in text and "`c` +4,000 [" in text
    assert "shown worse in none" in said(asked(list(levels)), table(levels))


def test_a_reference_of_its_own_is_a_paragraph_of_its_own():
    levels = {"a": 90.0, "b": 80.0, "c": 70.0, "d": 60.0}
    paragraphs = answer(
        asked(list(levels), {"a": ["b"], "c": ["d"]}),
        groups_of(asked(list(levels), {"a": ["b"], "c": ["d"]}), table(levels)),
        "en",
    )
    assert [text.split(":*")[0] for text in paragraphs if not text.startswith("- ")] == ["*Against `a`", "*Against `c`"]


def test_side_effects_are_what_nobody_asked_about_and_got_worse():
    levels = {"a": 90.0, "b": 80.0}
    results = table(levels, overtime={"b": 150.0})
    assert "K-Q4.overtime_h overtime [h] | 1/1 | `b` +50" in page(asked(["a", "b"], guards=()), results)
    assert "Nothing was shown to be worse." in page(asked(["a", "b"]), results)


def test_the_kinds_that_make_most_of_a_difference_of_costs_stand_beside_it():
    results = table({"a": 90.0, "b": 80.0}, cost={"b": 3000.0})
    assert "| partner +2,000 |" in page(asked(["a", "b"]), results)


def test_every_number_of_a_table_survives_its_text():
    results = table({"a": 90.0, "b": 80.0})
    again = from_csv(as_csv(results))
    assert again == results
    assert page(asked(["a", "b"]), again) == page(asked(["a", "b"]), results)


def test_a_figure_no_run_defines_is_said_and_not_invented():
    question = asked(["a", "b"], guards=("K-E1",))
    text = page(question, table({"a": 90.0, "b": 80.0}))
    assert "K-E1 emergencies reached in 30 min [%]: no run defines it." in text and "guard: K-E1" in text


def test_blanks_are_found_and_filled():
    text = "{a K-R1} and {b K-R1 a}, not {this}"
    assert list(blanks_of(text)) == [Blank("{a K-R1}", "a", "K-R1", ""), Blank("{b K-R1 a}", "b", "K-R1", "a")]
    assert filled(text, lambda blank: blank.arm.upper()) == "A and B, not {this}"
