"""What a fault is like and how people will meet it, drawn in bulk at its birth, never when it is served.

One vectorised draw a purpose for the whole stream; ``twin.lone`` draws the few that are born later, one by one.
"""

from typing import final

import numpy as np
from numpy.typing import NDArray

from twin.births import NEEDS_KEY, WEATHER_KEY
from twin.campus import Campus
from twin.elementary import exp, log, log1p, normal
from twin.lone import Kind, Law, Lone
from twin.nature import Nature, Traits
from twin.streams import Floats, Ids, Streams

TRAIT_PURPOSES = (
    "channel", "app", "trade", "other_trade", "urgent", "room", "unneeded", "department", "joint",
    "again", "lost", "access",
)  # fmt: skip


@final
class Attributes:
    """Draws natures and traits for a campus."""

    def __init__(self, campus: Campus, streams: Streams) -> None:
        self.streams = streams
        self.trades = campus.trades
        self._number = {trade.name: k for k, trade in enumerate(campus.trades)}
        shares = np.array([trade.need_share for trade in campus.trades])
        self._need_edges = np.cumsum(shares / shares.sum()) if shares.sum() > 0.0 else np.ones(len(shares))
        classes = campus.assets
        plumbing = self._number.get("plumbing", 0)
        self._trade = np.array([self._number[c.trade] for c in classes] + [-1, plumbing])
        demand = campus.demand
        self._emergency = np.array([c.emergency_share for c in classes] + [demand.needs_emergency_share, 1.0])
        self._urgent = np.array([c.urgent_share for c in classes] + [demand.needs_urgent_share, 0.0])
        self._root = np.array([c.root_share for c in classes] + [demand.needs_root_share, 0.0])
        self._public = np.array([c.public for c in classes] + [False, True])
        self._mean = np.array([t.work_mean_min for t in campus.trades])
        self._log_mean = log(self._mean)
        self._sigma = np.sqrt(log1p(np.array([t.work_cv for t in campus.trades]) ** 2))
        self._memoryless = np.array([t.work_law == "exponential" for t in campus.trades])
        self._part_share = np.array([t.part_share for t in campus.trades])
        self._part_edges = [self._edges(campus, t.skus) for t in campus.trades]
        self._part_items = [np.array(t.skus, dtype=np.int64) for t in campus.trades]
        self._lone = self._lone_draws()

    @staticmethod
    def _edges(campus: Campus, skus: tuple[int, ...]) -> Floats:
        weights = np.array([campus.skus[s].weight for s in skus])
        return np.cumsum(weights / weights.sum()) if len(weights) else np.empty(0)

    def row_of(self, source: NDArray[np.int16]) -> NDArray[np.int64]:
        """Row of the class tables for a source (a class number, needs or weather)."""
        rows = source.astype(np.int64)
        count = len(self._trade) - 2
        return np.where(rows == NEEDS_KEY, count, np.where(rows == WEATHER_KEY, count + 1, rows))

    def natures(self, entity: Ids, life: Ids, source: NDArray[np.int16]) -> list[Nature]:
        """What each fault is."""
        draw = self.streams.uniforms
        row = self.row_of(source)
        need = np.searchsorted(self._need_edges, draw("need_trade", entity, life))
        trade = np.where(self._trade[row] < 0, np.minimum(need, len(self.trades) - 1), self._trade[row])
        u = draw("priority", entity, life)
        emergency = u < self._emergency[row]
        urgent = ~emergency & (u < self._emergency[row] + self._urgent[row])
        priority = np.where(emergency, 1, np.where(urgent, 2, 3))
        sigma = self._sigma[trade]
        a = draw("work_a", entity, life)
        z = normal(a, draw("work_b", entity, life))
        work = exp(self._log_mean[trade] - 0.5 * sigma**2 + sigma * z)
        if self._memoryless.any():
            work = np.where(self._memoryless[trade], -self._mean[trade] * log(a), work)
        root = draw("root", entity, life) < self._root[row]
        part = self._parts(trade, draw("part", entity, life), draw("part_item", entity, life))
        names = [t.name for t in self.trades]
        return [
            Nature(names[k], p, w, i, r, o)
            for k, p, w, i, r, o in zip(
                trade.tolist(), priority.tolist(), work.tolist(), part.tolist(), root.tolist(),
                self._public[row].tolist(), strict=True,
            )
        ]  # fmt: skip

    def traits(self, entity: Ids, life: Ids) -> list[Traits]:
        """How each will be met."""
        draw = self.streams.uniforms
        notice = normal(draw("notice_a", entity, life), draw("notice_b", entity, life)).tolist()
        reminder = normal(draw("reminder_a", entity, life), draw("reminder_b", entity, life)).tolist()
        u = {name: draw(name, entity, life).tolist() for name in TRAIT_PURPOSES}
        return [
            Traits(
                notice[k], u["channel"][k], u["app"][k], u["trade"][k], u["other_trade"][k], u["urgent"][k],
                u["room"][k], u["unneeded"][k], u["department"][k], u["joint"][k], u["again"][k],
                reminder[k], u["lost"][k], u["access"][k],
            )
            for k in range(len(notice))
        ]  # fmt: skip

    def one(self, entity: int, life: int, source: int) -> tuple[Nature, Traits]:
        """A single fault born outside the stream."""
        return self._lone.nature(entity, life, source), self._lone.traits(entity, life)

    def _lone_draws(self) -> Lone:
        """The same tables, for one fault at a time."""
        columns = (self._trade, self._emergency, self._urgent, self._root, self._public)
        kinds = [Kind(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]
        sources = [*range(len(kinds) - 2), NEEDS_KEY, WEATHER_KEY]
        laws = [
            Law(
                trade.name, float(self._mean[k]), float(self._log_mean[k]), float(self._sigma[k]),
                bool(self._memoryless[k]), trade.part_share, self._part_edges[k].tolist(), self._part_items[k].tolist(),
            )
            for k, trade in enumerate(self.trades)
        ]  # fmt: skip
        return Lone(self.streams, dict(zip(sources, kinds, strict=True)), laws, self._need_edges.tolist())

    def _parts(self, trade: NDArray[np.int64], needs: Floats, which: Floats) -> NDArray[np.int64]:
        found = np.full(len(trade), -1, dtype=np.int64)
        for k, edges in enumerate(self._part_edges):
            if not len(edges):
                continue
            mask = (trade == k) & (needs < self._part_share[k])
            items = self._part_items[k]
            found[mask] = items[np.minimum(np.searchsorted(edges, which[mask]), len(items) - 1)]
        return found
