"""``twin policy pack`` and ``verify``: from a study to a bundle, by the command line."""

import hashlib
import json
import re
import zipfile
from shutil import copytree
from types import SimpleNamespace

import pytest

from policies.controller import registry
from policies.controller.settings import RuleChoice
from policies.deploy import archive, canonical, messages, rules_file
from policies.deploy.bundle import open_bundle
from policies.deploy.golden import LEAST, Recorder
from policies.deploy.keys import read_public
from policies.deploy.members import GOLDEN, MANIFEST, OFFICE, RULES, STATEMENT
from policies.deploy.refused_answers import AskedCentre, not_standing
from policies.deploy.wheel import write as wheel_of
from scenarios.deploy import nearest
from scenarios.deploy.evidence import NoEvidence, study_about
from scenarios.deploy.nearest import Near
from scenarios.study.arms import arm_of
from tests.deploy.conftest import SMALL

POOLED = """
name = "pooled"
title = "Pooled"
extends = "two_buildings"

[policies.dispatch]
rule = "fifo_pooled"
"""
RULE = '''"""A stranger's rule."""


class Lowest:
    """The waiting order of the lowest number to the person of the lowest number."""

    def dispatch(self, waiting, candidates, view):
        order = min(waiting.all(), key=lambda order: order.id)
        idle = sorted(candidates.idle(order.trade), key=lambda tech: tech.id)
        return [(order, idle[0])] if idle else []


class Evening(Lowest):
    """The same, from an hour of the day on; before it, people who are busy are sent too."""

    def __init__(self, evening_h=18.0):
        self.evening_h = evening_h

    def dispatch(self, waiting, candidates, view):
        if self.evening_h < 0.0:
            raise TypeError("no evening")
        if view.now % 1440.0 < 60.0 * self.evening_h:
            return [(order, tech) for order in waiting.all() for tech in candidates.everyone if order.trade in tech.skills]
        return super().dispatch(waiting, candidates, view)
'''


@pytest.fixture(scope="module")
def study(twin, tmp_path_factory):
    """A scenario of our own, measured against the two buildings as they are."""
    folder = tmp_path_factory.mktemp("study")
    (folder / "pooled.toml").write_text(POOLED, encoding="utf-8")
    done = twin(
        "compare",
        "two_buildings",
        folder / "pooled.toml",
        "-n",
        3,
        "-j",
        0,
        "--out",
        folder / "runs",
        "--study",
        "first",
    )
    assert done.exit_code == 0, done.output
    return folder


def pack(twin, keys, study, path, *more):
    return twin("policy", "pack", study / "pooled.toml", "--key", keys[0], "-o", path, "--out", study / "runs", *more)


