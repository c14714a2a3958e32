"""What the command line prints, in English and Chinese. Machine output (``--json``) is never translated."""

from math import isnan
from typing import TYPE_CHECKING, Final, Literal

from results.numbers import number

if TYPE_CHECKING:
    from scenarios.study.burnin_check import BurnInCheck

Lang = Literal["en", "zh"]

Inputs = dict[str, list[tuple[str, object, object]]]
"""Scenario → key, value of the baseline, value of the scenario: only what differs."""

WORDS: Final[dict[str, tuple[str, str]]] = {
    "p_met": ("P(met)", "达标概率"),
    "levels": ("Figures: mean over replications", "指标：各次重复的均值"),
    "paired": ("paired replications", "次配对重复"),
    "level": ("intervals at", "区间水平"),
    "holm": (
        "verdicts after Holm over all figures shown; ×: variance with independent seeds over the variance found",
        "结论经Holm多重校正；×：独立随机数下差值方差与实际方差之比",
    ),
    "alike": (
        "{names}: the same in every figure of every run: what differs was never asked, or answered the same",
        "{names}：每次运行的所有指标均相同：不同之处未被用到，或结果相同",
    ),
    "page": ("page", "报告"),
    "cells": ("runs", "运行结果"),
    "decisions": ("Decisions", "决策"),
    "life": ("Life of order", "工单全程"),
    "candidate": ("candidate", "候选人"),
    "travel": ("travel min", "路程（分）"),
    "skill": ("skill", "技能等级"),
    "load": ("worked min", "已工作（分）"),
    "in_hand": ("in hand", "在手工单"),
    "order": ("order", "工单"),
    "in_both": ("{n} orders in both runs", "两次运行共有的{n}张工单"),
    "in_one": ("{n} in one only", "仅一次运行有的{n}张"),
    "stage_t_reg": ("until registered", "至登记"),
    "stage_t_open": ("until opened", "至开单"),
    "stage_t_asg": ("until first assigned", "至首次派单"),
    "stage_t_arr": ("until arrival", "至到场"),
    "stage_open": ("still open", "期末未响应"),
    "parting": ("First event in which the runs differ", "两次运行的首个不同事件"),
    "never": ("none: the runs are the same", "无：两次运行相同"),
    "costliest": ("Orders that cost {loser} most", "使{loser}损失最大的工单"),
    "studies": ("Studies", "研究"),
    "head_study": ("study", "研究"),
    "head_runs": ("runs", "运行数"),
    "head_state": ("state", "状态"),
    "head_scenarios": ("scenarios", "方案"),
    "head_seed": ("seed", "种子"),
    "head_kept": ("kept", "保存内容"),
    "head_code": ("code", "代码"),
    "head_size": ("size", "大小"),
    "head_written": ("last written", "最后写入"),
    "state_complete": ("complete", "完成"),
    "state_failed": ("failed runs", "有失败"),
    "state_interrupted": ("interrupted", "中断"),
    "kept_figures": ("figures", "指标"),
    "kept_orders": ("figures, orders", "指标、工单"),
    "kept_journal": ("figures, orders, journal", "指标、工单、日志"),
    "current": ("current", "当前"),
    "older": ("other", "其他"),
    "run": ("Run", "运行"),
    "what": ("what", "项目"),
    "settings": ("settings", "设置"),
    "replication": ("replication", "重复编号"),
    "code": ("code", "代码"),
    "scenario_digest": ("scenario digest", "方案摘要"),
    "base_digest": ("burn-in digest", "预热摘要"),
    "journal_digest": ("journal digest", "日志摘要"),
    "exogenous_digest": ("exogenous digest", "外生流摘要"),
    "journal_rows": ("journal rows", "日志行数"),
    "numerator": ("numerator", "分子"),
    "denominator": ("denominator", "分母"),
    "resolved": ("Resolved scenario", "完整方案"),
    "scenarios": ("Scenarios", "方案"),
    "fit_bands": ("Bands on fresh seeds: seed {seed}, {n} replications", "新种子上的目标区间：种子{seed}，{n}次重复"),
    "fit_parameters": ("Parameters that were moved", "拟合参数"),
    "fit_band": ("band", "目标区间"),
    "fit_how": ("how", "方式"),
    "fit_role_fit": ("fitted", "参与拟合"),
    "fit_role_check": ("only checked", "仅作检验"),
    "fit_before": ("as it stands", "现值"),
    "fit_now": ("fitted", "拟合值"),
    "fit_hit": ("hit", "命中"),
    "fit_missed": ("missed", "未命中"),
    "fit_key": ("parameter", "参数"),
    "fit_range": ("range", "范围"),
    "fit_choices": ("{n} choices", "{n}种取值"),
    "fit_default": ("default", "默认"),
    "fit_alike": ("about as good", "同样好的取值"),
    "fit_share": ("of range", "占范围"),
    "fit_alike_note": (
        "about as good: the values of the {alike} of {trials} trials that noise does not tell from the best; where they fill the range, the bands do not determine the parameter",
        "同样好的取值：{trials}次试验中，有{alike}次与最优者在噪声范围内无差别；若铺满整个范围，说明目标区间不能确定该参数",
    ),
    "written": ("written", "已写入"),
    "deciding": ("deciding", "决定性指标"),
    "guarding": ("guards", "护栏"),
}
"""Words the page does not have: key → English, Chinese. The page's own stand in ``results.catalogue``."""

GLYPHS: Final = {"better": "▲", "worse": "▼", "equivalent": "=", "not shown": "·", "reported": " "}
COLOURS: Final = {"better": "green", "worse": "red", "equivalent": "cyan", "not shown": "dim", "reported": ""}
STATE_COLOURS: Final = {"met": "green", "undecided": "yellow", "missed": "red"}


def say(key: str, lang: Lang) -> str:
    """A word of the one catalogue, or of the few only the command line needs."""
    if key in WORDS:
        return WORDS[key][lang == "zh"]
    from results.catalogue import say as said

    return said(key, lang)


def burn_in_words(found: "BurnInCheck", lang: Lang) -> list[str]:
    """What a burn-in check looked at, and a line an output: where its start stops to matter."""
    from results.catalogue import say as said

    lines = [
        said(
            "burn_in_checked", lang, days=found.days, n=found.replications, stated=found.burn_in_days,
        )
    ]  # fmt: skip
    for one in found.outputs:
        key = f"burn_in_{one.state.replace(' ', '_')}"
        lines.append(
            said(
                key, lang, output=said(f"output_{one.name}", lang), point=one.truncation_days, stated=found.burn_in_days
            )
        )
    return lines


def within(low: float | None, high: float | None) -> str:
    """An interval in a table; nothing where there is none."""
    if (low is None or isnan(low)) and (high is None or isnan(high)):
        return ""
    return f"[{number(low)}, {number(high)}]"
