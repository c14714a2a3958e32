"""Canonical JSON: one value, one sequence of bytes; and the digest of it.

Keys are sorted by code point, nothing stands between tokens, text is UTF-8 and not escaped further
than JSON asks, a float is the shortest text that reads back to the same bits (Python's ``repr``, so
``480.0`` and ``1e-07``), a whole number has neither point nor exponent. JSON knows no infinity and
no not-a-number, and neither goes in by the back door: both are refused, writing and reading alike.
"""

import json
import math
from hashlib import blake2b
from typing import Any, Final, NoReturn

DIGEST_BYTES: Final = 32


class NotJson(ValueError):
    """Bytes that are not JSON as it is written here, or a value that JSON cannot say."""


def text(value: Any) -> bytes:
    """A value of dicts, lists, texts, numbers, flags and None as canonical bytes.

    Raises
    ------
    NotJson
        For infinity, not-a-number, half a surrogate pair, or anything JSON has no word for.
    """
    try:
        return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise NotJson(f"cannot be written as JSON: {error}") from error


def parse(given: bytes) -> Any:
    """The value of some JSON text; its spaces and the order of its keys do not matter.

    Raises
    ------
    NotJson
        If it is not UTF-8 or not JSON, a key stands twice in one object, or a number is not finite.
    """
    try:
        return json.loads(
            given.decode(), object_pairs_hook=_no_key_twice, parse_constant=_no_constant, parse_float=_finite
        )
    except NotJson:
        raise
    except RecursionError as error:
        raise NotJson("nested too deeply") from error
    except ValueError as error:
        raise NotJson(f"not JSON: {error}") from error


def digest(value: Any) -> str:
    """BLAKE2b (256 bits) of the canonical bytes of a value [hex]."""
    return digest_of_bytes(text(value))


def digest_of_bytes(given: bytes) -> str:
    """BLAKE2b (256 bits) of some bytes [hex]."""
    return blake2b(given, digest_size=DIGEST_BYTES).hexdigest()


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise NotJson(f"the key {twice!r} stands twice in one object")
    return found


def _no_constant(given: str) -> NoReturn:
    raise NotJson(f"{given} is no number of JSON")


def _finite(given: str) -> float:
    number = float(given)
    if not math.isfinite(number):
        raise NotJson(f"{given} is larger than any number here")
    return number
