"""A package of which single modules are imported, without all that its ``__init__`` imports beside them.

``import mesa`` loads pandas, networkx and half of SciPy, a second of every process that simulates, for
two classes that need none of it.
"""

import sys
from importlib.util import find_spec, module_from_spec
from typing import Any


def unopened(name: str) -> None:
    """From now on modules of a package come in singly; it is opened as soon as anything else of it is asked for.

    Whoever imports the package, before or after, has it whole: the same modules and the same classes.
    """
    spec = find_spec(name)
    if name in sys.modules or spec is None or spec.loader is None:
        return
    package, loader = module_from_spec(spec), spec.loader

    def opened(attribute: str) -> Any:
        if package.__dict__.pop("__getattr__", None) is not None:
            loader.exec_module(package)
        return getattr(package, attribute)

    package.__dict__["__getattr__"] = opened
    sys.modules[name] = package
