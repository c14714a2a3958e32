"""The description of a campus: everything a world is built from, in plain data.

Floor 4 fills it from scenario files; tests write it by hand. Units stand in the names; times of the
day and durations in minutes, levels 1-4. No field is a target or the size of an effect: effects
emerge from what happens. Provenance of the shipped values: the scenario files.
"""

from dataclasses import dataclass, field
from typing import Literal

from policies.contract.calendar import Calendar
from twin.entities.roster import Roster

Minutes = list[list[float]]


@dataclass(slots=True)
class Building:
    """One building. ``key`` is a stable number that keys its draws, whatever else is built."""

    name: str
    key: int
    x_m: float
    y_m: float
    kind: str = "teaching"
    zone: int = 0
    floor_m2: float = 9_200.0
    occupants: int = 0


@dataclass(slots=True)
class AssetClass:
    """Assets of one kind. ``rate_per_year`` a unit and year; Weibull ``shape``.

    ``units`` by building index; ``pm_every_days`` > 0: calendar maintenance by ``pm_trade``, which
    renews the asset with probability ``pm_renews`` and harms it with ``pm_induced``. ``weather``:
    none, hvac or roof. ``clock``: calendar (renewals ignore downtime) or operating (a life starts
    when the last repair ends).
    """

    name: str
    key: int
    trade: str
    rate_per_year: float
    shape: float
    units: list[int]
    emergency_share: float = 0.067
    urgent_share: float = 0.2
    public: bool = False
    weather: str = "none"
    root_share: float = 0.12
    pm_every_days: float = 0.0
    pm_work_min: float = 30.0
    pm_tolerance_days: float = 7.0
    pm_trade: str = "plant"
    pm_renews: float = 0.6
    pm_induced: float = 0.02
    pm_batch: int = 20
    clock: str = "calendar"


@dataclass(slots=True)
class Trade:
    """Work of a trade: hands-on minutes (mean, cv), share of jobs that need a part, parts by item.

    ``contractor``: done by outside firms only (lift, fire). ``work_law``: lognormal, or exponential
    (``work_cv`` is then not read).
    """

    name: str
    work_mean_min: float
    work_cv: float
    part_share: float = 0.55
    need_share: float = 0.0
    skus: tuple[int, ...] = ()
    contractor: bool = False
    licence: str = ""
    work_law: Literal["lognormal", "exponential"] = "lognormal"


@dataclass(slots=True)
class Person:
    """A technician: skills trade → level, home building, zones served, crew, licences, roster."""

    name: str
    key: int
    skills: dict[str, int]
    home: int
    roster: Roster
    crew: str = "reactive"
    zones: tuple[int, ...] = ()
    licences: tuple[str, ...] = ()
    stays_home: bool = False
    wage_cny_per_h: float = 38.0


@dataclass(slots=True)
class Sku:
    """A stock item of the storeroom [pieces, days, CNY]; ``weight``: share of its trade's part needs."""

    name: str
    reorder_point: int
    order_up_to: int
    lead_days: int
    price_cny: float
    weight: float = 1.0


@dataclass(slots=True)
class StockLine:
    """An item on the shelf of a place: 0 the central store, then the departments in their order [pieces, CNY, days].

    ``key`` keys its draws. ``opening`` lies there at the start, ``catalogue_per_month`` is what the book takes over as expected.
    ``per_year`` pieces are asked for by the place itself, beside repairs, ``per_request`` at a time with coefficient of
    variation ``size_cv``. ``critical``: kept for a breakdown that may never come.
    """

    name: str
    key: int
    place: int
    price_cny: float
    lead_days: float
    opening: int
    catalogue_per_month: float
    per_year: float = 0.0
    per_request: float = 1.0
    size_cv: float = 0.0
    supplier: int = 0
    critical: bool = False


