"""Keyed chance: a uniform number is a pure function of (key, entity, n).

Two rounds of splitmix64 over a BLAKE2b key. No state, so no draw can shift another; the same bits
in the twin (which also has a vectorised version, ``twin.streams``) and in a real controller.

Source: Steele, Lea & Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014 (the
finaliser); BLAKE2b, RFC 7693 (the key).
"""

from hashlib import blake2b
from typing import final

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
MIX_1 = 0xBF58476D1CE4E5B9
MIX_2 = 0x94D049BB133111EB


def mix(z: int) -> int:
    """Finalise 64 bits (splitmix64): every input bit reaches every output bit."""
    z = ((z ^ (z >> 30)) * MIX_1) & MASK
    z = ((z ^ (z >> 27)) * MIX_2) & MASK
    return z ^ (z >> 31)


def key(seed: int, replication: int, purpose: str) -> int:
    """Key of one purpose [64-bit integer]: equal for equal (seed, replication, purpose) anywhere."""
    digest = blake2b(f"{seed}/{replication}/{purpose}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def uniform(stream_key: int, entity: int, n: int = 0) -> float:
    """Draw ``n`` of ``entity`` in the stream [open interval (0, 1)]: ``mix`` twice, written out for speed.

    ``entity`` is a stable number of the thing itself, never a position in a list.
    """
    z = (stream_key + GOLDEN * entity) & MASK
    z = ((z ^ (z >> 30)) * MIX_1) & MASK
    z = ((z ^ (z >> 27)) * MIX_2) & MASK
    z = ((z ^ (z >> 31)) + GOLDEN * (n + 1)) & MASK
    z = ((z ^ (z >> 30)) * MIX_1) & MASK
    z = ((z ^ (z >> 27)) * MIX_2) & MASK
    return (((z ^ (z >> 31)) >> 12) + 0.5) * 2.0**-52


@final
class Chance:
    """What a rule that needs chance is given: uniforms by (policy seed, decision, n)."""

    __slots__ = ("_key", "_seed")

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._key = key(seed, 0, "policy")

    def uniform(self, decision: int, n: int = 0) -> float:
        """Draw ``n`` of one decision, named by a stable number (an order id, say) [(0, 1)]."""
        return uniform(self._key, decision, n)
