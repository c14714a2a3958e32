"""The token that opens a door: kept in a file that its owner alone reads, never on a command line.

ValueError
└── TokenProblem    a file that holds no token, or that others may read
"""

import hmac
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

LEAST: Final = 16
"""Letters of a token at least: what can be guessed opens to everybody."""
SYNTAX: Final = re.compile(rb"[A-Za-z0-9._~+/-]+=*")
"""What may stand behind ``Bearer`` (RFC 6750, section 2.1)."""
HOW: Final = "python -c 'import secrets; print(secrets.token_urlsafe(32))' makes one"


class TokenProblem(ValueError):
    """A file that holds no token, or that others may read."""


@dataclass(frozen=True, slots=True)
class Token:
    """A secret shared with those who may come in; it never shows."""

    secret: bytes = field(repr=False)

    def opens(self, authorization: bytes) -> bool:
        """Whether a header ``Authorization`` carries it, found in a time that does not depend on how much of it is right."""
        scheme, _, given = authorization.partition(b" ")
        return scheme.lower() == b"bearer" and hmac.compare_digest(given.strip(), self.secret)


def read_token(path: Path) -> Token:
    """The token of a file: its one line.

    Raises
    ------
    TokenProblem
        If the file cannot be read, others may read it, or what it holds is no token.
    """
    try:
        content = path.read_bytes().strip()
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        raise TokenProblem(f"cannot read the token {path}: {error.strerror}") from error
    if os.name == "posix" and mode & 0o077:
        raise TokenProblem(f"{path}: others may read this token; chmod 600 it, or make a new one if they did")
    if len(content) < LEAST or not SYNTAX.fullmatch(content):
        raise TokenProblem(
            f"{path} holds no token of at least {LEAST} letters, digits and . _ ~ + / - on one line; {HOW}"
        )
    return Token(content)
