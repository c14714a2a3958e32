"""The field: devices put together into what stands between fact and event."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from difflib import get_close_matches
from typing import Any, final

from hardware_emul.devices.handset import PROFILES, Handset, HandsetProfile
from policies.contract.events import Event
from twin.facts import EventHeard
from twin.ports import ClockPort, Field, StreamsPort

PERFECT = "perfect"


class UnknownProfile(LookupError):
    """No device profile of that name."""


@final
class Devices:
    """Several devices: the first that takes a fact over delivers it."""

    def __init__(self, devices: Sequence[Field]) -> None:
        self.devices = tuple(devices)

    def notice(self, fact: Event, now: float) -> bool:
        """Ask each device in turn."""
        return any(device.notice(fact, now) for device in self.devices)


def profile_of(name: str) -> HandsetProfile:
    """A handset profile by name.

    Raises
    ------
    UnknownProfile
        With the nearest name.
    """
    found = PROFILES.get(name)
    if found is None:
        near = get_close_matches(name, PROFILES, 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise UnknownProfile(f"no handset profile {name!r}{hint} (known: {', '.join(PROFILES)})")
    return found


def compose(
    profiles: Mapping[str, str | HandsetProfile],
    clock: ClockPort,
    streams: StreamsPort,
    note: Callable[[EventHeard], None],
    deliver: Callable[[Event], None],
) -> Field | None:
    """The field of a world: device → profile, as in ``{"handset": "typical"}``; None when all is perfect.

    Raises
    ------
    UnknownProfile
        If a device or a profile is unknown.
    """
    devices: list[Field] = []
    for device, chosen in profiles.items():
        if device != "handset":
            raise UnknownProfile(f"no device {device!r} (known: handset)")
        profile = profile_of(chosen) if isinstance(chosen, str) else chosen
        if not profile.perfect:
            devices.append(Handset(profile, clock, streams, note, deliver))
    return Devices(devices) if devices else None


def manifest(profiles: Mapping[str, str | HandsetProfile]) -> dict[str, dict[str, Any]]:
    """The parameters in force, device by device, for the manifest of a run."""
    return {
        device: asdict(profile_of(chosen) if isinstance(chosen, str) else chosen)
        for device, chosen in sorted(profiles.items())
    }
