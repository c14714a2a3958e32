"""One run as the ruler sees it: its journal, what it was told, and the tables made of them once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from results import cohort, crew
from results.columns import Bools, Columns, Numbers, columns
from results.durations import Durations, durations
from results.meta import Meta
from results.stockroom import Stockroom
from twin.journal import Journal


@dataclass
class Observation:
    """A journal and its meta; the order table and the technician time are made when first asked for."""

    journal: Journal
    meta: Meta

    @cached_property
    def orders(self) -> cohort.Orders:
        """The order table of the cohort."""
        return cohort.build(self.journal, self.meta)

    @cached_property
    def numbers(self) -> Numbers:
        """Order numbers → rows of the order table."""
        return Numbers(self.orders.ids)

    @cached_property
    def stockroom(self) -> Stockroom:
        """Shelves and book of the stores."""
        return Stockroom(self.journal, self.meta.period.end_min)

    @cached_property
    def crew(self) -> crew.CrewTime:
        """Technician time of the period."""
        return crew.build(self.journal, self.meta)

    def rows(self, table: str) -> Columns:
        """Rows of a journal table up to the end of observation."""
        return columns(self.journal, table, self.meta.period.end_min)

    def in_period(self, rows: Columns) -> Bools:
        """Which rows lie in the period (what is booked or counted by its own instant)."""
        period = self.meta.period
        return np.asarray((rows.at >= period.from_min) & (rows.at < period.to_min))

    def service_until(self, instant: str, among: Bools) -> Durations:
        """Service minutes from report to an instant column, of some orders."""
        orders = self.orders
        ended = orders.service(getattr(orders, instant))
        return durations(ended[among], orders.service(orders.ends)[among])

    def wall_until(self, instant: str, among: Bools) -> Durations:
        """Wall-clock minutes from report to an instant column, of some orders."""
        orders = self.orders
        ended = orders.wall(getattr(orders, instant))
        return durations(ended[among], orders.wall(orders.ends)[among])

    @property
    def stop(self) -> str:
        """The instant column that ends the response of K-R1."""
        return "t_arr" if self.meta.response_stop == "arrival" else "t_acc"
