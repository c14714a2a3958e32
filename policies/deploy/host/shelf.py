"""Bundles the host has taken in: each kept under its digest, and looked at again whenever it is taken out."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import final

from policies.deploy import canonical, office, whole
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

    def take_in(
        self, content: bytes, installed_version: int | None = None, suits: Callable[[Bundle], None] = lambda _: None
    ) -> Bundle:
        """A bundle that was never here: opened, seen to decide as it was recorded to, and put on the shelf.

        Parameters
        ----------
        suits : raises what else stands against it

        Raises
        ------
        Refused
            By one of its classes; nothing was put anywhere.
        """
        found = bundle_of(content, self.trusted, installed_version)
        suits(found)
        replay(found.members, found.manifest, found.pairs)
        self._put(found.sha256, content)
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
        content = self._place(digest).read_bytes()
        if digest_of(content) != digest:
            raise MemberChanged(f"{digest[:16]}….bundle was changed since it was taken in")
        return bundle_of(content, self.trusted)

    def _put(self, digest: str, content: bytes) -> None:
        """On the disk before anything names it: the journal must not say that a bundle decides that a power cut has taken."""
        for folder in (
            self.folder.parent,
            self.folder,
        ):  # ``parents`` alone would leave the first one open to everybody
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            whole.see_names(folder.parent)
        path = self._place(digest)
        if not path.exists() or digest_of(path.read_bytes()) != digest:
            whole.write(path, content)

    def _place(self, digest: str) -> Path:
        return self.folder / f"{digest}.bundle"


def digest_of(content: bytes) -> str:
    """What a bundle is called on the shelf [hex]."""
    return sha256(content).hexdigest()


def office_of(bundle: Bundle) -> str:
    """Digest of the office a bundle was made for: map, people, calendar, norm times, seed of chance [hex]."""
    return canonical.digest(canonical.parse(bundle.members[OFFICE]))


def rules_of(bundle: Bundle) -> str:
    """Digest of a bundle's rules with their parameters [hex]."""
    return canonical.digest(office.rules_plain(bundle.settings.rules))
