"""The page of KPIs."""

from itertools import groupby

from docs.pages.markdown import doc, plain, table, title
from results.kpis import KPIS, Kpi


def kpis_page() -> str:
    """Every figure of the ruler."""
    parts = [
        title("KPIs", "results.kpis"),
        (
            "Computed from the [journal](journal.md) alone. A figure comes with its numerator and denominator. *Judged* figures belong to the "
            "family over which p-values are adjusted (Holm) when no other is named; *margin* is the difference that makes no difference to anybody, "
            "against which *equivalent* is tested. A part (a trade, a zone, a kind of cost) follows a colon: `K-Q5.trade:plumbing`.\n"
        ),
    ]
    for function, figures in groupby(KPIS.items(), key=lambda item: item[1].function):
        parts += [
            f"## {doc(function)}\n",
            table(("figure", "unit", "better", "name", "中文", "judged", "margin", "target"), map(_row, figures)),
        ]
    return "\n".join(parts)


def _row(figure: tuple[str, Kpi]) -> tuple[str, ...]:
    name, kpi = figure
    target = (
        f"{'≥' if kpi.target.at_least else '≤'} {plain(kpi.target.value)} {kpi.target.unit} ({kpi.target.clause})"
        if kpi.target
        else ""
    )
    judged = "yes" if kpi.judged else ""
    return (
        f"`{name}`",
        kpi.unit,
        kpi.better,
        kpi.en,
        kpi.zh,
        judged,
        "" if kpi.margin is None else plain(kpi.margin),
        target,
    )
