"""What the parameters of each model must be: strict forms, in the case's own units."""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from scenarios.schema.strict import Strict

Positive = Annotated[float, Field(gt=0.0)]
NotNegative = Annotated[float, Field(ge=0.0)]
Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0.0, lt=1.0)]
Level = Annotated[float, Field(gt=0.0, lt=1.0)]
NEAR = 1e-9


class Exponential(Strict):
    """Without memory."""

    kind: Literal["exponential"]
    mean: Positive


class Deterministic(Strict):
    """One length for all."""

    kind: Literal["deterministic"]
    mean: Positive


class Erlang(Strict):
    """``k`` exponential stages."""

    kind: Literal["erlang"]
    mean: Positive
    k: Count


class Spread(Strict):
    """By mean and squared coefficient of variation."""

    kind: Literal["gamma", "lognormal"]
    mean: Positive
    cv2: Positive


Work = Annotated[Exponential | Deterministic | Erlang | Spread, Field(discriminator="kind")]


def stable(load: float) -> None:
    """Refuse a queue that grows without end.

    Raises
    ------
    ValueError
        If the load is 1 or more.
    """
    if not load < 1.0:
        raise ValueError(f"a load below 1 (it is {load:.4g}): otherwise the queue grows without end")


def alike(**lists: Sequence[object]) -> None:
    """Refuse lists that should have one entry for each of the same things and have not.

    Raises
    ------
    ValueError
        If their lengths differ.
    """
    if len({len(one) for one in lists.values()}) > 1:
        told = ", ".join(f"{name} has {len(one)}" for name, one in lists.items())
        raise ValueError(f"lists of one length ({told})")


class Crew(Strict):
    """M/M/c; ``q``: which quantile of the wait; ``t_response``, ``t_resolve``: limits asked for."""

    rate: Positive = Field(alias="lambda")
    mu: Positive
    c: Count
    q: Level | None = None
    t_response: NotNegative | None = None
    t_resolve: NotNegative | None = None

    @model_validator(mode="after")
    def _stable(self) -> Self:
        stable(self.rate / self.mu / self.c)
        return self


class General(Strict):
    """M/G/1."""

    rate: Positive = Field(alias="lambda")
    service: Work

    @model_validator(mode="after")
    def _stable(self) -> Self:
        stable(self.rate * self.service.mean)
        return self


class Impatient(Strict):
    """M/M/c with patience of rate ``theta``."""

    rate: Positive = Field(alias="lambda")
    mu: Positive
    theta: Positive
    c: Count


class Room(Strict):
    """M/M/c with ``K`` places, those in service among them."""

    rate: Positive = Field(alias="lambda")
    mu: Positive
    c: Count
    K: Count

    @model_validator(mode="after")
    def _room(self) -> Self:
        if self.c > self.K:
            raise ValueError(f"K at least c ({self.c}): whoever is served has a place (K is {self.K})")
        return self


class Loss(Strict):
    """M/G/c/c."""

    rate: Positive = Field(alias="lambda")
    mean_service: Positive
    c: Count


class Batches(Strict):
    """Batches a unit of time, and the shares of their sizes."""

    rate: Positive = Field(alias="lambda")
    mu: Positive
    batch_pmf: dict[Annotated[str, Field(pattern=r"^[1-9][0-9]*$")], NotNegative]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        total = sum(self.batch_pmf.values())
        if abs(total - 1.0) > NEAR:
            raise ValueError(f"shares of batch_pmf that add up to 1 (they add up to {total:.6g})")
        stable(self.rate / self.mu * sum(int(size) * share for size, share in self.batch_pmf.items()))
        return self


class ClassesOverCrew(Strict):
    """Classes of one law before a crew, the most urgent first."""

    rates: list[Positive] = Field(alias="lambda", min_length=1)
    mu: Positive
    c: Count
    t_response: NotNegative | None = None

    @model_validator(mode="after")
    def _stable(self) -> Self:
        stable(sum(self.rates) / self.mu / self.c)
        return self


class ClassesOverOne(Strict):
    """Classes with laws of their own before one technician; ``cost`` of holding one of each."""

    rates: list[Positive] = Field(alias="lambda", min_length=1)
    service: list[Work]
    cost: list[Positive] | None = None

    @model_validator(mode="after")
    def _alike(self) -> Self:
        given: dict[str, Sequence[object]] = {
            "lambda": self.rates,
            "service": self.service,
            "cost": self.rates if self.cost is None else self.cost,
        }
        alike(**given)
        stable(sum(rate * law.mean for rate, law in zip(self.rates, self.service, strict=True)))
        return self


