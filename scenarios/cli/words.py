"""What the command line prints, in English and Chinese. Machine output (``--json``) is never translated."""

from math import isnan
from typing import Final, Literal

Lang = Literal["en", "zh"]

WORDS: Final[dict[str, tuple[str, str]]] = {
    "targets": ("Targets of the plan", "方案目标"),
    "target": ("target", "目标"),
    "at_least": ("at least", "不低于"),
    "at_most": ("at most", "不高于"),
    "p_met": ("P(met)", "达标概率"),
    "scenario": ("scenario", "方案"),
    "figure": ("figure", "指标"),
    "baseline": ("baseline", "基线"),
    "differences": ("Paired differences to the baseline", "与基线的配对差"),
    "difference": ("difference", "差值"),
    "verdict": ("verdict", "结论"),
    "crn": ("CRN ×", "方差比"),
    "costs": ("Costs beside gains", "成本与收益"),
    "cost": ("cost", "成本"),
    "inputs": ("Inputs that differ from the baseline", "与基线不同的输入"),
    "input": ("input", "输入"),
    "guards": ("Guard hits (all replications)", "护栏拦截（全部重复）"),
    "times": ("times", "次数"),
    "why": ("reason", "原因"),
    "figures": ("Figures: mean over replications", "指标：各次重复的均值"),
    "mean": ("mean", "均值"),
    "interval": ("interval", "区间"),
    "better": ("better", "改善"),
    "worse": ("worse", "变差"),
    "equivalent": ("equivalent", "等效"),
    "not shown": ("not shown", "未显示差异"),
    "reported": ("reported", "仅报告"),
    "replications": ("paired replications", "次配对重复"),
    "level": ("intervals at", "区间水平"),
    "holm": (
        "verdicts after Holm over the figures shown; CRN ×: variance with independent seeds over the variance found",
        "结论经Holm多重校正；方差比：独立随机数方差与共用随机数方差之比",
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
    "chosen": ("chosen", "选中"),
}
"""Key → English, Chinese."""

GLYPHS: Final = {"better": "+", "worse": "−", "equivalent": "=", "not shown": "·", "reported": " "}
COLOURS: Final = {"better": "green", "worse": "red", "equivalent": "cyan", "not shown": "dim", "reported": ""}
STATE_COLOURS: Final = {"met": "green", "undecided": "yellow", "missed": "red"}


def say(key: str, lang: Lang) -> str:
    """A word of the catalogue."""
    return WORDS[key][lang == "zh"]


def number(value: float | None) -> str:
    """A figure in a table: as many digits as anybody reads."""
    if value is None or isnan(value):
        return "–"
    size = abs(value)
    return f"{value:,.0f}" if size >= 1000 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"


def within(low: float | None, high: float | None) -> str:
    """An interval in a table."""
    return f"[{number(low)}, {number(high)}]"
