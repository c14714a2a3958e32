"""Numbers in prose are those of the committed tables."""

import csv
import tomllib

import pytest


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
    assert one["inside"] == "True"


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
    for lever, verdict in (("later_afternoon_round", "better"), ("signatures_from_500", "equivalent")):
        mine = [row["verdict"] for row in found if row["lever"] == lever]
        assert f"{verdict} in {mine.count(verdict)} of {len(mine)}" in said
        effect = manifest[f"{lever}_effect"]
        assert f"{effect[0]} [{effect[1].removesuffix(' %')}, {effect[2].removesuffix(' %')}]".replace("-", "−") in said


@pytest.mark.parametrize("kpi", ["K-R5", "K-E3", "K-Q4", "K-R6.24h", "K-Q1"])
def test_the_as_is_page_says_what_the_search_found(root, kpi):
    one = next(row for row in rows(root, "fit") if row["kpi"] == kpi)
    digits = 3 if kpi == "K-R5" else 1
    before, after = (
        "{} [{}, {}]".format(*(f"{float(one[name]):.{digits}f}" for name in names))
        for names in (("before_mean", "before_low95", "before_high95"), ("mean", "low95", "high95"))
    )
    assert f"{before} | {after} |" in page(root, "docs", "explanation", "calibration.md")
    assert one["hit"] == "yes"


def test_the_as_is_page_says_how_far_the_bands_determine_the_parameters(root):
    found = {
        row["parameter"]: (float(row["alike_low"]), float(row["alike_high"]))
        for row in rows(root, "fit_parameters")
        if "[" not in row["low"]
    }
    said = page(root, "docs", "explanation", "calibration.md")
    for key, words in (
        ("clerks.count", "clerks lie from {:g} to {:g}"),
        ("policies.approval.parameters.above_cny", "signatures from {:g} to {:g} CNY"),
        ("reporting.reminder_after_h", "reminder from {:g} to {:g} service hours"),
    ):
        assert words.format(*found[key]) in said
