"""Every word of the page and the figures, in English and Chinese; names of KPIs stand in ``results.kpis``."""

from typing import Final, Literal

from results.kpis import spec
from results.sensitivity import Judged, Sensitivity

Lang = Literal["en", "zh"]

EN: Final[dict[str, str]] = {
    "title": "Service quality: what the measures do",
    "subtitle": "{scenarios} scenarios, {n} paired replications, {level} intervals",
    "not_validated": "NOT VALIDATED: the calibrated campus {campus}: {why}",
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
    "figure_convergence": "Convergence: paired difference by number of replications",
    "axis_replications": "replications",
    "figure_attainment": "Targets: mean and interval",
    "figure_differences": "Difference to the baseline, % of its level",
    "figure_response": "Normal orders answered within (n = {n} replications, pooled, {level} intervals)",
    "figure_heatmap": "What got better, what got worse",
    "axis_gain": "better (+) or worse (−) [% of baseline]",
    "figure_quantiles": "Mean, median and P90",
    "mean": "mean",
    "median": "median",
    "figure_costs": "Booked costs: from the baseline to the scenario",
    "axis_cost": "costs [thousand CNY]",
    "figure_front": "Costs against response",
    "figure_timeline": "Over time: response week by week, orders open day by day",
    "axis_weekly": "mean response [min]",
    "axis_open": "orders open",
    "axis_days": "days since {start:%Y-%m-%d}",
    "figure_campus": "Mean response by building (n = {n} replications; the larger the disc, the more orders; a ring: fewer than {few})",
    "axis_east": "east [m]",
    "axis_north": "north [m]",
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
    "standings": "Against the best of the others",
    "standings_note": "★ best; ☆ could be best. The gap is the scenario minus the best of the others; the intervals of a figure hold together (Hsu's comparisons with the best, on paired differences).",
    "quantiles": "Median and P90, each with its interval",
    "quantiles_own": "Mean of the replications' own quantiles with its t-interval. Kept orders (--keep-orders) give the quantile of all orders, by sections.",
    "quantiles_sectioned": "Quantile of all orders of all replications; the interval comes from the replications as sections.",
    "assumptions_all": "All {n} assumptions with where they come from",
    "other_code": "the runs were made by code {made}, this is {here}",
    "runs_missing": "{study} is {state}: {there} of {asked} runs are there",
    "state_failed": "failed",
    "state_interrupted": "interrupted",
    "burn_in": "Burn-in",
    "burn_in_checked": "Burn-in of {stated} days checked by MSER over weeks: the as-is in an even year from its empty start, {days} days, median of {n} replications.",
    "burn_in_enough": "{output}: the start stops to matter after {point} days; {stated} are enough.",
    "burn_in_short": "{output}: the start matters for {point} days, the burn-in is {stated}; make run.burn_in_days longer.",
    "burn_in_run_too_short": "{output}: not settled in the first half of the run; the campus may be overloaded, or needs a longer burn-in.",
    "burn_in_unchecked": "The burn-in of {stated} days was not checked; --check-burn-in does.",
    "output_response": "mean response by day",
    "output_orders_open": "orders open at midnight",
    "tornado": "Sensitivity: one assumption at a time moved to the ends of its range",
    "tornado_screened": "Screening: {all} assumptions, {screen} replications each; the {top} that moved {kpi} most were followed up with {n} fresh replications, on common random numbers. Of the others none moved it by more than {most} {unit} in the screening.",
    "tornado_all": "{all} assumptions, {n} replications each, on common random numbers.",
    "tornado_holds": "{scenario} against {baseline}: {verdict} as assumed, and in {same} of the {n} moved worlds shown (each judged by itself at 5 %).",
    "tornado_turned": "Another verdict where {assumption} is {told}: {verdict}, {difference}.",
    "tornado_unmoved": "{n} notes were not moved (no range in numbers, a column of a table, or refused).",
    "tornado_settings": "Made with {settings}.",
    "tornado_none": "Which of these the answer leans on was not asked yet; this command adds a tornado to this page:",
    "tornado_other": "The sensitivity study beside this study is of other inputs or other code; it is not shown. Make it anew:",
    "figure_tornado": "Change of {kpi} when one assumption moves",
    "figure_tornado_pair": "{scenario} minus {baseline} there",
    "axis_change": "change [{unit}]",
    "axis_pair": "difference [{unit}]",
    "change": "change",
    "assumption": "Assumption",
    "assumed": "assumed",
    "as_assumed": "as assumed",
    "moved_to": "moved to",
    "low_end": "low end",
    "high_end": "high end",
    "font_missing": "The Chinese font for figures is not installed (pylopdf-fonts-zh-cn): figures are labelled in English.",
}  # fmt: skip
"""English words."""

