"""Why a bundle is refused, each reason a class of its own.

The class is the reason, for machines; the message says what was found, for people.

ValueError
└── Refused
    ├── NotABundle        no archive, cut short, or not the bytes that packing its members gives
    ├── TooLarge          more bytes or members than a bundle may have
    ├── UnsafeMember      a name that leads elsewhere, a link, a folder, a name twice, a packed member
    ├── MemberMissing     something a bundle must hold is not there
    ├── MemberExtra       something is there that nobody signed for
    ├── MemberChanged     the bytes of a member are not those that were signed
    ├── NoAttestation     nobody vouches for it: no load
    ├── NoSignature       an attestation without a signature
    ├── WrongKey          signed, but by nobody who is trusted here
    ├── BadSignature      a trusted key is named, and its signature does not hold
    ├── Malformed         signed, but not what a bundle's documents must be (``errors``: all of it)
    ├── Downgrade         older than what is installed
    ├── OtherContract     made for events and commands that are not spoken here
    ├── NeedsUnmet        a library it needs is not here in the version it was recorded with
    └── GoldenDiffers     its wheel does not decide as it was recorded to (``errors``: which decision, and how)
"""

from collections.abc import Collection


class Refused(ValueError):
    """A bundle is not loaded."""


class NotABundle(Refused):
    """No archive, cut short, or not the bytes that packing its members gives."""


class TooLarge(Refused):
    """More bytes or members than a bundle may have."""


class UnsafeMember(Refused):
    """A name that leads elsewhere, a link, a folder, a name twice, a packed member."""


class MemberMissing(Refused):
    """Something a bundle must hold is not there."""


class MemberExtra(Refused):
    """Something is there that nobody signed for."""


class MemberChanged(Refused):
    """The bytes of a member are not those that were signed."""


class NoAttestation(Refused):
    """Nobody vouches for it: no load."""


class NoSignature(Refused):
    """An attestation without a signature."""


class WrongKey(Refused):
    """Signed, but by nobody who is trusted here."""


class BadSignature(Refused):
    """A trusted key is named, and its signature does not hold."""


class Malformed(Refused):
    """Signed, but not what a bundle's documents must be."""

    def __init__(self, errors: Collection[str]) -> None:
        super().__init__("; ".join(errors))
        self.errors = tuple(errors)


class Downgrade(Refused):
    """Older than what is installed."""


class OtherContract(Refused):
    """Made for events and commands that are not spoken here."""


class NeedsUnmet(Refused):
    """A library it needs is not here in the version it was recorded with."""


class GoldenDiffers(Refused):
    """Its wheel does not decide as it was recorded to."""

    def __init__(self, *errors: str) -> None:
        super().__init__("; ".join(errors))
        self.errors = errors
