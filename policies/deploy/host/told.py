"""What a host's reports say to people, a line each."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from policies.deploy.host.breakers import CLOSED
from policies.deploy.host.staleness import UNREADABLE

Report = Mapping[str, Any]
MS: Final = 1000.0
STOPPED: Final = (
    "it has stopped, and all that it was told is answered; started again on this folder, it goes on from there"
)
SHOWN: Final = frozenset({"better", "worse"})
"""Verdicts of its study that are told; the others are in the report."""


def lines_of(report: Report) -> Iterator[str]:
    """Who decides, who stands by, who looks on and what it would have said."""
    yield f"{_name(report['decides'])} decides; {report['last']} decisions so far"
    if report["drift"] is not None:
        yield _drift(report["drift"])
    if "dismissed" in report:
        yield f"{_name(report['dismissed'])} looks on no more"
    if "took_s" in report:
        yield f"took over in {report['took_s'] * MS:.1f} ms, between two events"
    if report["before"] is not None and report["canary"] is None:
        yield f"{_name(report['before'])} stands by: roll back to it at any time"
    if report["gone_back"]:
        yield f"went back by itself: {report['gone_back']}"
    yield from _breakers(report["breakers"])
    if report["canary"] is not None:
        yield from _canary(report["canary"])
    if report["shadow"] is not None:
        yield from _shadow(report["shadow"], in_turn=report["canary"] is not None)


def lines_of_status(status: Report) -> Iterator[str]:
    """Who decides and how far it is, by which clock, and what is not as it should be."""
    yield f"{_name(status['bundle'])} decides; {status['last']} decisions so far, the last in minute {status['now']:g}"
    keeps = "keeps the time by itself" if status["clock"] == "wall" else "is told the time by every observation"
    yield f"it {keeps}; minutes count from the midnight of {status['start']} on"
    if not status["spare"]:
        yield "no spare process stands ready yet"
    yield from _breakers(status["breakers"])
    if status["shadow"] is not None:
        yield f"{_name(status['shadow'])} looks on (report says what it would have done)"


def _breakers(found: Mapping[str, str]) -> Iterator[str]:
    for decision, state in found.items():
        if state != CLOSED:
            yield f"the breaker of {decision} is {state}: its fallback decides"


def _drift(found: Report) -> str:
    if UNREADABLE in found:
        return f"unreadable drift verdict: {found[UNREADABLE]}; expected what twin policy drift writes: ask it again, or remove the file"
    since = f" since {found['since']}" if found["since"] else ""
    return f"its evidence is {found['state']}{since}, by the days through {found['to']} beside {found['scenario']}"


def _canary(canary: Report) -> Iterator[str]:
    yield f"two decide in turn, from week {canary['first']} on ({canary['from']}); promote or roll back ends it"
    for number, week in canary["weeks"].items():
        who = "canary" if week["bundle"] == canary["bundle"] else "incumbent"
        response = week["mean_response_min"]
        mean = "nobody on site yet" if response is None else f"{response:.1f} min from hearing to arrival"
        yield f"  week {number}, {who}: {week['reported']} requests, {week['answered']} answered, {mean}; {week['fallbacks']} fallbacks"


def _shadow(shadow: Report, *, in_turn: bool) -> Iterator[str]:
    if in_turn:
        yield f"{_name(shadow)} decides in its own weeks and looks on in the others, through decision {shadow['through']}"
    else:
        yield f"{_name(shadow)} looks on, through decision {shadow['through']}; nothing it says has an effect"
    for decision, (decides, would) in shadow["differs"].items():
        yield f"  {decision}: {would} in the place of {decides}"
    if not shadow["differs"]:
        yield "  it has the very same rules"
    if shadow["failed"]:
        yield f"  it looks on no more: {shadow['failed']}"
    for decision, one in shadow["decisions"].items():
        yield (
            f"  {decision}: asked {one['asked']} times, said something else {one['disagreed']} times "
            f"({_share(one['disagreed'], one['asked'])}), guard hits {sum(one['guard_hits'].values())}, "
            f"raised {sum(one['raised'].values())}; "
            + ", ".join(f"{name} {seconds * MS:.2f} ms" for name, seconds in one["latency_s"].items())
        )
    travel = shadow["travel_min"]
    if travel["incumbent"]:
        yield (
            f"  travel: {travel['shadow']:.0f} min for the {shadow['pairs']['shadow']} pairs it would have sent, "
            f"{travel['incumbent']:.0f} min for the {shadow['pairs']['incumbent']} that were sent instead"
        )
    held = shadow["in_reserve"]
    if any(held.values()):
        yield (
            f"  {held['shadow']} pairs more that it named are of people held in reserve, {held['incumbent']} of the one that decides: "
            "the guard keeps such people back, and these pairs are in none of the numbers above"
        )
    for why, times in shadow["lost"].items():
        yield f"  {times} events it could not look at ({why})"
    yield from _expected(shadow["expected"])


def _expected(expected: Report) -> Iterator[str]:
    if expected["baseline"] is None:
        yield "  no study measured its rules: nobody says what to expect of them"
    elif not any(row["verdict"] in SHOWN for row in expected["differences"]):
        yield (
            f"  its study ({expected['replications']} replications) shows neither that it is better nor that it is worse than "
            f"{expected['baseline']}: not shown, which is not the same as no difference"
        )
    if expected["gate"] is not None:
        ruled = expected["gate"]
        other = "" if ruled["against_who_decides"] else ", which is not the rule that decides here"
        yield f"  the gate {ruled['gate']} ruled {'GO' if ruled['go'] else 'NO-GO'} on it against {ruled['incumbent']}{other}"
    for kpi, row in expected["against_incumbent"].items():
        yield f"  expected of {kpi} against the one that decides: {row['difference']:+z.3g} {row['unit']} (two means of one study)"
    for row in expected["differences"]:
        if row["verdict"] in SHOWN:
            yield (
                f"  expected of {row['kpi']} against {expected['baseline']}: {row['difference']:+z.3g} {row['unit']} "
                f"[{row['low']:z.3g}, {row['high']:z.3g}], {row['verdict']}"
            )


def _name(bundle: Report) -> str:
    return f"{bundle['name']} version {bundle['version']}"


def _share(part: int, whole: int) -> str:
    return f"{100.0 * part / whole:.1f} %"
