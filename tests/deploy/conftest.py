"""Bundles made by the command line, once, for every test that tampers with one."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from policies.deploy import archive
from policies.deploy.bundle import Bundle, open_bundle
from policies.deploy.keys import PrivateKey, PublicKey, read_private, read_public
from scenarios.cli import main

SMALL = ("all_together", "--set", "campus=campus_small")


@dataclass(frozen=True)
class Made:
    """A bundle as it lies on the disk, and the keys it was made with."""

    path: Path
    private: Path
    public: Path

    @property
    def content(self) -> bytes:
        return self.path.read_bytes()

    @property
    def members(self) -> dict[str, bytes]:
        return archive.read(self.content)

    @property
    def key(self) -> PrivateKey:
        return read_private(self.private)

    @property
    def trusted(self) -> list[PublicKey]:
        return [read_public(self.public)]

    def opened(self) -> Bundle:
        return _opened(self.path, self.public)


@cache
def _opened(path: Path, public: Path) -> Bundle:
    """Tests share it and change copies only."""
    return open_bundle(path, [read_public(public)])


def run(*arguments):
    return CliRunner().invoke(main, [str(one) for one in arguments])


@pytest.fixture(scope="session")
def twin():
    return run


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    done = run("policy", "keygen", "-o", folder, "--name", "ours")
    assert done.exit_code == 0, done.output
    return folder / "ours.key", folder / "ours.pub"


@pytest.fixture(scope="session")
def made(keys, tmp_path_factory):
    path = tmp_path_factory.mktemp("bundles") / "night-crew-7.bundle"
    done = run("policy", "pack", *SMALL, "--key", keys[0], "-o", path, "--without-evidence")
    assert done.exit_code == 0, done.output
    return Made(path, *keys)
