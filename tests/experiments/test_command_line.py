"""``twin run`` and ``twin compare`` as a planner meets them: answers, exit codes, messages."""

import errno
import json
import os
from pathlib import Path

import pytest

from results.rows import KpiRow
from scenarios.cli.alike import alike

RAISES = """
class Rule:
    def dispatch(self, waiting, candidates, view):
        raise SystemError("the interpreter is unwell")
"""
BREAKS_THE_WORLD = """
class Rule:
    def dispatch(self, waiting, candidates, view):
        if view.chance.uniform(0) < 0.5:
            raise OutOfOrder("in some replications")
        return [(order, tech) for order in waiting.all() for tech in list(candidates.idle(order.trade))[:1]][:1]


class OutOfOrder(BaseException):
    pass
"""
HANGS = """
import time


class Rule:
    def dispatch(self, waiting, candidates, view):
        while True:
            try:
                time.sleep(1.0)
            except Exception:
                continue
"""
DEAF = """
import signal
import time


class Rule:
    def dispatch(self, waiting, candidates, view):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
        while True:
            time.sleep(1.0)
"""
SENDS_ANYBODY = """
class Rule:
    def dispatch(self, waiting, candidates, view):
        return [(order, tech) for order in waiting.all() for tech in candidates.all() if order.trade not in tech.skills][:1]
"""
CENTRE = "[features.centre]\nlive = true\nper_day_cny = 1500.0"
ALIKE = "the same in every figure of every run"


def test_run_prints_its_answer_on_stdout_and_everything_else_on_stderr(twin):
    done = twin("run", "two_buildings", "-n", "2")
    assert done.exit_code == 0, done.stderr
    assert "K-R1" in done.stdout
    assert "runs done" not in done.stdout
    assert "two_buildings: 2/2 runs done" in done.stderr


def test_json_is_one_envelope_with_keys_that_bear_their_unit(twin):
    done = twin("run", "two_buildings", "-n", "2", "--json")
    said = json.loads(done.stdout)
    assert (said["schema"], said["ok"]) == ("twin/run@1", True)
    assert any("run_out_days is 2" in warning for warning in said["warnings"])
    figures = said["data"]["scenarios"][0]["figures"]
    assert figures["mean_response_service_hours_min"]["kpi"] == "K-R1"
    assert figures["emergencies_handled_late_pct"]["replications"] <= 2
    assert said["data"]["computed_runs"] == 2


def test_compare_puts_the_baseline_first_and_shows_only_the_inputs_that_differ(twin, fifo):
    said = json.loads(twin("compare", "two_buildings", fifo, "-n", "3", "--json").stdout)
    data = said["data"]
    assert said["schema"] == "twin/compare@1"
    assert data["scenarios"] == ["two_buildings", "fifo"]
    assert data["inputs_that_differ"] == {
        "fifo": [{"key": "policies.dispatch.rule", "baseline": "nearest_idle", "scenario": "fifo_pooled"}]
    }
    assert {d["verdict"] for d in data["differences"]} <= {"better", "worse", "equivalent", "not shown", "reported"}
    assert all(row["key"].endswith(("_pct", "_min")) for row in data["attainments"])


def test_scenarios_that_nothing_told_apart_are_named(twin, tmp_path):
    """A rule that is never asked differs in its settings only; a centre costs something every day."""
    for name, more in (("again", '[policies]\npreempt = { rule = "lowest_priority" }'), ("dear", CENTRE)):
        (tmp_path / f"{name}.toml").write_text(f'name = "{name}"\nextends = "two_buildings"\n{more}\n')
    done = twin("compare", "two_buildings", "again.toml", "dear.toml", "-n", "2", "-o", "page.html")
    assert done.exit_code == 0, done.stderr
    assert done.stderr.count(ALIKE) == 1
    assert f"warning: two_buildings, again: {ALIKE}" in done.stderr
    assert f"two_buildings, again: {ALIKE}" in (tmp_path / "page.html").read_text()
    assert f"two_buildings, again: {ALIKE}" in twin("report", "-o", "again.html", settings=None).stderr


def test_scenarios_that_one_run_tells_apart_are_not_called_the_same():
    """An undefined figure is the same as another undefined one."""
    base = [row(3.0), row(float("nan"))]
    rows = {name: {0: list(base), 1: list(base), 2: [row(4.0)]} for name in ("a", "b", "c", "d", "e")}
    rows["c"] = {**rows["c"], 2: [row(4.5)]}
    rows["d"] = {**rows["d"], 0: [row(1.0)]}
    rows["e"] = {**rows["d"], 0: [row(1.0)]}
    assert [line.partition(":")[0] for line in alike(rows, [0, 1, 2], "en")] == ["a, b", "d, e"]
    assert [line.partition(":")[0] for line in alike(rows, [0, 1], "en")] == ["a, b, c", "d, e"]


