"""The life of one order, read from the journal: every fact, event, command and state, in sequence."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from policies.contract.states import ZH, name_of
from twin.journal import ORDER, REQUEST, STATES, Journal, Table

TOLD: Final[dict[str, tuple[str, str]]] = {
    "FaultOccurred": ("fault occurred", "故障发生"),
    "RequestReported": ("reported", "报修"),
    "RequestLost": ("report lost on its way", "报修丢失"),
    "RequestRegistered": ("registered", "登记"),
    "ReminderReceived": ("reminder", "催单"),
    "RequestCancelled": ("withdrawn by the requester", "撤销"),
    "RejectRequest": ("rejected", "驳回"),
    "MergeDuplicate": ("merged duplicate", "重复并单"),
    "OpenOrder": ("work order opened", "开单"),
    "SeekApproval": ("sent for approval", "送审"),
    "ApprovalStep": ("approver", "审批人"),
    "ApprovalDecided": ("approval decided", "审批结果"),
    "ReservePart": ("part asked for", "领料申请"),
    "PartTaken": ("part taken", "出库"),
    "PartReady": ("part ready", "配件到位"),
    "PartNeeded": ("left for want of a part", "待料"),
    "Assign": ("assigned", "派单"),
    "Unassign": ("taken back", "撤回派单"),
    "OrderAccepted": ("accepted", "接单"),
    "OrderDeclined": ("declined", "退单"),
    "OnSite": ("on site", "到场"),
    "NoAccess": ("no access", "无法入室"),
    "AccessGranted": ("appointment came", "预约时间到"),
    "TradeFound": ("needs another trade", "转单"),
    "MadeSafe": ("made safe", "应急处置完成"),
    "VisitEnded": ("visit ended", "离场"),
    "Preempt": ("interrupted", "中断"),
    "WorkInterrupted": ("work interrupted", "作业中断"),
    "WorkCompleted": ("completed", "完工"),
    "FaultEnded": ("fault ended", "故障排除"),
    "OrderConfirmed": ("signed", "验收"),
    "OrderReopened": ("reopened", "返修"),
    "Escalate": ("escalated", "熔断升级"),
    "SendCase": ("case sent on", "移交"),
    "CaseMoved": ("case moved", "联办流转"),
    "PutOnAgenda": ("put on the weekly agenda", "列入协同复盘会"),
    "GuardHit": ("guard refused", "护栏拦截"),
    "CommandRefused": ("the world refused", "执行被拒"),
    "EventHeard": ("heard late or otherwise", "记录偏差"),
    "CostBooked": ("cost booked", "费用入账"),
}
"""Journal table → what happened, in English and Chinese. Tables not named here do not belong to an order's life."""
ABOUT_ORDER: Final = ("order", "request", "into")
"""Columns that hold an order's number (a request becomes the order of its own number)."""
NUMBERED: Final = (("RequestReported", "request"), ("OpenOrder", "order"))
"""Table and column in which an order's number is seen first: preventive maintenance is opened without a request."""
ORDER_COSTS: Final = ("partner", "approval")
"""Kinds of booked cost whose subject is an order."""
OVER: Final = ("WorkCompleted", "RejectRequest", "RequestCancelled", "MergeDuplicate")


@dataclass(slots=True)
class Step:
    """One thing that happened to the order; ``details`` as journalled, without its number."""

    n: int
    at: float
    what: str
    en: str
    zh: str
    details: dict[str, Any] = field(default_factory=dict)


def life_of(journal: Journal, order: int) -> list[Step]:
    """Every row about an order, in the order they were written; empty if there is no such order."""
    steps = [step for name in journal.tables() if name in TOLD for step in _told(journal.table(name), order)]
    if STATES in journal.tables():
        steps += _states(journal.table(STATES), order)
    steps += _fault(journal, order)
    return sorted(steps, key=lambda step: step.n)


def orders(journal: Journal) -> tuple[int, int]:
    """Least and greatest order number of a journal (0, -1 where there is none): of what was reported, and of what the office opened itself."""
    there = [(name, column) for name, column in NUMBERED if name in journal.tables()]
    numbers = np.concatenate([journal.table(name)[column] for name, column in there] or [np.empty(0)])
    return (int(numbers.min()), int(numbers.max())) if numbers.size else (0, -1)


def is_over(life: list[Step], order: int) -> bool:
    """Whether the order has come to an end, as far as its life is told (a finished order may be reopened)."""
    over = False
    for step in life:
        if step.what == "OrderReopened":
            over = False
        elif step.what in OVER and step.details.get("request", order) == order:
            over = True
    return over


def last_minute(steps: list[Step]) -> float:
    """When the last thing happened to the order [min]."""
    return steps[-1].at if steps else 0.0


def _told(table: Table, order: int) -> Iterator[Step]:
    about = [column for column in ABOUT_ORDER if column in table.columns]
    hits = np.zeros(len(table), dtype=bool)
    for column in about:
        hits |= table[column] == order
    if table.name == "CostBooked":
        kinds = np.array([kind in ORDER_COSTS for kind in table.text("kind")], dtype=bool)
        hits = (table["subject"] == order) & kinds
    for row in np.flatnonzero(hits).tolist():
        yield _step(
            table,
            row,
            table.name,
            *TOLD[table.name],
            leave_out=(*about, "subject") if table.name != "MergeDuplicate" else (),
        )


def _fault(journal: Journal, order: int) -> Iterator[Step]:
    """The fault behind the request: nobody at the office sees this row."""
    if "RequestReported" not in journal.tables() or "FaultOccurred" not in journal.tables():
        return
    reported = journal.table("RequestReported")
    numbers = reported["fault"][reported["request"] == order]
    table = journal.table("FaultOccurred")
    for fault in numbers.tolist():
        for row in np.flatnonzero(table["fault"] == fault).tolist():
            yield _step(table, row, "FaultOccurred", *TOLD["FaultOccurred"], leave_out=())


def _states(table: Table, order: int) -> Iterator[Step]:
    kinds = np.isin(table["kind"], (REQUEST, ORDER))
    for row in np.flatnonzero(kinds & (table["id"] == order)).tolist():
        name = name_of(int(table["state"][row]))
        step = _step(table, row, "state", f"state {name}", f"状态 {ZH[name]}", leave_out=("kind", "id", "state"))
        if step.details["tech"] < 0:
            step.details.clear()
        yield step


def _step(table: Table, row: int, what: str, en: str, zh: str, leave_out: tuple[str, ...]) -> Step:
    details = {column: value for column, value in table.row(row).items() if column not in leave_out}
    return Step(int(table["n"][row]), float(table["at"][row]), what, en, zh, details)
