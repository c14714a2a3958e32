"""A zip archive with one way to write it: the same members, the same bytes, whoever writes it.

Members are stored and not packed, so no bytes are unpacked before they are vouched for, a bomb has
nothing to blow up, and no version of a compressor can change a byte. The date is zip's first day.
Reading, the members are looked at one by one, and then the whole must be byte for byte what writing
them again gives: nothing hides between members, before them, behind them or in a header.

Source: PKWARE, APPNOTE 6.3.10, sections 4.3 (structure), 4.4 (fields).
"""

import io
import re
import stat
import struct
import zipfile
from collections.abc import Mapping
from typing import Final
from zlib import crc32

from policies.deploy.refusals import MemberChanged, NotABundle, TooLarge, UnsafeMember

LIMIT_BYTES: Final = 64 * 2**20
"""A whole archive."""
MEMBER_LIMIT_BYTES: Final = 32 * 2**20
MEMBERS_LIMIT: Final = 64
FIRST_DAY: Final = (1 << 5) | 1
"""1980-01-01 as zip writes dates."""
STORED_BY: Final = 20
"""Version 2.0 of the format."""
UNIX: Final = 3
PLAIN_FILE: Final = (stat.S_IFREG | 0o644) << 16
LOCAL: Final = struct.Struct("<4s5H3I2H")
CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
END: Final = struct.Struct("<4s4H2IH")
NAME: Final = re.compile(r"[A-Za-z0-9._+-]+(/[A-Za-z0-9._+-]+)*")


def write(members: Mapping[str, bytes]) -> bytes:
    """The archive of some members, sorted by name.

    Raises
    ------
    ValueError
        For a name that ``read`` would refuse.
    """
    out, directory = bytearray(), bytearray()
    for name, content in sorted(members.items()):
        why = unsafe(name)
        if why:
            raise ValueError(f"member {name!r}: {why}")
        raw, size, check = name.encode("ascii"), len(content), crc32(content)
        common = (STORED_BY, 0, zipfile.ZIP_STORED, 0, FIRST_DAY, check, size, size, len(raw), 0)
        directory += CENTRAL.pack(b"PK\x01\x02", UNIX << 8 | STORED_BY, *common, 0, 0, 0, PLAIN_FILE, len(out)) + raw
        out += LOCAL.pack(b"PK\x03\x04", *common) + raw + content
    number = len(members)
    return bytes(out + directory + END.pack(b"PK\x05\x06", 0, 0, number, number, len(directory), len(out), 0))


def read(given: bytes) -> dict[str, bytes]:
    """The members of an archive, each looked at before any of its bytes is used.

    Raises
    ------
    NotABundle, TooLarge, UnsafeMember, MemberChanged
        If it is not exactly what ``write`` makes.
    """
    if len(given) > LIMIT_BYTES:
        raise TooLarge(f"more than {LIMIT_BYTES:,} bytes, the most a bundle may have")
    try:
        with zipfile.ZipFile(io.BytesIO(given)) as opened:
            listed = opened.infolist()
            _see_safe(listed)
            members = {one.filename: _content(opened, one) for one in listed}
    except (zipfile.BadZipFile, EOFError, struct.error, NotImplementedError, ValueError) as error:
        if isinstance(error, (NotABundle, TooLarge, UnsafeMember, MemberChanged)):
            raise
        raise NotABundle(f"no zip archive, or cut short ({error})") from error
    if write(members) != given:
        raise NotABundle(
            "its bytes are not those that packing its members gives: something stands between, before or behind them, "
            "or a header was changed"
        )
    return members


def unsafe(name: str) -> str:
    """Why a member may not bear a name, or ""."""
    if name.startswith("/"):
        return "an absolute path"
    if "\\" in name or ":" in name:
        return "a path of another system"
    if ".." in name.split("/"):
        return "a path that climbs out of the bundle"
    if name.endswith("/"):
        return "a folder, expected files only"
    if not NAME.fullmatch(name) or "." in name.split("/"):
        return "expected letters, digits and . _ + - between slashes"
    return ""


def _see_safe(listed: list[zipfile.ZipInfo]) -> None:
    if len(listed) > MEMBERS_LIMIT:
        raise TooLarge(f"{len(listed)} members, at most {MEMBERS_LIMIT} may be in a bundle")
    seen: dict[str, None] = {}
    for one in listed:
        why = unsafe(one.orig_filename) or _odd(one)
        if why:
            raise UnsafeMember(f"member {one.orig_filename!r}: {why}")
        if one.filename.lower() in seen:
            raise UnsafeMember(f"member {one.filename!r} stands in the archive twice")
        seen[one.filename.lower()] = None
        if max(one.file_size, one.compress_size) > MEMBER_LIMIT_BYTES:
            raise TooLarge(
                f"member {one.filename!r} says it has {one.file_size:,} bytes, at most {MEMBER_LIMIT_BYTES:,}"
            )


def _odd(one: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(one.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "a symbolic link"
    if kind not in (0, stat.S_IFREG):
        return "neither a file nor anything a bundle may hold"
    if one.flag_bits & 1:
        return "encrypted"
    if one.compress_type != zipfile.ZIP_STORED or one.compress_size != one.file_size:
        return f"packed ({one.compress_size:,} bytes that become {one.file_size:,}), expected stored as it is: the bundle was packed again by another tool, take it as it was signed"
    return ""


def _content(opened: zipfile.ZipFile, one: zipfile.ZipInfo) -> bytes:
    try:
        return opened.read(one)
    except zipfile.BadZipFile as error:
        if "CRC" in str(error):
            raise MemberChanged(f"member {one.filename!r} was changed: its checksum does not hold") from error
        raise