@dataclass(slots=True)
class Stores:
    """The stores (物资): how they buy, receive, count and throw away. ``lines`` begin with the stock items of repairs.

    Orders wait for the finance officer's signature and then for the buyer, each at the inbox times of the office hours and
    up to a capacity a session; no inbox time: at once. Leads are lognormal about a line's ``lead_days`` (cv ``lead_cv``), or uniform
    within a third of it; a rush takes ``rush_share`` of it, at least ``rush_days``, costs ``rush_premium`` of the price more and waits for nobody but the
    shop's opening. Deliveries are taken in ``receiving`` hours, and a share is sent back. From ``break_months`` of need on, a share ``break_price`` of
    the price is paid. ``unrecorded``: pieces a piece issued that leave without a slip; ``notes_empty``: slips of an
    empty shelf that say so; ``unmet``: whether who finds it empty waits, or goes elsewhere (repairs always wait). An item is superseded ``obsolete_per_year``; what lies there then is dead, and thrown away at the
    yearly count once it is ``scrap_after_days`` old. ``on`` False: the storeroom reviews itself, as the spine has it.
    """

    on: bool = False
    departments: tuple[str, ...] = ()
    lines: list[StockLine] = field(default_factory=list)
    hours: str = "office"
    finance_inbox_min: tuple[float, ...] = (600.0, 930.0)
    buyer_inbox_min: tuple[float, ...] = (540.0, 870.0)
    signed_a_session: int = 60
    lead_cv: float = 0.5
    lead_law: Literal["lognormal", "uniform"] = "lognormal"
    receiving: str = "SVC"
    inspection_min: float = 30.0
    sent_back: float = 0.02
    rush_days: float = 0.5
    rush_share: float = 0.4
    rush_premium: float = 0.25
    break_months: tuple[float, ...] = (5.0, 20.0)
    break_price: tuple[float, ...] = (0.97, 0.94)
    order_cny: float = 120.0
    holding_per_year: float = 0.25
    invoice_days: float = 7.0
    settle_days: float = 30.0
    unrecorded: float = 0.015
    notes_empty: float = 0.5
    unmet: Literal["waits", "lost"] = "waits"
    obsolete_per_year: float = 0.04
    count_month: int = 12
    count_day: int = 20
    count_right: float = 0.85
    count_min_a_line: float = 3.0
    count_h_cny: float = 32.0
    scrap_after_days: float = 365.0
    salvage: float = 0.05


@dataclass(slots=True)
class Demand:
    """Faults and needs over time. Factors are normalised to mean 1 by the generator.

    ``holiday_factor``: use on public holidays, when many are away (terms are in the month factors).
    ``day_cv``: coefficient of variation of a factor of mean 1 on everything of a day, drawn anew each day;
    0: days differ by chance alone. ``needs_root_share``: needs with a cause that shows again until removed.

    ``month`` January first, ``weekday`` Monday first, ``hour`` of the day by building kind group
    (``residential``, ``working``).
    """

    needs_per_occupant_year: float = 0.0
    needs_emergency_share: float = 0.02
    needs_urgent_share: float = 0.15
    needs_root_share: float = 0.0
    day_cv: float = 0.0
    month: tuple[float, ...] = (1.0,) * 12
    weekday: tuple[float, ...] = (1.0,) * 7
    hour_residential: tuple[float, ...] = (1.0,) * 24
    hour_working: tuple[float, ...] = (1.0,) * 24
    residential_kinds: tuple[str, ...] = ("dormitory",)
    holiday_factor: float = 1.0
    hvac_per_degree: float = 0.06
    hot_above_c: float = 28.0
    cold_below_c: float = 5.0
    storm_factor: float = 3.0
    storm_flood_prob: float = 0.02
    cold_snap_below_c: float = -2.0
    cold_snap_burst_prob: float = 0.03
    recurrence_mean_days: float = 9.0


@dataclass(slots=True)
class Weather:
    """Daily mean temperature: yearly cosine plus autoregressive noise [degC]; storms by month."""

    mean_c: float = 16.0
    amplitude_c: float = 12.0
    coldest_day: int = 20
    noise_c: float = 3.0
    persistence: float = 0.7
    storm_prob: tuple[float, ...] = (0.0,) * 12


@dataclass(slots=True)
class Reporting:
    """How people notice and report.

    Delays lognormal by median and ``notice_sigma``. Channel shares are of those who do not use the
    app. ``reminder_after_h``: patience before a reminder [service hours].
    ``ask_again_h``: median until somebody whose request was merged into the wrong order asks again. ``night_line``: a duty post answers the
    phone outside clerk hours for what callers call an emergency.
    """

    notice_room_h: float = 2.0
    notice_public_h: float = 48.0
    notice_emergency_h: float = 0.3
    notice_sigma: float = 1.0
    phone_share: float = 0.55
    paper_share: float = 0.25
    chat_share: float = 0.20
    paper_lost: float = 0.03
    wrong_trade: float = 0.08
    false_urgent: float = 0.08
    missed_emergency: float = 0.15
    room_missing: float = 0.08
    app_room_missing: float = 0.01
    unneeded: float = 0.03
    wrong_department: float = 0.05
    duplicate_rate_per_day: float = 0.03
    public_duplicate_factor: float = 4.0
    app_duplicate_factor: float = 1.5
    reminder_after_h: float = 14.0
    reminder_sigma: float = 0.6
    cancel_after_days: float = 0.0
    ask_again_h: float = 6.0
    joint_share: float = 0.02
    night_line: bool = True
    night_answer_min: float = 5.0
    app_delay_min: float = 0.5