class Shop(Strict):
    """``N`` machines that fail at rate lambda when up, ``c`` repairers."""

    rate: Positive = Field(alias="lambda")
    mu: Positive
    c: Count
    N: Count


class Redundant(Strict):
    """``n`` units with a repairer each; the system is up while ``k`` are."""

    mtbf: Positive
    mttr: Positive
    n: Count
    k: Count

    @model_validator(mode="after")
    def _enough(self) -> Self:
        if self.k > self.n:
            raise ValueError(f"k at most n ({self.n}), k is {self.k}")
        return self


class Network(Strict):
    """Stations: arrivals from outside, ``routing[i][j]`` from i to j, rate and crew of each."""

    external: list[NotNegative]
    routing: list[list[Annotated[float, Field(ge=0.0, le=1.0)]]]
    mu: list[Positive]
    c: list[Count]

    @model_validator(mode="after")
    def _open(self) -> Self:
        alike(external=self.external, routing=self.routing, mu=self.mu, c=self.c)
        for row in self.routing:
            alike(external=self.external, routing_row=row)
        q = np.array(self.routing, dtype=float)
        if (q.sum(axis=1) > 1.0 + NEAR).any() or abs(np.linalg.eigvals(q)).max() >= 1.0 - NEAR:
            raise ValueError("a routing by which everybody leaves in the end, rows adding up to at most 1")
        if not sum(self.external) > 0.0:
            raise ValueError("arrivals at some station")
        flow = np.linalg.solve(np.eye(len(q)) - q.T, np.array(self.external))
        stable(float((flow / np.array(self.mu) / np.array(self.c)).max()))
        return self


class Returns(Strict):
    """M/M/c whose jobs come back with a chance."""

    rate: Positive = Field(alias="lambda")
    mu: Positive
    c: Count
    return_prob: Share

    @model_validator(mode="after")
    def _stable(self) -> Self:
        stable(self.rate / (1.0 - self.return_prob) / self.mu / self.c)
        return self


class Pair(Strict):
    """Two technicians of unlike rates; the first is taken when both are free."""

    rate: Positive = Field(alias="lambda")
    mu1: Positive
    mu2: Positive

    @model_validator(mode="after")
    def _stable(self) -> Self:
        stable(self.rate / (self.mu1 + self.mu2))
        return self


class Atom(Strict):
    """Calls of one place and whom it would like, best first (units from 1)."""

    name: str = ""
    rate: Positive
    prefer: list[Count]


class Units(Strict):
    """Units at their homes; ``capacity`` zero: who finds all busy goes elsewhere. ``travel[unit][atom]``."""

    N: Count
    mu: Positive
    capacity: Literal["infinite", "zero"]
    atoms: list[Atom] = Field(min_length=1)
    travel: list[list[NotNegative]] | None = None

    @model_validator(mode="after")
    def _known(self) -> Self:
        for number, atom in enumerate(self.atoms):
            if sorted(atom.prefer) != list(range(1, self.N + 1)):
                raise ValueError(f"atoms.{number}.prefer to name each unit 1 to {self.N} once (it is {atom.prefer})")
        if self.travel is not None and [len(row) for row in self.travel] != [len(self.atoms)] * self.N:
            raise ValueError(f"travel with {self.N} rows, one a unit, of {len(self.atoms)} values, one an atom")
        if self.capacity == "infinite":
            stable(sum(atom.rate for atom in self.atoms) / self.mu / self.N)
        return self


class Transient(Strict):
    """M/M/1 from empty: which customers are asked about."""

    rate: Positive = Field(alias="lambda")
    mu: Positive
    n: list[Annotated[int, Field(ge=2)]] = Field(min_length=1)


class Day(Strict):
    """Arrivals at rate ``a + b sin(2 pi t / period)``; ``t``: hours asked about."""

    a: Positive
    b: Positive
    mu: Positive
    period: Positive
    t: list[NotNegative]

    @model_validator(mode="after")
    def _rates(self) -> Self:
        if self.b > self.a:
            raise ValueError(f"b at most a ({self.a:g}), or the rate would be negative (b is {self.b:g})")
        return self


class Scattered(Strict):
    """Technicians a square unit."""

    density: Positive


