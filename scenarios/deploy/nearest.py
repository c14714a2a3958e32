"""Which kept scenario comes nearest to one that no study measured, and in what the two differ."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from scenarios.resolution.showing import flat
from scenarios.study.arms import NOT_CAUSES, NOT_CAUSES_OF_A_RUN, Arm
from scenarios.study.cells import CellStore, NoSuchStudy
from scenarios.study.studies import StudyFolder

SHOWN: Final = 3
"""Keys that are named; of more, their number."""
MISSING: Final = "nothing"


@dataclass(frozen=True, slots=True)
class Near:
    """A kept scenario beside the one asked for. ``differing``: dotted key, value there, value here."""

    study: str
    scenario: str
    differing: list[tuple[str, str, str]]

    @property
    def other_rules(self) -> int:
        """Differences that are another rule: nobody means the incumbent by a forgotten parameter."""
        return sum(key.endswith(".rule") for key, _, _ in self.differing)

    def __str__(self) -> str:
        place = f"{self.scenario} of the study {self.study}"
        if not self.differing:
            return (
                f"{place} was these very settings with other code of a rule, or another table: it has changed since "
                "(a rule: gate it again, and build its wheel again)"
            )
        told = [f"{key} (there {there}, here {here})" for key, there, here in self.differing[:SHOWN]]
        more = len(self.differing) - len(told)
        return f"{place} differs in {', '.join(told)}" + (f" and {more} more" if more else "")


def nearest(arm: Arm, kept: Sequence[StudyFolder]) -> Near | None:
    """The kept scenario with the fewest settings that differ; the first of equals; None where none was kept whole."""
    here = _settings(_as_kept(arm.scenario().values()))
    found = [
        Near(study.name, one["name"], _differing(_settings(there), here))
        for study in kept
        for one in study.manifest["scenarios"]
        if (there := _resolved(study, one["digest"])) is not None
    ]
    return min(found, key=lambda near: (len(near.differing), near.other_rules), default=None)


def _resolved(study: StudyFolder, digest: str) -> dict[str, Any] | None:
    try:
        return CellStore(study.folder).scenario(digest).get("resolved")
    except NoSuchStudy:
        return None


def _as_kept(values: dict[str, Any]) -> dict[str, Any]:
    """Values as they come back from a file."""
    read: dict[str, Any] = json.loads(json.dumps(values))
    return read


def _settings(resolved: dict[str, Any]) -> dict[str, Any]:
    """Everything on which a number depends, by dotted key."""
    scenario = {key: value for key, value in resolved["scenario"].items() if key not in NOT_CAUSES}
    scenario["run"] = {key: value for key, value in scenario["run"].items() if key not in NOT_CAUSES_OF_A_RUN}
    return dict(flat({**scenario, "world": {**resolved["campus"], **resolved["tables"]}}))


def _differing(there: dict[str, Any], here: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (key, str(there.get(key, MISSING)), str(here.get(key, MISSING)))
        for key in dict.fromkeys((*here, *there))
        if there.get(key, MISSING) != here.get(key, MISSING)
    ]
