"""The host as a process: told over HTTP, killed in the middle, started again, asked from the command line."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from http.client import HTTPException
from pathlib import Path
from random import Random
from threading import Event, Thread
from time import monotonic, sleep

import pytest

from policies.deploy import canonical
from policies.deploy.host import __main__ as host_program
from policies.deploy.host.ask import main as ask_main
from policies.deploy.host.control import CannotDo, ask
from tests.conftest import ROOT
from tests.deploy.conftest import run
from tests.deploy.host.process import LINE_S, Process


@pytest.fixture
def hosted(made, tmp_path):
    hosts = []

    def start(*words):
        hosts.append(Process(made, tmp_path / "s", *words))
        return hosts[-1]

    yield start
    for one in hosts:
        one.kill()


def told(one, number, pair):
    return canonical.text({**pair.seen, "id": f"event-{number}"})


def insisted(one, number, pair, over):
    """Tell until there is an answer, as somebody does whose line broke off."""
    until = monotonic() + LINE_S
    while monotonic() < until:
        try:
            status, said = one.post("/v1/decide", told(one, number, pair))
        except (OSError, HTTPException):
            sleep(0.02)
            continue
        if status == 200:
            return said
        assert status == 503, said
        sleep(0.02)
    over.set()
    raise AssertionError(f"event {number} was not answered")


def test_killed_under_load_no_order_is_lost_and_none_is_given_twice(hosted, made):
    """Host and workers are killed again and again while events are told as fast as they are answered."""
    one, pairs, over, chance = hosted(), made.opened().pairs, Event(), Random(5)
    kills = []

    def kill_now_and_then():
        while not over.wait(0.15 + 0.3 * chance.random()):
            if chance.random() < 0.6:
                one.kill()
                one.start()
                kills.append("host")
            else:
                workers = children(one.process.pid)
                if workers:
                    os.kill(chance.choice(workers), signal.SIGKILL)
                    kills.append("worker")

    killer = Thread(target=kill_now_and_then)
    killer.start()
    try:
        said = [insisted(one, number, pair, over) for number, pair in enumerate(pairs)]
    finally:
        over.set()
        killer.join()
    assert kills.count("host") >= 3
    assert kills.count("worker") >= 1
    assert [answer["decision"] for answer in said] == [pair.decision for pair in pairs]
    assert not any(answer["fallback"] for answer in said)
    assert [answer["number"] for answer in said] == list(range(1, len(pairs) + 1))
    kept = one.post("/v1/decide", told(one, 0, pairs[0]))[1]
    assert kept["again"]
    assert one.stop() == (0, "")


def children(pid):
    """Processes of a host: its scribe, and what was forked off it."""
    found, ahead = [], [pid]
    while ahead:
        try:
            below = [int(one) for one in Path(f"/proc/{ahead[0]}/task/{ahead[0]}/children").read_text().split()]
        except OSError:
            below = []
        found += below
        ahead = ahead[1:] + below
    return found


def test_no_worker_outlives_a_host_that_was_killed(hosted):
    one = hosted()
    one.post("/v1/decide", b'{"event":{"kind":"ReminderReceived","request":1},"now":1.0}')
    workers = children(one.process.pid)
    assert len(workers) >= 2
    folder = Path(f"/proc/{workers[0]}/cwd").readlink()
    assert folder.is_dir()
    one.kill()
    until = monotonic() + 5.0
    while any(alive(worker) for worker in workers) and monotonic() < until:
        sleep(0.02)
    assert not any(alive(worker) for worker in workers)
    assert not folder.exists()


def test_nobody_else_reads_what_a_host_keeps(hosted):
    one = hosted()
    assert stat.S_IMODE(one.state.stat().st_mode) == 0o700
    assert stat.S_IMODE((one.state / "journal.sqlite").stat().st_mode) == 0o600


def test_whoever_asks_for_what_goes_wrong_hears_so(hosted):
    one = hosted()
    with pytest.raises(CannotDo, match="null byte"):
        ask(one.state, "load", path="\0")


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_from_the_command_line_a_bundle_looks_on_takes_over_and_gives_way(hosted, made, twin):
    one, pairs = hosted(), made.opened().pairs
    for number, pair in enumerate(pairs[:300]):
        assert one.post("/v1/decide", told(one, number, pair))[0] == 200
    done = twin("policy", "shadow", one.state, made.path)
    assert done.exit_code == 0, done.output
    assert "night-crew version 7 looks on" in done.stdout
    done = twin("policy", "promote", one.state, "--json")
    assert json.loads(done.stdout)["data"]["before"]["version"] == 7
    done = twin("policy", "rollback", one.state)
    assert done.exit_code == 0, done.output
    assert "took over in" in done.stdout
    done = twin("policy", "promote", one.state)
    assert (done.exit_code, done.stderr) == (
        1,
        "twin: nobody looks on: load a bundle first (twin policy shadow STATE BUNDLE; on a controller load BUNDLE)\n",
    )
    for number, pair in enumerate(pairs[300:400], 300):
        status, said = one.post("/v1/decide", told(one, number, pair))
        assert (status, said["decision"]) == (200, pair.decision)
    assert one.stop() == (0, "")
    other = subprocess.run(
        [sys.executable, "-m", "policies.deploy.host", "--state", one.state, "--key", made.public],
        capture_output=True, text=True, cwd=ROOT, timeout=LINE_S, check=False,
    )  # fmt: skip
    assert other.returncode == 2
    assert "was kept with --clock stepped, and --clock wall is asked for" in other.stderr
    done = twin("policy", "shadow", one.state)
    assert done.exit_code == 2
    assert f"no host is running on {one.state}: start one by python -m policies.deploy.host" in done.stderr
    assert done.stderr.endswith("--key PUBLIC_KEY\n")
    nowhere = one.state.with_name("nowhere")
    done = twin("policy", "promote", nowhere)
    assert done.exit_code == 2
    assert f"no host is running on {nowhere}: " in done.stderr
    assert done.stderr.endswith("--key PUBLIC_KEY --bundle BUNDLE\n")


def test_from_either_command_line_other_points_must_be_meant(hosted, twin, newer, capsys):
    one = hosted()
    assert twin("policy", "shadow", one.state, newer).exit_code == 0
    done = twin("policy", "promote", one.state)
    assert (done.exit_code, done.stdout) == (1, "")
    assert (
        "twin: day-crew version 9 decides at other points than night-crew version 7: it has no rule for " in done.stderr
    )
    assert ask_main([str(one.state), "promote"]) == 1
    assert "or add --allow-other-points if it is meant" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        ask_main([str(one.state), "report", "--allow-other-points"])
    assert "goes with canary and promote alone" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        ask_main([str(one.state), "rollback", "--allow-refused"])
    assert "--allow-refused goes with canary and promote alone" in capsys.readouterr().err
    assert ask_main([str(one.state), "promote", "--allow-other-points", "--allow-refused"]) == 0
    assert capsys.readouterr().out.startswith("day-crew version 9 decides")
    assert twin("policy", "rollback", one.state).exit_code == 0
    assert twin("policy", "shadow", one.state, newer).exit_code == 0
    assert twin("policy", "promote", one.state, "--allow-other-points", "--allow-refused").exit_code == 0


def test_a_controller_alone_asks_its_host(hosted, made, capsys, tmp_path):
    one = hosted()
    assert ask_main([str(one.state), "report"]) == 0
    assert capsys.readouterr().out == "night-crew version 7 decides; 0 decisions so far\n"
    assert ask_main([str(one.state), "load", str(tmp_path / "nothing.bundle")]) == 2
    assert "nothing.bundle: no such file" in capsys.readouterr().err
    assert ask_main([str(one.state), "load", str(made.path)]) == 0
    assert ask_main([str(one.state), "promote", "--json"]) == 0
    capsys.readouterr()
    assert ask_main([str(one.state), "status"]) == 0
    assert capsys.readouterr().out.startswith(
        "night-crew version 7 decides; 0 decisions so far, the last in minute 0\n"
    )
    assert ask_main([str(one.state), "status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["bundle"]["version"] == 7
    assert ask_main([str(one.state), "stop"]) == 0
    assert capsys.readouterr().out.startswith("it has stopped, and all that it was told is answered")
    one.process.wait(1.0)
    assert ask_main([str(one.state), "status"]) == 2
    assert "no host is running" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--state", "{tmp}/empty", "--key", "{pub}"], 2, "is empty: say by --bundle what decides"),
        (["--state", "{other}", "--key", "{pub}"], 2, "expected a folder for the state of a host"),
        (["--state", "{other}/n", "--key", "{pub}"], 2, "expected a folder for the state of a host"),
        (["--state", "{tmp}/n", "--key", "{pub}", "--bundle", "{tmp}/no.bundle"], 2, "No such file"),
        (["--state", "{tmp}/n", "--key", "{tmp}/no.pub", "--bundle", "{bundle}"], 2, "no.pub"),
        (["--state", "{tmp}/n", "--key", "{other}", "--bundle", "{bundle}"], 1, "refused (WrongKey)"),
        (["--state", "{tmp}/n", "--key", "{pub}", "--bundle", "{bundle}", "--http", "0.0.0.0:0"], 2, "token"),
        (["--state", "{tmp}/n", "--key", "{pub}", "--bundle", "{bundle}", "--http", "8080"], 2, "expected HOST:PORT"),
        (["--state", "{tmp}/n", "--key", "{pub}", "--bundle", "{bundle}", "--http", "{taken}"], 2, "already in use"),
        (["--state", "{tmp}/n/" + 90 * "m", "--key", "{pub}", "--bundle", "{bundle}"], 2, "is needed for a socket"),
        (
            [
                "--state",
                "{tmp}/n",
                "--key",
                "{pub}",
                "--bundle",
                "{bundle}",
                "--http",
                "127.0.0.1:0",
                "--mqtt",
                "mqtt://localhost",
                "--mqtt-login",
                "{tmp}/no-login",
            ],
            2,
            "no-login",
        ),
    ],
)
def test_what_cannot_start_says_why_and_leaves_nothing(words, code, said, made, tmp_path, taken):
    run("policy", "keygen", "-o", tmp_path, "--name", "theirs")
    before = sorted(tmp_path.rglob("*"))
    given = {"tmp": tmp_path, "pub": made.public, "bundle": made.path, "other": tmp_path / "theirs.pub", "taken": taken}
    command = [sys.executable, "-m", "policies.deploy.host", *(word.format(**given) for word in words)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=LINE_S, check=False)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(tmp_path.rglob("*")) == before


@pytest.fixture
def taken():
    """Where somebody else listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


