"""What a comparison must say first: that the campus it stands on was calibrated but not validated."""

from collections.abc import Sequence
from typing import Final

from results.catalogue import Lang, say
from scenarios.resolution.resolve import Resolved

FITTED: Final = "[fitted]"
NEEDED: Final = ("arrivals", "dispersion", "rhythm", "mix")
"""Components without whose judgement a calibrated campus is not validated."""


def notices(scenarios: Sequence[Resolved], lang: Lang = "en") -> list[str]:
    """One line for each campus among the scenarios that is calibrated and not validated."""
    told = {one.campus.name: why for one in scenarios if (why := reasons(one))}
    return [say("not_validated", lang, campus=campus, why="; ".join(why)) for campus, why in told.items()]


def reasons(it: Resolved) -> list[str]:
    """Why a calibrated campus is not validated; empty for one that is, and for one that claims no fit."""
    found = it.campus.calibration
    if found is None:
        claims = any(FITTED in note for note in it.campus.provenance.values())
        return ["fitted values without the verdicts of twin calibrate"] if claims else []
    broken = [f"{name} {verdict}" for name, verdict in found.verdicts.items() if verdict.startswith("not valid")]
    missing = [f"{name} not judged" for name in NEEDED if not _judged(found.verdicts.get(name, ""))]
    return [*broken, *missing]


def _judged(verdict: str) -> bool:
    return verdict.startswith(("valid", "not valid"))
