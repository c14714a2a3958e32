"""Kinds of demand by how often it comes and how uneven it is (Syntetos, Boylan & Croston, JORS 56, 2005)."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ADI: Final = 1.32
"""Months from one demand to the next, on average, above which demand is intermittent."""
CV2: Final = 0.49
"""Squared variation of sizes above which demand is erratic."""
SMOOTH, ERRATIC, INTERMITTENT, LUMPY, TOO_FEW = "smooth", "erratic", "intermittent", "lumpy", "too few"
CLASSES: Final = (SMOOTH, ERRATIC, INTERMITTENT, LUMPY, TOO_FEW)


def classes(demand: Floats) -> list[str]:
    """The kind of each part's demand; of parts with less than two months of demand: too few.

    Parameters
    ----------
    demand : parts x months [units]; NaN where not recorded
    """
    recorded = (~np.isnan(demand)).sum(axis=1)
    there = np.where(np.nan_to_num(demand) > 0.0, demand, np.nan)
    times = (~np.isnan(there)).sum(axis=1)
    return [
        TOO_FEW if times[part] < 2 else _kind(recorded[part] / times[part], _cv2(there[part]))
        for part in range(len(demand))
    ]


def _kind(interval: float, cv2: float) -> str:
    if interval <= ADI:
        return SMOOTH if cv2 <= CV2 else ERRATIC
    return INTERMITTENT if cv2 <= CV2 else LUMPY


def _cv2(sizes: Floats) -> float:
    sizes = sizes[~np.isnan(sizes)]
    return float(sizes.var(ddof=1) / sizes.mean() ** 2)
