"""How often to read tags before a silence says something."""

from math import ceil, log


def rounds_for(read: float, target: float) -> int:
    """Rounds of independent reads after which a tag that is there has been seen with a probability.

    Parameters
    ----------
    read : probability that one round sees a tag, in (0, 1]
    target : probability asked for, in (0, 1)

    Raises
    ------
    ValueError
        If a probability lies outside.
    """
    if not (0.0 < read <= 1.0 and 0.0 < target < 1.0):
        raise ValueError(f"read {read}, target {target}; expected read in (0, 1] and target in (0, 1)")
    if read >= target:
        return 1
    rounds = ceil(log(1.0 - target) / log(1.0 - read) - 1.0)
    while 1.0 - (1.0 - read) ** rounds < target:
        rounds += 1
    return rounds