class Reviewed(Strict):
    """Periodic review: order up to ``S`` at ``s`` or less; set-up ``K``, holding ``h``, backorder ``b``, lead ``L`` periods."""

    mean: Positive
    K: NotNegative
    h: NotNegative
    b: NotNegative
    L: Annotated[int, Field(ge=0)] = 0
    s: Annotated[int, Field(ge=0)] | None = None
    S: Count | None = None

    @model_validator(mode="after")
    def _above(self) -> Self:
        if (self.s is None) != (self.S is None):
            raise ValueError("both s and S, or neither: then the best are computed")
        if self.s is not None and self.S is not None and self.s >= self.S:
            raise ValueError(f"S above s ({self.s}), S is {self.S}")
        return self


class Lot(Strict):
    """Known demand: order cost ``K``, holding ``h``, ``demand`` a unit of time, ``backorder`` cost where units may be owed."""

    K: Positive
    h: Positive
    demand: Positive
    backorder: Positive | None = None


class NormalDemand(Strict):
    """By mean and standard deviation."""

    kind: Literal["normal"]
    mean: Positive
    sd: Positive


class PoissonDemand(Strict):
    """By its mean."""

    kind: Literal["poisson"]
    mean: Positive


class Season(Strict):
    """One purchase for a season: ``h`` a unit left over, ``b`` a unit short."""

    h: Positive
    b: Positive
    demand: Annotated[NormalDemand | PoissonDemand, Field(discriminator="kind")]


class Planned(Strict):
    """Demand known by period: order cost ``K``, holding ``h`` over a period's end."""

    demand: Annotated[list[NotNegative], Field(min_length=1)]
    K: Positive
    h: Positive


class Together(Strict):
    """Items that share an order: ``A`` an order, by item ``a`` a line, ``h`` holding, ``d`` demand; multiples up to ``m_max``."""

    A: Positive
    a: Annotated[list[Positive], Field(min_length=1)]
    h: Annotated[list[Positive], Field(min_length=1)]
    d: Annotated[list[Positive], Field(min_length=1)]
    m_max: Annotated[int, Field(ge=1, le=64)] = 8

    @model_validator(mode="after")
    def _alike(self) -> Self:
        alike(a=self.a, h=self.h, d=self.d)
        return self


class Continuous(Strict):
    """Continuous review: Poisson demand at ``lambda``, lead time ``L``, holding ``h``, backorder ``b``, order ``K``; ``r``, ``Q`` where given."""

    rate: Positive = Field(alias="lambda")
    L: Positive
    h: Positive
    b: Positive
    K: NotNegative
    r: int | None = None
    Q: Count | None = None

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.r is None) != (self.Q is None):
            raise ValueError("both r and Q, or neither: then the best are computed")
        return self


class OneForOne(Strict):
    """Each piece asked for is ordered at once: Poisson demand at ``lambda``, mean lead time ``mean_lead``, base stock ``S``."""

    rate: Positive = Field(alias="lambda")
    mean_lead: Positive
    S: Annotated[int, Field(ge=0)]


class Pooled(OneForOne):
    """``n`` stocks alike, each for itself, and all of it in one."""

    n: Annotated[int, Field(ge=2, le=64)]


class Textbook(Strict):
    """The inventory program of the simulation textbooks: (s, S) reviewed monthly, lots of random size, leads uniform.

    An order costs ``setup`` and ``unit`` a piece; ``holding`` and ``backlog`` a piece and month.
    """

    demands_per_month: Positive
    size_pmf: dict[str, Share]
    lead: Annotated[list[Positive], Field(min_length=2, max_length=2)]
    setup: NotNegative
    unit: NotNegative
    holding: NotNegative
    backlog: NotNegative
    initial: Annotated[int, Field(ge=0)]
    months: Count
    s: int
    S: int

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.s >= self.S:
            raise ValueError(f"S above s: given s {self.s}, S {self.S}")
        if self.lead[0] >= self.lead[1]:
            raise ValueError(f"lead: the shortest and the longest, given {self.lead}")
        if abs(sum(self.size_pmf.values()) - 1.0) > NEAR or not all(k.isdigit() and int(k) > 0 for k in self.size_pmf):
            raise ValueError("size_pmf: probabilities of whole sizes above 0 that add up to 1")
        return self


class Reads(Strict):
    """``tags`` in a load, each seen with ``p_read`` in each of ``rounds``; ``target``: share that is to be seen."""

    tags: Annotated[int, Field(ge=1, le=10_000)]
    p_read: Level
    rounds: Annotated[int, Field(ge=1, le=64)] = 1
    target: Level = 0.999


class Rented(Strict):
    """A thing that costs ``buy_over_rent`` rents."""

    buy_over_rent: Count