def test_a_start_that_fails_on_an_old_host_leaves_its_journal_as_it_was(hosted, made, taken):
    one = hosted()
    assert one.post("/v1/decide", told(one, 0, made.opened().pairs[0]))[0] == 200
    assert one.stop() == (0, "")
    before = {path: path.read_bytes() for path in one.state.rglob("*") if path.is_file()}
    command = [
        sys.executable, "-m", "policies.deploy.host", "--state", one.state, "--key", made.public, "--clock", "stepped", "--http",
        taken,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=LINE_S, check=False)
    assert done.returncode == 2
    assert {path: path.read_bytes() for path in one.state.rglob("*") if path.is_file()} == before
    one.start()
    assert "1 decisions so far" in one.said


def test_a_host_that_is_asked_to_stop_while_it_starts_undoes_what_it_began(made, tmp_path, monkeypatch):
    before, undone = signal.getsignal(signal.SIGTERM), []

    def starting(wanted):
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            sleep(LINE_S)
        finally:
            undone.append(wanted.state)

    monkeypatch.setattr(host_program, "Running", starting)
    try:
        assert host_program.main(["--state", str(tmp_path), "--key", str(made.public)]) == 0
    finally:
        signal.signal(signal.SIGTERM, before)
    assert undone == [tmp_path]


