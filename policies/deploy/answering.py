"""The far side of a replay: a fresh controller is told every observation and says what it answers.

Runs in an interpreter of its own that has a bundle's wheels and nothing else of ours. Written to
standard output: first a line that says which contract is spoken, then one decision a line, as
canonical JSON. Whatever a rule prints goes to standard error.
"""

import sys
from pathlib import Path
from typing import Final

from policies import __version__
from policies.controller.centre import CommandCentre
from policies.deploy import canonical, messages, office, rules_file, schema
from policies.deploy.members import OFFICE, RULES

OBSERVATIONS: Final = "observations.jsonl"


def main(folder: str) -> None:
    """Answer the observations of a folder that also holds the office and the rules."""
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    here = Path(folder)
    rules = rules_file.read((here / RULES).read_bytes())
    centre = CommandCentre(office.settings_of(canonical.parse((here / OFFICE).read_bytes()), rules))
    answers.write(canonical.text({"contract": schema.digests(), "version": __version__}) + b"\n")
    for line in (here / OBSERVATIONS).read_bytes().splitlines():
        event, now = messages.observed(canonical.parse(line))
        answers.write(canonical.text(messages.decision(centre.handle(event, now))) + b"\n")
    answers.flush()
