"""Ed25519 keys in files: a private one that only its owner reads, a public one for everybody.

PEM, PKCS 8 and SubjectPublicKeyInfo, so any tool reads them. A key is told by its id, a digest of
its public half. Needs the extra ``deploy``.

    ValueError
    └── KeyProblem         a file that is no such key, or may not be used or overwritten
    ImportError
    └── MissingExtra       the libraries for signatures are not installed
"""

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from securesystemslib.signer import CryptoSigner, SSlibKey

NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
OWNER_ONLY: Final = 0o600


class KeyProblem(ValueError):
    """A file that is no such key, or may not be used or overwritten."""


class MissingExtra(ImportError):
    """The libraries for signatures are not installed."""

    def __init__(self, missing: str) -> None:
        super().__init__(
            f"signatures need the extra 'deploy' (no module {missing!r}): "
            "pip install 'campus-twin[deploy]', on a controller 'campus-twin-policies[deploy]'"
        )


@dataclass(frozen=True, slots=True)
class PublicKey:
    """Half of a pair that everybody may have: it verifies."""

    key: "SSlibKey"

    @property
    def id(self) -> str:
        """Digest that names the key [hex]."""
        return self.key.keyid


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """Half of a pair that its owner keeps: it signs."""

    signer: "CryptoSigner"

    @property
    def public(self) -> PublicKey:
        """The other half."""
        return PublicKey(self.signer.public_key)


def generate(folder: Path, name: str) -> tuple[Path, Path, PublicKey]:
    """Make a pair: ``NAME.key``, which its owner alone may read, and ``NAME.pub``.

    Raises
    ------
    KeyProblem
        If one of the files is there already, the name is none for a file, or the folder cannot be written.
    MissingExtra
        If the libraries for signatures are not installed.
    """
    if not NAME.fullmatch(name):
        raise KeyProblem(f"a key named {name!r}: expected letters, digits, . _ and -")
    signer_class = _signer_class()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    private, public = folder / f"{name}.key", folder / f"{name}.pub"
    for path in (private, public):
        if os.path.lexists(path):
            raise KeyProblem(f"{path} is there already: a key is never overwritten; choose another --name or folder")
    made = Ed25519PrivateKey.generate()
    signer = signer_class(made)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write_new(private, signer.private_bytes, OWNER_ONLY)
        try:
            _write_new(public, made.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), 0o644)
        except BaseException:
            private.unlink()
            raise
    except OSError as error:
        raise KeyProblem(f"cannot write {error.filename}: {error.strerror}") from error
    return private, public, PublicKey(signer.public_key)


def read_private(path: Path) -> PrivateKey:
    """The private key of a file.

    Raises
    ------
    KeyProblem
        If others may read the file, or it is no Ed25519 private key without a password.
    MissingExtra
        If the libraries for signatures are not installed.
    """
    signer_class = _signer_class()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    content = _content(path)
    if b"PUBLIC KEY" in content:
        raise KeyProblem(
            f"{path} is a public key, which verifies only: the private one signs (NAME.key of twin policy keygen)"
        )
    try:
        found = load_pem_private_key(content, password=None)
    except (TypeError, ValueError) as error:
        raise KeyProblem(
            f"{path} is no private key in PEM without a password ({_short(error)}): give NAME.key of twin policy keygen"
        ) from error
    if not isinstance(found, Ed25519PrivateKey):
        raise KeyProblem(f"{path} is a private key of another kind, expected Ed25519 (twin policy keygen makes one)")
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeyProblem(f"{path}: others may read this private key; chmod 600 it, or make a new one if they did")
    return PrivateKey(signer_class(found))


def read_public(path: Path) -> PublicKey:
    """The public key of a file.

    Raises
    ------
    KeyProblem
        If it is no Ed25519 public key.
    MissingExtra
        If the libraries for signatures are not installed.
    """
    _signer_class()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key
    from securesystemslib.signer import SSlibKey

    content = _content(path)
    try:
        found = load_pem_public_key(content)
    except ValueError as error:
        hint = (
            "; this is a private key: keep it where it is and give the .pub beside it" if b"PRIVATE" in content else ""
        )
        raise KeyProblem(f"{path} is no public key in PEM{hint or f' ({_short(error)})'}") from error
    if not isinstance(found, Ed25519PublicKey):
        raise KeyProblem(f"{path} is a public key of another kind, expected Ed25519 (twin policy keygen makes one)")
    return PublicKey(SSlibKey.from_crypto(found))


def _signer_class() -> "type[CryptoSigner]":
    try:
        import cryptography  # noqa: F401
        from securesystemslib.signer import CryptoSigner
    except ImportError as error:
        raise MissingExtra(error.name or "securesystemslib") from error
    return CryptoSigner


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KeyProblem(f"cannot read the key {path}: {error.strerror}") from error


def _write_new(path: Path, content: bytes, mode: int) -> None:
    """A file that was not there before; if it cannot be written whole it is not there afterwards."""
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(opened, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink()
        raise


def _short(error: Exception) -> str:
    return str(error).split(".", maxsplit=1)[0].split("\n", maxsplit=1)[0]
