"""Small logs, mappings and overlays, written to a folder."""

from pathlib import Path

import pytest

HEADER = "number,opened,closed,where,what,prio,minutes"
ROWS = [
    "1,2025-09-01T08:00,2025-09-01T09:00,East,tap,2,30",
    "2,2025-09-01T08:10,2025-09-01T09:30,West,lamp,3,45",
    "3,2025-09-01T08:20,2025-09-02T09:30,West,tap,1,20",
    "4,2025-09-02T10:00,2025-09-02T11:00,East,lamp,3,60",
    "5,2025-09-03T10:00,,East,tap,3,15",
]
MAPPING = """
kind = "requests"
name = "small"
[columns]
id = "number"
opened_at = "opened"
closed_at = "closed"
place = "where"
category = "what"
priority = "prio"
duration = "minutes"
[period]
first_day = 2025-09-01
last_day = 2025-09-05
run_out_days = 3
[trades]
tap = "plumbing"
lamp = "electrical"
[priorities]
1 = 1
2 = 2
3 = 3
"""
OVERLAY = """
name = "small world"
overtime_max_min = 60
[places]
rule = "one_point"
names = ["East", "West"]
inside_min = 5
[work]
plumbing = { mean_min = 40, cv = 0.5 }
electrical = { mean_min = 30, cv = 0.5 }
[crews.day]
count = 2
skills = { plumbing = 3, electrical = 2 }
shift = { windows = ["08:00-17:00"], off_on_holidays = false }
home = "East"
[arms.nearest]
dispatch = { rule = "nearest_idle" }
[arms.pooled]
dispatch = { rule = "fifo_pooled" }
"""


class Desk:
    """A folder with a log, its mapping and an overlay; each may be changed before it is read."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.log = folder / "log.csv"
        self.mapping = folder / "mapping.toml"
        self.overlay = folder / "overlay.toml"
        self.write()
        self.map()
        self.overlay.write_text(OVERLAY)

    def write(self, rows=ROWS, header=HEADER):
        self.log.write_text("\n".join([header, *rows]) + "\n")

    def map(self, *changes, text=MAPPING):
        """Write the mapping with (old, new) changed; ``top`` lines are put before the tables."""
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        self.mapping.write_text(text)

    def with_world(self):
        self.map(('name = "small"', 'name = "small"\nworld = "overlay.toml"'))
        return self


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)
