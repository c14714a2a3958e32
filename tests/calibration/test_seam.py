"""A new series is one file: a component for meters beside those for orders."""

import numpy as np

from scenarios.calibration import components
from scenarios.calibration.component import Check, Fit, Judgement, judged
from scenarios.calibration.finding import found
from scenarios.calibration.values import Draws
from tests.calibration.test_distances import a_log
from twin.streams import Streams

METER = """
from scenarios.calibration.component import Fit, Judgement

class Base:
    name = "base_load"
    reads = "meters"

    def fit(self, draws):
        return Fit()

    def judge(self, fit, later):
        return Judgement(self.name, "not judged", "no meters here")

COMPONENT = Base()
"""


def test_a_file_in_the_folder_is_found_by_what_it_reads(tmp_path, monkeypatch):
    (tmp_path / "base_load.py").write_text(METER)
    before = [one.name for one in found()]
    monkeypatch.setattr(components, "__path__", [*components.__path__, str(tmp_path)])
    assert [one.name for one in found("meters")] == ["base_load"]
    assert [one.name for one in found()] == before


def test_a_component_of_ones_own_is_fitted_and_judged_like_the_shipped():
    class Evenings:
        name = "evenings"
        reads = "orders"

        def fit(self, draws):
            late = np.bincount(draws.log.day[draws.log.hour >= 18], minlength=draws.log.days)
            return Fit([draws.value("evenings.a_day", draws.weights @ late / draws.log.days, "log")])

        def judge(self, fit, later):
            said = fit.value("evenings.a_day")
            came = float((later.log.hour >= 18).sum() / later.log.days)
            return judged(
                self.name,
                [
                    Check(
                        "evenings", said.estimate, came, said.low_95, said.high_95, said.low_95 <= came <= said.high_95
                    )
                ],
            )

    draws = Draws(a_log(), Streams(1, 0))
    judgement: Judgement = Evenings().judge(Evenings().fit(draws), draws)
    assert judgement.verdict == "valid"


def test_every_shipped_component_is_found():
    assert [one.name for one in found()] == ["arrivals", "dispersion", "durations", "mix", "repeats", "rhythm", "staff"]