def row(value):
    return KpiRow("K-R1", "min", value, float("nan"), 1.0)


def test_compare_leaves_a_page_that_asks_nobody(twin, fifo, tmp_path):
    done = twin("compare", "two_buildings", fifo, "-n", "2", "-o", "out/page.html", "--lang", "zh")
    assert done.exit_code == 0, done.stderr
    page = (tmp_path / "out" / "page.html").read_text()
    assert page.lower().startswith("<!doctype html>")
    assert 'src="http' not in page
    assert 'href="http' not in page
    assert "policies.dispatch.rule" in page


def test_kpi_narrows_the_family(twin, fifo):
    said = json.loads(
        twin(
            "compare",
            "two_buildings",
            fifo,
            "-n",
            "2",
            "--json",
            "--kpi",
            "K-R1",
            "--kpi",
            "emergencies_handled_late_pct",
        ).stdout
    )
    assert said["data"]["family"] == ["K-R1", "K-E3"]


@pytest.mark.parametrize(("question", "code"), [("cost>1", 1), ("booked_costs_cny>1", 1), ("cost<1", 0)])
def test_fail_on_ends_with_1_when_the_answer_is_no(twin, fifo, question, code):
    done = twin("compare", "two_buildings", fifo, "-n", "2", "--fail-on", question)
    assert done.exit_code == code, done.stderr
    assert ("fifo has cost" in done.stderr) == bool(code)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("run", "two_bildings"), 'did you mean "two_buildings"'),
        (("compare", "two_buildings", "pooled_fif"), 'did you mean "pooled_fifo"'),
        (("compare", "two_buildings", "two_buildings"), "nothing to compare"),
        (("compare", "two_buildings", "pooled_fifo", "--fail-on", "K-R9>5"), 'there is no KPI "K-R9"'),
        (("compare", "two_buildings", "pooled_fifo", "--fail-on", "K-R1 > soon"), "expected a KPI, a sign"),
        (("compare", "two_buildings", "pooled_fifo", "--kpi", "K-R11"), "there is no KPI"),
        (("run", "two_buildings", "--resume"), "leave --resume away"),
        (("run", "two_buildings", "--set", "run.dayz=3"), "dayz"),
        (("run", "two_buildings", "--trace", "log.csv"), "does not exist"),
    ],
)
def test_wrong_usage_ends_with_2_says_what_to_do_and_writes_nothing(twin, tmp_path, words, message):
    done = twin(*words)
    assert done.exit_code == 2, done.stderr
    assert message in done.stderr
    assert not (tmp_path / "results").exists()


def test_an_out_folder_that_cannot_be_written_ends_with_2_before_anything_runs(twin, tmp_path):
    (tmp_path / "file").write_text("in the way")
    done = twin("run", "two_buildings", "--out", "file/runs", "--json")
    assert done.exit_code == 2
    assert "name another folder by --out" in done.stderr
    assert json.loads(done.stdout)["ok"] is False


