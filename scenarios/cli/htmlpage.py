"""The HTML page of a comparison: what the ruler's page is told beside the figures, and where it is put."""

import shlex
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scenarios.cli.words import Inputs, Lang

if TYPE_CHECKING:
    from results.page import Context
    from results.shown import Shown
    from scenarios.study.experiment import Study

LIBRARIES: Final = ("campus-twin", "mesa", "numpy", "scipy", "simpy")


def differing_inputs(study: "Study") -> Inputs:
    """By scenario, only the inputs in which it differs from the baseline."""
    from scenarios.resolution.showing import differences

    first = study.arms[0].scenario()
    return {arm.name: differences(first, arm.scenario()) for arm in study.arms[1:]}


def write(
    page: Path, study: "Study", shown: "Shown", differing: Inputs, hits: dict[str, dict[str, int]], lang: Lang,
    command: str,
) -> None:  # fmt: skip
    """Write the page, whole or not at all; ``command`` runs the study again."""
    from results.page import render
    from scenarios.study.cells import CellStore

    CellStore(page.parent).write_text(
        page.name, render(shown, context_of(study, shown, differing, hits, lang, command), lang=lang)
    )


def context_of(
    study: "Study", shown: "Shown", differing: Inputs, hits: dict[str, dict[str, int]], lang: Lang, command: str
) -> "Context":
    """What stands on the page beside the figures: inputs, assumptions with their provenance, how to reproduce."""
    from results.page import Context
    from scenarios.cli.conduct import burn_in_lines
    from scenarios.resolution.showing import sources
    from scenarios.study.beside import has_other_sensitivity
    from scenarios.study.reopened import sensitivity_by
    from scenarios.study.studies import code_of
    from scenarios.study.validity import notices

    base = study.arms[0].scenario()
    run = base.scenario.run
    days = "天" if lang == "zh" else "d"
    return Context(
        facts=[
            (base.campus.title_zh if lang == "zh" else base.campus.title or base.campus.name, ""),
            ("", f"{run.start} + {run.burn_in_days} {days}, {run.days} {days}, + {run.run_out_days} {days}"),
        ],
        inputs=differing,
        guard_hits=hits,
        assumptions=[(key, value, note) for key, value, _, note in sources(base) if note],
        command=command,
        burn_in=burn_in_lines(study, wanted=False, lang=lang)[0],
        burn_in_days=run.burn_in_days,
        sensitivity_by=shlex.join(["twin", *sensitivity_by(study)]),
        sensitivity_is_other=has_other_sensitivity(study, shown),
        seed=study.seed,
        versions={"code": code_of(study), **{name: version(name) for name in LIBRARIES}},
        digests={arm.name: arm.digest for arm in study.arms},
        response_stop=run.response_stop,
        notices=notices([arm.scenario() for arm in study.arms], lang),
    )
