"""Which kept scenario comes nearest to one that no study measured, and in what the two differ."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from scenarios.resolution.showing import flat
from scenarios.study.arms import NOT_CAUSES, NOT_CAUSES_OF_A_RUN, Arm, unsaid
from scenarios.study.cells import CellStore, NoSuchStudy
from scenarios.study.studies import StudyFolder

SHOWN: Final = 3
"""Keys that are named; of more, their number."""
MISSING: Final = "nothing"
WORLD: Final = "world."
"""Beginning of what belongs to a campus: of another campus everything differs, which goes without saying."""


@dataclass(frozen=True, slots=True)
class Near:
    """A kept scenario beside the one asked for. ``differing``: dotted key, value there, value here; ``unsaid``: what else has changed since."""

    study: str
    scenario: str
    differing: list[tuple[str, str, str]]
    unsaid: tuple[str, ...] = ()

    @property
    def other_rules(self) -> int:
        """Differences that are another rule: nobody means the incumbent by a forgotten parameter."""
        return sum(key.endswith(".rule") for key, _, _ in self.differing)

    @property
    def other_campus(self) -> bool:
        """Whether it is of another campus, of which everything differs."""
        return any(key == "campus" for key, _, _ in self.differing)

    def __str__(self) -> str:
        place = f"{self.scenario} of the study {self.study}"
        if not self.differing:
            changed = ", ".join(self.unsaid) or "something that study did not keep"
            return f"{place} has these very settings, but since then changed: {changed}; measure it again"
        told = [f"{key} (there {there}, here {here})" for key, there, here in self.differing[:SHOWN]]
        more = len(self.differing) - len(told)
        return f"{place} differs in {', '.join(told)}" + (f" and {more} more" if more else "")


def nearest(arm: Arm, kept: Sequence[StudyFolder]) -> Near | None:
    """The kept scenario of the same campus and rules, as far as there is one, with the fewest settings that differ; the first of equals; None where none was kept whole."""
    scenario = arm.scenario()
    here, beside = _settings(_as_kept(scenario.values())), unsaid(scenario)
    found = [
        Near(study.name, one["name"], _differing(_settings(there["resolved"]), here), _changed(there, beside))
        for study in kept
        for one in study.manifest["scenarios"]
        if (there := _kept(study, one["digest"])) is not None
    ]
    return min(found, key=lambda near: (near.other_campus, near.other_rules, len(near.differing)), default=None)


def _kept(study: StudyFolder, digest: str) -> dict[str, Any] | None:
    """A kept scenario with all its values; None: it was not kept, or without them."""
    try:
        found = CellStore(study.folder).scenario(digest)
    except NoSuchStudy:
        return None
    return found if "resolved" in found else None


def _changed(there: Mapping[str, Any], here: Mapping[str, str]) -> tuple[str, ...]:
    """What is told by no setting and is another here; a study of an earlier version kept none of it."""
    kept = there.get("unsaid", here)
    return tuple(name for name, digest in here.items() if kept.get(name) != digest)


def _as_kept(values: dict[str, Any]) -> dict[str, Any]:
    """Values as they come back from a file."""
    read: dict[str, Any] = json.loads(json.dumps(values))
    return read


def _settings(resolved: dict[str, Any]) -> dict[str, Any]:
    """Everything on which a number depends, by dotted key."""
    scenario = {key: value for key, value in resolved["scenario"].items() if key not in NOT_CAUSES}
    scenario["run"] = {key: value for key, value in scenario["run"].items() if key not in NOT_CAUSES_OF_A_RUN}
    return dict(flat({**scenario, WORLD[:-1]: {**resolved["campus"], **resolved["tables"]}}))


def _differing(there: dict[str, Any], here: dict[str, Any]) -> list[tuple[str, str, str]]:
    found = [
        (key, str(there.get(key, MISSING)), str(here.get(key, MISSING)))
        for key in dict.fromkeys((*here, *there))
        if there.get(key, MISSING) != here.get(key, MISSING)
    ]
    another = any(key == "campus" for key, _, _ in found)
    return [one for one in found if not (another and one[0].startswith(WORLD))]
