"""Several looks at what was asked for, and every mistake they find told at once."""

from collections.abc import Callable
from typing import Any

from scenarios.cli.envelope import WRONG_USAGE, Finish, messages
from scenarios.cli.form import pending


def at_once(wrong: tuple[type[Exception], ...], *looks: Callable[[], Any]) -> list[Any]:
    """What every look found, in their order: nobody mends one mistake only to be told of the next.

    Parameters
    ----------
    wrong : exception types that mean wrong usage or configuration

    Raises
    ------
    Finish
        With exit code 2 and every message, each once, if a look found something wrong.
    """
    found: list[Any] = []
    errors = pending()[:]
    for look in looks:
        try:
            found.append(look())
        except Finish as finish:
            errors += finish.errors
        except wrong as error:
            errors += messages(error)
    if errors:
        raise Finish(WRONG_USAGE, *dict.fromkeys(errors))
    return found
