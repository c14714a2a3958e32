"""Two thousand car parts: what each forecast and replenishment rule costs in the last year, at one fill rate.

At the fill of today's practice, and at 0.9, which it never reaches. Intervals are over parts; the public origin of the
data is the R package expsmooth (``carparts``).
"""

import math
from pathlib import Path

import pytest

from scenarios.calibration.parts.judging import LEVEL, RESAMPLES, judge
from scenarios.calibration.parts.playing import Terms
from scenarios.calibration.parts.reading import read
from scenarios.calibration.parts.report import HEADER, rows
from tests.evidence import tables

pytestmark = pytest.mark.evidence
SEED = 1
FILLS = (None, 0.9)


def test_what_rules_of_stock_cost_on_car_parts(shared: Path) -> None:
    data = read(shared / "data" / "demand_carparts" / "demand_monthly.csv.gz")
    found = [judge(data, Terms(), SEED, fill) for fill in FILLS]
    terms = Terms()
    tables.write(
        "part_demand", HEADER,
        [["" if isinstance(cell, float) and math.isnan(cell) else cell for cell in row] for one in found for row in rows(one)],
        {
            "made_by": "tests/evidence/test_part_demand.py", "seed": SEED, "parts": found[0].parts, "left_out": found[0].left_out,
            "resamples": RESAMPLES, "level": LEVEL,
            "terms": f"price {terms.price:g}, order {terms.order:g} CNY, holding {terms.holding:g} a year, lead {terms.lead} months",
            "how": "twin calibrate --parts: history from month 13 on, weights chosen in the last year but one, the last year judged",
        },
    )  # fmt: skip
    first = {one.pair.name: one for one in found[0].judged}
    assert first["tsb + s_S"].verdict == first["sba + s_S"].verdict == "cheaper"
    assert first["last_year + s_S"].verdict == "not shown"
    assert all(one.verdict == "dearer" for name, one in first.items() if name.endswith("base_stock"))
