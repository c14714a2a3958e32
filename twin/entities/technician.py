"""A technician as he or she truly is: where, doing what, on duty or not."""

from typing import final

from twin.entities.job import Job
from twin.entities.roster import Roster


@final
class Technician:
    """``episode`` numbers what he or she is doing, so that an overtaken event is recognised and dropped."""

    __slots__ = (
        "at", "crew", "episode", "home", "id", "job", "on_duty", "queue", "roster", "skills",
        "stays_home", "step", "step_ends_at", "steps", "trade", "until", "visit_began_at",
    )  # fmt: skip

    def __init__(
        self, id: int, skills: dict[str, int], home: int, roster: Roster, crew: str = "reactive",
        stays_home: bool = False,
    ) -> None:  # fmt: skip
        self.id = id
        self.skills = skills
        self.trade = next(iter(skills))
        self.home = home
        self.roster = roster
        self.crew = crew
        self.stays_home = stays_home
        self.at = home
        self.on_duty = False
        self.until = 0.0
        self.job: Job | None = None
        self.queue: list[Job] = []
        self.steps: list[Step] = []
        self.step = 0
        self.step_ends_at = 0.0
        self.episode = 0
        self.visit_began_at = 0.0


@final
class Step:
    """A stretch of a visit: technician state, minutes, how much of the job's work it does [min], what it ends in."""

    __slots__ = ("ends_in", "minutes", "progress_min", "state")

    def __init__(self, state: int, minutes: float, progress_min: float, ends_in: str) -> None:
        self.state = state
        self.minutes = minutes
        self.progress_min = progress_min
        self.ends_in = ends_in
