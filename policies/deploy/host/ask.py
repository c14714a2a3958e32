"""``python -m policies.deploy.host.ask STATE WHAT [BUNDLE]``: ask the host that runs on a folder.

``status``, ``report``, ``load BUNDLE``, ``dismiss``, ``canary``, ``promote``, ``rollback``, ``stop``. ``canary`` and
``promote`` refuse a bundle that has rules at other decision points than the one that decides, except with ``--allow-other-points``, and one whose answers
as a shadow raised or were refused in more than a tenth of the questions, except with ``--allow-refused``. Exit codes: 0 done, 1 refused or it cannot be done, 2 wrong usage or no host is running there.
"""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from policies.deploy.host.control import CannotDo, ControlProblem, ask, stop
from policies.deploy.host.told import STOPPED, lines_of, lines_of_status
from policies.deploy.options import Options

REPORTED = ("report", "load", "dismiss", "canary", "promote", "rollback")
LINES: dict[str, Callable[[dict[str, Any]], Iterable[str]]] = {
    "status": lines_of_status, "stop": lambda _: (STOPPED,), **dict.fromkeys(REPORTED, lines_of),
}  # fmt: skip
"""What is asked → the lines that say its answer to people."""
ALLOWED = ("allow_other_points", "allow_refused")


def main(argv: Sequence[str] | None = None) -> int:
    """Ask, and say what came of it."""
    parser = Options(prog="python -m policies.deploy.host.ask", description="Ask a host that is running.")
    parser.add_argument("state", type=Path, help="The host's folder.")
    parser.add_argument("what", **parser.one_of("WHAT", ("status", *REPORTED, "stop")))
    parser.add_argument("bundle", type=Path, nargs="?", help="With load: what is to look on.")
    parser.add_argument(
        "--allow-other-points",
        action="store_true",
        help="With canary or promote: even where its rules decide at other points.",
    )
    parser.add_argument(
        "--allow-refused",
        action="store_true",
        help="With canary or promote: even where its rules raised or were refused too often as a shadow.",
    )
    parser.add_argument("--json", action="store_true", help="What the host says, as one JSON object.")
    asked = parser.read(argv)
    if parser.wrong:
        print(*parser.wrong, sep="\n", file=sys.stderr)
        return 2
    if (asked.bundle is not None) != (asked.what == "load"):
        parser.error("load BUNDLE; everything else takes no bundle")
    if asked.bundle is not None and not asked.bundle.is_file():
        print(f"cannot read {asked.bundle}: no such file", file=sys.stderr)
        return 2
    allowed = [name for name in ALLOWED if getattr(asked, name)]
    if allowed and asked.what not in ("canary", "promote"):
        parser.error(f"--{allowed[0].replace('_', '-')} goes with canary and promote alone")
    words: dict[str, str | bool] = {} if asked.bundle is None else {"path": str(asked.bundle.resolve())}
    words |= dict.fromkeys(allowed, True)
    try:
        said = stop(asked.state) if asked.what == "stop" else ask(asked.state, asked.what, **words)
    except CannotDo as problem:
        print(f"refused ({problem.refused}): {problem}" if problem.refused else problem, file=sys.stderr)
        return 1
    except ControlProblem as problem:
        print(problem, file=sys.stderr)
        return 2
    _say(said, asked.what, as_json=asked.json)
    return 0


def _say(said: dict[str, Any], what: str, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(said, ensure_ascii=False, indent=1))
        return
    for line in LINES[what](said):
        print(line)


if __name__ == "__main__":
    sys.exit(main())
