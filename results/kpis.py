"""Every figure the ruler knows: what makes it, its unit, which way is better, its names, its target.

A KPI is one function that returns rows; a figure is one row. Figures by part (a trade, a zone, a kind
of cost) carry the part after a colon: ``K-Q5.trade:plumbing`` is described by ``K-Q5.trade``.
"""

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from policies.contract import plan
from policies.contract.plan import Target
from results import kpi_cost, kpi_emergency, kpi_fairness, kpi_flow, kpi_quality, kpi_response, kpi_stores
from results.meta import Meta
from results.observation import Observation
from results.rows import KpiRow
from twin.journal import Journal

Better = Literal["lower", "higher", "neither"]
Function = Callable[[Observation], list[KpiRow]]


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure.

    ``judged``: belongs to the family over which Holm's correction runs when nobody names another.
    ``margin``: difference [``unit``] that makes no difference to anybody; None: equivalence is not asked.
    """

    function: Function
    unit: str
    better: Better
    zh: str
    en: str
    judged: bool = False
    margin: float | None = None
    target: Target | None = None


_r, _e, _q, _f, _s = kpi_response, kpi_emergency, kpi_quality, kpi_flow, kpi_stores

KPIS: Final[Mapping[str, Kpi]] = {
    "K-R1": Kpi(_r.response, "min", "lower", "平均响应时长（服务时间）", "mean response (service hours)", True, 3.0, plan.RESPONSE),
    "K-R1.recorded": Kpi(_r.response, "min", "lower", "平均响应时长（系统记录）", "mean response as recorded"),
    "K-R1.recorded.open": Kpi(_r.response, "orders", "neither", "系统记录未到场单数", "recorded response open at the end"),
    "K-R1.median": Kpi(_r.response, "min", "lower", "响应时长中位数", "median response"),
    "K-R1.p90": Kpi(_r.response, "min", "lower", "响应时长P90", "P90 response"),
    "K-R1.open": Kpi(_r.response, "orders", "neither", "期末未响应单数", "response open at the end"),
    "K-R1.within": Kpi(_r.response_curve, "%", "higher", "响应率（分钟内）", "response within minutes"),
    "K-R2": Kpi(_r.acknowledgement, "min", "lower", "平均接单时长（服务时间）", "mean acceptance (service hours)"),
    "K-R2.24x7": Kpi(_r.acknowledgement, "min", "lower", "平均接单时长（全天候）", "mean acceptance (24x7)"),
    "K-R2.open": Kpi(_r.acknowledgement, "orders", "neither", "期末未接单数", "acceptance open at the end"),
    "K-R3": Kpi(_r.response_on_time, "%", "higher", "1小时响应率", "response within 1 h", True, 2.0),
    "K-R3.undetermined": Kpi(_r.response_on_time, "orders", "neither", "1小时响应未定单数", "response within 1 h undetermined"),
    "K-R4": Kpi(_r.response_wall, "min", "lower", "平均响应时长（全天候）", "mean response (24x7)", True, 10.0),
    "K-R4.median": Kpi(_r.response_wall, "min", "lower", "响应时长中位数（全天候）", "median response (24x7)"),
    "K-R4.p90": Kpi(_r.response_wall, "min", "lower", "响应时长P90（全天候）", "P90 response (24x7)"),
    "K-R5": Kpi(_r.response_ratio, "ratio", "lower", "响应时长与标杆之比", "response to benchmark"),
    "K-R6": Kpi(_r.completion, "min", "lower", "平均完工时长（全天候）", "mean completion (24x7)", True, 60.0),
    "K-R6.median": Kpi(_r.completion, "min", "lower", "完工时长中位数（全天候）", "median completion (24x7)"),
    "K-R6.p90": Kpi(_r.completion, "min", "lower", "完工时长P90（全天候）", "P90 completion (24x7)"),
    "K-R6.svc": Kpi(_r.completion, "min", "lower", "平均完工时长（服务时间，不停表）", "mean completion (service hours, no pauses)"),
    "K-R6.svc_paused": Kpi(_r.completion, "min", "lower", "平均完工时长（服务时间，待入室停表）", "mean completion (service hours, paused for the requester)"),
    "K-R6.24h": Kpi(_r.completion, "%", "higher", "24小时完工率", "finished in 24 h", True, 2.0),
    "K-R6.24h.undetermined": Kpi(_r.completion, "orders", "neither", "24小时完工未定单数", "finished in 24 h undetermined"),
    "K-R6.open": Kpi(_r.completion, "orders", "neither", "期末未完工单数", "open at the end"),
    "K-R6.orders": Kpi(_r.completion, "orders", "neither", "工单数", "orders"),
    "K-E1": Kpi(_e.emergency_response, "%", "higher", "紧急30分钟响应率", "emergencies reached in 30 min", True, 2.0, plan.EMERGENCY_ON_SITE),
    "K-E1.undetermined": Kpi(_e.emergency_response, "orders", "neither", "紧急响应未定单数", "emergency response undetermined"),
    "K-E2": Kpi(_e.emergency_handling, "%", "higher", "紧急2小时处置率", "emergencies handled in 2 h", False, 2.0, plan.EMERGENCY_HANDLED),
    "K-E2.undetermined": Kpi(_e.emergency_handling, "orders", "neither", "紧急处置未定单数", "emergency handling undetermined"),
    "K-E3": Kpi(_e.emergency_late, "%", "lower", "紧急需求处置延迟率", "emergencies handled late", True, 2.0),
    "K-E3.undetermined": Kpi(_e.emergency_late, "orders", "neither", "紧急延迟未定单数", "emergencies late undetermined"),
    "K-E3.either": Kpi(_e.emergency_late, "%", "lower", "紧急响应或处置延迟率", "emergencies reached or handled late"),
    "K-E3.either.undetermined": Kpi(_e.emergency_late, "orders", "neither", "紧急响应或处置未定单数", "emergencies reached or handled late undetermined"),
    "K-E3.turned_away": Kpi(_e.emergency_late, "orders", "lower", "被驳回或丢失的紧急需求", "true emergencies turned away"),
    "K-E4": Kpi(_e.breaker_side_effect, "min/order", "lower", "熔断副作用：每普通单损失分钟", "breaker side effect: minutes lost a normal order", True, 0.5),
    "K-E4.interruptions": Kpi(_e.breaker_side_effect, "interruptions", "neither", "被中断次数", "interruptions of normal orders"),
    "K-Q1": Kpi(_q.first_time_fix, "%", "higher", "一次修复率", "first-time fix", True, 2.0),
    "K-Q1.undetermined": Kpi(_q.first_time_fix, "orders", "neither", "30天未满单数", "completed, 30 days not over"),
    "K-Q2": Kpi(_q.callback_rate, "%", "lower", "返修率", "callback rate", True, 1.0),
    "K-Q3": Kpi(_q.recurrence, "%", "lower", "复发率（真值）", "recurrence (truth)", True, 1.0),
    "K-Q4": Kpi(_q.hands_on_share, "%", "neither", "有效工时占比", "wrench time"),
    "K-Q4.overtime_h": Kpi(_q.hands_on_share, "h", "lower", "加班小时", "overtime", True, None),
    "K-Q5": Kpi(_q.utilisation, "%", "neither", "利用率", "utilisation"),
    "K-Q5.spread": Kpi(_q.utilisation, "%", "lower", "人员利用率差异（标准差）", "spread of utilisation between people (sd)"),
    "K-Q5.trade": Kpi(_q.utilisation, "%", "neither", "工种利用率", "utilisation of a trade"),
    "K-Q6": Kpi(_q.preventive_on_time, "%", "higher", "保养按期率", "preventive maintenance on time", True, 2.0),
    "K-Q6.undetermined": Kpi(_q.preventive_on_time, "tasks", "neither", "保养未定数", "preventive maintenance undetermined"),
    "K-V3": Kpi(kpi_fairness.fairness, "ratio", "lower", "片区P90响应之比（最差/最好）", "P90 response, worst to best zone", True, 0.2),
    "K-V3.zone": Kpi(kpi_fairness.fairness, "min", "lower", "片区P90响应", "P90 response of a zone"),
    "K-V3.kinds": Kpi(kpi_fairness.fairness, "ratio", "lower", "楼宇类型P90响应之比", "P90 response, worst to best building kind"),
    "K-V3.kind": Kpi(kpi_fairness.fairness, "min", "lower", "楼宇类型P90响应", "P90 response of a building kind"),
    "K-V3.groups": Kpi(kpi_fairness.fairness, "ratio", "lower", "人群P90响应之比", "P90 response, worst to best occupant group"),
    "K-V3.group": Kpi(kpi_fairness.fairness, "min", "lower", "人群P90响应", "P90 response of an occupant group"),
    "K-M1": Kpi(_s.idle_share, "%", "lower", "闲置物资占比", "idle material share", True, 1.0),
    "K-M1.idle": Kpi(_s.idle_share, "CNY", "lower", "闲置物资价值", "idle material"),
    "K-M1.held": Kpi(_s.idle_share, "CNY", "neither", "库存物资价值", "material held"),
    "K-M1.spares": Kpi(_s.idle_share, "CNY", "neither", "保险备件价值", "insurance spares held"),
    "K-M2": Kpi(_s.unused_purchases, "%", "lower", "年度采购未用占比", "purchases not used"),
    "K-M3": Kpi(_s.fill_rate, "%", "higher", "现货满足率", "fill rate", True, 0.5),
    "K-M3.place": Kpi(_s.fill_rate, "%", "higher", "现货满足率（按库）", "fill rate of a place"),
    "K-M4": Kpi(_s.record_accuracy, "%", "higher", "账实相符率", "record accuracy", True, 2.0),
    "K-P1.cost": Kpi(_s.procurement_cost, "CNY", "lower", "采购成本（扣除库存变动）", "procurement cost, corrected for stock change", True, None),
    "K-P1.stock_change": Kpi(_s.procurement_cost, "CNY", "neither", "可用库存价值变动", "change of usable stock"),
    "K-P4": Kpi(_s.procurement_cycle, "days", "lower", "采购周期", "procurement cycle"),
    "K-P4.urgency": Kpi(_s.procurement_cycle, "days", "lower", "采购周期（按紧急程度）", "procurement cycle by urgency"),
    "waits_for_material": Kpi(_s.material_waits, "%", "lower", "待料工单占比", "orders that wait for material", True, 1.0),
    "handoffs_per_case": Kpi(_f.hand_offs, "hand-offs", "lower", "每案移交次数", "hand-offs a case", True, 0.2),
    "ping_pong_share": Kpi(_f.hand_offs, "%", "lower", "来回推诿占比", "cases in ping-pong"),
    "case_cycle_time": Kpi(_f.hand_offs, "min", "lower", "联办周期", "cross-department cycle time", True, 240.0),
    "case_cycle_time.open": Kpi(_f.hand_offs, "cases", "neither", "期末未结联办", "cross-department cases open"),
    "excluded_share": Kpi(_f.turned_away, "%", "neither", "未成单占比", "requests that left the count"),
    "duplicate_share": Kpi(_f.turned_away, "%", "neither", "重复并单占比", "requests merged as duplicates"),
    "rejected_share": Kpi(_f.turned_away, "%", "neither", "驳回占比", "requests rejected"),
    "cancelled_share": Kpi(_f.turned_away, "%", "neither", "撤销占比", "requests cancelled"),
    "lost_share": Kpi(_f.turned_away, "%", "lower", "丢单占比", "requests lost"),
    "wrong_merge_share": Kpi(_f.wrong_merges, "%", "lower", "误并占比", "merged into another fault's order"),
    "reminders_per_100_orders": Kpi(_f.reminders, "per 100", "lower", "每百单催单", "reminders a hundred orders", True, 1.0),
    "orders_per_technician_day": Kpi(_f.orders_per_day, "orders", "neither", "人日完工单数", "orders a technician-day"),
    "guard_hits": Kpi(_f.refusals, "hits", "neither", "护栏拦截", "guard hits"),
    "commands_refused": Kpi(_f.refusals, "commands", "neither", "指令被拒", "commands refused"),
    "escalations": Kpi(_f.refusals, "steps", "neither", "升级次数", "escalation steps"),
    "cost": Kpi(kpi_cost.booked_costs, "CNY", "lower", "已记成本", "booked costs", True, None),
    "cost.kind": Kpi(kpi_cost.booked_costs, "CNY", "lower", "分项成本", "booked costs of a kind"),
}  # fmt: skip
"""Figure → what it is. K-E2 and K-E3 are complements: only one of them is in the judged family."""

JUDGED: Final = tuple(name for name, kpi in KPIS.items() if kpi.judged)


def functions() -> list[Function]:
    """Every KPI once, in the order of the registry."""
    return list(dict.fromkeys(kpi.function for kpi in KPIS.values()))


def spec(figure: str) -> Kpi:
    """What a figure is; a part after a colon is passed over.

    Raises
    ------
    KeyError
        For a name the registry does not know, with the nearest one it does.
    """
    found = KPIS.get(figure) or KPIS.get(figure.partition(":")[0])
    if found is None:
        near = difflib.get_close_matches(figure, KPIS, n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise KeyError(f"no figure named {figure!r}{hint}; results.KPIS lists them")
    return found


def measure(journal: Journal, meta: Meta, kpis: Iterable[str] | None = None) -> list[KpiRow]:
    """All rows of one run, or those of the KPIs named (with every figure their functions return)."""
    run = Observation(journal, meta)
    wanted = functions() if kpis is None else list(dict.fromkeys(spec(name).function for name in kpis))
    return [row for function in wanted for row in function(run)]
