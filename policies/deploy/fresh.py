"""A fresh interpreter that has a bundle's wheels and nothing else of ours.

Without site-packages and without the environment's variables, the wheels on its path. Of what is
installed it sees the modules of the locked needs and no others, so a rule that leans on something it
did not declare is found out here and not on a site. No sandbox: what runs in it was signed by
somebody who is trusted, and has the rights of whoever starts it.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from policies.deploy.manifest import Manifest
from policies.deploy.members import OFFICE, RULES
from policies.deploy.needs import present, unmet
from policies.deploy.refusals import NeedsUnmet

START: Final = """
import sys
from importlib import import_module
from importlib.machinery import PathFinder
wheels, modules, folders, entry, words = __import__("json").loads(sys.argv[1])
class Needs:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if path is None and name in modules:
            return PathFinder.find_spec(name, folders, target)
        return None
sys.path[:0] = wheels
sys.meta_path.append(Needs)
import_module(entry).main(*words)
"""


def see_needs_met(manifest: Manifest) -> None:
    """See that every locked library is here.

    Raises
    ------
    NeedsUnmet
        If one is not here in its version.
    """
    lacking = unmet(manifest.needs)
    if lacking:
        raise NeedsUnmet("; ".join(lacking))


def lay_out(members: Mapping[str, bytes], manifest: Manifest, folder: Path) -> None:
    """Put what the interpreter needs of a bundle into a folder: its wheels, the office, the rules."""
    for name in (*manifest.wheels, OFFICE, RULES):
        (folder / Path(name).name).write_bytes(members[name])


def command(manifest: Manifest, folder: Path, entry: str, *words: Any) -> list[str]:
    """The command that calls ``main(*words)`` of a module of the bundle's, laid out in a folder."""
    wheels = [str(folder / Path(name).name) for name in manifest.wheels]
    here = present(manifest.needs)
    told = json.dumps([wheels, here.modules, here.folders, entry, words])
    return [sys.executable, "-I", "-S", "-B", "-c", START, told]
