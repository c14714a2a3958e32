"""The libraries of this door are an extra.

ImportError
└── MissingExtra    they are not installed
"""

from importlib import import_module
from typing import Final

NEEDED: Final = ("starlette", "uvicorn", "prometheus_client")


class MissingExtra(ImportError):
    """The libraries of the HTTP door are not installed."""

    def __init__(self, missing: str) -> None:
        super().__init__(
            f"the HTTP door needs the extra 'http' (no module {missing!r}): "
            "pip install 'campus-twin[http]', on a controller 'campus-twin-policies[http]'"
        )


def see_installed() -> None:
    """See that the libraries are here before anything is opened.

    Raises
    ------
    MissingExtra
        Naming the first that is not.
    """
    for name in NEEDED:
        try:
            import_module(name)
        except ImportError as error:
            raise MissingExtra(error.name or name) from error
