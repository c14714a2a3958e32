"""A host's folder: held by one at a time, and as it was before where a start fails."""

import stat

import pytest

from policies.deploy.host.host import Choices, Host
from policies.deploy.host.journal import JOURNAL, JournalProblem
from policies.deploy.host.place import LOCK, SHELF, Place
from policies.deploy.refusals import Refused
from tests.deploy.host.conftest import tell


def begin(place):
    """What a host makes in its folder before it answers anything."""
    (place.folder / JOURNAL).touch()
    (place.folder / SHELF).mkdir(exist_ok=True)
    (place.folder / SHELF / "new.bundle").touch()


def test_what_a_failed_start_made_is_gone_with_the_folders_above_it(tmp_path):
    place = Place(tmp_path / "a" / "b")
    assert stat.S_IMODE(place.folder.stat().st_mode) == 0o700
    begin(place)
    place.leave(undo=True)
    assert not list(tmp_path.iterdir())
    place.leave(undo=True)


def test_what_was_there_before_or_is_somebody_elses_stays(tmp_path):
    Place(tmp_path).leave()
    begin(place := Place(tmp_path))
    place.leave()
    before = sorted(tmp_path.rglob("*"))
    begin(place := Place(tmp_path))
    place.leave(undo=True)
    assert sorted(tmp_path.rglob("*")) == before
    begin(place := Place(tmp_path / "other"))
    (tmp_path / "other" / "notes.txt").touch()
    place.leave(undo=True)
    assert [one.name for one in (tmp_path / "other").iterdir()] == ["notes.txt"]


def test_nobody_who_does_not_hold_it_takes_anything_away(tmp_path):
    begin(held := Place(tmp_path / "s"))
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(JournalProblem, match="another host is running"):
        Place(tmp_path / "s")
    assert sorted(tmp_path.rglob("*")) == before
    held.leave()


def test_a_lock_that_was_taken_away_is_made_again(tmp_path, monkeypatch):
    """The one who held it failed to start between our opening the file and our locking it."""
    first = Place(tmp_path)
    gone = iter([lambda: first.leave(undo=True)])
    real = type(tmp_path).open

    def opened(path, *how):
        file = real(path, *how)
        next(gone, lambda: None)()
        return file

    monkeypatch.setattr(type(tmp_path), "open", opened)
    second = Place(tmp_path)
    assert (tmp_path / LOCK).exists()
    with pytest.raises(JournalProblem):
        Place(tmp_path)
    second.leave()


def test_a_host_whose_workers_do_not_come_up_leaves_no_journal(made, tmp_path, monkeypatch):
    def started(*given):
        raise Refused("no worker comes up")

    monkeypatch.setattr("policies.deploy.host.host.started", started)
    with pytest.raises(Refused):
        Host(tmp_path / "state", made.opened(), Choices())
    assert not list(tmp_path.iterdir())


def test_a_host_that_answered_something_keeps_it_however_its_start_ends(made, tmp_path):
    host = Host(tmp_path / "state", made.opened(), Choices())
    tell(host, made.opened().pairs[:1])
    host.stop(undo=True)
    assert host.journal.path.exists()
    again = Host(tmp_path / "state", made.opened(), Choices())
    assert again.journal.last == 1
    again.stop()
