"""``twin results``: what there is, what a run gave, questions, exports, throwing away."""

import csv
import io
import json
import shutil

import pytest
from click.testing import CliRunner

from results.store import parquet
from scenarios.cli import main
from scenarios.study.kept import find_cell


@pytest.fixture
def results(kept, monkeypatch):
    """``twin results …`` beside a study of both scenarios."""
    monkeypatch.chdir(kept)
    return lambda *words, **more: CliRunner().invoke(main, ["results", *words], **more)


@pytest.fixture
def own(kept, tmp_path, monkeypatch):
    """The same on a copy that may be spoilt."""
    shutil.copytree(kept / "results", tmp_path / "results")
    monkeypatch.chdir(tmp_path)
    return lambda *words, **more: CliRunner().invoke(main, ["results", *words], **more)


def data(done):
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)["data"]


def test_list_says_what_there_is_and_how_far_it_is(own, tmp_path):
    told = data(own("list", "--json"))["studies"]
    assert [(one["study"], one["state"], one["finished_runs"], one["asked_runs"], one["kept"]) for one in told] == [
        ("both", "complete", 4, 4, "journal")
    ]
    assert told[0]["code_is_current"]
    next((tmp_path / "results/runs/both/cells/fifo").iterdir()).unlink()
    told = data(own("list", "--json"))["studies"][0]
    assert (told["state"], told["finished_runs"], told["asked_runs"]) == ("interrupted", 3, 4)
    printed = own("list", "--lang", "zh").stdout
    assert "中断" in printed and "3/4" in printed


def test_list_of_nothing_is_not_an_error(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["results", "list"])
    assert (done.exit_code, done.stdout) == (0, "")
    assert "no studies in" in done.stderr


def test_show_tells_what_made_a_run_and_what_it_gave(results, kept):
    told = data(results("show", "both:fifo:1", "--json"))
    _, cell = find_cell("both:fifo:1", kept / "results" / "runs")
    assert (told["scenario"], told["replication"], told["seed"], told["code"]) == ("fifo", 1, 1, cell.code)
    assert told["scenario_recipe"]["resolved"]["scenario"]["policies"]["dispatch"]["rule"] == "fifo_pooled"
    assert told["scenario_recipe"]["settings"] == ["run.burn_in_days=2", "run.days=8", "run.run_out_days=2"]
    assert [row["kpi"] for row in told["figures"]] == [row.kpi for row in cell.kpis]
    printed = results("show", "both:fifo:1", "--resolved").stdout
    assert cell.journal_digest in printed and "fifo_pooled" in printed and "K-R1 " in printed


def test_show_of_a_study_lists_its_runs(results):
    told = data(results("show", "both", "--json"))
    assert [(run["scenario"], run["replication"], run["finished"]) for run in told["runs"]] == [
        ("two_buildings", 0, True), ("two_buildings", 1, True), ("fifo", 0, True), ("fifo", 1, True),
    ]  # fmt: skip
    assert "two_buildings" in results("show", "both").stdout


def test_query_answers_over_the_views_of_a_study(results, kept):
    told = data(results("query", "SELECT scenario, rep, value FROM kpis WHERE kpi = 'K-R1' ORDER BY ALL", "--json"))
    assert told["columns"] == ["scenario", "rep", "value"]
    _, cell = find_cell("both:fifo:0", kept / "results" / "runs")
    assert told["rows"][0] == ["fifo", 0, next(row.value for row in cell.kpis if row.kpi == "K-R1")]
    assert len(told["rows"]) == 4
    runs = data(results("query", "SELECT journal_digest FROM runs WHERE scenario = 'fifo' AND rep = 0", "--json"))
    assert runs["rows"] == [[cell.journal_digest]]


def test_figures_orders_and_journal_agree(results):
    """Mean response from the rows of orders, arrivals from the journal, and the figure are one."""
    sql = """
        SELECT count(*) FROM (SELECT scenario, rep, avg(response_min) r, count(*) n FROM orders WHERE normal GROUP BY ALL) o
        JOIN kpis k USING (scenario, rep) WHERE k.kpi = 'K-R1' AND abs(k.value - o.r) < 1e-9 AND k.denominator = o.n
    """
    assert data(results("query", sql, "--json"))["rows"] == [[4]]
    sql = """
        SELECT count(*), count(*) FILTER (WHERE a."at" = o.t_arr) FROM orders o
        JOIN (SELECT scenario, rep, "order", min("at") AS "at" FROM "journal_OnSite" GROUP BY ALL) a USING (scenario, rep, "order")
    """
    orders, equal = data(results("query", sql, "--json"))["rows"][0]
    assert orders == equal > 0


