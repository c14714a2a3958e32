"""A reserve for emergencies (预备队)."""

from policies.contract.units import DAY_MIN, HOUR_MIN
from policies.contract.views import View


class NewRule:
    """So many idle people of each trade are held back from an hour of the day on, none before it.

    Parameters
    ----------
    held : int
        People of each trade (>= 0).
    from_h : float
        Hour of the day from which they are held [h].

    Raises
    ------
    ValueError
        If ``held`` is negative.
    """

    sees = ()

    def __init__(self, held: int = 1, from_h: float = 16.0) -> None:
        if held < 0:
            raise ValueError(f"held is {held}, expected a number of people >= 0")
        self.held = held
        self.from_h = from_h

    def hold(self, trade: str, view: View) -> int:
        """Number to hold; trades of outside firms hold nobody."""
        if trade in view.site.partner_trades:
            return 0
        return self.held if view.now % DAY_MIN / HOUR_MIN >= self.from_h else 0
