"""The watchdog: what hangs is ended, whatever it catches."""

import signal
import subprocess
import sys
import time

import pytest

from scenarios.study.watchdog import Hang, Watchdog


def test_a_loop_that_never_ends_is_ended_and_its_place_named():
    with pytest.raises(Hang, match=r"within 0\.2 s.*test_watchdog.py:\d+"), Watchdog(0.2).on_guard():
        while True:
            pass


def test_a_rule_that_catches_every_exception_is_ended_too():
    def swallow():
        while True:
            try:
                time.sleep(10.0)
            except Exception:
                continue

    with pytest.raises(Hang), Watchdog(0.2).on_guard():
        swallow()


def test_a_hang_that_was_swallowed_fails_the_run_at_the_next_day():
    dog = Watchdog(0.2)

    def swallow():
        try:
            time.sleep(10.0)
        except BaseException:
            return

    def run():
        swallow()
        dog.feed()

    with pytest.raises(Hang, match="within"), dog.on_guard():
        run()


def test_who_feeds_it_in_time_is_left_alone_and_the_signal_is_given_back():
    before = signal.getsignal(signal.SIGALRM)
    dog = Watchdog(0.3)
    with dog.on_guard():
        for _ in range(5):
            time.sleep(0.1)
            dog.feed()
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_code_no_signal_reaches_ends_with_its_worker_and_leaves_its_place(tmp_path):
    words = tmp_path / "last.txt"
    script = f"""
import signal
import scenarios.study.watchdog as w
w.GRACE_S = 0.3
def deaf():
    signal.pthread_sigmask(signal.SIG_BLOCK, {{signal.SIGALRM}})
    while True: pass
with open({str(words)!r}, "w") as file, w.Watchdog(0.2, file).on_guard():
    deaf()
"""
    done = subprocess.run([sys.executable, "-c", script], timeout=30, check=False)
    assert done.returncode != 0
    assert "in deaf" in words.read_text()
