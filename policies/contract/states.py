"""States of requests, work orders, technicians and purchases, as the field names them.

Source: domain handbook 7 (Maximo, ServiceNow, Atlas, campus applications). English upper case in
code and log; ``ZH`` in reports. Codes are stable small integers, so that a state change costs one
row of four plain numbers in the journal.
"""

from enum import IntEnum


class RequestState(IntEnum):
    """Service request (报修单)."""

    NEW = 1
    QUEUED = 2
    INPROG = 3
    RESOLVED = 4
    CLOSED = 5
    PENDING = 6
    REJECTED = 7
    CANCELLED = 8
    DUPLICATE = 9


class OrderState(IntEnum):
    """Work order (工单)."""

    WAPPR = 20
    APPR = 21
    WSCH = 22
    ASSIGNED = 23
    ACCEPTED = 24
    ENROUTE = 25
    ONSITE = 26
    INPRG = 27
    COMP = 28
    CLOSE = 29
    WMATL = 30
    WPCOND = 31
    WACCESS = 32
    WVENDOR = 33
    DECLINED = 34
    TRANSFERRED = 35
    CAN = 36
    REOPENED = 37
    PREEMPTED = 38
    MADE_SAFE = 39


class TechnicianState(IntEnum):
    """Technician (师傅)."""

    OFF = 50
    IDLE = 51
    TRAVEL = 52
    WORKING = 53
    FETCHING_PARTS = 54
    WAITING = 55
    BREAK = 56
    TRAINING = 57
    SICK = 58
    ON_CALL = 59


class PurchaseState(IntEnum):
    """Purchase (采购单)."""

    PR_DRAFT = 60
    BUDGET_CHECK = 61
    APPROVED = 62
    PO_SENT = 63
    SHIPPED = 64
    RECEIVED = 65
    INSPECTED = 66
    RETURNED = 67
    INVOICED = 68
    SETTLED = 69


ZH: dict[str, str] = {
    "NEW": "待受理", "QUEUED": "已受理", "INPROG": "处理中", "RESOLVED": "待确认",
    "CLOSED": "已办结", "PENDING": "待补充信息", "REJECTED": "已驳回", "CANCELLED": "已撤销",
    "DUPLICATE": "重复并单", "WAPPR": "待审批", "APPR": "已审批", "WSCH": "待派单",
    "ASSIGNED": "已派单", "ACCEPTED": "已接单", "ENROUTE": "在途", "ONSITE": "已到场",
    "INPRG": "维修中", "COMP": "已完工", "CLOSE": "已关闭", "WMATL": "待料", "WPCOND": "待条件",
    "WACCESS": "待入室", "WVENDOR": "待外协", "DECLINED": "退单", "TRANSFERRED": "转单",
    "CAN": "已取消", "REOPENED": "返修", "PREEMPTED": "中断", "MADE_SAFE": "已应急处置",
    "OFF": "下班", "IDLE": "待命", "TRAVEL": "在途", "WORKING": "作业", "FETCHING_PARTS": "取料",
    "WAITING": "等待", "BREAK": "休息", "TRAINING": "培训", "SICK": "病假", "ON_CALL": "值班",
    "PR_DRAFT": "需求", "BUDGET_CHECK": "预算", "APPROVED": "已批准", "PO_SENT": "已下单", "SHIPPED": "已发货",
    "RECEIVED": "已到货", "INSPECTED": "验收", "RETURNED": "退货", "INVOICED": "已开票", "SETTLED": "已结算",
}  # fmt: skip


def name_of(code: int) -> str:
    """English name of a state code."""
    for machine in (RequestState, OrderState, TechnicianState, PurchaseState):
        if code in machine._value2member_map_:
            return machine(code).name
    raise ValueError(f"unknown state code {code}")
