"""The page of the host: its commands, what its processes may take, why a fallback answers, its journal."""

import os
from argparse import ArgumentParser
from unittest import mock

from docs.pages.markdown import doc, table, title
from policies.deploy.host import __main__ as starting
from policies.deploy.host import (
    ask,
    asked,
    breakers,
    canary,
    deciding,
    journal,
    probation,
    reasons,
    scribe,
    shadow,
    workers,
)
from policies.deploy.manifest import SOFT_SHARE

WIDE = "110"
REASONS = (
    (
        f"`{asked.OVER_BUDGET}`",
        "the rule took more than its hard budget, and was interrupted or ended with its process",
    ),
    (f"`{workers.DIED}`", "its process ended while it was asked, twice on one event"),
    (f"`{asked.FORKED}`", "it forked or started a program; nothing came of it"),
    (f"`{breakers.BREAKER_OPEN}`", "its breaker is open: it was not asked"),
    (f"`{asked.OUT_OF_STEP}`", "its process asked other questions than the record does"),
    (f"`{deciding.UNAVAILABLE}`", "no process that runs rules could be had"),
    (
        "any other",
        f"the name of the exception the rule raised, `SystemExit` among them; the metric says `{reasons.RAISED}` of them all",
    ),
)


def host_page() -> str:
    """What a host is, and everything about it that has a name or a number."""
    limits, tolerance, bearable = workers.Limits(), breakers.Tolerance(), probation.Bearable()
    return "\n".join(
        [
            title("Hosts", "policies.deploy.host"),
            (
                "A host lets a verified [bundle](bundle.md) decide for a site ([how to](../how-to/run-a-host.md); "
                "[why it is made so](../explanation/defence.md#the-host)). Its doors: [HTTP](http.md), [MQTT](mqtt.md).\n"
            ),
            "## `python -m policies.deploy.host`\n",
            f"{_after_title(doc(starting))}\n",
            f"```\n{_help(starting.parser())}```\n",
            "## `python -m policies.deploy.host.ask`\n",
            f"{_after_title(doc(ask))}\n",
            "## Its processes\n",
            f"{doc(scribe)}\n",
            (
                f"Budgets are those of the bundle's manifest: warned of above the soft one (a share of {SOFT_SHARE:g} of the hard one), ended at the hard "
                f"one; a rule that cannot be interrupted is ended {limits.grace_s:g} s later. Rules may take {limits.memory_bytes // 2**20} MiB unless told otherwise, and at "
                "half of that their process is replaced. Dispatch falls back to first come, first served, lowest number; every other decision to what an office without that rule does.\n"
            ),
            "## Why a fallback answered\n",
            "The `fallback` of a decision, and the label `reason` of the metric.\n",
            table(("reason", "when"), REASONS),
            "## The circuit breaker\n",
            f"{doc(breakers)}\n",
            (
                f"As built: {tolerance.faults} faults within {tolerance.within_s:g} s open it for {tolerance.open_s / 60.0:g} min. A fault is an answer of the fallback, or one a guard refused.\n"
            ),
            "## Looking on, deciding in turn, taking over\n",
            f"{doc(shadow)}\n",
            f"{doc(canary)}\n",
            (
                f"{doc(probation)} More than {100.0 * bearable.share:g} % of the last {bearable.window} answers, once there are {bearable.least}: "
                f"{_after_title(doc(probation.Probation))}\n"
            ),
            "## The journal\n",
            f"{_before_tree(doc(journal))}\n",
            f"```sql\n{journal.TABLES.strip()}\n```\n",
            (
                "`event`, `commands`, `notes`, `fallback` and `declared` are canonical JSON; `observation` and `decision` the digests of a golden file; "
                "`bundle` the SHA-256 of the bundle that answered.\n"
            ),
        ]
    )


def _help(parser: ArgumentParser) -> str:
    """The help of a command, as wide whoever writes the page."""
    with mock.patch.dict(os.environ, {"COLUMNS": WIDE}):
        return parser.format_help()


def _after_title(text: str) -> str:
    return text.split("\n\n", 1)[1]


def _before_tree(text: str) -> str:
    return "\n\n".join(part for part in text.split("\n\n") if not part.startswith("JournalProblem"))
