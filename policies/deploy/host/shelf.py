"""Bundles the host has taken in: each kept under its digest, and looked at again whenever it is taken out."""

import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import final

from policies.deploy import canonical, office
from policies.deploy.bundle import Bundle, bundle_of
from policies.deploy.keys import PublicKey
from policies.deploy.members import OFFICE
from policies.deploy.refusals import MemberChanged
from policies.deploy.replay import replay


@final
class Shelf:
    """A folder of bundles, named by their SHA-256."""

    def __init__(self, folder: Path, trusted: Sequence[PublicKey]) -> None:
        self.folder = folder
        self.trusted = trusted

    def take_in(self, content: bytes, installed_version: int | None = None) -> Bundle:
        """A bundle that was never here: opened, seen to decide as it was recorded to, and put on the shelf.

        Raises
        ------
        Refused
            By one of its classes; nothing was put anywhere.
        """
        found = bundle_of(content, self.trusted, installed_version)
        replay(found.members, found.manifest, found.pairs)
        for folder in (
            self.folder.parent,
            self.folder,
        ):  # ``parents`` alone would leave the first one open to everybody
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / f"{found.sha256}.bundle"
        if not path.exists():
            beside = path.with_suffix(f".{os.getpid()}")
            beside.write_bytes(content)
            beside.replace(path)
        return found

    def take_out(self, digest: str) -> Bundle:
        """A bundle that was taken in, opened anew.

        Raises
        ------
        Refused
            By one of its classes: it was changed on the disk, or its key is trusted no more.
        OSError
            If it is not there.
        """
        content = (self.folder / f"{digest}.bundle").read_bytes()
        if digest_of(content) != digest:
            raise MemberChanged(f"{digest[:16]}….bundle was changed since it was taken in")
        return bundle_of(content, self.trusted)


def digest_of(content: bytes) -> str:
    """What a bundle is called on the shelf [hex]."""
    return sha256(content).hexdigest()


def office_of(bundle: Bundle) -> str:
    """Digest of the office a bundle was made for: map, people, calendar, norm times, seed of chance [hex]."""
    return canonical.digest(canonical.parse(bundle.members[OFFICE]))


def rules_of(bundle: Bundle) -> str:
    """Digest of a bundle's rules with their parameters [hex]."""
    return canonical.digest(office.rules_plain(bundle.settings.rules))