def test_query_prints_a_table_or_commas(results):
    asked = ("query", "SELECT rep, count(*) AS n FROM runs GROUP BY rep ORDER BY rep")
    assert list(csv.reader(io.StringIO(results(*asked, "--csv").stdout))) == [["rep", "n"], ["0", "2"], ["1", "2"]]
    assert results(*asked).stdout.split() == ["rep", "n", "0", "2", "1", "2"]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT * FROM kpi", 'there is no view "kpi"; views of this study: runs, kpis, orders'),
        ("SELECT wert FROM kpis", "wert"),
        ("SELEC 1", "syntax error"),
        ("DROP VIEW kpis", "changes nothing"),
        ("COPY kpis TO 'x.csv'", "changes nothing"),
        ("SELECT * FROM read_csv('/etc/passwd')", "disabled by configuration"),
        ("SELECT * FROM glob('/etc/*')", "disabled by configuration"),
        ("SELECT 1; SELECT 2", "one question"),
    ],
)
def test_a_question_that_cannot_be_answered_ends_with_2_and_changes_nothing(results, kept, sql, message):
    before = sorted(kept.rglob("*"))
    done = results("query", sql)
    assert done.exit_code == 2, done.stdout
    assert message in done.stderr
    assert sorted(kept.rglob("*")) == before


def test_what_was_not_kept_is_told_with_the_option_that_keeps_it(own, tmp_path):
    shutil.rmtree(tmp_path / "results/runs/both/journals")
    done = own("query", 'SELECT * FROM "journal_OnSite"')
    assert done.exit_code == 2
    assert "run it again with --keep-journal" in done.stderr
    done = own("export", "both", "--format", "xes", "-o", "x")
    assert done.exit_code == 2 and "--keep-journal" in done.stderr
    shutil.rmtree(tmp_path / "results/runs/both/orders")
    assert "--keep-orders" in own("query", "FROM orders").stderr
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("words", [("show", "nobody"), ("query", "FROM kpis", "--study", "nobody"), ("gc", "nobody")])
def test_a_study_that_is_not_there_is_told_with_those_that_are(results, words):
    done = results(*words)
    assert done.exit_code == 2
    assert "there: both" in done.stderr


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_export_writes_a_file_a_table(results, kept, tmp_path, kind):
    written = results("export", "both", "--format", kind, "-o", str(tmp_path)).stdout.splitlines()
    assert {f"kpis.{kind}", f"orders.{kind}", f"journal_OnSite.{kind}", f"about_hours.{kind}"} <= {
        line.rsplit("/", 1)[1] for line in written
    }
    _, cell = find_cell("both:fifo:0", kept / "results" / "runs")
    if kind == "csv":
        with (tmp_path / "kpis.csv").open(encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if (row["scenario"], row["rep"]) == ("fifo", "0")]
    else:
        names, found = parquet.rows(tmp_path / "kpis.parquet")
        rows = [dict(zip(names, row, strict=True)) for row in found if row[:2] == ("fifo", 0)]
    assert [row["kpi"] for row in rows] == [one.kpi for one in cell.kpis]
    for row, one in zip(rows, cell.kpis, strict=True):
        assert row["value"] in ("", None) if one.value != one.value else float(row["value"]) == one.value


def test_export_of_one_run_and_one_part(results, tmp_path):
    done = results("export", "both:fifo:1", "--format", "csv", "--part", "orders", "-o", str(tmp_path))
    assert done.stdout.split() == [str(tmp_path / "orders.csv")]
    with (tmp_path / "orders.csv").open(encoding="utf-8") as file:
        assert {(row["scenario"], row["rep"]) for row in csv.DictReader(file)} == {("fifo", "1")}
    done = results("export", "both:fifo:9", "--format", "csv", "-o", str(tmp_path / "none"))
    assert done.exit_code == 2 and "no finished run fits" in done.stderr
    assert not (tmp_path / "none").exists()


def test_gc_says_what_it_would_remove_asks_and_removes_only_that(own, tmp_path, monkeypatch):
    study = tmp_path / "results/runs/both"
    (study / "cells/fifo/.r00000-0123456789abcdef.parquet.here.1.tmp").write_bytes(b"")
    assert "nothing to remove" in own("gc").stdout
    good = sorted(study.rglob("*"))
    lost = next((study / "cells/fifo").glob("r00001*"))
    lost.unlink()
    monkeypatch.setattr("results.store.whole.HOST", "here")
    monkeypatch.setattr("results.store.whole._alive", lambda path, host, pid: False)
    done = own("gc", "--dry-run")
    assert "left half written" in done.stdout and "without its figures" in done.stdout
    assert "would be removed" in done.stdout
    assert sorted(study.rglob("*")) == [path for path in good if path != lost]
    assert own("gc", input="n\n").exit_code == 1
    assert (study / "journals/fifo" / lost.stem).is_dir()
    assert own("gc", input="y\n").exit_code == 0
    left = {path.name for path in study.rglob("*") if path.is_file() and path.parent.parent.name != "fifo"}
    assert not list(study.rglob(f"*{lost.stem}*")) and not list(study.rglob("*.tmp"))
    assert {"study.json", "kpis.parquet"} <= left
    assert len(list(study.glob("cells/*/*"))) == 3


def test_gc_removes_what_other_code_made_and_nothing_of_others(own, tmp_path, monkeypatch):
    study = tmp_path / "results/runs/both"
    (study / "notes.txt").write_text("mine")
    monkeypatch.setattr("scenarios.study.sources.code_version", lambda: "9.9.9+new")
    told = data(own("gc", "--json", "--dry-run"))["studies"][0]["paths"]
    assert set(told) == {"made by other code", "scenarios of no run"}
    assert own("gc", "--yes").exit_code == 0
    assert [path.name for path in study.rglob("*")] == ["notes.txt"]
