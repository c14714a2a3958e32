"""What can go wrong between a simulated campus and the host that decides for it.

RuntimeError
└── RemoteError
    ├── BadUrl            an address that is none, or a token that cannot be read
    ├── CannotDrive       before the run: this host cannot decide for this scenario
    │   ├── OtherOffice       it was packed for other people, another campus or another seed
    │   ├── OtherRules        it decides by other rules
    │   ├── AlreadyBegun      its record is not empty
    │   ├── OwnClock          it goes by the clock on the wall
    │   ├── RulesChange       the scenario changes rules while it runs, which a host does not
    │   └── TwoInTurn         a canary: two bundles decide there in turn
    ├── Unreachable       nobody answers
    ├── Refused           the host does not take an observation, or does not know us
    ├── FallbackUsed      a decision was made by a fallback in place of its rule
    ├── OtherTeller       somebody else tells the host events too
    ├── OtherAnswer       an answer that does not fit what was told, or is not what it says of itself
    └── RunFailed         a run that ended before its time, with its scenario, seed and replication
"""


class RemoteError(RuntimeError):
    """Something between a simulated campus and the host that decides for it."""


class BadUrl(RemoteError):
    """An address that is none, or a token that cannot be read."""


class CannotDrive(RemoteError):
    """The host cannot decide for the scenario; it was told nothing."""


class OtherOffice(CannotDrive):
    """The host was packed for other people, another campus or another seed."""


class OtherRules(CannotDrive):
    """The host decides by other rules."""


class AlreadyBegun(CannotDrive):
    """The host's record is not empty."""


class OwnClock(CannotDrive):
    """The host goes by the clock on the wall."""


class RulesChange(CannotDrive):
    """The scenario changes rules while it runs, which a host does not."""


class TwoInTurn(CannotDrive):
    """Two bundles decide there in turn."""


class Unreachable(RemoteError):
    """Nobody answers."""


class Refused(RemoteError):
    """The host does not take an observation, or does not know us."""


class FallbackUsed(RemoteError):
    """A decision was made by a fallback in place of its rule."""


class OtherTeller(RemoteError):
    """Somebody else tells the host events too."""


class OtherAnswer(RemoteError):
    """An answer that does not fit what was told, or is not what it says of itself."""


class RunFailed(RemoteError):
    """A run that ended before its time."""
