"""The packed wheel, alone in a fresh interpreter, decides as it was recorded to; a planted fault is found."""

import io
import json
import sys
import zipfile

import pytest

from policies.deploy import archive, canonical, manifest
from policies.deploy.golden import LEAST
from policies.deploy.members import ATTESTATION, MANIFEST, OFFICE, STATEMENT
from policies.deploy.needs import locked, present, unmet
from policies.deploy.packing import seal
from policies.deploy.refusals import GoldenDiffers, NeedsUnmet
from policies.deploy.replay import _commands, _first_apart, replay


def test_every_decision_is_the_one_that_was_recorded(made):
    bundle = made.opened()
    replay(bundle.members, bundle.manifest, bundle.pairs)
    assert bundle.manifest.answered >= LEAST


def resealed(made, path, file, old, new):
    """A bundle by its rightful owner with one line of one file of its wheel changed."""
    members = {name: content for name, content in made.members.items() if name not in (STATEMENT, ATTESTATION)}
    wheel = next(name for name in members if name.endswith(".whl"))
    with zipfile.ZipFile(io.BytesIO(members[wheel])) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    assert old in files[file]
    files[file] = files[file].replace(old, new)
    members[wheel] = archive.write(files)
    path.write_bytes(seal(members, made.opened().statement.predicate, made.key))
    return path


def test_a_planted_fault_of_one_line_is_found(made, twin, tmp_path):
    bad = resealed(
        made, tmp_path / "night-crew-8.bundle", "policies/response/dispatch.py",
        b"+ skill * (TOP_LEVEL", b"- skill * (TOP_LEVEL",
    )  # fmt: skip
    done = twin("policy", "verify", bad, "--key", made.public, "--json")
    assert done.exit_code == 1
    data = json.loads(done.stdout)
    assert (data["ok"], data["data"]["refused"]) == (False, "GoldenDiffers")
    assert " differs\n" in done.stderr
    assert "it was recorded to answer {" in done.stderr
    assert [line.split()[0] for line in data["errors"]] == ["decision", "it", "it", "it"]
    assert max(map(len, data["errors"])) < 200


def test_a_difference_shows_the_first_command_that_is_another():
    assert _first_apart(["a", "b"], ["a", "c", "d"]) == ("b (command 2 of 2)", "c (command 2 of 3)")
    assert _first_apart(["a"], []) == ("a (command 1 of 1)", "no more than 0 commands")
    assert _commands(b"not JSON") == ["not JSON"]
    assert len(_commands(b"x" * 9999)[0]) < 200


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"    def triage(", b"    def triage_(", "differs"),
        (b"from collections", b"import numpy\nfrom collections", "cannot decide at all: ModuleNotFoundError"),
    ],
)
def test_a_wheel_that_fails_or_needs_what_it_does_not_say_is_found(made, tmp_path, old, new, said):
    bundle = made.opened()
    file = "policies/response/triage.py" if b"triage" in old else "policies/response/dispatch.py"
    changed = resealed(made, tmp_path / "b-8.bundle", file, old, new)
    with pytest.raises(GoldenDiffers, match=said):
        replay(archive.read(changed.read_bytes()), bundle.manifest, bundle.pairs)


def test_a_rule_that_hangs_is_ended(made, tmp_path):
    bundle = made.opened()
    changed = resealed(
        made, tmp_path / "b-8.bundle", "policies/response/dispatch.py",
        b"        self.travel = travel\n", b"        while True: pass\n",
    )  # fmt: skip
    with pytest.raises(GoldenDiffers, match="no end after 1 s: a rule hangs"):
        replay(archive.read(changed.read_bytes()), bundle.manifest, bundle.pairs, limit_s=1.0)


def test_a_rule_that_prints_spoils_nothing(made, tmp_path):
    bundle = made.opened()
    changed = resealed(
        made, tmp_path / "b-8.bundle", "policies/response/dispatch.py",
        b"        self.travel = travel\n", b"        self.travel = travel; print('hello')\n",
    )  # fmt: skip
    replay(archive.read(changed.read_bytes()), bundle.manifest, bundle.pairs)


def test_a_wheel_of_another_contract_is_found(made, tmp_path):
    bundle = made.opened()
    changed = resealed(
        made, tmp_path / "b-8.bundle", "policies/contract/events.py",
        b'class OnSite:\n    """The technician arrived (\xe5\x88\xb0\xe5\x9c\xba)."""\n\n    order: int\n',
        b'class OnSite:\n    """The technician arrived (\xe5\x88\xb0\xe5\x9c\xba)."""\n\n    order: float\n',
    )  # fmt: skip
    with pytest.raises(GoldenDiffers, match="another contract"):
        replay(archive.read(changed.read_bytes()), bundle.manifest, bundle.pairs)


def test_needs_are_locked_with_all_they_need_in_turn():
    needs = locked(["scipy"])
    assert list(needs) == ["numpy", "scipy"]
    assert unmet(needs) == []
    assert {"numpy", "scipy"} <= set(present(needs).modules)
    assert locked([]) == {}
    with pytest.raises(LookupError, match="'no_such_module'"):
        locked(["no_such_module"])


def test_a_library_in_another_version_is_refused(made):
    bundle = made.opened()
    told = manifest.read(
        canonical.text({**canonical.parse(bundle.members[MANIFEST]), "needs": {"scipy": "0.1", "nowhere": "1"}})
    )
    with pytest.raises(NeedsUnmet, match=r"nowhere==1 is needed, nothing is here; scipy==0\.1 is needed, .* is here"):
        replay(bundle.members, told, bundle.pairs)


def test_the_office_is_part_of_what_is_replayed(made):
    """Other people, other decisions: the office in the bundle is the one that was recorded."""
    bundle = made.opened()
    plain = canonical.parse(bundle.members[OFFICE])
    for one in plain["technicians"]:
        one["skills"] = [[trade, 5 - level] for trade, level in one["skills"]]
    with pytest.raises(GoldenDiffers, match="differs"):
        replay({**bundle.members, OFFICE: canonical.text(plain)}, bundle.manifest, bundle.pairs)


def test_a_difference_names_the_interpreter_if_it_is_another(made, monkeypatch):
    bundle = made.opened()
    told = {**canonical.parse(bundle.members[MANIFEST]), "python": "3.9"}
    pairs = [bundle.pairs[0], *bundle.pairs[2:]]
    with pytest.raises(GoldenDiffers, match=rf"recorded with Python 3\.9, this is 3\.{sys.version_info.minor}"):
        replay(bundle.members, manifest.read(canonical.text(told)), pairs[5:])