@dataclass(slots=True)
class Features:
    """What measures switch in the world: buildings where the app is live, and what running it costs [CNY a day]."""

    app_buildings: tuple[int, ...] = ()
    app_per_day_cny: float = 0.0
    centre_per_day_cny: float = 0.0


@dataclass(slots=True)
class Society:
    """Occupant groups as agents: adoption of the app, memory, urgency inflation.

    ``adoption_max`` 0 is the app off, wherever it is live.
    """

    adoption_start: float = 0.15
    adoption_max: float = 0.85
    adoption_per_day: float = 0.03
    memory_days: float = 30.0
    inflation_gain: float = 0.10
    inflation_max: float = 0.40


@dataclass(slots=True)
class Clerks:
    """The registration desk: people, hours (a calendar name), minutes a slip (lognormal)."""

    count: int = 4
    hours: str = "clerk"
    registration_mean_min: float = 20.0
    registration_cv: float = 0.6
    reminder_min: float = 3.0


@dataclass(slots=True)
class Approver:
    """One person of a chain: office hours (a calendar name), inbox times [minutes of the day], refusals."""

    name: str
    hours: str = "office"
    inbox_min: tuple[float, ...] = (600.0, 930.0)
    capacity: int = 40
    refuses_unneeded: float = 0.7


@dataclass(slots=True)
class Departments:
    """Cross-department cases: inbox delay [h], bounces, cases that stick until the weekly review."""

    names: tuple[str, ...] = ()
    needed: int = 2
    hours: str = "office"
    inbox_mean_h: float = 4.0
    bounce: float = 0.25
    stuck: float = 0.10
    meeting_weekday: int = 4
    meeting_min: float = 870.0
    agenda_capacity: int = 12


@dataclass(slots=True)
class OnSiteWork:
    """What happens at a visit. Lists by skill level 1-4."""

    diagnosis: tuple[float, ...] = (0.70, 0.82, 0.90, 0.95)
    root_repair: tuple[float, ...] = (0.25, 0.40, 0.55, 0.70)
    root_extra: float = 0.40
    speed: tuple[float, ...] = (1.25, 1.08, 1.0, 0.92)
    found_out_on_site: float = 0.75
    wrong_share_of_work: float = 0.6
    no_access: float = 0.07
    no_access_wait_min: float = 5.0
    search_min: float = 12.0
    look_min: float = 8.0
    fetch_part_min: float = 20.0
    ask_store_min: float = 6.0
    make_safe_min: float = 15.0
    make_safe_share: float = 0.4
    report_min: float = 2.0
    accept_median_min: float = 2.0
    accept_sigma: float = 0.8
    unheard: float = 0.05
    unheard_min: float = 25.0
    decline_before_off_min: float = 10.0
    set_up_min: float = 8.0
    overtime_max_min: float = 30.0
    come_back_median_h: float = 20.0
    silence_days: float = 7.0
    signs_at_once: float = 0.5
    sickness: float = 0.08


@dataclass(slots=True)
class Costs:
    """What is booked [CNY]."""

    overtime_factor: float = 1.5
    part_order_cny: float = 120.0
    partner_call_cny: float = 150.0
    partner_h_cny: float = 90.0
    clerk_h_cny: float = 32.0
    approver_min: float = 4.0
    approver_h_cny: float = 60.0


@dataclass(slots=True)
class Campus:
    """A whole campus. ``minutes_to[b][a]``: true travel from a to b [min]; ``horizon_days`` of drawn demand."""

    name: str
    calendar: Calendar
    buildings: list[Building]
    minutes_to: Minutes
    people: list[Person]
    trades: list[Trade]
    assets: list[AssetClass] = field(default_factory=list)
    skus: list[Sku] = field(default_factory=list)
    store: int = 0
    stores: Stores = field(default_factory=Stores)
    kitting: bool = False
    demand: Demand = field(default_factory=Demand)
    weather: Weather = field(default_factory=Weather)
    reporting: Reporting = field(default_factory=Reporting)
    society: Society = field(default_factory=Society)
    features: Features = field(default_factory=Features)
    clerks: Clerks = field(default_factory=Clerks)
    chains: dict[str, list[Approver]] = field(default_factory=dict)
    departments: Departments = field(default_factory=Departments)
    work: OnSiteWork = field(default_factory=OnSiteWork)
    costs: Costs = field(default_factory=Costs)
    horizon_days: int = 365
