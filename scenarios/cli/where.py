"""Where a rule raised: file, line and what stands there, by asking it again what the conformance checks asked."""

import traceback
from typing import Any


def raised_at(rule: Any, decision: str) -> str:
    """The last place in the traceback of the first question at which a rule raises; empty: it raises at none.

    Parameters
    ----------
    rule : class, made with its default parameters, or instance
    """
    from policies.controller.conformance import ask
    from policies.controller.scenes import Office, scenes

    try:
        made = rule() if isinstance(rule, type) else rule
        for scene in scenes(decision, made, Office):
            ask(made, decision, scene)
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"{place.filename}:{place.lineno} in {place.name}: {place.line}"
    return ""