def test_a_disk_that_fills_up_ends_with_3_and_what_was_finished_stays(twin, monkeypatch, tmp_path):
    move = Path.replace

    def full(self, target):
        if Path(target).name.startswith("r00002"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return move(self, target)

    monkeypatch.setattr(Path, "replace", full)
    done = twin("run", "two_buildings", "-n", "5")
    assert done.exit_code == 3, done.stderr
    assert "No space left" in done.stderr
    assert "free the disk or name another folder by --out" in done.stderr
    kept = sorted(p.name[:6] for p in (tmp_path / "results").rglob("cells/two_buildings/*"))
    assert kept == ["r00000", "r00001"]
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    again = twin("run", "two_buildings", "-n", "5", "--json")
    assert json.loads(again.stdout)["data"]["computed_runs"] == 3


def test_a_rule_that_raises_is_replaced_by_its_fallback_and_counted(twin, plug_in):
    plug_in("unwell", RAISES)
    done = twin("run", "unwell.toml", "-n", "1", "--json")
    assert done.exit_code == 0, done.stderr
    cell = json.loads(done.stdout)["data"]["scenarios"][0]["cells"][0]
    assert cell["guard_hits"]["dispatch: raised SystemError"] > 0


def test_a_rule_that_sends_the_unskilled_is_refused_and_the_page_of_numbers_says_so(twin, plug_in):
    plug_in("anybody", SENDS_ANYBODY)
    done = twin("compare", "two_buildings", "anybody.toml", "-n", "1")
    assert "no skill in" in done.stdout
    assert done.exit_code == 0, done.stderr


def test_a_replication_that_breaks_ends_with_3_and_the_good_ones_are_kept(twin, plug_in, tmp_path):
    plug_in("breaks", BREAKS_THE_WORLD)
    done = twin("run", "breaks.toml", "two_buildings", "-n", "4", "--seed", "7", "--json")
    said = json.loads(done.stdout)
    assert done.exit_code == 3, done.stderr
    failed = {one["replication"] for one in said["data"]["failed_runs"]}
    assert failed
    assert failed < set(range(4)), "the rule breaks where its chance says so"
    assert "breaks, seed 7, replication" in done.stderr
    kept = {p.name[:6] for p in (tmp_path / "results/runs/two_buildings/cells/two_buildings").glob("r*.parquet")}
    assert len(kept) == 4
    again = twin("run", "breaks.toml", "two_buildings", "-n", "4", "--seed", "7")
    assert again.exit_code == 3
    assert (tmp_path / "results/runs/two_buildings/failures.json").is_file()


def test_a_rule_that_hangs_fails_its_replication_and_names_the_seed(twin, plug_in, tmp_path):
    plug_in("hangs", HANGS)
    done = twin("run", "hangs.toml", "two_buildings", "-n", "1", "--seed", "11", "--hang-after-s", "1")
    assert done.exit_code == 3, done.stderr
    assert "hangs, seed 11, replication 0 hung" in done.stderr
    assert "hangs.py" in done.stderr
    assert len(list((tmp_path / "results/runs/two_buildings/cells/two_buildings").glob("r*.parquet"))) == 1


def test_a_rule_no_signal_reaches_ends_its_worker_not_the_study(process, plug_in, tmp_path):
    home = plug_in("deaf", DEAF)
    words = ("run", "deaf.toml", "two_buildings", "-n", "1", "--seed", "11", "--hang-after-s", "1", "-j", "1")
    running = process(*words, path=home)
    _, said = running.communicate(timeout=100)
    assert running.returncode == 3, said
    assert "deaf, seed 11, replication 0 hung" in said
    assert "deaf.py" in said
    assert len(list((tmp_path / "results/runs/two_buildings/cells").rglob("r*.parquet"))) == 1
    assert not list((tmp_path / "results").rglob(".stacks*"))


def test_editing_a_plug_in_asks_for_other_cells(twin, plug_in, tmp_path):
    plug_in("unwell", RAISES)
    words = ("run", "unwell.toml", "-n", "1", "--json")
    assert json.loads(twin(*words).stdout)["data"]["computed_runs"] == 1
    assert json.loads(twin(*words).stdout)["data"]["computed_runs"] == 0
    (tmp_path / "plugin" / "unwell.py").write_text(RAISES.replace("unwell", "worse"))
    assert json.loads(twin(*words).stdout)["data"]["computed_runs"] == 1


def test_an_interrupt_before_a_command_began_says_that_nothing_was_begun(twin, monkeypatch):
    def pressed(name):
        raise KeyboardInterrupt

    monkeypatch.setattr("scenarios.cli.import_module", pressed)
    done = twin("run", "two_buildings")
    assert done.exit_code == 130
    assert done.stderr == "twin: interrupted while it was starting; nothing was begun, and all that was there is kept\n"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            'skill_place_load", parameters = { travel = "far" }',
            'travel: given "far"; expected for skill_place_load a number',
        ),
        (
            'skill_place_load", parameters = { travl = 1.0 }',
            'travl: given 1.0; expected for skill_place_load one of its parameters, travel, skill, load; did you mean "travel"?',
        ),
        (
            'hold_reserve", parameters = { reserve = "two" }',
            'reserve: given "two"; expected for hold_reserve a whole number',
        ),
        ('nearest_idle", parameters = { reserve = 2 }', "reserve: given 2; expected for nearest_idle no parameter"),
    ],
)
def test_a_parameter_that_a_rule_does_not_take_is_told_before_a_run_is_made(twin, tmp_path, given, said):
    rule = f'policies.dispatch={{ rule = "{given} }}'
    for words in (("run", "two_buildings"), ("scenario", "check", "two_buildings")):
        done = twin(*words, "--set", rule, settings=None)
        assert done.exit_code == 2
        assert done.stderr == f"twin: --set {rule} policies.dispatch.parameters.{said}\n"
    assert not list(tmp_path.iterdir())


def test_a_parameter_in_a_file_is_told_with_its_line_among_all_that_is_wrong(twin, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "mine"\nextends = "two_buildings"\n[policies.dispatch]\nrule = "skill_place_load"\n'
        '[policies.dispatch.parameters]\ntravel = 1.0\nskil = 2.0\n[policies.reserve]\nrule = "no_such"\n'
    )
    done = twin("compare", "two_buildings", str(path), settings=None)
    assert done.exit_code == 2
    assert (
        f"{path.name}:7 policies.dispatch.parameters.skil: given 2.0; expected for skill_place_load one of its parameters"
        in done.stderr
    )
    assert f'{path.name}:9 policies.reserve.rule: given "no_such"' in done.stderr
    assert done.stderr.count("given") == 2