ZH: Final[dict[str, str]] = {
    "title": "服务质量：各项措施的效果",
    "subtitle": "{scenarios} 个方案，{n} 次配对重复，{level} 区间",
    "not_validated": "未经验证：校准园区 {campus}：{why}",
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
    "figure_convergence": "收敛：配对差随重复次数",
    "axis_replications": "重复次数",
    "figure_attainment": "目标：均值与区间",
    "figure_differences": "与基线之差（占基线的百分比）",
    "figure_response": "普通工单的响应累积比例 (n = {n} 次重复，合并，{level} 区间)",
    "figure_heatmap": "哪些改善，哪些变差",
    "axis_gain": "改善 (+) 或变差 (−) [基线的 %]",
    "figure_quantiles": "均值、中位数与 P90",
    "mean": "均值",
    "median": "中位数",
    "figure_costs": "已记成本：由基线到方案",
    "axis_cost": "成本 [千元]",
    "figure_front": "成本与响应",
    "figure_timeline": "随时间：每周平均响应，每日未完工单",
    "axis_weekly": "平均响应 [分钟]",
    "axis_open": "未完工单数",
    "axis_days": "自 {start:%Y-%m-%d} 起的天数",
    "figure_campus": "各楼宇平均响应（n = {n} 次重复；圆越大工单越多；空心圆：不足 {few} 单）",
    "axis_east": "东 [米]",
    "axis_north": "北 [米]",
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
    "standings": "与其余最优方案相比",
    "standings_note": "★ 最优；☆ 可能最优。差距为该方案减其余最优者；同一指标的各区间同时成立（Hsu 与最优者多重比较，按配对差）。",
    "quantiles": "中位数与 P90（附区间）",
    "quantiles_own": "各次重复自身分位数的均值，t 区间。保存工单（--keep-orders）后为全部工单的分位数，按分段法给区间。",
    "quantiles_sectioned": "全部重复中所有工单的分位数；区间以各次重复为分段求得。",
    "assumptions_all": "全部 {n} 项假设及其来源",
    "other_code": "运行所用代码为 {made}，当前为 {here}",
    "runs_missing": "{study} {state}：已有 {there} 次运行，应有 {asked} 次",
    "state_failed": "有失败",
    "state_interrupted": "中断",
    "burn_in": "预热",
    "burn_in_checked": "预热期 {stated} 天，按周做 MSER 检验：现状从空系统起步，季节拉平，运行 {days} 天，取 {n} 次重复的中位数。",
    "burn_in_enough": "{output}：{point} 天后起步影响消失；{stated} 天足够。",
    "burn_in_short": "{output}：起步影响持续 {point} 天，预热期仅 {stated} 天；请加大 run.burn_in_days。",
    "burn_in_run_too_short": "{output}：前半程内未稳定；园区可能过载，或需要更长的预热期。",
    "burn_in_unchecked": "预热期 {stated} 天未经检验；可用 --check-burn-in 检验。",
    "output_response": "每日平均响应",
    "output_orders_open": "午夜未完工单数",
    "tornado": "敏感性：每次将一项假设移到其范围的两端",
    "tornado_screened": "筛选：{all} 项假设，各 {screen} 次重复；对 {kpi} 影响最大的 {top} 项再用 {n} 次新的重复细看（公共随机数）。其余各项在筛选中的影响均不超过 {most} {unit}。",
    "tornado_all": "{all} 项假设，各 {n} 次重复（公共随机数）。",
    "tornado_holds": "{scenario} 与 {baseline} 相比：按原假设为{verdict}；所列 {n} 个变动情形中有 {same} 个结论相同（每个情形各按 5 % 判断）。",
    "tornado_turned": "{assumption} 为 {told} 时结论不同：{verdict}，{difference}。",
    "tornado_unmoved": "{n} 条来源说明未作变动（无数值范围、为表格列，或被校验拒绝）。",
    "tornado_settings": "所用设置：{settings}。",
    "tornado_none": "尚未检验结论依赖哪些假设；运行下列命令可在本页加入敏感性图：",
    "tornado_other": "本研究旁的敏感性研究输入或代码不同，未予显示。请重新运行：",
    "figure_tornado": "单项假设变动时 {kpi} 的变化",
    "figure_tornado_pair": "此时 {scenario} 减 {baseline}",
    "axis_change": "变化 [{unit}]",
    "axis_pair": "差值 [{unit}]",
    "change": "变化",
    "assumption": "假设",
    "assumed": "原值",
    "as_assumed": "按原假设",
    "moved_to": "移至",
    "low_end": "低端",
    "high_end": "高端",
    "font_missing": "未安装图用中文字体（pylopdf-fonts-zh-cn）：图中文字为英文。",
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


def tornado_lines(told: Sensitivity, lang: Lang) -> list[str]:
    """What a sensitivity study did and found, a sentence each."""
    looked_at = len(told.bars) + len(told.screened)
    kpi = f"{told.kpi} ({name_of(told.kpi, lang)})"
    if told.screening:
        most = max((one.change for one in told.screened), default=0.0)
        lines = [
            say(
                "tornado_screened", lang, all=looked_at, screen=len(told.screening), top=len(told.bars), kpi=kpi,
                n=len(told.replications), most=f"{most:.3g}", unit=told.unit,
            )
        ]  # fmt: skip
    else:
        lines = [say("tornado_all", lang, all=looked_at, n=len(told.replications))]
    if told.judged is not None:
        baseline, scenario = told.scenarios[:2]
        shown, turned = told.moved_verdicts, told.turned
        verdict = say(told.judged.verdict, lang)
        lines.append(
            say(
                "tornado_holds", lang, scenario=scenario, baseline=baseline, verdict=verdict,
                same=len(shown) - len(turned), n=len(shown),
            )
        )  # fmt: skip
        lines += [_turned(key, moved, one, told.unit, lang) for key, moved, one in turned]
    if told.unmoved:
        lines.append(say("tornado_unmoved", lang, n=len(told.unmoved)))
    if told.settings:
        lines.append(say("tornado_settings", lang, settings=", ".join(told.settings)))
    return lines


def _turned(key: str, told: str, found: Judged, unit: str, lang: Lang) -> str:
    one = found.difference
    difference = f"{one.estimate:+.3g} {unit} [{one.low:.3g}, {one.high:.3g}]"
    return say(
        "tornado_turned", lang, assumption=key, told=told, verdict=say(found.verdict, lang), difference=difference
    )
