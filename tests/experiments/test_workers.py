"""Tasks over processes: every task answered once, whoever dies."""

import os
import sys
import time
from pathlib import Path

import pytest

from scenarios.study.workers import Workers


def square():
    """Functions made inside travel to the workers by value: a test module has no name there."""

    def work(task):
        return task, task * task

    return work


def die_at_three():
    def work(task):
        if task == 3:
            os._exit(9)
        return task, "done"

    return work


def lost(task, why):
    assert why
    return task, "lost"


def parts(task):
    return [task]


@pytest.mark.parametrize("jobs", [0, 1, 2, 3])
def test_every_task_is_answered_once_for_any_number_of_workers(jobs):
    answers = list(Workers(square(), lost, parts, jobs).outcomes(range(7)))
    assert sorted(answers) == [(n, n * n) for n in range(7)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_worker_that_dies_takes_no_other_task_along(jobs):
    answers = dict(Workers(die_at_three(), lost, parts, jobs).outcomes(range(8)))
    assert answers == {**dict.fromkeys(range(8), "done"), 3: "lost"}


@pytest.mark.parametrize("jobs", [1, 2])
def test_of_a_task_that_kills_its_worker_only_the_part_that_does_is_lost(jobs):
    def work(task):
        if 3 in task:
            os._exit(9)
        return task, "done"

    def split(task):
        return [(one,) for one in task]

    answers = dict(Workers(work, lost, split, jobs).outcomes([(1, 2), (3, 4), (5,)]))
    assert answers == {(1, 2): "done", (3,): "lost", (4,): "done", (5,): "done"}


def test_workers_that_are_used_again_work_where_the_second_study_was_asked_for(tmp_path, monkeypatch):
    def where(task):
        return task, str(Path.cwd())

    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        assert dict(Workers(where, lost, parts, 2).outcomes(range(3))) == dict.fromkeys(range(3), str(tmp_path / name))


def test_a_worker_whose_memory_has_grown_goes_on_working():
    """Loky measures a worker after its first task and ends it, a second later, if it has grown by 300 MB; a pool waited for it for ever."""

    def work(task):
        kept = vars(sys).setdefault("kept_by_test_workers", [])
        kept.append(b"x" * (350_000_000 if len(kept) == 1 else 0))
        time.sleep(0.6)
        return task, (os.getpid(), sum(map(len, kept)))

    answers = dict(Workers(work, lost, parts, 1).outcomes(range(10)))
    assert sorted(answers) == list(range(10))
    assert max(held for _, held in answers.values()) >= 350_000_000
    assert len({pid for pid, _ in answers.values()}) <= 2
