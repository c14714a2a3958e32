"""Numbers in prose are those of the committed tables."""

import csv
import json
import tomllib
from statistics import median

import pytest

from docs.pages import measured
from scenarios.resolution.resolve import resolve
from scenarios.resolution.showing import flat


def rows(root, name):
    with (root / "results" / "reference" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def page(root, *parts):
    return root.joinpath(*parts).read_text(encoding="utf-8")


@pytest.mark.parametrize("kpi", ["K-R5", "K-E3", "K-Q4", "K-R6.24h", "K-Q1", "orders_per_technician_day"])
def test_the_as_is_page_says_what_the_table_says(root, kpi):
    one = next(row for row in rows(root, "as_is") if row["kpi"] == kpi)
    digits = {"K-R5": 3, "orders_per_technician_day": 2}.get(kpi, 1)
    mean, low, high = (f"{float(one[name]):.{digits}f}" for name in ("mean", "low95", "high95"))
    assert f"{mean} [{low}, {high}]" in page(root, "docs", "explanation", "calibration.md")
    assert one["inside"] == "yes"


def test_winners_of_nothing_are_counted_from_the_table(root):
    found = rows(root, "a_a")
    winners = sum(row["winner_by"] != "none" for row in found)
    words = f"{winners} of {len(found)} comparisons"
    assert words in page(root, "README.md")
    assert words in page(root, "docs", "explanation", "verification.md")


def test_the_gain_of_common_random_numbers_is_that_of_the_table(root):
    judged = {row["failure_demand"]: row for row in rows(root, "common_random_numbers") if row["kpi"] == "K-R1"}
    on, off = ((float(judged[k]["variance_ratio"]), float(judged[k]["lower95"])) for k in ("on", "off"))
    said = page(root, "docs", "explanation", "verification.md")
    assert f"variance {on[0]:.0f} times smaller than with independent seeds (lower bound {on[1]:.0f})" in said
    assert f"{off[0]:.0f} times ({off[1]:.0f}) with failure demand off" in said


def test_what_became_of_the_mutants_is_that_of_the_table(root):
    groups = {row["group"]: row for row in rows(root, "mutation") if row["file"] == "all"}
    said = page(root, "docs", "explanation", "verification.md")
    killed = {name: int(row["killed"]) + int(row["timed_out"]) for name, row in groups.items()}
    for name, row in groups.items():
        assert f"{name} {killed[name]:,} of {int(row['mutants']):,}" in said
        assert killed[name] >= 0.9 * int(row["mutants"])
    total = sum(int(row["mutants"]) for row in groups.values())
    equivalent = sum(int(row["equivalent"]) for row in groups.values())
    assert f"{sum(killed.values()):,} of {total:,}" in said
    assert f"{equivalent} of the {total - sum(killed.values())} that live" in said


def test_what_theory_and_relations_showed_is_that_of_the_tables(root):
    said = page(root, "docs", "explanation", "verification.md")
    theory = rows(root, "theory")
    assert {row["ok"] for row in theory} == {"yes"}
    cases = len({row["case"] for row in theory})
    assert f"all {len(theory)} quantities of {cases} cases, none refuted, none too short" in said
    assert f"all {len(theory)} quantities of {cases} cases" in page(root, "README.md")
    plays = {(row["case"], row["model"], int(row["replications"]), int(row["customers"])) for row in theory}
    assert f"{sum(play[2] * play[3] for play in plays) / 1e6:.0f} million in all" in said
    assert "all ten relations" in said and [row["shown"] for row in rows(root, "metamorphic")] == ["yes"] * 10
    manifest = tomllib.loads(page(root, "results", "reference", "manifest.toml"))
    assert f"The theory table is of commit {manifest['theory']['commit'][:7]}." in said


def test_intervals_of_generated_logs_are_counted_from_the_table(root):
    found = rows(root, "calibration_round_trip")
    held, every = sum(int(row["held"]) for row in found), sum(int(row["logs"]) for row in found)
    words = f"{held} of {every} intervals of 90 %"
    for name in ("verification", "what-a-log-can-tell"):
        assert f"{words} hold the true value ({100 * held / every:.1f} %)" in page(
            root, "docs", "explanation", f"{name}.md"
        )
    assert f"{len(found)} known parameters" in page(root, "docs", "explanation", "verification.md")
    fewest = min(int(row["held"]) for row in found)
    assert f"each parameter's in at least {fewest} of the 25 logs" in page(
        root, "docs", "explanation", "verification.md"
    )
    assert all(float(row["median_relative_width_90"]) <= float(row["widest_useful"]) for row in found)


def test_intervals_through_the_twin_are_counted_from_the_table(root):
    found = rows(root, "coverage")
    held = sum(row["holds"] == "yes" for row in found)
    said = page(root, "docs", "explanation", "verification.md")
    assert f"{held} of {len(found)} (44 to 50 are what 95 % allows)" in said


def test_power_is_counted_from_the_table(root):
    found = rows(root, "power")
    said = page(root, "docs", "explanation", "verification.md")
    manifest = tomllib.loads(page(root, "results", "reference", "manifest.toml"))["power"]
    levers = dict.fromkeys(row["lever"] for row in found)
    for lever, verdict in zip(levers, ("better", "equivalent"), strict=True):
        mine = [row["verdict"] for row in found if row["lever"] == lever]
        assert f"{verdict} in {mine.count(verdict)} of {len(mine)}" in said
        effect = manifest[f"{lever}_effect"]
        assert f"{effect[0]} [{effect[1].removesuffix(' %')}, {effect[2].removesuffix(' %')}]".replace("-", "−") in said


def test_how_soon_drift_is_seen_and_how_often_it_is_imagined_is_reckoned_from_the_table(root):
    suites, how_to = (
        page(root, "docs", "explanation", "verification.md"),
        page(root, "docs", "how-to", "watch-for-drift.md"),
    )
    found = rows(root, "drift")
    for campus in ("campus_medium", "campus_small"):
        mine = [row for row in found if row["campus"] == campus]
        delays = sorted(int(row["delay_days"]) for row in mine if row["run"] == "step")
        quiet = [row for row in mine if row["run"] == "undisturbed"]
        alarms = sum(int(row["false_alarms"]) for row in quiet)
        assert (len(delays), len(quiet)) == (50, 50)
        assert f"median {median(delays):g} days, nine in ten within {delays[44]}" in suites
        assert f"{50 * 90 / alarms:.0f} days" in suites
        assert f"of {median(delays):g} days on the" in how_to
        assert f"once in {50 * 90 / alarms:.0f}" in how_to
        if campus == "campus_medium":
            assert f"{alarms} false alarms in 50 × 90 days" in suites
            stale = sum(row["verdict"] == "stale" for row in quiet)
            assert f"Of {len(quiet)} undisturbed medium campuses {stale} were called" in how_to


def test_the_shipped_campus_is_the_one_that_was_judged_fitted(root):
    judged = {row["kpi"]: row for row in rows(root, "fit")}
    assert {row["kpi"] for row in rows(root, "as_is")} == set(judged)
    for row in rows(root, "as_is"):
        one = judged[row["kpi"]]
        assert (row["seed"], row["replications"], one["hit"]) == (one["seed"], one["replications"], "yes")
        assert [row[name] for name in ("mean", "low95", "high95")] == [
            one[name] for name in ("mean", "low95", "high95")
        ]


def test_the_shipped_values_are_those_the_search_found_and_their_notes_say_so(root):
    shipped = resolve("as_is")
    known = dict(flat(shipped.campus.model_dump(exclude={"provenance", "calibration"})))
    manifest = tomllib.loads(page(root, "results", "reference", "manifest.toml"))["fit_parameters"]
    for row in rows(root, "fit_parameters"):
        key, found = row["moves"], json.loads(row["fitted"])
        if key.startswith("policies."):
            decision, _, name = key.removeprefix("policies.").partition(".parameters.")
            assert getattr(shipped.scenario.policies, decision).parameters[name] == found
        else:
            assert known[key] == found, key
            note = shipped.campus.provenance[key]
            assert note.endswith(f"; fit: {found:g} to the bands {manifest['bands']}, seed {manifest['seed']}"), key


def test_the_as_is_page_says_what_was_fitted_in_which_range_and_how_far_it_is_determined(root):
    said = page(root, "docs", "explanation", "calibration.md")
    shares = {}
    for row in rows(root, "fit_parameters"):
        shares[row["parameter"]] = float(row["share_of_range"])
        if "[" in row["low"]:
            found = json.loads(row["fitted"])
            clock = ", ".join(f"{int(minute) // 60:02d}:{int(minute) % 60:02d}" for minute in found)
            assert f"| `{row['moves']}` | two to four a day | {clock} | these three |" in said
            assert row["fitted"] == row["alike_low"] == row["alike_high"] and len(found) == 3
            continue
        low, high, fitted, alike_low, alike_high = (
            f"{float(row[name]):g}" for name in ("low", "high", "fitted", "alike_low", "alike_high")
        )
        line = next(line for line in said.splitlines() if line.startswith(f"| `{row['moves']}` |"))
        assert f"| {low} to {high}" in line
        assert f"| {fitted} | {alike_low} to {alike_high} |" in line
    held = {"policies.dispatch.parameters.rounds", "clerks.registration_mean_min", "trades.*.work_mean_min"}
    assert all(shares[key] <= 0.1 for key in held)
    assert all(0.2 <= shares[key] <= 1 / 3 + 1e-6 for key in shares.keys() - held)


def test_what_doors_take_stands_on_the_page_as_it_was_measured():
    assert measured.speed_page() == measured.SPEED.read_text(encoding="utf-8"), "run `make docs` and commit the page"


@pytest.mark.parametrize("name", sorted(measured.WRITTEN))
def test_a_page_that_has_lost_its_place_for_a_table_says_so(name):
    page = measured.SPEED.read_text(encoding="utf-8").replace(f"<!-- end of {name}.csv -->", "")
    with pytest.raises(ValueError, match=f"no place for the table {name}"):
        measured.embedded(page, name, "")


def test_what_a_host_does_under_load_is_that_of_the_table(root):
    said = " ".join(page(root, "docs", "explanation", "speed.md").split())
    found, told = rows(root, "host_load"), tomllib.loads(page(root, "results", "reference", "manifest.toml"))
    (p50, p99) = ([float(row[name]) for row in found] for name in ("p50_ms", "p99_ms"))
    assert f"p50 {min(p50):.1f} to {max(p50):.1f} ms and p99 {min(p99):.1f} to {max(p99):.1f}" in said
    host, scribe, decider = (told["host_load"][f"{name}_mb_a_minute"] for name in ("host", "scribe", "decider"))
    assert f"memory grew by {host:.2f} MB a minute in the host, {scribe:.2f} in the scribe and {decider:.2f}" in said
    assert f"at {told['host_load']['events_per_s']} events a second" in said
    assert f"all {sum(int(row['events']) for row in found):,} decisions" in said


def test_what_rules_of_stock_cost_on_car_parts_is_that_of_the_table(root):
    said = page(root, "docs", "how-to", "judge-rules-of-stock.md")
    own = [row for row in rows(root, "part_demand") if row["fill"] == rows(root, "part_demand")[0]["fill"]]
    assert f"the fill of today's practice, {float(own[0]['fill']):.3f}" in said
    shown = [row for row in own if f"| {row['pair']} |" in said]
    assert len(shown) == 7
    for row in shown:
        cost, low, high = (float(row[name]) for name in ("cost_cny_a_part_and_year", "cost_low95", "cost_high95"))
        change = [100.0 * float(row[name]) for name in ("difference", "difference_low95", "difference_high95")]
        part = "–" if change[0] == 0.0 else "{:.1f} [{:.1f}, {:.1f}]".format(*change).replace("-", "−")
        assert f"| {row['pair']} | {cost:.1f} [{low:.1f}, {high:.1f}] | {part} |" in said
    manifest = tomllib.loads(page(root, "results", "reference", "manifest.toml"))["part_demand"]
    assert f"{manifest['parts']:,} parts" in said
