"""Every number of the plan, spelled once, with its clause.

The plan: 后勤服务质量提升管理方案. Rules may read the deadlines they must meet; the ruler reads the
targets; the world (``twin``) may not import this module.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Target:
    """One target: value in ``unit``; ``at_least`` or at most; ``clause`` of the plan."""

    id: str
    zh: str
    value: float
    unit: str
    at_least: bool
    clause: str

    def met(self, value: float) -> bool:
        """Whether ``value`` [``unit``] meets the target."""
        return value >= self.value if self.at_least else value <= self.value


EMERGENCY_RESPONSE_MIN: Final = 30.0  # 三(一)1, T7
EMERGENCY_HANDLING_MIN: Final = 120.0  # 三(一)1, T7
RESPONSE_MIN: Final = 60.0  # 五, T2
COMPLAINT_RESPONSE_MIN: Final = 120.0  # 三(四)2, T8
COMPLAINT_CLOSED_MIN: Final = 2880.0  # 三(四)2, T8

AS_IS_RESPONSE_RATIO: Final = 1.30  # 二1, B1: mean response over the industry benchmark
AS_IS_EMERGENCY_LATE_PCT: Final = 25.0  # 二1, B2

RESPONSE: Final = Target("T2", "服务响应时效", RESPONSE_MIN, "min", at_least=False, clause="五")
EMERGENCY_ON_SITE: Final = Target("T7a", "紧急需求30分钟响应", 100.0, "%", at_least=True, clause="三(一)1")
EMERGENCY_HANDLED: Final = Target("T7b", "紧急需求2小时处置", 100.0, "%", at_least=True, clause="三(一)1")
TARGETS: Final = (RESPONSE, EMERGENCY_ON_SITE, EMERGENCY_HANDLED)
