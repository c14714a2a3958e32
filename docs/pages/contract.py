"""Pages of the contract: decisions and rules, events, commands, states, journal."""

import inspect
import re
import tomllib
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from docs.pages.fields import fields_of, signature_of
from docs.pages.markdown import doc, line, plain, record, table, title
from policies.contract import commands, decisions, events, matching, states, views
from policies.controller.scenes import Office
from twin import facts, journal

ROOT = Path(__file__).resolve().parent.parent.parent


def decisions_page() -> str:
    """Decision points and the rules registered at each."""
    found = rules()
    parts = [
        title("Decision points and rules", "policies.contract.decisions"),
        (
            "A decision point is a Protocol of one method; a rule is a class registered by name at it. The name `none` "
            "is no rule at all: the decision is not taken. Every question comes with a `view` (time, map, calendar, chance) "
            "of the office's **record**; no rule sees the truth.\n"
        ),
        "A rule may declare:\n",
        _declared(),
    ]
    for point, method in decisions.DECISIONS.items():
        protocol = _protocol_with(method)
        parts += [
            f"## `{point}`\n",
            f"{doc(protocol)}\n",
            f"```python\n{_signature(getattr(protocol, method))}\n```\n",
            f"{doc(getattr(protocol, method))}\n",
            _rule_table(found.get(point, {})),
        ]
    parts += ["## What a rule sees\n", *_seen()]
    parts += ["## Answers\n", *(record(kind) for kind in _answers())]
    parts += [
        "## Budgets\n",
        (
            "Declared decision time above the budget is refused by the guard and the fallback decides. "
            "Decision points not listed: as `dispatch`.\n"
        ),
        table(("decision", "budget [s]"), ((f"`{k}`", f"{v * 60.0:g}") for k, v in decisions.BUDGET_MIN.items())),
    ]
    return "\n".join(parts)


OFFICE = Office(1)
SEEN = (
    OFFICE.view, OFFICE.orders[0], OFFICE.people[0], OFFICE.site, views.Waiting(), OFFICE.candidates(), OFFICE.stock,
    OFFICE.stock.items[0],
)  # fmt: skip
"""What comes with a question, of an invented office."""
MATCHING = (matching.match, matching.first_for, matching.in_key_order, matching.serve)
"""What most dispatch rules share."""


def _seen() -> Iterator[str]:
    """Every field and method of what comes with a question, and the functions that go through it."""
    yield "Numbers of minutes count from midnight of the first day of the calendar; -1, or an infinite instant, is *not yet*. Priorities: 1 emergency, 2 urgent, 3 normal, 4 planned.\n"
    for one in SEEN:
        kind = type(one)
        yield f"### `{kind.__name__}`\n\n{doc(kind)}\n"
        yield table(("field", "type"), ((f"`{name}`", f"`{of}`") for name, of in fields_of(one).items()))
        methods = [(name, of) for name, of in vars(kind).items() if callable(of) and not name.startswith("_")]
        shown = [(name, of) for name, of in methods if name not in CHANGES]
        if shown:
            yield table(("method", "what"), ((f"`{name}{signature_of(of)}`", line(of)) for name, of in shown))
    yield f"### `policies.contract.matching`\n\n{doc(matching)}\n"
    yield table(
        ("function", "what"),
        ((f"`{one.__name__}{signature_of(one)}`", doc(one).replace(chr(10), " ")) for one in MATCHING),
    )


CHANGES = frozenset({"add", "remove", "rekey"})
"""Methods that are the office's: a rule that calls one is found out by the conformance checks."""


def events_page() -> str:
    """What the office hears."""
    return "\n".join(
        [
            title("Events", "policies.contract.events"),
            (
                "What the office hears: facts the field noticed, delivered to `Controller.handle(event, now)`. Each is also a "
                "journal table of the same name, whose rows add `n` (row number over all tables) and `at` (minute).\n"
            ),
            *(record(kind) for kind in events.EVENTS),
        ]
    )


def commands_page() -> str:
    """What the office orders."""
    return "\n".join(
        [
            title("Commands", "policies.contract.commands"),
            (
                "What the office orders. The world obeys, or answers with the event `CommandRefused`. Each is also a journal "
                "table of the same name.\n"
            ),
            *(record(kind) for kind in commands.COMMANDS),
        ]
    )


