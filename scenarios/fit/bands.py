"""Reading a bands file and holding it to everything it speaks of: figures, free parameters, their ranges."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from policies.controller import registry
from results.kpis import KPIS, spec
from scenarios import library
from scenarios.fit.free import ELSEWHERE, FREE, HELD_OUT, OF_RULES, item_of, limits
from scenarios.fit.space import Choice, Parameter, Range
from scenarios.problems import Problem, ScenarioProblems, did_you_mean, one_of
from scenarios.resolution.provenance import note_for
from scenarios.resolution.ranges import Range as Limits
from scenarios.resolution.resolve import Resolved
from scenarios.resolution.showing import flat
from scenarios.schema.bands import Band, BandsFile, Moved
from scenarios.schema.document import Document, read
from scenarios.schema.faults import problem_of


@dataclass(slots=True)
class Bands:
    """A bands file, checked against the scenario it is for."""

    path: Path
    file: BandsFile
    space: tuple[Parameter, ...]

    @property
    def fitted(self) -> list[Band]:
        """The bands the search looks at."""
        return [band for band in self.file.bands if band.role == "fit"]

    @property
    def sets(self) -> tuple[str, ...]:
        """Settings the file declares: the benchmark."""
        given = self.file.benchmark
        return () if given is None else (f"run.benchmark_response_h={given.response_h!r}",)


def read_bands(name: str, scenario: Resolved) -> Bands:
    """The bands file of a path, or a shipped one by name, for a scenario.

    Raises
    ------
    ScenarioProblems
        With everything wrong in the file.
    """
    path = library.find("bands", name, (name, 0, "--to"))
    document = read(path)
    try:
        file = BandsFile.model_validate(document.values)
    except ValidationError as error:
        raise ScenarioProblems(
            [problem_of(e, BandsFile, lambda key: (document.file, document.line(key))) for e in error.errors()]
        ) from error
    check = _Check(document, scenario)
    check.bands(file)
    space = [check.parameter(number, moved) for number, moved in enumerate(file.parameters)]
    check.once("parameters", [moved.key for moved in file.parameters])
    check.apart([one for one in space if one is not None])
    if check.problems:
        raise ScenarioProblems(check.problems)
    return Bands(path, file, tuple(one for one in space if one is not None))


@dataclass(slots=True)
class _Check:
    """Everything wrong with a file, collected."""

    document: Document
    scenario: Resolved
    problems: list[Problem] = field(default_factory=list)

    def tell(self, path: tuple[str | int, ...], given: str, expected: str) -> None:
        key = ".".join(str(part) for part in path)
        self.problems.append(Problem(self.document.file, self.document.line(path), key, given, expected))

    def once(self, table: str, names: list[str]) -> None:
        for number, name in enumerate(names):
            if name in names[:number]:
                self.tell((table, number), f'"{name}" a second time', "each once")

    def bands(self, file: BandsFile) -> None:
        for number, band in enumerate(file.bands):
            self._band(("bands", number), band)
        self.once("bands", [band.kpi for band in file.bands])
        if not any(band.role == "fit" for band in file.bands):
            self.tell(("bands",), "only bands to check", 'a band with role = "fit"')
        if file.benchmark is None and any(band.kpi == "K-R5" for band in file.bands):
            self.tell(
                ("benchmark",), "nothing", "response_h and its source: K-R5 is measured against a declared benchmark"
            )

    def _band(self, path: tuple[str | int, ...], band: Band) -> None:
        try:
            spec(band.kpi)
        except KeyError:
            self.tell((*path, "kpi"), f'"{band.kpi}"', f"a figure of this version, {one_of(band.kpi, KPIS)}")
        if band.kpi in HELD_OUT and band.role == "fit":
            self.tell(
                (*path, "role"), '"fit"', f'"check": {" and ".join(HELD_OUT)} are held out, never fitted (handbook 5)'
            )

    def parameter(self, number: int, moved: Moved) -> Parameter | None:
        """The parameter of an entry; None if something is wrong with it."""
        path = ("parameters", number)
        elsewhere = item_of(moved.key, ELSEWHERE)
        if elsewhere:
            expected = f"one number under one key; it is {elsewhere}: change it there"
            self.tell((*path, "key"), f'"{moved.key}"', expected)
            return None
        found = dict(self._values(moved.key))
        if not found:
            self._unknown((*path, "key"), moved.key)
            return None
        item = item_of(moved.key, FREE)
        if not item:
            self.tell((*path, "key"), f'"{moved.key}", which is not free', _free(moved.key))
            return None
        told = {key: limits(self._note(key)) for key in found}
        free = {key: one for key, one in told.items() if one is not None}
        if not free:
            beside = self._note(moved.key) or "nothing"
            self.tell(
                (*path, "key"), f'"{moved.key}" with the note "{beside}" beside its value',
                'a range and the word fit in [provenance], as in "[A], 5-30; fit"',
            )  # fmt: skip
            return None
        before = len(self.problems)
        if moved.choices is not None:
            one: Parameter | None = self._choice(path, moved, item, found, free)
        else:
            one = self._range(path, moved, item, found, free)
        return one if len(self.problems) == before else None

    def _values(self, key: str) -> Iterator[tuple[str, Any]]:
        """Keys of the campus file, or of the scenario's rules, that an entry means, with their values."""
        if key.startswith("policies."):
            yield from self._of_rule(key)
            return
        for name, value in flat(self.scenario.campus.model_dump(exclude={"provenance", "calibration"})):
            if item_of(name, {key: name}):
                yield name, value

    def _of_rule(self, key: str) -> Iterator[tuple[str, Any]]:
        decision, _, name = key.removeprefix("policies.").partition(".parameters.")
        chosen = getattr(self.scenario.scenario.policies, decision, None)
        if chosen is None or chosen.rule == registry.NONE:
            return
        taken = inspect.signature(registry.rule_class(decision, chosen.rule)).parameters
        if name in taken:
            yield key, chosen.parameters.get(name, taken[name].default)

    def _note(self, key: str) -> str:
        return OF_RULES.get(key) or note_for(self.scenario.campus.provenance, key)

    def _unknown(self, path: tuple[str | int, ...], key: str) -> None:
        if key in FREE:
            self.tell(path, f'"{key}"', "a parameter of a rule that the scenario has at that decision point")
            return
        known = [name for name, _ in flat(self.scenario.campus.model_dump(exclude={"provenance", "calibration"}))]
        near = did_you_mean(key, [*FREE, *known])
        self.tell(path, f'"{key}"', f"a key of the campus file or of a rule{near}; {_free(key)}")

    def _choice(
        self, path: tuple[str | int, ...], moved: Moved, item: str, found: dict[str, Any], free: dict[str, Limits]
    ) -> Choice | None:
        assert moved.choices is not None
        told = free.get(moved.key)
        if told is None:
            self.tell((*path, "choices"), f'choices for "{moved.key}"', "low and high: a * moves by a factor")
            return None
        for one in moved.choices:
            of = len(one) if isinstance(one, list) else one
            if type(one) is not type(found[moved.key]) and not isinstance(found[moved.key], tuple):
                self.tell((*path, "choices"), str(one), f"a value such as {found[moved.key]}, as the scenario has it")
            elif not isinstance(of, (int, float)) or not told.low <= of <= told.high:
                self.tell((*path, "choices"), str(one), f"within {self._note(moved.key)!r}, the range beside the value")
        places = len(moved.choices) - 1
        default = places // 2 if moved.default is None else moved.choices.index(moved.default)
        return Choice(moved.key, item, tuple(moved.choices), default, moved.source)

    def _range(
        self, path: tuple[str | int, ...], moved: Moved, item: str, found: dict[str, Any], free: dict[str, Limits]
    ) -> Range | None:
        told = _common(list(free.values()), together="*" in moved.key)
        together = told.kind == "times"
        targets = [(key, one.centre) for key, one in free.items()] if together else [(moved.key, 1.0)]
        numbers = [found[key] for key, _ in targets if key in found]
        if not all(isinstance(v, (int, float)) for v in numbers) or len(numbers) != len(targets):
            self.tell((*path, "key"), f'a range for "{moved.key}"', "choices: its values are lists of times")
            return None
        if any(centre is None for _, centre in targets):
            self.tell((*path, "key"), f'"{moved.key}"', 'the value the factor is of, as in "[A], 42 x 0.6-1.6; fit"')
            return None
        low = told.low if moved.low is None else moved.low
        high = told.high if moved.high is None else moved.high
        for name, value in (("low", low), ("high", high)):
            if not told.low <= value <= told.high:
                note = self._note(targets[0][0])
                self.tell(
                    (*path, name), f"{value:g}", f'{told.low:g} to {told.high:g}, the range beside the value: "{note}"'
                )
        whole = all(isinstance(v, int) for v in numbers) and not together
        assert moved.step is not None
        if whole and any(x != int(x) for x in (low, high, moved.step)):
            self.tell(
                path,
                f"low = {low:g}, high = {high:g}, step = {moved.step:g}",
                "whole numbers: the value counts something",
            )
        default = (low + high) / 2.0 if moved.default is None else moved.default
        if not isinstance(default, (int, float)) or not low <= default <= high:
            self.tell((*path, "default"), str(default), f"a number from {low:g} to {high:g}")
            return None
        known = [(key, float(centre)) for key, centre in targets if centre is not None]
        return Range(
            moved.key, item, low, high, moved.step, default, tuple(known), together, whole, moved.source
        )  # fmt: skip

    def apart(self, space: list[Parameter]) -> None:
        """No value may be moved by two parameters."""
        taken: dict[str, str] = {}
        for one in space:
            for key in one.values(one.default):
                before = taken.setdefault(key, one.key)
                if before != one.key:
                    self.tell(("parameters",), f'"{before}" and "{one.key}", which both move {key}', "one of the two")


def _free(key: str) -> str:
    return f"a free parameter of handbook 5, {one_of(key, FREE)}"


def _common(several: list[Limits], *, together: bool) -> Limits:
    """What is allowed to all: a range of factors where several are moved together."""
    kind, centre = several[0].kind, several[0].centre
    if together and centre is not None:
        several = [Limits("times", one.low / (one.centre or 1.0), one.high / (one.centre or 1.0)) for one in several]
        kind = "times"
    return Limits(kind, round(max(one.low for one in several), 10), round(min(one.high for one in several), 10))
