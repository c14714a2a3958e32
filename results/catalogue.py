"""Every word of the page and the figures, in English and Chinese; names of KPIs stand in ``results.kpis``."""

from typing import Final, Literal

from results.kpis import spec

Lang = Literal["en", "zh"]

EN: Final[dict[str, str]] = {
    "title": "Service quality: what the measures do",
    "subtitle": "{scenarios} scenarios, {n} paired replications, {level} intervals",
    "verdict": "Verdict",
    "verdict_line": "better {better}, worse {worse}, equivalent {equivalent}, not shown {not_shown}",
    "targets": "Targets of the plan",
    "target": "Target",
    "clause": "clause",
    "at_least": "at least",
    "at_most": "at most",
    "met": "met",
    "undecided": "undecided",
    "missed": "missed",
    "share_met": "P(target met)",
    "share_met_note": "P(target met): share of replications that meet the target, with Wilson's interval. ✓ ? ✗: the interval of the mean lies on one side of the target, straddles it, or lies on the other.",
    "inputs": "Inputs that differ from the baseline",
    "no_inputs": "No input differs.",
    "input": "Input",
    "baseline": "baseline",
    "scenario": "scenario",
    "differences": "Paired differences to the baseline",
    "figure": "Figure",
    "better": "better",
    "worse": "worse",
    "equivalent": "equivalent",
    "not shown": "not shown",
    "reported": "reported",
    "differences_note": "Scenario minus baseline on the same replications (common random numbers), t-interval; better and worse after Holm's correction over {family} comparisons; equivalent by two one-sided tests against the stated margin. × is the variance of the difference with independent seeds over the one found.",
    "margin": "margin",
    "figures": "Figures",
    "figure_attainment": "Targets: mean and interval",
    "figure_differences": "Difference to the baseline, % of its level",
    "figure_response": "Normal orders answered within (n = {n} replications, pooled)",
    "axis_difference": "difference [% of baseline]",
    "axis_response": "service time since the report [min]",
    "axis_share": "orders answered [%]",
    "replications": "n = {n} replications, {level} intervals",
    "costs": "Costs beside gains",
    "cost": "Cost",
    "gains": "gains",
    "side_effects": "Side effects",
    "no_side_effects": "Nothing was shown to be worse.",
    "counts": "Not counted either way",
    "counts_note": "Orders still open at the end that were not yet overdue are undetermined: neither on time nor late. Duplicates, rejected and cancelled requests leave numerator and denominator; their shares stand here. Means over replications.",
    "guards": "Decisions refused by guards (all replications)",
    "reason": "Reason",
    "times": "Times",
    "assumptions": "Assumptions",
    "value": "Value",
    "source": "Source",
    "reproduce": "How to reproduce",
    "command": "Command",
    "seed": "Seed",
    "replication_numbers": "Replications",
    "versions": "Versions",
    "digests": "Scenario digests",
    "response_stop": "Response ends with",
    "arrival": "arrival on site",
    "accept": "acceptance by a technician",
    "warnings": "Warnings",
    "font_missing": "The Chinese font for figures is not installed (extra 'zh'): figures are labelled in English.",
}  # fmt: skip
"""English words."""

ZH: Final[dict[str, str]] = {
    "title": "服务质量：各项措施的效果",
    "subtitle": "{scenarios} 个方案，{n} 次配对重复，{level} 区间",
    "verdict": "结论",
    "verdict_line": "改善 {better} 项，变差 {worse} 项，等效 {equivalent} 项，未显示差异 {not_shown} 项",
    "targets": "方案目标",
    "target": "目标",
    "clause": "条款",
    "at_least": "不低于",
    "at_most": "不高于",
    "met": "达标",
    "undecided": "未定",
    "missed": "未达标",
    "share_met": "达标概率",
    "share_met_note": "达标概率：达到目标的重复所占比例，附威尔逊区间。✓ ? ✗：均值区间全部达标、跨越目标、全部未达标。",
    "inputs": "与基线不同的输入",
    "no_inputs": "输入没有不同。",
    "input": "输入",
    "baseline": "基线",
    "scenario": "方案",
    "differences": "与基线的配对差",
    "figure": "指标",
    "better": "改善",
    "worse": "变差",
    "equivalent": "等效",
    "not shown": "未显示差异",
    "reported": "仅报告",
    "differences_note": "同一重复（公共随机数）下方案减基线，t 区间；改善与变差经 Holm 校正（共 {family} 项比较）；等效按所列界限做双单侧检验。× 为独立随机数下差值方差与实际方差之比。",
    "margin": "界限",
    "figures": "图",
    "figure_attainment": "目标：均值与区间",
    "figure_differences": "与基线之差（占基线的百分比）",
    "figure_response": "普通工单的响应累积比例 (n = {n} 次重复，合并)",
    "axis_difference": "差值 [基线的 %]",
    "axis_response": "报修后的服务时间 [分钟]",
    "axis_share": "已响应工单 [%]",
    "replications": "n = {n} 次重复，{level} 区间",
    "costs": "成本与收益",
    "cost": "成本",
    "gains": "收益",
    "side_effects": "副作用",
    "no_side_effects": "没有显示变差的指标。",
    "counts": "未计入的工单",
    "counts_note": "期末未完且未超时的工单为未定：既不算按时也不算超时。重复、驳回、撤销的报修同时退出分子与分母，其占比列于此。数值为各次重复的均值。",
    "guards": "护栏拦截的决策（全部重复）",
    "reason": "原因",
    "times": "次数",
    "assumptions": "假设",
    "value": "数值",
    "source": "来源",
    "reproduce": "如何复现",
    "command": "命令",
    "seed": "随机种子",
    "replication_numbers": "重复编号",
    "versions": "版本",
    "digests": "方案摘要",
    "response_stop": "响应终点",
    "arrival": "到场",
    "accept": "接单",
    "warnings": "提醒",
    "font_missing": "未安装图用中文字体（附加组件 zh）：图中文字为英文。",
}  # fmt: skip
"""Chinese words."""

WORDS: Final[dict[Lang, dict[str, str]]] = {"en": EN, "zh": ZH}


def say(key: str, lang: Lang, **values: object) -> str:
    """A word or sentence, its blanks filled."""
    return WORDS[lang][key].format(**values)


def name_of(figure: str, lang: Lang) -> str:
    """What a figure is called, with its part: ``utilisation of a trade plumbing``."""
    about, part = spec(figure), figure.partition(":")[2]
    words = about.zh if lang == "zh" else about.en
    return f"{words} {part}".strip()
