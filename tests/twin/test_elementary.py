"""The world's numbers do not depend on what the processor can do."""

import ast
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import ROOT
from twin import elementary
from twin.streams import Streams

BY_PROCESSOR = frozenset({
    "arccos", "arcsin", "arctan", "arctan2", "cbrt", "cos", "cosh", "dot", "einsum", "exp", "exp2", "expm1", "float_power",
    "hypot", "log", "log10", "log1p", "log2", "logaddexp", "matmul", "power", "sin", "sinh", "tan", "tanh",
})  # fmt: skip
"""Functions of numpy that are written anew for some processors, with another last bit."""
FEATURES = "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"
DAYS = """
import hashlib
from scenarios.deploy.from_twin import record_days
from scenarios.study.arms import arm_of
pairs = record_days(arm_of("all_together", ("campus=campus_small",)).scenario(), 3, 20).pairs
print(hashlib.sha256(repr([(pair.seen, pair.decision) for pair in pairs]).encode()).hexdigest())
"""


@pytest.mark.parametrize("file", sorted((ROOT / "twin").rglob("*.py")), ids=lambda path: path.stem)
def test_the_world_takes_no_function_of_numpy_whose_bits_go_with_the_processor(file: Path):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found = [
        f"line {node.lineno}: np.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        if node.value.id == "np" and node.attr in BY_PROCESSOR
    ]
    assert not found


@pytest.mark.parametrize("law", ["log", "log1p", "exp", "cos"])
def test_many_at_once_have_the_bits_of_one(law):
    x = np.linspace(1e-9, 30.0, 20_000).reshape(100, 200)
    one = getattr(math, law)
    assert getattr(elementary, law)(x).tolist() == [[one(value) for value in row] for row in x.tolist()]


def test_powers_and_normals_too():
    x = Streams(1, 0).uniforms("x", np.arange(5_000, dtype=np.uint64))
    assert elementary.power(x, 1.7).tolist() == [math.pow(value, 1.7) for value in x.tolist()]
    streams, numbers = Streams(9, 2), np.arange(500, dtype=np.uint64)
    assert streams.normals("n", numbers).tolist() == [streams.normal("n", int(k)) for k in numbers]


def test_a_campus_lives_the_same_days_on_a_processor_that_can_do_less():
    """numpy is told to leave away what this processor can do; where it can do no more, this shows nothing."""
    told = {
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", DAYS],
            env={**os.environ, "NPY_DISABLE_CPU_FEATURES": left_out, "PYTHONPATH": str(ROOT)},
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout
        for left_out in ("", FEATURES)
    }  # fmt: skip
    assert len(told) == 1
    assert len(told.pop()) > 60
