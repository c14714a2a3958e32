"""Libraries that rules need: locked by version when a bundle is packed, looked for when it is used."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution, packages_distributions
from typing import Final

REQUIREMENT: Final = re.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)")


@dataclass(frozen=True, slots=True)
class Present:
    """Where needed libraries are here: top modules that may be imported, from these folders."""

    modules: tuple[str, ...]
    folders: tuple[str, ...]


def locked(modules: Iterable[str]) -> dict[str, str]:
    """Distributions that provide some modules, with all they require in turn → version here.

    Raises
    ------
    LookupError
        If a module is provided by nothing that is installed.
    """
    wanted = list(modules)
    if not wanted:
        return {}
    providers = packages_distributions()
    found: dict[str, str] = {}
    for module in wanted:
        names = providers.get(module)
        if not names:
            raise LookupError(f"a rule requires the module {module!r}, which no installed distribution provides")
        for name in dict.fromkeys(names):
            _take(distribution(name), found)
    return dict(sorted(found.items()))


def unmet(needs: Mapping[str, str]) -> list[str]:
    """What of some needs is not here, a line each; empty if all is."""
    found = []
    for name, wanted in needs.items():
        try:
            here = distribution(name).version
        except PackageNotFoundError:
            here = ""
        if here != wanted:
            found.append(f"{name}=={wanted} is needed, {here or 'nothing'} is here")
    return found


def present(needs: Mapping[str, str]) -> Present:
    """Where needs that are met are found."""
    if not needs:
        return Present((), ())
    names = set(needs)
    modules = [
        module
        for module, providers in sorted(packages_distributions().items())
        if any(_normal(provider) in names for provider in providers)
    ]
    folders = dict.fromkeys(str(distribution(name).locate_file("")) for name in needs)
    return Present(tuple(modules), tuple(folders))


def _take(found: Distribution, into: dict[str, str]) -> None:
    """A distribution and, so far as they are installed, all it requires without extras."""
    name = _normal(found.metadata["Name"])
    if name in into:
        return
    into[name] = found.version
    for line in found.requires or []:
        if "extra ==" in line:
            continue
        required = REQUIREMENT.match(line)
        try:
            _take(distribution(required[1]), into) if required is not None else None
        except PackageNotFoundError:
            continue


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
