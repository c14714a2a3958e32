"""What a client sends and what it wants back, by its headers (RFC 9110, sections 8.3, 8.4 and 12.5.1)."""

from collections.abc import Mapping

from policies.deploy.doors.http.answer import JSON
from policies.deploy.doors.http.problem import Problem


def sends_json(headers: Mapping[str, str]) -> None:
    """See that a body is JSON, in UTF-8 and not compressed.

    Raises
    ------
    Problem
        WrongMediaType.
    """
    given = headers.get("content-type", "")
    media, parameters = _parted(given)
    charset = parameters.get("charset", "utf-8").strip('"').lower()
    if media != JSON or charset != "utf-8":
        found = repr(given) if given else "no Content-Type"
        raise Problem(
            "WrongMediaType", f"{found}, expected Content-Type: {JSON}, in UTF-8", headers=(("accept", JSON),)
        )
    coding = headers.get("content-encoding", "identity")
    if coding.lower() != "identity":
        raise Problem(
            "WrongMediaType", f"Content-Encoding {coding!r}, expected none", headers=(("accept-encoding", "identity"),)
        )


def wants(headers: Mapping[str, str], media: str) -> None:
    """See that a client takes an answer of this type.

    Raises
    ------
    Problem
        NotAcceptable.
    """
    accept = headers.get("accept", "")
    if accept and not _taken(accept, media):
        raise Problem("NotAcceptable", f"this is {media}, and Accept is {accept!r}")


def _taken(accept: str, media: str) -> bool:
    """The most specific range that fits decides, whatever comes first."""
    told = dict(_weighed(one) for one in accept.split(","))
    for fits in (media, f"{media.partition('/')[0]}/*", "*/*"):
        if fits in told:
            return told[fits] > 0.0
    return False


def _weighed(one: str) -> tuple[str, float]:
    media, parameters = _parted(one)
    try:
        return media, float(parameters.get("q", "1"))
    except ValueError:
        return media, 0.0


def _parted(given: str) -> tuple[str, dict[str, str]]:
    media, *rest = given.split(";")
    pairs = (one.partition("=") for one in rest)
    return media.strip().lower(), {name.strip().lower(): value.strip() for name, _, value in pairs}
