"""Bundles for a host: the good one, and ones by their rightful owner whose rules go wrong after their golden file."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from policies.deploy import archive, golden, manifest
from policies.deploy.bundle import Bundle, open_bundle
from policies.deploy.host.host import Choices, Host
from policies.deploy.members import ATTESTATION, GOLDEN, MANIFEST, STATEMENT
from policies.deploy.packing import seal
from policies.deploy.service import Observation
from tests.deploy.conftest import SMALL, run

SOUND = 700
"""Observations of the golden file of a bundle that goes wrong: it is replayed without a fault."""
RULE = "policies/response/dispatch.py"


def tell(host: Host, pairs, start: int = 0):
    """Tell a host what was recorded; its decisions."""
    return [
        host.decide(Observation(pair.seen["event"], pair.seen["now"], f"event-{number}"))
        for number, pair in enumerate(pairs, start)
    ]


def digests(decisions):
    return [one.decision for one in decisions]


@pytest.fixture
def host(made, tmp_path):
    one = Host(tmp_path / "state", made.opened(), Choices())
    yield one
    one.stop()


@pytest.fixture(scope="session")
def going_wrong(made, tmp_path_factory):
    """Bundles whose dispatch rule runs some lines at each question after the golden file; by version."""
    folder = tmp_path_factory.mktemp("wrong")

    def make(lines: str, version: int = 8, hard_s: float = 0.3) -> Path:
        path = folder / f"wrong-{version}-{abs(hash((lines, hard_s))):x}.bundle"
        if not path.exists():
            path.write_bytes(_sealed(made, lines, version, hard_s))
        return path

    return make


@pytest.fixture(scope="session")
def newer(keys, tmp_path_factory):
    """Another policy for the same office: today's practice, which sends people out in rounds."""
    path = tmp_path_factory.mktemp("newer") / "day-crew-9.bundle"
    done = run("policy", "pack", "as_is", *SMALL[1:], "--key", keys[0], "-o", path, "--without-evidence")
    assert done.exit_code == 0, done.output
    return path


@pytest.fixture(scope="session")
def requiring(made, tmp_path_factory):
    """The good bundle by its rightful owner, whose dispatch rule says that it requires a module that nobody has."""
    members = {name: content for name, content in made.members.items() if name not in (STATEMENT, ATTESTATION)}
    told = manifest.read(members[MANIFEST])
    duties = {**told.decisions, "dispatch": replace(told.decisions["dispatch"], requires=("almanac_of_nowhere",))}
    members[MANIFEST] = manifest.write(replace(told, version=8, decisions=duties))
    path = tmp_path_factory.mktemp("requiring") / "requiring-8.bundle"
    path.write_bytes(seal(members, made.opened().statement.predicate, made.key))
    return path


def opened(made, path) -> Bundle:
    return open_bundle(path, made.trusted)


def _sealed(made, lines, version, hard_s):
    members = {name: content for name, content in made.members.items() if name not in (STATEMENT, ATTESTATION)}
    pairs = golden.read(members[GOLDEN])[:SOUND]
    told = manifest.read(members[MANIFEST])
    wheel = told.wheels[0]
    members[wheel] = _changed(members[wheel], lines, pairs[-1].seen["now"])
    members[GOLDEN] = golden.write(pairs)
    members[MANIFEST] = manifest.write(
        replace(
            told, version=version, pairs=len(pairs), answered=golden.answered(pairs),
            decisions={name: replace(duty, hard_s=hard_s, soft_s=hard_s / 10) for name, duty in told.decisions.items()},
        )
    )  # fmt: skip
    return seal(members, made.opened().statement.predicate, made.key)


def _changed(wheel, lines, after):
    with zipfile.ZipFile(io.BytesIO(wheel)) as opened_:
        files = {name: opened_.read(name) for name in opened_.namelist()}
    text = files[RULE].decode()
    start = text.index("class SkillPlaceLoad")
    head = text.index("def dispatch(", start)
    body = text.index('"""', text.index('"""', head) + 3) + 4
    wrong = "".join(f"            {line}\n" for line in lines.splitlines())
    files[RULE] = f"{text[:body]}        if view.now > {after!r}:\n{wrong}{text[body:]}".encode()
    return archive.write(files)
