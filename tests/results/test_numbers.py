"""Numbers as people read them, in tables and in sentences."""

import doctest

import pytest

from results import numbers
from results.numbers import DASH, in_words, number


def test_its_examples_hold():
    assert doctest.testmod(numbers) == (0, 2)


@pytest.mark.parametrize("value", [-0.0, -0.004, 0.0, 0.004])
def test_no_zero_stands_below_zero(value):
    assert number(value) == "0.00"
    assert in_words(-0.0) == "0"


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_is_a_dash(value):
    assert number(value) == DASH
