"""Real input: a recorded log drives a run instead of drawn demand.

``load`` reads a log by its mapping, ``run`` compares arms on it; both raise
``scenarios.problems.ScenarioProblems`` with every problem found and write nothing.
"""

from scenarios.trace.checking import Logged
from scenarios.trace.log import Trace, load
from scenarios.trace.mapping import mapping_file
from scenarios.trace.study import ArmRun, TraceStudy, run

__all__ = ["ArmRun", "Logged", "Trace", "TraceStudy", "load", "mapping_file", "run"]
