"""What lies beside the runs of a study and is shown with them: kept orders, a sensitivity study, a burn-in check."""

import numpy as np

from policies.contract.units import DAY_MIN
from results.comparison import Comparison
from results.sections import add_sections
from results.sensitivity import Sensitivity
from results.shown import ORDER_COLUMNS, Columns, KeptOrders, Placed, Shown
from results.store import parquet
from scenarios.campus.places import OFFSITE
from scenarios.resolution.build import steps_of
from scenarios.schema.tables import BuildingRow
from scenarios.study import sensitivity
from scenarios.study.experiment import Study
from scenarios.study.studies import SENSITIVITY, StudyFolder, code_of


def shown_of(study: Study, found: Comparison) -> Shown:
    """A comparison with everything the study has beside it; quantiles get their intervals by sections."""
    orders = kept_orders(study, found.replications)
    if orders is not None:
        add_sections(found, orders)
    return Shown(found, sensitivity_of(study), orders)


def kept_orders(study: Study, replications: list[int]) -> KeptOrders | None:
    """The orders of every run compared; None if some run did not keep them."""
    files = {
        (name.scenario, name.replication): study.folder / name.orders
        for name in StudyFolder(study.folder).finished
        if name.replication in replications
    }
    wanted = len(study.arms) * len(replications)
    if not wanted or len(files) < wanted or not all(path.is_file() for path in files.values()):
        return None
    it = study.arms[0].scenario()
    run = it.scenario.run
    begins, ends = run.burn_in_days * DAY_MIN, (run.burn_in_days + run.days) * DAY_MIN
    runs: dict[str, dict[int, Columns]] = {arm.name: {} for arm in study.arms}
    for (scenario, replication), path in files.items():
        runs[scenario][replication] = parquet.read([path], ORDER_COLUMNS)
    steps = {
        arm.name: [begins + step.day * DAY_MIN for step in steps_of(arm.scenario()) if step.day > 0]
        for arm in study.arms
    }
    return KeptOrders(
        runs, run.start, begins, ends, ends + run.run_out_days * DAY_MIN, [_placed(one) for one in it.buildings], steps
    )


def sensitivity_of(study: Study) -> Sensitivity | None:
    """The sensitivity study beside this study, if it is of its scenarios, inputs, seed and code."""
    try:
        kept = sensitivity.kept_in(study.folder)
    except ValueError:
        return None
    return kept if kept is not None and fits(kept, study) else None


def has_other_sensitivity(study: Study, shown: Shown) -> bool:
    """Whether a sensitivity study lies there that is not shown, because it is of other inputs or code."""
    return shown.sensitivity is None and (study.folder / SENSITIVITY / sensitivity.FILE).is_file()


def fits(kept: Sensitivity, study: Study) -> bool:
    """Whether a sensitivity study is of the same inputs and code as a study."""
    digests = {arm.name: arm.digest for arm in study.arms}
    same = all(digests.get(name) == digest for name, digest in kept.digests.items())
    return same and kept.scenarios[0] == study.arms[0].name and (kept.seed, kept.code) == (study.seed, code_of(study))


def _placed(building: BuildingRow) -> Placed:
    known = building.x_m is not None and building.y_m is not None and building.kind != OFFSITE
    return Placed(
        building.name, float(building.x_m or 0.0) if known else np.nan, float(building.y_m or 0.0) if known else np.nan
    )
