"""``--fail-on "K-E3>5"``: a question whose answer may be no."""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from math import isnan
from typing import Final

from scenarios.cli.envelope import WRONG_USAGE, Finish

_FORM: Final = re.compile(r"^\s*([A-Za-z][\w.:\- ]*?)\s*(>=|<=|==|!=|>|<)\s*([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*$")
_SIGNS: Final[dict[str, Callable[[float, float], bool]]] = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FailOn:
    """A KPI by its id, a sign and a number in the KPI's unit: where it holds, the answer is no."""

    text: str
    kpi: str
    sign: str
    number: float

    def holds(self, value: float | None) -> bool:
        """Whether the question is answered with no; an undefined KPI is never in order."""
        return value is None or isnan(value) or _SIGNS[self.sign](value, self.number)


def parse(texts: Sequence[str], ids_by_key: Mapping[str, str]) -> list[FailOn]:
    """Read every ``--fail-on``; KPIs by id (``K-E3``) or key (``emergency_late_pct``).

    Parameters
    ----------
    ids_by_key : key → id of every KPI

    Raises
    ------
    Finish
        With every one that cannot be read; exit code 2.
    """
    found: list[FailOn] = []
    wrong: list[str] = []
    for text in texts:
        form = _FORM.match(text)
        if form is None:
            wrong.append(
                f'--fail-on: given "{text}"; expected a KPI, a sign (> >= < <= == !=) and a number, as in "K-E3>5"'
            )
            continue
        try:
            found.append(FailOn(text, figure_id(form[1], ids_by_key), form[2], float(form[3])))
        except ValueError as error:
            wrong.append(f'--fail-on: given "{text}"; {error}')
    if wrong:
        raise Finish(WRONG_USAGE, *wrong)
    return found


def figure_id(text: str, ids_by_key: Mapping[str, str]) -> str:
    """A KPI by its id (``K-E3``) or key (``emergency_late_pct``), with its part if one is named.

    Raises
    ------
    ValueError
        If there is no such KPI; the nearest is named.
    """
    ids = {one.lower(): one for one in ids_by_key.values()} | {key.lower(): one for key, one in ids_by_key.items()}
    name, colon, part = text.partition(":")
    if name.lower() not in ids:
        raise ValueError(f'there is no KPI "{name}"{_near(name, ids)}')
    return ids[name.lower()] + colon + part


def _near(given: str, known: Mapping[str, str]) -> str:
    near = get_close_matches(given.lower(), list(known), 1)
    return (
        f' (did you mean "{known[near[0]]}"?)'
        if near
        else f" (known: {', '.join(sorted({one for one in known.values() if '.' not in one}))}, and their parts)"
    )
