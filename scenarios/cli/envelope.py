"""What every command says to machines, and how it ends.

``--json`` prints one envelope on stdout. Exit codes: 0 done, 1 the answer is no, 2 wrong usage or
configuration, 3 partial, 4 internal error, 130 interrupted.
"""

import json
import math
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Final, NoReturn

import click

from scenarios.interruption import EXIT_CODE, STOPPED, heard

DONE: Final = 0
ANSWER_IS_NO: Final = 1
WRONG_USAGE: Final = 2
PARTIAL: Final = 3
INTERNAL: Final = 4
INTERRUPTED: Final = EXIT_CODE


def envelope(
    schema: str, data: Any, *, ok: bool = True, warnings: Sequence[str] = (), errors: Sequence[str] = ()
) -> str:
    """One JSON object: ``{"schema": "twin/compare@1", "ok": true, "data": …, "warnings": []}``.

    ``errors`` stands there only when there are some. Undefined numbers are null.
    """
    whole: dict[str, Any] = {"schema": schema, "ok": ok, "data": plain(data), "warnings": list(warnings)}
    if errors:
        whole["errors"] = list(errors)
    return json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=1)


def plain(value: Any) -> Any:
    """A value as JSON can say it: data classes as objects, NaN and infinity as null."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return plain(value.item()) if hasattr(value, "item") else str(value)


class Finish(Exception):
    """Ends a command with a code; errors go to stderr and into the envelope."""

    def __init__(self, code: int, *errors: str) -> None:
        super().__init__(*errors)
        self.code = code
        self.errors = errors


@contextmanager
def ending(
    schema: str, *, as_json: bool, wrong: tuple[type[Exception], ...] = (), stopped: str = STOPPED
) -> Iterator[None]:
    """Run a command's body; end the process as the exit codes say.

    Parameters
    ----------
    wrong : exception types that mean wrong usage or configuration
    stopped : what is said when it is interrupted: what it was doing, and what is kept
    """
    try:
        yield
    except Finish as finish:
        _fail(schema, as_json, finish.code, finish.errors)
    except wrong as error:
        _fail(schema, as_json, WRONG_USAGE, messages(error))
    except KeyboardInterrupt:
        _fail(schema, as_json, INTERRUPTED, (stopped,))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(DONE)
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except Exception as error:
        if heard():  # a library that was loading made another error of it
            _fail(schema, as_json, INTERRUPTED, (stopped,))
        if "TWIN_TRACEBACK" in os.environ:
            raise
        _fail(
            schema,
            as_json,
            INTERNAL,
            (f"internal error: {type(error).__name__}: {error} (TWIN_TRACEBACK=1 shows where)",),
        )


def messages(error: Exception) -> tuple[str, ...]:
    """Every message of an error: those that collect several carry them as ``errors``."""
    several = getattr(error, "errors", None)
    found: Callable[[], Any] | Sequence[Any] | None = several
    if callable(found) or not found:
        return (str(error),)
    return tuple(str(one) for one in found)


def _fail(schema: str, as_json: bool, code: int, errors: Sequence[str]) -> NoReturn:
    for error in errors:
        click.echo(f"twin: {error}", err=True)
    if as_json:
        click.echo(envelope(schema, None, ok=False, errors=errors))
    sys.exit(code)
