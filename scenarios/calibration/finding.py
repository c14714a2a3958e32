"""Finding the components: every file of ``components/`` that holds one."""

from importlib import import_module
from pkgutil import iter_modules

from scenarios.calibration import components
from scenarios.calibration.component import ORDERS, Component


def found(reads: str = ORDERS) -> list[Component]:
    """Components of a kind of records, by the names of their files."""
    names = sorted(module.name for module in iter_modules(components.__path__))
    known: list[Component] = [import_module(f"{components.__name__}.{name}").COMPONENT for name in names]
    return [one for one in known if one.reads == reads]
