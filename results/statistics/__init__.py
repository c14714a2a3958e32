"""What replications allow to be said; one idea a file.

``intervals``: means, shares, ratios · ``quantiles`` · ``pairs``: differences on common random numbers ·
``decisions``: many tests, equivalence, verdicts · ``best``: which scenario is, or could be ·
``precision``: how many replications are enough · ``warmup``: where the start stops to matter ·
``laws``: Student's and the normal one.
"""

from results.statistics.best import Standing, against_the_best
from results.statistics.decisions import Verdict, holm, tost, verdict
from results.statistics.intervals import Interval, Values, mean_interval, ratio_of_sums, wilson
from results.statistics.pairs import Paired, harm, paired, variance_ratio
from results.statistics.precision import Precision, next_size
from results.statistics.quantiles import quantile
from results.statistics.warmup import RunTooShort, mser5

__all__ = [
    "Interval", "Paired", "Precision", "RunTooShort", "Standing", "Values", "Verdict", "against_the_best", "harm",
    "holm", "mean_interval", "mser5", "next_size", "paired", "quantile", "ratio_of_sums", "tost", "variance_ratio",
    "verdict", "wilson",
]  # fmt: skip