def test_everything_that_can_be_seen_to_be_wrong_beforehand_is_told_at_once(made, tmp_path):
    words = ["--state", tmp_path / "n", "--key", tmp_path / "no.pub", "--key", made.private, "--bundle", tmp_path / "no.bundle",
             "--http", "localhost", "--token-file", tmp_path / "no.token", "--mqtt", "htp://x", "--memory-mib", "-3", "--requests-per-s", "-1", "--clock", "step"]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "policies.deploy.host", *map(str, words)],
        capture_output=True, text=True, cwd=ROOT, timeout=LINE_S, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    told = done.stderr.splitlines()
    assert len(told) == 9, told
    for meant in ("no.pub", "this is a private key", "no.bundle", "expected HOST:PORT", "no.token", "mqtt://", "--memory-mib: given -3",
                  "--requests-per-s: given -1", "--clock: given 'step'; expected one of stepped, wall (did you mean \"stepped\"?)"):  # fmt: skip
        assert any(meant in line for line in told), (meant, told)
    assert not (tmp_path / "n").exists()


def test_options_of_a_wrong_form_are_told_beside_those_that_are_missing(capsys):
    with pytest.raises(SystemExit) as told:
        host_program.main(["--clock", "stepping", "--memory-mib", "much", "--requests-per-s", "nan", "--state", "n"])
    assert told.value.code == 2
    said = capsys.readouterr().err
    assert "--clock: given 'stepping'" in said
    assert "--memory-mib: given 'much'; expected a whole number, 1 or more" in said
    assert "the following arguments are required: --key" in said
