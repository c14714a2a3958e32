"""``python -m policies.deploy.adapters.atlas CONFIG.toml``: join a CMMS in the shape of Atlas to a host.

Exit codes: 0 it was asked to stop, 1 host or CMMS will not have us, 2 wrong usage or a wrong file.
"""

import signal
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from threading import Event

from policies.deploy.adapters.atlas import config
from policies.deploy.adapters.atlas.bridge import Bridge, CannotBridge
from policies.deploy.adapters.atlas.position import BadPosition
from policies.deploy.adapters.calling import Declined
from policies.deploy.strict import WrongDocument


def main(argv: Sequence[str] | None = None) -> int:
    """Bridge until asked to stop."""
    parser = ArgumentParser(prog="python -m policies.deploy.adapters.atlas", description="Join a CMMS to a host.")
    parser.add_argument("config", type=Path, help="Where both are and what is called how in each (TOML).")
    asked = parser.parse_args(argv)
    over = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    try:
        read = config.read(asked.config)
        with closing(Bridge(read, _say)) as bridge:
            print(f"bridging {read.cmms} and {read.host}", flush=True)
            bridge.run(over)
    except WrongDocument as wrong:
        print("\n".join(wrong.errors), file=sys.stderr)
        return 2
    except (BadPosition, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    except (CannotBridge, Declined) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _say(what: str) -> None:
    print(f"atlas: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
