"""What a power cut may leave behind: a file as it was before or as it is now, and no name of nothing."""

import os
from pathlib import Path

import pytest

from policies.deploy import whole
from policies.deploy.host.shelf import Shelf


@pytest.fixture
def done(monkeypatch):
    """What is done on the disk, in its order."""
    steps = []
    fsync, replace = os.fsync, Path.replace

    def seen(opened):
        steps.append(("seen", Path(f"/proc/self/fd/{opened}").readlink().name))
        fsync(opened)

    def placed(path, target):
        steps.append(("placed", path.name))
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", seen)
    monkeypatch.setattr(Path, "replace", placed)
    return steps


needs_proc = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="asks Linux which file is meant")


@needs_proc
def test_a_file_is_on_the_disk_before_it_takes_its_place_and_its_name_after(done, tmp_path):
    whole.write(tmp_path / "pointer", b"new")
    (_, beside), (_, moved), last = done
    assert [what for what, _ in done] == ["seen", "placed", "seen"]
    assert beside == moved
    assert last == ("seen", tmp_path.name)
    assert (tmp_path / "pointer").read_bytes() == b"new"


@needs_proc
def test_a_bundle_is_on_the_disk_with_its_folders_before_anything_names_it(done, made, tmp_path):
    found = Shelf(tmp_path / "state" / "bundles", made.trusted).take_in(made.content)
    assert [one for one in done if one[0] == "seen"][:2] == [("seen", tmp_path.name), ("seen", "state")]
    assert [what for what, _ in done[-3:]] == ["seen", "placed", "seen"]
    assert done[-1] == ("seen", "bundles")
    assert [path.name for path in (tmp_path / "state" / "bundles").iterdir()] == [f"{found.sha256}.bundle"]


def test_where_a_file_cannot_be_written_the_old_one_stays_and_nothing_is_left_beside_it(tmp_path, monkeypatch):
    def full(opened):
        raise OSError(28, "No space left on device")

    (tmp_path / "pointer").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        whole.write(tmp_path / "pointer", b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("pointer", b"old")]


def test_a_bundle_that_a_power_cut_has_torn_is_put_on_the_shelf_again(made, tmp_path):
    shelf = Shelf(tmp_path / "bundles", made.trusted)
    digest = shelf.take_in(made.content).sha256
    (shelf.folder / f"{digest}.bundle").write_bytes(b"")
    shelf.take_in(made.content)
    assert shelf.take_out(digest).sha256 == digest