def states_page() -> str:
    """Codes of the four state machines."""
    machines = (states.RequestState, states.OrderState, states.TechnicianState, states.PurchaseState)
    parts = [
        title("States", "policies.contract.states"),
        ("Codes as the journal table `states` holds them in its column `state`, beside the names of the field.\n"),
    ]
    for machine in machines:
        rows = ((str(int(s)), f"`{s.name}`", states.ZH[s.name]) for s in machine)
        parts += [f"## {doc(machine)}\n", table(("code", "name", "中文"), rows)]
    return "\n".join(parts)


def journal_page() -> str:
    """Tables of the journal."""
    fact_kinds = [kind for _, kind in inspect.getmembers(facts, inspect.isclass) if kind.__module__ == facts.__name__]
    kinds = (
        (journal.REQUEST, "request"),
        (journal.ORDER, "order"),
        (journal.TECHNICIAN, "technician"),
        (journal.ASSET, "asset"),
        (journal.PURCHASE, "purchase"),
    )
    return "\n".join(
        [
            title("Journal", "twin.journal"),
            (
                "One journal holds facts, events, commands and state changes in typed columns. Every table is named after the "
                "class of its rows and begins with `n`, the number of the row over all tables (what happened first at one "
                "instant), and `at`, the minute since the start of the run. The tables of [events](events.md) and "
                "[commands](commands.md) are described there; below stand the table of states and the facts that the office "
                "does not hear.\n"
            ),
            "## `states`\n",
            table(
                ("column", "what"),
                (
                    ("`kind`", ", ".join(f"{code} {name}" for code, name in kinds)),
                    ("`id`", "number of the request, order, technician, asset or purchase"),
                    ("`state`", "a code of [states](states.md)"),
                    ("`tech`", "the technician whose time it takes, or -1"),
                ),
            ),
            (
                "A state that a fact or command of the same instant implies is not written twice: `RequestReported` is NEW, "
                "`RequestRegistered` QUEUED, `OpenOrder` INPROG, `Assign` ASSIGNED, `OrderAccepted` ACCEPTED, `OnSite` ONSITE, "
                "`MadeSafe` MADE_SAFE, `WorkCompleted` COMP and RESOLVED.\n"
            ),
            *(record(kind) for kind in fact_kinds),
        ]
    )


def rules() -> dict[str, dict[str, type]]:
    """Decision point → rule name → class, as ``pyproject.toml`` registers them."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found: dict[str, dict[str, type]] = {}
    for name, value in sorted(tomllib.loads(text)["project"]["entry-points"]["campus_twin.policies"].items()):
        point, rule = name.split(".", 1)
        module, kind = value.split(":")
        found.setdefault(point, {})[rule] = getattr(import_module(module), kind)
    return found


def _protocol_with(method: str) -> type:
    for _, kind in inspect.getmembers(decisions, inspect.isclass):
        if getattr(kind, "_is_protocol", False) and method in vars(kind):
            return kind
    raise LookupError(f"no decision point asks {method!r}")


def _signature(method: Callable[..., object]) -> str:
    source = inspect.cleandoc(inspect.getsource(method))
    return source.split('"""')[0].strip().rstrip(":")


def _answers() -> list[type]:
    found = inspect.getmembers(decisions, inspect.isclass)
    return [k for _, k in found if k.__module__ == decisions.__name__ and not getattr(k, "_is_protocol", False)]


def _declared() -> str:
    lines = re.findall(r"^``(\w+)``\s+(.*)$", inspect.getdoc(decisions) or "", re.MULTILINE)
    return table(("name", "what"), ((f"`{name}`", re.sub(r"``", "`", what)) for name, what in lines))


def _rule_table(found: dict[str, type]) -> str:
    if not found:
        return "No rule is shipped: `none` alone.\n"
    rows = ((f"`{name}`", line(kind), _parameters(kind), _declarations(kind)) for name, kind in found.items())
    return table(("rule", "what it does", "parameters", "declares"), rows)


def _parameters(kind: type) -> str:
    if inspect.getattr_static(kind, "__init__") is object.__init__:
        return ""
    taken = list(inspect.signature(kind).parameters.values())
    return ", ".join(f"`{p.name}`" + ("" if p.default is p.empty else f" = {plain(p.default)}") for p in taken)


def _declarations(kind: type) -> str:
    names = ("rounds", "every_min", "work_lists", "continuous", "latency_min", "requires")
    values = ((name, inspect.getattr_static(kind, name, None)) for name in names)
    return ", ".join(
        f"`{name}` {plain(v)}" for name, v in values if isinstance(v, bool | int | float | str | tuple) and v
    )
