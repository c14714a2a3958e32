"""``python -m policies.deploy.verify BUNDLE --key PUB``: may this bundle be loaded here?

The same question as ``twin policy verify``, on a controller that has the policies alone. Exit codes:
0 it may, 1 it is refused (why goes to standard error), 2 wrong usage.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from policies.deploy.bundle import Bundle, content_of, open_bundle
from policies.deploy.keys import KeyProblem, MissingExtra, PublicKey, read_public
from policies.deploy.refusals import Refused
from policies.deploy.refused_answers import refused
from policies.deploy.replay import replay


def verified(path: Path, trusted: Sequence[PublicKey], installed_version: int | None = None) -> Bundle:
    """The bundle, opened, and seen to decide as it was recorded to.

    Raises
    ------
    Refused
        By one of its classes.
    OSError
        If the file cannot be read.
    """
    found = open_bundle(path, trusted, installed_version)
    replay(found.members, found.manifest, found.pairs)
    return found


def line_of(found: Bundle) -> str:
    """What to say of a bundle that may be loaded."""
    told = found.manifest
    rules = ", ".join(f"{decision}={duty.rule}" for decision, duty in told.decisions.items())
    bad = refused(found.pairs)
    held = f"; in {bad} of them a rule raised or was refused, and a fallback decided" if bad else ""
    return (
        f"{told.name} version {told.version}: signed by key {found.signed_by[:16]}…, {told.pairs} decisions replayed "
        f"({told.answered} with commands), all as recorded{held}; {rules}{ruled(found.statement.predicate['study'])}"
    )


def ruled(study: Mapping[str, Any] | None) -> str:
    """What a gate ruled of the study behind a bundle, in words; empty where none did."""
    gate = None if study is None else study.get("gate")
    if gate is None:
        return ""
    return f"; the gate {gate['gate']} ruled {'GO' if gate['go'] else 'NO-GO'} on it"


def _wrong(bundle: Path, keys: Sequence[Path]) -> Iterator[str]:
    """Files that cannot be read, all of them."""
    try:
        content_of(bundle)
    except Refused:
        pass  # said with its reason where the bundle is looked at
    except OSError as error:
        yield f"cannot read {bundle}: {error.strerror}"
    for path in keys:
        try:
            read_public(path)
        except (KeyProblem, MissingExtra) as error:
            yield str(error)


def main(argv: Sequence[str] | None = None) -> int:
    """Say whether a bundle may be loaded."""
    parser = ArgumentParser(prog="python -m policies.deploy.verify", description="May this bundle be loaded here?")
    parser.add_argument("bundle", type=Path)
    parser.add_argument(
        "--key", type=Path, action="append", required=True, help="A trusted public key; may be repeated."
    )
    parser.add_argument("--installed", type=int, help="Version of the bundle it would replace.")
    asked = parser.parse_args(argv)
    wrong = list(_wrong(asked.bundle, asked.key))
    if wrong:
        print(*wrong, sep="\n", file=sys.stderr)
        return 2
    try:
        print(line_of(verified(asked.bundle, [read_public(path) for path in asked.key], asked.installed)))
    except Refused as refusal:
        print(f"refused ({type(refusal).__name__}): {refusal}", file=sys.stderr)
        return 1
    except (KeyProblem, MissingExtra, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
