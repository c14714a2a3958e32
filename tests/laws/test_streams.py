"""Laws of chance: keyed, equal bits scalar and vectorised, uniform, never shifted by anyone else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from policies.contract import chance
from twin.streams import Streams, uniforms


@given(st.integers(0, 2**63), st.integers(0, 2**62), st.integers(0, 2**40))
def test_scalar_and_vector_draws_have_the_same_bits(key: int, entity: int, n: int) -> None:
    for count in (1, 32):
        vector = uniforms(key, np.full(count, entity, dtype=np.uint64), n)
        assert vector.tolist() == [chance.uniform(key, entity, n)] * count


def test_draws_stay_inside_the_open_interval() -> None:
    u = uniforms(chance.key(1, 2, "x"), np.arange(200_000, dtype=np.uint64), 0)
    assert u.min() > 0.0 and u.max() < 1.0


@pytest.mark.parametrize("purpose", ["life", "fix", "notice"])
def test_draws_are_uniform_along_entities_along_n_and_uncorrelated(purpose: str) -> None:
    streams = Streams(3, 1)
    entities = np.arange(100_000, dtype=np.uint64)
    along, beside = streams.uniforms(purpose, entities, 0), streams.uniforms(purpose, entities, 1)
    assert stats.kstest(along, "uniform").pvalue > 1e-4
    assert abs(np.corrcoef(along, beside)[0, 1]) < 0.02
    assert abs(np.corrcoef(along[:-1], along[1:])[0, 1]) < 0.02
    numbers = np.arange(50_000, dtype=np.uint64)
    assert (
        stats.kstest(streams.uniforms(purpose, np.full(50_000, 9, dtype=np.uint64), numbers), "uniform").pvalue > 1e-4
    )


def test_purposes_replications_and_seeds_have_streams_of_their_own() -> None:
    keys = [chance.key(s, r, p) for s in range(3) for r in range(3) for p in ("a", "b")]
    assert len(dict.fromkeys(keys)) == len(keys)


def test_lognormal_by_mean_and_cv_has_that_mean_and_cv() -> None:
    streams = Streams(1, 1)
    draws = np.array([streams.lognormal("work", k, 42.0, 0.8) for k in range(40_000)])
    assert draws.mean() == pytest.approx(42.0, rel=0.02)
    assert draws.std() / draws.mean() == pytest.approx(0.8, rel=0.05)
