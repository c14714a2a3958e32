"""Calendar maintenance (计划保养) and the assets it renews.

Assets of a maintained class, or with an operating clock, carry their own next fault: a renewal
moves them on to their next life, drawn at birth like all others. Tasks go through the same office
and occupy the same people as everything else.
"""

import math
from typing import final

import numpy as np

from policies.contract.calendar import Calendar
from policies.contract.events import PreventiveDue
from policies.contract.units import DAY_MIN, NEVER
from twin.attributes import Attributes
from twin.births import entity_of, first_lives, is_static, later_lives, residential
from twin.campus import AssetClass, Campus
from twin.entities.job import Fault, Job
from twin.entities.technician import Technician
from twin.exposure import Exposure
from twin.facts import PreventiveDone
from twin.processes.faults import Faults
from twin.register import Register
from twin.streams import Streams
from twin.waist import Waist

DUE_MIN = 450.0
TASK_LIFE = 1 << 50
"""Tasks of a batch are numbered from here, so that their draws meet no fault's."""
INDUCED_MEAN_DAYS = 10.0
"""Mean life after maintenance that did harm [operational days, A]."""


@final
class Asset:
    """One maintained unit: its place, class, present life and when that ends."""

    __slots__ = ("building", "class_number", "entity", "fails_at", "life", "residential")

    def __init__(self, entity: int, class_number: int, building: int, is_residential: bool) -> None:
        self.entity = entity
        self.class_number = class_number
        self.building = building
        self.residential = is_residential
        self.life = 0
        self.fails_at = NEVER


@final
class Batch:
    """Assets of one class in one building that are maintained in one go."""

    __slots__ = ("assets", "building", "class_number", "count", "key")

    def __init__(self, key: int, class_number: int, building: int, assets: list[Asset]) -> None:
        self.key = key
        self.class_number = class_number
        self.building = building
        self.assets = assets
        self.count = 0


@final
class Fleet:
    """Every asset with a clock of its own, and the calendar that maintains them."""

    def __init__(
        self, waist: Waist, register: Register, streams: Streams, calendar: Calendar, campus: Campus,
        exposure: Exposure, attributes: Attributes, faults: Faults,
    ) -> None:  # fmt: skip
        self.waist = waist
        self.register = register
        self.streams = streams
        self.calendar = calendar
        self.classes = campus.assets
        self.exposure = exposure
        self.attributes = attributes
        self.faults = faults
        self.assets: dict[int, Asset] = {}
        self.batches: list[Batch] = []
        self._task_of: dict[int, Batch] = {}
        for number, asset_class in enumerate(campus.assets):
            if not is_static(asset_class):
                self._found(campus, number, asset_class)
        faults.ended.append(self.restored)

    def begin(self) -> None:
        """Schedule every asset's fault and every batch's first task."""
        for asset in self.assets.values():
            self._watch(asset)
        for batch in self.batches:
            every = self.classes[batch.class_number].pm_every_days
            if every > 0.0:
                phase = self.streams.uniform("pm_phase", batch.key)
                self._plan(batch, int(phase * every))

    def completed(self, job: Job, tech: Technician) -> None:
        """A task was done: some units are as new, a few are worse."""
        batch = self._task_of.pop(job.id, None)
        if batch is None:
            return
        asset_class = self.classes[batch.class_number]
        harmed = 0
        for asset in batch.assets:
            n = batch.count
            if self.streams.uniform("pm_induced", asset.entity, n) < asset_class.pm_induced:
                harmed += 1
                life = INDUCED_MEAN_DAYS * -math.log(self.streams.uniform("pm_life", asset.entity, n))
                self._live_on(asset, life)
            elif self.streams.uniform("pm_renews", asset.entity, n) < asset_class.pm_renews:
                self._renew(asset)
        self.waist.note(PreventiveDone(job.id, batch.key, harmed > 0))

    def restored(self, fault: Fault) -> None:
        """A repair ends an operating clock's downtime: the next life starts now."""
        asset = self.assets.get(fault.entity)
        if asset is not None and self.classes[asset.class_number].clock == "operating" and asset.fails_at == NEVER:
            self._renew(asset)

    def _found(self, campus: Campus, number: int, asset_class: AssetClass) -> None:
        for index, building in enumerate(campus.buildings):
            units = asset_class.units[index]
            if units <= 0:
                continue
            base = entity_of(building.key, asset_class.key)
            is_residential = residential(campus, building)
            made = [Asset(base + unit, number, index, is_residential) for unit in range(units)]
            entities = np.array([asset.entity for asset in made], dtype=np.uint64)
            lives = first_lives(asset_class, self.streams.uniforms("life", entities, 0)).tolist()
            for asset, life in zip(made, lives, strict=True):
                asset.fails_at = self.exposure.after(0.0, life, is_residential, asset_class.weather)
                self.assets[asset.entity] = asset
            if asset_class.pm_every_days > 0.0:
                for first in range(0, units, asset_class.pm_batch):
                    self.batches.append(Batch(base + first, number, index, made[first : first + asset_class.pm_batch]))

    def _watch(self, asset: Asset) -> None:
        if asset.fails_at < NEVER:
            self.waist.clock.at(asset.fails_at, self._fail, asset, asset.life)

    def _fail(self, asset: Asset, life: int) -> None:
        if asset.life != life:
            return
        nature, traits = self.attributes.one(asset.entity, life, asset.class_number)
        operating = self.classes[asset.class_number].clock == "operating"
        if operating:
            asset.fails_at = NEVER
        self.faults.occur(asset.entity, life, asset.class_number, asset.building, nature, traits)
        if not operating:
            self._renew(asset)

    def _renew(self, asset: Asset) -> None:
        asset_class = self.classes[asset.class_number]
        u = self.streams.uniform("life", asset.entity, asset.life + 1)
        self._live_on(asset, float(later_lives(asset_class, np.array([u]))[0]))

    def _live_on(self, asset: Asset, operational_days: float) -> None:
        asset_class = self.classes[asset.class_number]
        asset.life += 1
        now = self.waist.clock._now
        asset.fails_at = self.exposure.after(now, operational_days, asset.residential, asset_class.weather)
        self._watch(asset)

    def _plan(self, batch: Batch, day: int) -> None:
        while not self.calendar.windows("SVC", day):
            day += 1
        at = day * DAY_MIN + DUE_MIN
        if at >= self.waist.clock._now:
            self.waist.clock.at(at, self._due, batch, day)

    def _due(self, batch: Batch, day: int) -> None:
        asset_class = self.classes[batch.class_number]
        batch.count += 1
        minutes = asset_class.pm_work_min * len(batch.assets)
        now = self.waist.clock._now
        fault = Fault(
            -1, batch.building, asset_class.pm_trade, 4, minutes, entity=batch.key, life=TASK_LIFE + batch.count
        )  # fmt: skip
        job = self.register.open(fault, -1, "plan", now)
        self._task_of[job.id] = batch
        late_after = now + asset_class.pm_tolerance_days * DAY_MIN
        self.waist.emit(PreventiveDue(job.id, batch.building, asset_class.pm_trade, batch.key, late_after, minutes))
        self._plan(batch, day + max(1, round(asset_class.pm_every_days)))
