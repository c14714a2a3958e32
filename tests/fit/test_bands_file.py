"""A bands file is held to the figures, the free parameters and the ranges there are; all that is wrong is told at once."""

import pytest

from scenarios import library
from scenarios.fit import free
from scenarios.fit.bands import read_bands
from scenarios.resolution.provenance import note_for, numeric_keys
from scenarios.resolution.ranges import Range
from scenarios.resolution.resolve import resolve
from scenarios.schema.document import read
from tests.fit.conftest import BENCHMARK, FIX, REGISTRATION, RESPONSE, ROUNDS, WHOLE, WORK


def refused(fit, to, *words):
    done = fit(to, *words)
    assert done.exit_code == 2, done.output
    return done.output


def parameter(key, rest="step = 0.5"):
    return f'[[parameters]]\nkey = "{key}"\n{rest}\n'


def band(kpi, role="fit"):
    return f'[[bands]]\nkpi = "{kpi}"\nlow = 1.0\nhigh = 2.0\nrole = "{role}"\nsource = "an example"\n'


def test_an_unknown_parameter_is_refused_with_the_nearest_known(fit, bands, tmp_path):
    said = refused(fit, bands(BENCHMARK, RESPONSE, parameter("clerks.registration_min")), "-o", "fitted")
    assert 'parameters.0.key: given "clerks.registration_min"' in said
    assert '(did you mean "clerks.registration_mean_min"?)' in said
    assert not (tmp_path / "fitted").exists() and not (tmp_path / "results").exists()


def test_a_parameter_that_is_not_free_is_refused_with_those_that_are(fit, bands):
    said = refused(fit, bands(BENCHMARK, RESPONSE, parameter("demand.needs_per_occupant_year")))
    assert '"demand.needs_per_occupant_year", which is not free' in said
    assert "a free parameter of handbook 5, one of clerks.count, clerks.registration_mean_min" in said


@pytest.mark.parametrize("key", ["assets.root_share", "skus.reorder_point", "work.root_repair"])
def test_what_is_free_but_stands_in_a_table_says_where(fit, bands, key):
    said = refused(fit, bands(BENCHMARK, RESPONSE, parameter(key)))
    assert "one number under one key; it is a" in said and "change it there" in said


def test_a_value_without_a_range_beside_it_is_refused(fit, bands):
    said = refused(fit, bands(BENCHMARK, RESPONSE, parameter("reporting.wrong_trade")))
    assert "[A]: round numbers" in said and 'as in "[A], 5-30; fit"' in said


def test_a_range_wider_than_the_one_beside_the_value_is_refused(fit, bands):
    wide = parameter("clerks.registration_mean_min", "low = 0.5\nhigh = 90.0\nstep = 0.5")
    said = refused(fit, bands(BENCHMARK, RESPONSE, wide))
    assert "low: given 0.5; expected 1 to 60" in said and "high: given 90; expected 1 to 60" in said
    factor = parameter("trades.*.work_mean_min", "low = 0.1\nhigh = 1.5\nstep = 0.1")
    assert "low: given 0.1; expected 0.5 to 2" in refused(fit, bands(BENCHMARK, RESPONSE, factor))
    rounds = parameter("policies.dispatch.parameters.rounds", "choices = [[510.0], [510.0, 840.0]]")
    assert "2-4 a day" in refused(fit, bands(BENCHMARK, RESPONSE, rounds))


def test_a_parameter_of_a_rule_the_scenario_does_not_have_is_refused(fit, bands):
    said = refused(fit, bands(BENCHMARK, RESPONSE, parameter("policies.approval.parameters.above_cny")))
    assert "a parameter of a rule that the scenario has at that decision point" in said


def test_a_figure_of_a_later_chapter_is_refused_by_name_with_those_there_are(fit, bands):
    said = refused(fit, bands(BENCHMARK, RESPONSE, band("K-C3"), band("K-X1"), band("K-O1"), REGISTRATION))
    for number, kpi in enumerate(("K-C3", "K-X1", "K-O1"), 1):
        assert f'bands.{number}.kpi: given "{kpi}"; expected a figure of this version, one of K-R1' in said


def test_held_out_figures_are_never_fitted(fit, bands):
    said = refused(fit, bands(BENCHMARK, RESPONSE, band("K-Q1"), band("K-R6.24h"), REGISTRATION))
    assert said.count('expected "check": K-R6.24h and K-Q1 are held out, never fitted') == 2


def test_everything_wrong_is_told_at_once(fit, bands):
    said = refused(
        fit, bands(band("K-R5"), band("K-R5"), band("K-R99"), parameter("clerks.size"), REGISTRATION, REGISTRATION)
    )
    for words in (
        "response_h and its source", '"K-R5" a second time', '"K-R99"', '"clerks.size"',
        '"clerks.registration_mean_min" a second time',
    ):  # fmt: skip
        assert words in said


