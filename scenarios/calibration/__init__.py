"""Calibration: what a planner's own log says about demand, with intervals, and whether to believe it.

``calibrate`` fits every component on the first part of a log, judges it on the last, fits it anew on the
whole, and ``write`` puts a campus overlay and its validity report into a folder.
"""

from scenarios.calibration.study import Calibration, calibrate
from scenarios.calibration.writing import write

__all__ = ["Calibration", "calibrate", "write"]
