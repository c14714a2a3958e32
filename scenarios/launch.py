"""The command's first tenths of a second: Ctrl-C waits until somebody can answer it."""

import sys

from scenarios.interruption import EXIT_CODE, NOT_BEGUN, held_back


def main() -> None:
    """Load the command line, then be it."""
    try:
        with held_back():
            from scenarios.cli import main as command
    except KeyboardInterrupt:
        sys.stderr.write(f"twin: {NOT_BEGUN}\n")
        sys.exit(EXIT_CODE)
    command()
