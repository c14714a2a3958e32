"""One generated log of four months, calibrated once for every test that looks at it."""

import numpy as np
import pytest

from scenarios.calibration import calibrate
from tests.calibration import generated

DAYS = 120


@pytest.fixture(scope="session")
def log(tmp_path_factory):
    """A log of known truth, its mapping, and the truth."""
    rng = np.random.default_rng(3)
    truth = generated.drawn_truth(rng)
    truth.month[:] = 1.0
    return *generated.write(truth, rng, tmp_path_factory.mktemp("log"), DAYS), truth


@pytest.fixture(scope="session")
def done(log):
    """That log, calibrated."""
    return calibrate(log[0], log[1])