def test_the_statement_says_what_the_study_found(twin, keys, study, tmp_path):
    path = tmp_path / "pooled-1.bundle"
    done = pack(twin, keys, study, path, "--json")
    assert done.exit_code == 0, done.output
    data = json.loads(done.stdout)["data"]
    assert data["study"] == "first"
    assert data["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    bundle = open_bundle(path, [read_public(keys[1])])
    said = bundle.statement.predicate
    found = said["study"]
    assert (said["scenario"], found["scenario"], found["baseline"]) == ("pooled", "pooled", "two_buildings")
    assert found["replications"] == [0, 1, 2]
    kept = json.loads((study / "runs" / "first" / "study.json").read_text())
    assert (found["seed"], found["code"]) == (kept["seed"], kept["code"])
    assert [one["digest"] for one in found["scenarios"]] == [one["digest"] for one in kept["scenarios"]]
    assert said["scenario_digest"] == kept["scenarios"][1]["digest"]
    asked = (
        "compare",
        "two_buildings",
        study / "pooled.toml",
        "-n",
        3,
        "-j",
        0,
        "--out",
        study / "runs",
        "--study",
        "first",
    )
    shown = json.loads(twin(*asked, "--json").stdout)["data"]
    mine = {(row["kpi"], row["difference"], row["low"], row["high"], row["verdict"]) for row in found["differences"]}
    assert mine == {(r["kpi"], r["difference"], r["low"], r["high"], r["verdict"]) for r in shown["differences"]}
    assert {row["scenario"] for row in found["levels"]} == {"pooled", "two_buildings"}
    assert all({"low", "high", "estimate"} <= row["mean"].keys() for row in found["levels"])


def test_the_same_inputs_give_the_same_bytes(twin, keys, study, tmp_path):
    paths = [tmp_path / place / "pooled-1.bundle" for place in ("a", "b")]
    for path in paths:
        assert pack(twin, keys, study, path).exit_code == 0
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_a_forgotten_parameter_is_told_of_the_candidate_and_not_of_the_incumbent():
    forgotten = Near("gate_x", "candidate_x", [("policies.dispatch.parameters.near_min", "8.0", "nothing")])
    incumbent = Near("gate_x", "incumbent_y", [("policies.dispatch.rule", "y", "x")])
    assert (forgotten.other_rules, incumbent.other_rules) == (0, 1)
    assert str(forgotten).endswith("differs in policies.dispatch.parameters.near_min (there 8.0, here nothing)")


def test_the_candidate_with_other_parameters_is_nearer_than_the_incumbent_and_any_than_another_campus(
    study, monkeypatch
):
    asked = arm_of(str(study / "pooled.toml"))
    there = {
        "far": [("campus", "campus_small", "two_buildings")],
        "incumbent": [("policies.dispatch.rule", "y", "x")],
        "candidate": [("policies.dispatch.parameters.a", "1", "2"), ("policies.dispatch.parameters.b", "1", "2")],
    }
    found = iter(there.values())
    monkeypatch.setattr(nearest, "_kept", lambda kept, digest: {"resolved": {}})
    monkeypatch.setattr(nearest, "_settings", dict)
    monkeypatch.setattr(nearest, "_differing", lambda kept, here: next(found))
    kept = SimpleNamespace(name="s", manifest={"scenarios": [{"name": one, "digest": ""} for one in there]})
    assert nearest.nearest(asked, [kept]).scenario == "candidate"


def test_a_rule_whose_code_has_changed_since_it_was_measured_is_told_as_that(study, tmp_path):
    arm = arm_of(str(study / "pooled.toml"))
    runs = copytree(study / "runs", tmp_path / "runs")
    manifest, then = runs / "first" / "study.json", "0123456789abcdef"
    manifest.write_text(manifest.read_text().replace(arm.digest, then))
    (runs / "first" / "scenarios" / f"{arm.digest}.json").rename(runs / "first" / "scenarios" / f"{then}.json")
    for named in (None, "first"):
        with pytest.raises(NoEvidence) as told:
            study_about(arm, named, runs)
        assert "pooled of the study first has these very settings, but since then changed: " in str(told.value)


def test_a_released_version_is_never_another(twin, keys, study, tmp_path):
    path = tmp_path / "pooled-1.bundle"
    assert pack(twin, keys, study, path).exit_code == 0
    before = path.read_bytes()
    assert pack(twin, keys, study, path).exit_code == 0
    done = pack(twin, keys, study, path, "--without-evidence")
    assert done.exit_code == 2
    assert "a version is released once; raise its number" in done.stderr
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--evidence", "nowhere"), 'there is no study "nowhere"'),
        (("--set", "run.days=40"), "measured this very scenario (pooled, digest "),
        (("--set", "run.days=40"), "to measure it: twin compare two_buildings "),
        (
            ("--set", "run.days=40", "--set", "policies.dispatch.rule=nearest_idle"),
            "pooled.toml --set run.days=40\n  or --evidence names",
        ),
        (
            ("--set", "run.days=40", "--set", "policies.dispatch.rule=nearest_idle"),
            "to measure it: twin policy gate dispatch.nearest_idle --against fifo_pooled --scenario ",
        ),
        (
            ("--set", "run.days=40", "--set", "policies.dispatch={ rule = 'hold_reserve', parameters = { reserve = 2 } }"),
            "gate dispatch.hold_reserve --against fifo_pooled --parameters '{reserve = 2}' --scenario ",
        ),
        (
            ("--set", "policies.dispatch.rule=gcmu", "--set", "policies.escalate.rule=none", "--set", "policies.triage.rule=checklist"),
            "a gate compares one rule, and ",
        ),
        (("--set", "run.days=40"), "of the study first differs in run.days (there 56, here 40)"),
        (("--evidence", "first", "--set", "run.days=40"), 'the study "first" did not measure this very scenario'),
        (("--evidence", "first", "--without-evidence"), "exclude each other"),
        (("--set", "run.days=1", "--without-evidence"), "a bundle needs at least 500: pack a scenario of a larger campus"),
        (("--set", "policies.dispatch.rule=fifo_poled", "--without-evidence"), 'did you mean "fifo_pooled"?'),
        (("--settings", "."), "expected either a SCENARIO or --settings"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_wrong_usage_and_leaves_nothing(twin, keys, study, tmp_path, monkeypatch, more, said):
    monkeypatch.chdir(tmp_path)
    done = pack(twin, keys, study, tmp_path / "pooled-1.bundle", *more)
    assert done.exit_code == 2, done.output
    assert said in done.stderr, done.stderr
    assert not list(tmp_path.iterdir())


def test_two_studies_of_one_scenario_must_be_told_apart(twin, keys, study, tmp_path):
    twin("run", study / "pooled.toml", "-n", 1, "-j", 0, "--out", tmp_path / "runs", "--study", "one")
    twin("run", study / "pooled.toml", "-n", 1, "-j", 0, "--out", tmp_path / "runs", "--study", "two")
    asked = (
        "policy",
        "pack",
        study / "pooled.toml",
        "--key",
        keys[0],
        "-o",
        tmp_path / "p-1.bundle",
        "--out",
        tmp_path / "runs",
    )
    done = twin(*asked)
    assert done.exit_code == 2
    assert "(one, two): name one by --evidence" in done.stderr
    assert twin(*asked, "--evidence", "two").exit_code == 0
    assert (
        canonical.parse(archive.read((tmp_path / "p-1.bundle").read_bytes())[STATEMENT])["predicate"]["study"]["name"]
        == "two"
    )


def test_a_bundle_is_named_by_name_and_version(twin, keys, tmp_path):
    for name in ("night.bundle", "night-1.2.bundle", "night-0.bundle", "night-1.zip", "-1.bundle"):
        done = twin("policy", "pack", "two_buildings", "--key", keys[0], "-o", tmp_path / name, "--without-evidence")
        assert done.exit_code == 2
        assert "expected NAME-VERSION.bundle" in done.stderr


def test_a_folder_that_cannot_be_written_is_told(twin, keys, study, tmp_path):
    (tmp_path / "file").write_text("")
    done = pack(twin, keys, study, tmp_path / "file" / "pooled-1.bundle")
    assert done.exit_code == 2
    assert "cannot be written" in done.stderr


def test_verify_says_what_it_looked_at(twin, made):
    done = twin("policy", "verify", made.path, "--key", made.public, "--json")
    assert done.exit_code == 0, done.output
    data = json.loads(done.stdout)["data"]
    assert (data["verified"], data["refused"], data["name"], data["version"]) == (True, None, "night-crew", 7)
    assert (data["scenario"], data["has_evidence"]) == ("all_together", False)
    assert data["pairs"] >= data["answered"] >= LEAST
    assert data["decisions"]["dispatch"] == {
        "rule": "skill_place_load", "requires": [], "latency_s": 0.0, "soft_s": 0.2, "hard_s": 2.0,
    }  # fmt: skip
    assert "all as recorded; " in twin("policy", "verify", made.path, "--key", made.public).stdout


def test_verify_answers_no_by_exit_code_and_names_the_reason(twin, made, tmp_path):
    content = bytearray(made.content)
    content[len(content) // 2] ^= 1
    (tmp_path / "b-7.bundle").write_bytes(content)
    done = twin("policy", "verify", tmp_path / "b-7.bundle", "--key", made.public)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "twin: refused (MemberChanged): member " in done.stderr
    done = twin("policy", "verify", made.path, "--key", made.public, "--installed", 8, "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["data"]["refused"] == "Downgrade"


def test_verify_names_the_file_that_is_no_bundle_and_says_what_to_do_about_a_strangers_key(twin, made, tmp_path):
    (tmp_path / "notes.txt").write_text("no bundle")
    done = twin("policy", "verify", tmp_path / "notes.txt", "--key", made.public)
    assert done.exit_code == 1
    assert f"twin: refused (NotABundle): {tmp_path / 'notes.txt'}: no zip archive, or cut short" in done.stderr
    assert "expected what twin policy pack writes" in done.stderr
    twin("policy", "keygen", "-o", tmp_path, "--name", "theirs")
    done = twin("policy", "verify", made.path, "--key", tmp_path / "theirs.pub")
    assert done.exit_code == 1
    assert "give by --key the .pub of whoever signed it, if you trust them" in done.stderr


def test_verify_with_what_is_no_key_is_wrong_usage(twin, made, tmp_path):
    assert twin("policy", "verify", made.path, "--key", made.private).exit_code == 2
    assert twin("policy", "verify", made.path, "--key", tmp_path / "none.pub").exit_code == 2
    assert twin("policy", "verify", tmp_path / "none-1.bundle", "--key", made.public).exit_code == 2


def test_any_of_several_trusted_keys_will_do(twin, made, tmp_path):
    twin("policy", "keygen", "-o", tmp_path, "--name", "theirs")
    both = ("--key", tmp_path / "theirs.pub", "--key", made.public)
    assert twin("policy", "verify", made.path, *both).exit_code == 0


@pytest.fixture
def folder(made, tmp_path):
    """Office and rules as they lie in a bundle."""
    for name in (OFFICE, RULES):
        (tmp_path / name).write_bytes(made.members[name])
    (tmp_path / "day.jsonl").write_bytes(made.members[GOLDEN])
    return tmp_path


def pack_log(twin, made, folder, *more):
    where = (
        "--settings",
        folder,
        "--events",
        folder / "day.jsonl",
        "--key",
        made.private,
        "-o",
        folder / "log-8.bundle",
    )
    return twin("policy", "pack", *where, *more)


def test_a_log_that_is_told_to_the_same_office_gives_the_same_golden_file(twin, made, folder):
    done = pack_log(twin, made, folder, "--without-evidence")
    assert done.exit_code == 0, done.output
    members = archive.read((folder / "log-8.bundle").read_bytes())
    for name in (OFFICE, RULES, GOLDEN):
        assert members[name] == made.members[name]


def test_another_rule_is_packed_on_the_same_log(twin, made, folder):
    (folder / RULES).write_text((folder / RULES).read_text().replace('"skill_place_load"', '"fifo_pooled"'))
    assert pack_log(twin, made, folder, "--without-evidence").exit_code == 0
    members = archive.read((folder / "log-8.bundle").read_bytes())
    assert canonical.parse(members[MANIFEST])["decisions"]["dispatch"]["rule"] == "fifo_pooled"
    assert members[GOLDEN] != made.members[GOLDEN]


def test_a_log_that_is_none_is_told(twin, made, folder):
    def said(change, *more):
        lines = made.members[GOLDEN].decode().splitlines()
        change(lines)
        (folder / "day.jsonl").write_text("\n".join(lines) + "\n")
        done = pack_log(twin, made, folder, *more)
        assert done.exit_code == 2
        return done.stderr

    assert "add --without-evidence" in said(lambda lines: None)
    assert "10 events, a bundle needs at least 500" in said(
        lambda lines: lines.__delitem__(slice(10, None)), "--without-evidence"
    )
    assert "day.jsonl, line 3: not JSON" in said(lambda lines: lines.__setitem__(2, "{"), "--without-evidence")
    assert "expected in order of time" in said(lambda lines: lines.reverse(), "--without-evidence")
    (folder / OFFICE).unlink()
    assert "cannot read" in said(lambda lines: None, "--without-evidence")


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    """A stranger's rule, installed here and as a wheel of its own."""
    points = {"dispatch.lowest_number": "stranger:Lowest", "dispatch.evening": "stranger:Evening"}
    metadata = "Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n"
    name, content = wheel_of("stranger", "1.0", {"stranger.py": RULE.encode()}, metadata, points)
    (tmp_path / name).write_bytes(content)
    with zipfile.ZipFile(tmp_path / name) as opened:
        opened.extractall(tmp_path / "site")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    registry._found.cache_clear()
    yield tmp_path / name
    registry._found.cache_clear()


def test_a_strangers_rule_travels_in_its_own_wheel(twin, keys, plugin, tmp_path):
    path = tmp_path / "stranger-1.bundle"
    asked = (
        "policy",
        "pack",
        *SMALL,
        "--set",
        "policies.dispatch.rule=lowest_number",
        "--key",
        keys[0],
        "-o",
        path,
        "--without-evidence",
    )
    done = twin(*asked)
    assert done.exit_code == 2
    assert (
        "rule dispatch.lowest_number comes from stranger, whose wheel was not given: "
        "make it by pip wheel --no-deps -w wheels FOLDER (the one with its pyproject.toml), and add --plugin-wheel wheels/"
    ) in done.stderr
    done = twin(*asked, "--plugin-wheel", plugin)
    assert done.exit_code == 0, done.output
    assert f"wheels/{plugin.name}" in archive.read(path.read_bytes())
    registry._found.cache_clear()
    assert twin("policy", "verify", path, "--key", keys[1]).exit_code == 0


@pytest.mark.parametrize(
    ("evening_h", "why"), [("-1.0", r"\(raised TypeError \d+ times\)"), ("24.0", r"busy \d+ times")]
)
def test_a_rule_that_raises_or_is_refused_is_not_signed_unawares(twin, keys, plugin, tmp_path, evening_h, why):
    path = tmp_path / "evening-1.bundle"
    rule = f"policies.dispatch={{rule='evening', parameters={{evening_h={evening_h}}}}}"
    asked = ("policy", "pack", *SMALL, "--set", rule, "--plugin-wheel", plugin)
    asked = (*asked, "--key", keys[0], "-o", path, "--without-evidence")
    done = twin(*asked)
    assert done.exit_code == 1, done.output
    assert "twin: not packed: the answer of dispatch.evening at " in done.stderr
    assert re.search(why, done.stderr)
    assert "or add --allow-refused if it is meant" in done.stderr
    assert not path.exists()
    done = twin(*asked, "--allow-refused", "--json")
    assert done.exit_code == 0, done.output
    (one,) = json.loads(done.stdout)["data"]["refused_answers"]
    assert (one["decision"], one["rule"]) == ("dispatch", "evening")
    assert 0 < one["events"] <= one["asked"]
    assert "; a fallback decided for dispatch.evening at " in twin(*asked, "--allow-refused").stdout
    done = twin("policy", "verify", path, "--key", keys[1])
    assert f"in {one['events']} of them a rule raised or was refused, and a fallback decided" in done.stdout
    assert (
        json.loads(twin("policy", "verify", path, "--key", keys[1], "--json").stdout)["data"]["refused_answers"]
        == one["events"]
    )


def test_a_raising_rule_that_is_told_a_log_is_not_signed_either(twin, made, plugin, folder):
    rules = rules_file.read((folder / RULES).read_bytes())
    rules = {**rules, "dispatch": RuleChoice("evening", {"evening_h": -1.0})}
    (folder / RULES).write_bytes(rules_file.write(rules))
    done = pack_log(twin, made, folder, "--without-evidence", "--plugin-wheel", plugin)
    assert done.exit_code == 1, done.output
    assert "raised TypeError" in done.stderr
    assert not list(folder.glob("*.bundle"))


def test_what_counts_the_questions_changes_no_answer(twin, made):
    recorder = Recorder(AskedCentre(made.opened().settings))
    for pair in made.opened().pairs:
        recorder.handle(*messages.observed(pair.seen))
    assert [one.decision for one in recorder.pairs] == [one.decision for one in made.opened().pairs]
    asked = recorder.controller.asked
    assert set(asked) == set(made.opened().manifest.decisions)
    assert all(0 < times <= len(recorder.pairs) for times in asked.values())
    assert not_standing(recorder.pairs, asked, made.opened().settings.rules) == []
    assert "fallback" not in twin("policy", "verify", made.path, "--key", made.public).stdout


def test_an_interrupted_pack_says_what_it_was_doing_and_that_nothing_is_kept(twin, keys, tmp_path, monkeypatch):
    def record(*given):
        raise KeyboardInterrupt

    monkeypatch.setattr("scenarios.deploy.from_twin.record", record)
    path = tmp_path / "night-1.bundle"
    done = twin("policy", "pack", *SMALL, "--key", keys[0], "-o", path, "--without-evidence")
    assert done.exit_code == 130
    assert done.stderr.startswith("twin: interrupted while decisions were recorded")
    assert "no decision is kept" in done.stderr
    assert "replication" not in done.stderr and "resume" not in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.fixture
def nothing_recorded(monkeypatch):
    """Whoever records is told so."""

    def record(*given):
        raise AssertionError("a decision was recorded")

    monkeypatch.setattr("scenarios.deploy.from_twin.record", record)


WITHOUT_WHEEL = ("--set", "policies.dispatch.rule=lowest_number")
NO_NUMBER = ("--set", "policies.preempt={ rule = 'least_remaining', parameters = { mean_min = 'long' } }")


@pytest.mark.usefixtures("nothing_recorded")
@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (
            WITHOUT_WHEEL,
            (
                'there is no study "nowhere"',
                "rule dispatch.lowest_number comes from stranger, whose wheel was not given",
            ),
        ),
        (
            (*WITHOUT_WHEEL, *NO_NUMBER),
            (
                'policies.preempt.parameters.mean_min: given "long"; expected for least_remaining a number',
                'there is no study "nowhere"',
            ),
        ),
    ],
)
def test_all_that_is_wrong_is_told_at_once_and_before_anything_is_recorded(
    twin, keys, plugin, study, tmp_path, rules, told
):
    """Which wheels a scenario needs is known once it has none of its own mistakes."""
    (tmp_path / "file").write_text("")
    before = sorted(tmp_path.rglob("*"))
    path, key = tmp_path / "file" / "stranger.bundle", tmp_path / "none.key"
    done = twin("policy", "pack", *SMALL, *rules, "--key", key, "-o", path, "--out", study, "--evidence", "nowhere")
    assert done.exit_code == 2, done.output
    said = done.stderr.splitlines()
    wanted = ("expected NAME-VERSION.bundle", "cannot read the key", f"{tmp_path / 'file'} is no folder", *told)
    assert len(said) == len(wanted), done.stderr
    assert all(part in line for part, line in zip(wanted, said, strict=True)), done.stderr
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.usefixtures("nothing_recorded")
@pytest.mark.parametrize(
    "changed", [("--set", "run.days=40"), ("--seed", 5), ("--set", "policies.dispatch.rule=fifo_pooled")]
)
def test_a_version_that_was_released_as_something_else_is_told_before_anything_is_recorded(
    twin, made, tmp_path, changed
):
    path = tmp_path / made.path.name
    path.write_bytes(made.content)
    done = twin("policy", "pack", *SMALL, *changed, "--key", made.private, "-o", path, "--without-evidence")
    assert done.exit_code == 2, done.output
    assert "a version is released once; raise its number" in done.stderr
    path.write_bytes(b"no bundle")
    done = twin("policy", "pack", *SMALL, "--key", made.private, "-o", path, "--without-evidence")
    assert "a version is released once; raise its number" in done.stderr
    assert path.read_bytes() == b"no bundle"


def test_a_wheel_no_rule_comes_from_is_not_taken_along(twin, keys, plugin, tmp_path):
    asked = ("policy", "pack", *SMALL, "--key", keys[0], "-o", tmp_path / "a-1.bundle", "--without-evidence")
    done = twin(*asked, "--plugin-wheel", plugin)
    assert done.exit_code == 2
    assert "provides no rule that is chosen here" in done.stderr
    (tmp_path / "odd-1-cp311-cp311-linux_x86_64.whl").write_bytes(plugin.read_bytes())
    done = twin(*asked, "--plugin-wheel", tmp_path / "odd-1-cp311-cp311-linux_x86_64.whl")
    assert "no wheel of pure Python" in done.stderr
    (tmp_path / "odd-1-py3-none-any.whl").write_bytes(b"x")
    assert "cannot be read as a wheel" in twin(*asked, "--plugin-wheel", tmp_path / "odd-1-py3-none-any.whl").stderr


def test_a_plugin_that_decides_otherwise_than_its_wheel_is_not_packed(twin, keys, plugin, tmp_path):
    """What is installed here and what travels are not the same: found before anything is signed."""
    changed = RULE.replace("min(waiting", "max(waiting")
    name, content = wheel_of(
        "stranger",
        "1.1",
        {"stranger.py": changed.encode()},
        "Name: stranger\n",
        {"dispatch.lowest_number": "stranger:Lowest"},
    )
    (tmp_path / name).write_bytes(content)
    path = tmp_path / "stranger-1.bundle"
    asked = (
        "policy",
        "pack",
        *SMALL,
        "--set",
        "policies.dispatch.rule=lowest_number",
        "--key",
        keys[0],
        "-o",
        path,
        "--without-evidence",
    )
    done = twin(*asked, "--plugin-wheel", tmp_path / name)
    assert done.exit_code == 1
    first, told, recorded, given = done.stderr.splitlines()
    assert re.fullmatch(
        r"twin: not packed: the wheel decides otherwise than the code installed here: decision \d+ of \d+ differs; "
        r"was the rule edited after the wheel was built\? build it again: pip wheel --no-deps -w wheels FOLDER.*",
        first,
    )
    assert re.fullmatch(r"twin: not packed: it was told [A-Z]\w+ at minute [\d.e+]+", told)
    assert recorded.startswith("twin: not packed: it was recorded to answer ")
    assert re.search(r'\{.*"kind":"\w+".*\} \(command \d+ of \d+\)$', f"{recorded}\n{given}", re.MULTILINE)
    assert "twin: not packed: it answers " in given
    assert recorded.partition("answer ")[2] != given.partition("answers ")[2]
    assert max(map(len, (told, recorded, given))) < 200
    assert not path.exists()


def test_a_rule_with_a_solver_locks_it_and_is_replayed_with_it(twin, keys, tmp_path):
    path = tmp_path / "batch-1.bundle"
    done = twin(
        "policy",
        "pack",
        *SMALL,
        "--set",
        "policies.dispatch.rule=batch_hungarian",
        "--key",
        keys[0],
        "-o",
        path,
        "--without-evidence",
    )
    assert done.exit_code == 0, done.output
    manifest = canonical.parse(archive.read(path.read_bytes())[MANIFEST])
    assert list(manifest["needs"]) == ["numpy", "scipy"]
    assert manifest["decisions"]["dispatch"]["hard_s"] == 20.0
    golden = archive.read(path.read_bytes())[GOLDEN]
    assert b"ModuleNotFoundError" not in golden


def test_evidence_says_what_a_gate_ruled_and_against_which_rule_it_should_have_been(twin, keys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    asked = ("fixed_zone_batch", "--scenario", "two_buildings", "-n", 2, "-j", 0)
    assert twin("policy", "gate", *asked, "--against", "gcmu").exit_code in (0, 1)
    rule = ("two_buildings", "--set", "policies.dispatch.rule=fixed_zone_batch", "--key", keys[0])
    done = twin("policy", "pack", *rule, "-o", "near-1.bundle")
    assert done.exit_code == 0, done.output
    assert (
        "warning: the evidence compares fixed_zone_batch with gcmu, but nearest_idle decides dispatch in "
        "two_buildings: gate it against that one"
    ) in done.stderr
    ruling = json.loads((tmp_path / "results/runs/gate_fixed_zone_batch/gate.json").read_text())
    said = "GO" if ruling["go"] else "NO-GO"
    assert (
        f"evidence of the study gate_fixed_zone_batch; the gate faster_without_harm ruled {said} on it; sha256"
        in done.stdout
    )
    verified = twin("policy", "verify", "near-1.bundle", "--key", keys[1])
    assert verified.stdout.rstrip().endswith(f"; the gate faster_without_harm ruled {said} on it")
    study = open_bundle(tmp_path / "near-1.bundle", [read_public(keys[1])]).statement.predicate["study"]
    assert study["gate"]["go"] is ruling["go"]
    assert study["gate"]["gate_sha256"] == ruling["gate_sha256"]
    assert twin("policy", "gate", *asked, "--against", "nearest_idle").exit_code in (0, 1)
    done = twin("policy", "pack", *rule, "-o", "near-2.bundle")
    assert done.exit_code == 0, done.output
    assert "warning" not in done.stderr
    other = tmp_path / "results/runs/gate_fixed_zone_batch/gate.json"
    other.write_text(json.dumps(ruling))
    done = twin("policy", "pack", *rule, "-o", "near-3.bundle")
    assert "ruled" not in done.stdout
