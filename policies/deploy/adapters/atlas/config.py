"""The file that joins a CMMS to an office: where both are, and who and what is called how in each.

ValueError
└── WrongDocument    everything that is wrong with the file
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from policies.deploy.adapters.atlas.shifts import DAYS, Shift
from policies.deploy.adapters.calling import address
from policies.deploy.adapters.hosted import secret
from policies.deploy.strict import Reader, did_you_mean, refuse

HELD: Final = ("PartNeeded", "VisitEnded")
"""What ON_HOLD may mean: it waits for a part until it is OPEN again, or it wants another visit at once."""
CLOCKS: Final = ("wall", "stepped")
PRIORITIES: Final = {1: "HIGH", 2: "MEDIUM", 3: "LOW", 4: "NONE"}
"""Ours (1 emergency … 4 planned) → Atlas'."""
HOUR: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
NUMBERS: Final = (0, 2**31 - 1)
Names = Mapping[Any, int]


@dataclass(frozen=True, slots=True)
class Config:
    """How a bridge stands.

    ``position``: the file of how far it is. ``zone``: whose midnights the days of the office's calendar begin at, None: this
    machine's. ``stepped``: the host goes by the clock
    of the CMMS, which the bridge tells it, and the bridge runs its timers; else the host does both itself.
    ``categories``: trade → category id; ``locations``: building → location id; ``users``: technician → user id.
    """

    position: Path
    zone: ZoneInfo | None
    host: str
    host_token: str
    stepped: bool
    cmms: str
    cmms_key: str
    poll_s: float
    on_hold: str
    categories: Mapping[str, int]
    locations: Mapping[int, int]
    users: Mapping[int, int]
    shifts: tuple[Shift, ...] = field(default=())


def read(file: Path) -> Config:
    """The configuration of a file; paths in it are relative to it.

    Raises
    ------
    WrongDocument
        With every mistake.
    OSError
        If it cannot be read.
    """
    try:
        plain = tomllib.loads(file.read_bytes().decode())
    except ValueError as error:
        refuse(str(file), error)
    reader = Reader(str(file))
    top = reader.table(
        plain, "", ("position", "host", "cmms", "categories", "locations", "technicians"), ("zone", "shifts")
    )
    host = reader.table(top.get("host", {}), "host", ("url",), ("token_file", "clock"))
    cmms = reader.table(top.get("cmms", {}), "cmms", ("url", "key_file"), ("poll_s", "on_hold"))
    users = _names(top.get("technicians", {}), reader, "technicians", numbered=True)
    shifts = [_shift(one, reader, at, users) for at, one in reader.items(top.get("shifts", []), "shifts")]
    found = Config(
        position=file.parent / reader.text(top.get("position", "position"), "position"),
        zone=_zone(top["zone"], reader) if "zone" in top else None,
        host=_url(host, reader, "host"),
        host_token=_secret(host, "token_file", file, reader, "host"),
        stepped=_one_of(host.get("clock", "wall"), CLOCKS, reader, "host.clock") == "stepped",
        cmms=_url(cmms, reader, "cmms"),
        cmms_key=_secret(cmms, "key_file", file, reader, "cmms"),
        poll_s=_seconds(cmms.get("poll_s", 5.0), reader, "cmms.poll_s"),
        on_hold=_one_of(cmms.get("on_hold", "PartNeeded"), HELD, reader, "cmms.on_hold"),
        categories=_names(top.get("categories", {}), reader, "categories", numbered=False),
        locations=_names(top.get("locations", {}), reader, "locations", numbered=True),
        users=users,
        shifts=tuple(shifts),
    )
    reader.done()
    return found


def _names(value: Any, reader: Reader, where: str, *, numbered: bool) -> dict[Any, int]:
    """Ours → theirs; neither stands for two of the other."""
    found: dict[Any, int] = {}
    for ours, theirs in reader.mapping(value, where).items():
        at = f"{where}.{ours}"
        if numbered and not (ours.isascii() and ours.isdigit()):
            reader.wrong(at, "expected a number of the office in front")
            continue
        number = reader.whole(theirs, at, *NUMBERS)
        twice = [str(one) for one, other in found.items() if other == number]
        if twice:
            reader.wrong(at, f"{number} stands for {twice[0]} already")
        found[int(ours) if numbered else ours] = number
    if isinstance(value, dict) and not value:
        reader.wrong(where, "empty: expected at least one")
    return found


def _shift(value: Any, reader: Reader, where: str, users: Names) -> Shift:
    given = reader.table(value, where, ("from", "to", "technicians"), ("days",))
    days = [reader.text(day, at) for at, day in reader.items(given.get("days", list(DAYS[:5])), f"{where}.days")]
    for day in days:
        if day not in DAYS:
            reader.wrong(f"{where}.days", f"no day {day!r}{did_you_mean(day, DAYS)} (known: {', '.join(DAYS)})")
    people = [
        reader.whole(one, at, *NUMBERS)
        for at, one in reader.items(given.get("technicians", []), f"{where}.technicians")
    ]
    for one in people:
        if one not in users:
            reader.wrong(f"{where}.technicians", f"no technician {one} stands under technicians")
    return Shift(
        _hour(given.get("from", "00:00"), reader, f"{where}.from"),
        _hour(given.get("to", "00:00"), reader, f"{where}.to"),
        frozenset(DAYS.index(day) for day in days if day in DAYS), frozenset(people),
    )  # fmt: skip


def _hour(value: Any, reader: Reader, where: str) -> int:
    found = HOUR.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        reader.expected(where, value, 'an hour as "08:00"')
        return 0
    return 60 * int(found[1]) + int(found[2])


def _zone(value: Any, reader: Reader) -> ZoneInfo | None:
    try:
        return ZoneInfo(reader.text(value, "zone"))
    except (OSError, ValueError, KeyError):
        reader.expected("zone", value, "a time zone as Asia/Shanghai")
        return None


def _url(given: Mapping[str, Any], reader: Reader, where: str) -> str:
    url = reader.text(given.get("url", "http://nowhere"), f"{where}.url")
    wrong = address(url)
    if wrong:
        reader.expected(f"{where}.url", url, wrong)
    return url


def _secret(given: Mapping[str, Any], key: str, file: Path, reader: Reader, where: str) -> str:
    if key not in given:
        return ""
    try:
        return secret(file.parent / reader.text(given[key], f"{where}.{key}"))
    except ValueError as error:
        reader.wrong(f"{where}.{key}", str(error))
        return ""


def _one_of(value: Any, known: tuple[str, ...], reader: Reader, where: str) -> str:
    if value not in known:
        reader.expected(where, value, f"one of {', '.join(known)}")
    return str(value)


def _seconds(value: Any, reader: Reader, where: str) -> float:
    found = reader.number(value, where)
    if found <= 0:
        reader.expected(where, value, "seconds above 0")
    return found