def test_the_form_is_strict(fit, bands):
    upside_down = RESPONSE.replace("low = 1.0", "low = 10.0")
    said = refused(fit, bands(upside_down, REGISTRATION.replace("step", "steps"), head='pulls = 0.1\npull = "strong"'))
    for words in ('(did you mean "pull"?)', "low below high", '(did you mean "step"?)', "pull: given"):
        assert words in said


def test_only_bands_to_check_fit_nothing(fit, bands):
    assert 'a band with role = "fit"' in refused(fit, bands(FIX, REGISTRATION))


def test_one_value_is_moved_by_one_parameter(fit, bands):
    twice = parameter("trades.plumbing.work_mean_min", "low = 15.0\nhigh = 40.0\nstep = 1.0")
    said = refused(fit, bands(BENCHMARK, RESPONSE, WORK, twice))
    assert '"trades.plumbing.work_mean_min", which both move trades.plumbing.work_mean_min' in said


def test_one_value_of_a_factor_is_moved_in_its_own_unit(fit, bands):
    wide = parameter("trades.plumbing.work_mean_min", "low = 14.0\nhigh = 61.0\nstep = 1.0")
    said = refused(fit, bands(BENCHMARK, RESPONSE, wide))
    assert "low: given 14; expected 15 to 60" in said and "high: given 61; expected 15 to 60" in said


def test_the_fresh_seed_is_none_of_the_training_seeds(fit, bands):
    whole = bands(*WHOLE)
    for seed in ("7", "8"):
        assert "--fresh-seed: given" in refused(fit, whole, "--seed", "7", "--fresh-seed", seed)


def test_only_todays_practice_is_fitted(fit, bands, tmp_path):
    whole = bands(*WHOLE)
    (tmp_path / "pooled.toml").write_text('name = "pooled"\nextends = "workshop"\n')
    done = fit(whole, scenario="pooled.toml")
    assert done.exit_code == 2 and 'expected "workshop", on which it stands' in done.output
    done = fit(whole, scenario="lean_intake")
    assert done.exit_code == 2 and 'expected "as_is", on which it stands' in done.output


def test_a_bands_file_is_found_by_name_or_path(fit):
    assert 'the path of a file, or one of university (did you mean "university"?)' in refused(fit, "universty")


def test_the_shipped_bands_are_those_of_the_handbook_and_moves_nothing_that_is_not_free():
    bands = read_bands("university", resolve("as_is"))
    found = {band.kpi: (band.low, band.high, band.role) for band in bands.file.bands}
    assert found == {
        "K-R5": (1.25, 1.35, "fit"), "K-E3": (22.0, 28.0, "fit"), "K-Q4": (25.0, 35.0, "fit"),
        "K-R6.24h": (55.0, 75.0, "check"), "K-Q1": (70.0, 86.0, "check"), "orders_per_technician_day": (2.0, 5.0, "check"),
    }  # fmt: skip
    assert {one.key for one in bands.space} <= set(free.FREE)
    assert bands.sets == ("run.benchmark_response_h=3.5",)


def test_every_free_value_of_the_defaults_has_a_range_a_fit_can_be_held_to():
    values = read(library.shipped("defaults")["university"]).values
    notes = values.pop("provenance")
    for pattern in free.FREE:
        keys = [key for key in numeric_keys(values) if free.item_of(key, {pattern: "free"})]
        told = [free.limits(free.OF_RULES.get(pattern) or note_for(notes, key)) for key in keys or [pattern]]
        assert any(told), pattern


def test_ranges_are_read_as_their_notes_say_them():
    assert free.limits("[A], 0.05-0.30; fit") == Range("to", 0.05, 0.30)
    assert free.limits("[A], 5-30, handbook 6.3 (there 20); fit: 7 to the bands x") == Range("to", 5.0, 30.0)
    assert free.limits("[A], 42 x 0.6-1.6, handbook 6.3; fit") == Range("to", 25.2, 67.2, 42.0)
    assert free.limits("[A], 2-4 a day; fit") == Range("to", 2.0, 4.0)
    assert free.limits("[A], 0.05-0.30") is None
    assert free.limits("[A]: as judged by experience; fit") is None


def test_a_range_may_be_left_to_the_note_beside_the_value(workshop, bands):
    whole = read_bands(bands(*WHOLE), resolve("workshop.toml"))
    registration, work, rounds = whole.space
    assert (registration.low, registration.high, registration.default) == (1.0, 60.0, 30.5)
    assert work.values(1.25) == {"trades.plumbing.work_mean_min": 37.5, "trades.electrical.work_mean_min": 25.0}
    assert rounds.values(1) == {"policies.dispatch.parameters.rounds": [510.0, 660.0, 840.0]}
    assert ROUNDS in "".join(WHOLE)
