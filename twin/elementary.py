"""Logarithms and their kin whose bits do not depend on the processor.

numpy chooses its own vectorised log, exp, cos and power by what the processor can do, and with AVX-512 their last bit
is another one. A last bit is enough: an event moves, and the same seed gives other bytes on another machine. These go
through the C library, number by number, as ``Streams`` does for a single draw; square roots and sums are exact anywhere.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def log(x: Floats) -> Floats:
    """Natural logarithm of each number [shape of ``x``]."""
    return _each(math.log, x)


def log1p(x: Floats) -> Floats:
    """Logarithm of one plus each number [shape of ``x``]."""
    return _each(math.log1p, x)


def exp(x: Floats) -> Floats:
    """Exponential of each number [shape of ``x``]."""
    return _each(math.exp, x)


def cos(x: Floats) -> Floats:
    """Cosine of each angle [rad, shape of ``x``]."""
    return _each(math.cos, x)


def power(x: Floats, exponent: float) -> Floats:
    """Each number to one power [shape of ``x``]."""
    return _each(lambda one: math.pow(one, exponent), x)


def normal(u: Floats, v: Floats) -> Floats:
    """Standard normals of pairs of uniforms (Box and Muller 1958) [shape of ``u``]."""
    return np.asarray(np.sqrt(-2.0 * log(u)) * cos(2.0 * math.pi * v))


def _each(law: Callable[[float], float], x: Floats) -> Floats:
    return np.fromiter(map(law, x.ravel().tolist()), np.float64, x.size).reshape(x.shape)
