"""The package `policies` alone: nothing but the standard library until a rule needs its solver."""

import json
import subprocess
import sys

import pytest

IMPORT_EVERYTHING = """
import importlib, json, pkgutil, sys
import policies
from_start = set(sys.modules)
for found in pkgutil.walk_packages(policies.__path__, "policies."):
    importlib.import_module(found.name)
built = "_sysconfigdata_"  # of the standard library, and named after the system it was built on
tops = {name.partition(".")[0] for name in sys.modules if not name.startswith(("__", built))}
print(json.dumps(sorted(tops - set(sys.stdlib_module_names) - {"policies"})))
"""

DECIDE_WITHOUT_SCIPY = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"scipy", "numpy"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
sys.path.insert(0, sys.argv[1])
from policies.contract.commands import Assign, GuardHit, Wake
from policies.contract.events import Woke
from policies.response.dispatch_batch import BatchHungarian
from tests.policies.office import Diary, person
diary = Diary([person(0), person(1)], dispatch=BatchHungarian(10.0))
diary.tell(Woke("nothing", 0))
diary.request(1)
diary.wake(diary.only(Wake, diary.opening)[0])
print([hit.why for hit in diary.only(GuardHit)], [a.tech for a in diary.only(Assign)])
"""


def run(code, *arguments, isolated=True):
    flags = ["-I", "-S"] if isolated else []
    done = subprocess.run([sys.executable, *flags, "-c", code, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_module_of_policies_imports_nothing_but_the_standard_library(root):
    """Without site-packages at all; so with them nothing else can be imported either."""
    assert json.loads(run(f"import sys; sys.path.insert(0, {str(root)!r})\n" + IMPORT_EVERYTHING)) == []


def test_with_everything_installed_no_rule_loads_a_solver_before_it_decides(root):
    code = f"import sys; sys.path.insert(0, {str(root)!r})\n" + IMPORT_EVERYTHING
    loaded = json.loads(run(code, isolated=False))
    assert {"numpy", "scipy", "simpy", "mesa", "matplotlib", "duckdb", "click", "rich"}.isdisjoint(loaded)


def test_without_its_solver_a_rule_is_replaced_by_the_fallback(root):
    assert run(DECIDE_WITHOUT_SCIPY, str(root), isolated=False).strip() == "['raised ModuleNotFoundError'] [0]"


@pytest.mark.parametrize("name", ["scipy"])
def test_a_rule_that_needs_a_library_says_so(name):
    from policies.response.dispatch_batch import BatchHungarian

    assert name in BatchHungarian.requires
