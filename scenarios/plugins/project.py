"""The project of a new rule: package, entry point, a test that runs the conformance checks, a scenario to try it.

What is written is whole: it installs, its test passes and the scenario runs before a line is changed.
"""

import keyword
import sys
from importlib import import_module
from importlib.util import find_spec
from inspect import getsource
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from policies.contract.decisions import DECISIONS
from policies.controller import registry
from scenarios.resolution.build import rules_of
from scenarios.resolution.resolve import resolve

PLACEHOLDER: Final = "NewRule"
SITE: Final = "all_together"
"""The scenario whose rules a new one is taken to a site among."""
STORES: Final = "as_is_stores"
"""The same for rules of the stores, and what their scenario lies over."""
OF_STORES: Final = frozenset({"replenish", "forecast", "order_size"})


def problems(name: str, decision: str, folder: Path) -> list[str]:
    """Everything that stands against a project of this name, in the words of an error message."""
    found = []
    if keyword.iskeyword(name):
        found.append(f'the name: given "{name}", a word of Python\'s own; expected another')
    elif not (name.isidentifier() and name == name.lower() and name.isascii()):
        found.append(f'the name: given "{name}"; expected small letters, digits and _, as a module is named')
    elif name in registry.names(decision):
        found.append(f'the name: given "{name}", a rule of {decision} that is there already; expected another')
    elif name in sys.stdlib_module_names or find_spec(name) is not None:
        found.append(f'the name: given "{name}", a module that is there already; expected another')
    if (folder / name).exists():
        found.append(f"{folder / name}: given a folder that exists; expected a new name, or another place by -o")
    return found


def write(name: str, decision: str, folder: Path) -> list[Path]:
    """Write the project into ``folder / name``, whole or not at all; the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{name}-", dir=folder) as begun:
        project = Path(begun, name)
        for path, text in _files(name, decision).items():
            (project / path).parent.mkdir(parents=True, exist_ok=True)
            (project / path).write_text(text, encoding="utf-8")
        project.rename(folder / name)
    return [folder / name / path for path in _files(name, decision)]


def _files(name: str, decision: str) -> dict[str, str]:
    start = import_module(f"scenarios.plugins.starts.{decision}")
    title = "".join(word.capitalize() for word in name.split("_"))
    return {
        f"{name}.py": getsource(start).replace(PLACEHOLDER, title),
        "pyproject.toml": _pyproject(name, decision, title),
        f"tests/test_{name}.py": _test(name, decision, title),
        f"try_{name}.toml": _scenario(name, decision),
        "README.md": _readme(name, decision),
    }


def _pyproject(name: str, decision: str, title: str) -> str:
    return f"""\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "{name.replace("_", "-")}"
version = "0.1.0"
requires-python = ">=3.11"
# What a rule imports is the contract. It comes with campus-twin, and on a site with campus-twin-policies alone;
# name here only what the rule itself needs, and in its `requires` what it imports lazily.
dependencies = []

[project.entry-points."campus_twin.policies"]
"{decision}.{name}" = "{name}:{title}"

[tool.hatch.build.targets.wheel]
include = ["{name}.py"]

[tool.pytest.ini_options]
pythonpath = ["."]
"""


def _test(name: str, decision: str, title: str) -> str:
    return f'''\
"""{title} keeps to what every rule of {decision} must."""

from {name} import {title}
from policies.controller.conformance import check


def test_it_keeps_to_what_every_rule_must() -> None:
    assert check({title}, "{decision}") == []
'''


def _scenario(name: str, decision: str) -> str:
    return f"""\
name = "try_{name}"
title = "Today's practice with the rule {name} for {decision}"
extends = "{_today(decision)}"

[policies]
{decision} = {{ rule = "{name}" }}
"""


def _readme(name: str, decision: str) -> str:
    return f"""\
# {name}

A rule of the decision point `{decision}` (method `{DECISIONS[decision]}`) for campus-twin. What it does, `{name}.py` says in its first lines.

```console
python -m pip install -e .
python -m pytest                            # the conformance checks
twin policy check {decision}.{name}         # the same, and how long it takes at ten times the load
twin scenario check try_{name}.toml
twin compare {_today(decision)} try_{name}.toml -n 10    # is it better than today? Compare with a strong baseline too.
```

The comparison takes minutes. To see only that it runs, here and with the gate below: `-n 2 --set campus=campus_small --set run.burn_in_days=7 --set run.days=14 --set run.run_out_days=7`.

What a rule may see, and what it promises, stands in the documentation of campus-twin: `docs/reference/decisions.md`.

## To a site

`try_{name}.toml` lays the rule over today's practice. At a site it takes the place of one rule among others, so it is
judged and packed in the scenario that the site decides by, here `{_site(decision)}`; with another, name the rule that decides
there. The gate keeps the study that goes into the bundle as its evidence, so pack with the `--set`s and the rule's
parameters that the gate had; no-go ends with 1. What it ruled goes into the bundle too.

```console
twin policy gate {decision}.{name} --against {_incumbent(decision)} --scenario {_site(decision)} -n 10 -o ruling.json
# parameters of the rule: --parameters "{{ NAME = 1.0 }}"; the gate ends with the command that packs what it measured, these settings in it
python -m pip wheel --no-deps --no-build-isolation -w dist .
twin policy keygen -o keys --name facilities    # once for all your rules
twin policy pack {_site(decision)} --set policies.{decision}.rule={name} --plugin-wheel dist/{name}-0.1.0-py3-none-any.whl --key keys/facilities.key -o {name}-1.bundle
```

The bundle that decides there already, where there is none yet (a site has its own):
`twin policy pack {_site(decision)} --without-evidence --key keys/facilities.key -o incumbent-1.bundle`.

There it looks on first, and has no effect: `twin policy shadow STATE {name}-1.bundle`, where `STATE` is the folder of
the host that decides. How to start one, also beside a simulated campus, and how to promote and go back: `docs/how-to/run-a-host.md`.
"""


def _incumbent(decision: str) -> str:
    """The rule that decides in the scenario a site decides by, if it is the shipped one."""
    return rules_of(resolve(_site(decision)))[decision].name


def _site(decision: str) -> str:
    return STORES if decision in OF_STORES else SITE


def _today(decision: str) -> str:
    return STORES if decision in OF_STORES else "as_is"
