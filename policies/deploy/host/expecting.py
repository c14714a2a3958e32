"""What the studies behind two bundles let expect if the one takes the other's place."""

from collections.abc import Mapping
from typing import Any

from policies.deploy.bundle import Bundle

Report = dict[str, Any]
SAME = ("name", "code", "scenarios", "replications")
"""What two bundles' studies have in common if it is one study: then the same faults were lived through."""


def expected(decides: Bundle, looks_on: Bundle) -> Report:
    """What its study found of the one that looks on against its baseline, and against the one that decides if both are of one study.

    ``baseline`` is None where nobody measured it. ``against_incumbent``: figure → difference of the two means, paired by
    replication but without an interval of its own, for the statements hold one against the baseline only. ``gate``:
    what a gate ruled of the study, None where none did.
    """
    study = _study(looks_on)
    if study is None:
        return {"against_incumbent": {}, "baseline": None, "differences": [], "gate": None, "replications": 0}
    return {
        "against_incumbent": _between(_study(decides), study),
        "baseline": study["baseline"],
        "differences": study["differences"],
        "gate": _ruled(decides, study.get("gate")),
        "replications": len(study["replications"]),
    }


def _ruled(decides: Bundle, gate: Mapping[str, Any] | None) -> Report | None:
    """What a gate ruled, and whether the rule it was held against is the one that decides."""
    if gate is None:
        return None
    duty = decides.manifest.decisions.get(gate["decision"])
    return {**gate, "against_who_decides": duty is not None and duty.rule == gate["incumbent"].rpartition(".")[2]}


def _study(bundle: Bundle) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = bundle.statement.predicate.get("study")
    return found


def _between(incumbent: Mapping[str, Any] | None, candidate: Mapping[str, Any]) -> dict[str, Report]:
    if incumbent is None or any(incumbent.get(name) != candidate.get(name) for name in SAME):
        return {}
    theirs, ours = _means(incumbent), _means(candidate)
    return {
        kpi: {"difference": ours[kpi][0] - theirs[kpi][0], "unit": ours[kpi][1]}
        for kpi in _shown(incumbent) | _shown(candidate)
        if kpi in ours and kpi in theirs
    }


def _means(study: Mapping[str, Any]) -> dict[str, tuple[float, str]]:
    """Mean of each figure of the scenario whose rules are packed, as its difference to the baseline has it."""
    return {row["kpi"]: (row["other"], row["unit"]) for row in study["differences"] if row["other"] is not None}


def _shown(study: Mapping[str, Any]) -> dict[str, None]:
    """Figures that were shown to be better or worse than the baseline's, in the order of the study."""
    return {row["kpi"]: None for row in study["differences"] if row["verdict"] in ("better", "worse")}
