"""Identities that tags bear: GS1 electronic product codes of 96 bits.

``SGTIN`` names a piece of a trade item (a box of valves on a shelf), ``GRAI`` a returnable asset (a lent tool),
``GIAI`` a fixed asset (furniture, a machine), ``SGLN`` a place (a store, a shelf). Binary form, tag URI and pure
identity URI follow the EPC Tag Data Standard 1.13, sections 6, 12 and 14 (partition tables 14-2 to 14-13).

ValueError
└── BadEpc     what is no such identity, and why
"""

from dataclasses import dataclass
from string import hexdigits
from typing import Final, Self

BITS: Final = 96
FILTERS: Final = 8
COMPANY_BITS: Final = (40, 37, 34, 30, 27, 24, 20)
"""Bits of the company prefix by partition; it has 12 decimal digits at partition 0, 6 at partition 6."""
LONGEST, SHORTEST = 12, 6
HEX_DIGITS: Final = BITS // 4


class BadEpc(ValueError):
    """What is no identity of a known scheme."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """Layout of an identity: after 8 bits of header, 3 of filter and 3 of partition, company, reference, serial.

    ``digits``: decimal digits of the reference at partition 0; None: a number without leading zeros.
    """

    name: str
    header: int
    reference_bits: int
    digits: int | None
    serial_bits: int

    def bits(self, partition: int) -> tuple[int, int]:
        """Bits of company prefix and reference; together they are as many at every partition."""
        company = COMPANY_BITS[partition]
        return company, COMPANY_BITS[0] + self.reference_bits - company


SCHEMES: Final = {
    scheme.name: scheme
    for scheme in (
        Scheme("sgtin", 0x30, 4, 1, 38),
        Scheme("sgln", 0x32, 1, 0, 41),
        Scheme("grai", 0x33, 4, 0, 38),
        Scheme("giai", 0x34, 42, None, 0),
    )
}
_BY_HEADER: Final = {scheme.header: scheme for scheme in SCHEMES.values()}


@dataclass(frozen=True, slots=True)
class Epc:
    """An identity.

    Parameters
    ----------
    scheme : ``sgtin``, ``sgln``, ``grai`` or ``giai``
    company : GS1 company prefix, 6 to 12 digits; leading zeros count
    reference : item (with its indicator first), location, asset type or asset, as digits
    serial : number of the piece; 0 where the scheme has none
    filter : filter value, 0 to 7

    Raises
    ------
    BadEpc
        If a part does not fit.
    """

    scheme: str
    company: str
    reference: str
    serial: int = 0
    filter: int = 0

    def __post_init__(self) -> None:
        known = SCHEMES.get(self.scheme)
        if known is None:
            raise BadEpc(f"scheme {self.scheme!r}; expected one of {', '.join(SCHEMES)}")
        if not (_digits(self.company) and SHORTEST <= len(self.company) <= LONGEST):
            raise BadEpc(f"company prefix {self.company!r}; expected {SHORTEST} to {LONGEST} digits")
        self._see_reference(known)
        if not 0 <= self.serial < 1 << known.serial_bits:
            raise BadEpc(f"{self.scheme} serial {self.serial}; expected 0 to {(1 << known.serial_bits) - 1}")
        if not 0 <= self.filter < FILTERS:
            raise BadEpc(f"filter {self.filter}; expected 0 to {FILTERS - 1}")

    def _see_reference(self, known: Scheme) -> None:
        given = self.reference
        if known.digits is None:
            _, bits = known.bits(self.partition)
            if not _digits(given) or (len(given) > 1 and given[0] == "0") or int(given) >> bits:
                raise BadEpc(f"{self.scheme} reference {given!r}; expected a number from 0 to {(1 << bits) - 1}")
            return
        expected = known.digits + self.partition
        if len(given) != expected or not (_digits(given) or not expected):
            raise BadEpc(f"{self.scheme} reference {given!r}; expected {expected} digits after {self.company}")

    @property
    def partition(self) -> int:
        """How the digits are shared between company and reference."""
        return LONGEST - len(self.company)

    @property
    def number(self) -> int:
        """The 96 bits as a number."""
        known = SCHEMES[self.scheme]
        company, reference = known.bits(self.partition)
        found = (known.header << 3 | self.filter) << 3 | self.partition
        found = found << company | int(self.company)
        found = found << reference | int(self.reference or "0")
        return found << known.serial_bits | self.serial

    @property
    def hex(self) -> str:
        """The 96 bits as a reader reports them: 24 hexadecimal digits."""
        return f"{self.number:0{HEX_DIGITS}X}"

    @property
    def tag_uri(self) -> str:
        """With scheme, bits and filter: ``urn:epc:tag:sgtin-96:3.0614141.812345.6789``."""
        return f"urn:epc:tag:{self.scheme}-{BITS}:{self.filter}.{self._named()}"

    @property
    def uri(self) -> str:
        """The thing itself, whatever tag it bears: ``urn:epc:id:sgtin:0614141.812345.6789``."""
        return f"urn:epc:id:{self.scheme}:{self._named()}"

    def _named(self) -> str:
        serial = (str(self.serial),) if SCHEMES[self.scheme].serial_bits else ()
        return ".".join((self.company, self.reference, *serial))

    @classmethod
    def of_hex(cls, given: str) -> Self:
        """The identity of 24 hexadecimal digits.

        Raises
        ------
        BadEpc
            If they are none, of an unknown scheme, or no code of theirs.
        """
        if len(given) != HEX_DIGITS or not set(given) <= set(hexdigits):
            raise BadEpc(f"{given!r}; expected {HEX_DIGITS} hexadecimal digits")
        number = int(given, 16)
        known = _BY_HEADER.get(number >> (BITS - 8))
        if known is None:
            schemes = ", ".join(f"{one.name}-{BITS} ({one.header:02X}…)" for one in SCHEMES.values())
            raise BadEpc(f"{given!r}; expected one of {schemes}")
        partition = number >> (BITS - 14) & 7
        if partition >= len(COMPANY_BITS):
            raise BadEpc(f"{given!r}: partition {partition}; expected 0 to {len(COMPANY_BITS) - 1}")
        company, reference = known.bits(partition)
        rest = number >> known.serial_bits
        written = str(rest & (1 << reference) - 1)
        if known.digits is not None:
            digits = known.digits + partition
            written = written.zfill(digits) if digits else written.removeprefix("0")
        prefix = str(rest >> reference & (1 << company) - 1).zfill(LONGEST - partition)
        if len(prefix) > LONGEST - partition:
            raise BadEpc(
                f"{given!r}: company prefix {prefix}; expected {LONGEST - partition} digits at partition {partition}"
            )
        serial = number & (1 << known.serial_bits) - 1
        return cls(known.name, prefix, written, serial, number >> (BITS - 11) & 7)


def _digits(given: str) -> bool:
    return given.isascii() and given.isdigit()
