"""An outsider's figures from an exported journal: ``python outsider.py FOLDER`` prints scenario,rep,kpi,value.

The standard library alone, nothing of the twin. Definitions: docs/reference/kpis.md and journal.md.
"""

import csv
import sys
from bisect import bisect_right
from collections import Counter, defaultdict
from pathlib import Path

MONTH = 30 * 1440.0


def figures(run):
    """``run``: table → rows of one run."""
    told = run["about_period"][0]
    since, until, end = (float(told[key]) for key in ("from_min", "to_min", "end_min"))

    def rows(*tables):
        found = [{**r, "at": float(r["at"])} for name in tables for r in run.get(f"journal_{name}", ())]
        return sorted((r for r in found if r["at"] <= end), key=lambda r: int(r["n"]))

    reported = {r["request"]: r for r in rows("RequestReported")}
    arrived, done, safe = {}, {}, defaultdict(list)
    for r in rows("OnSite"):
        arrived.setdefault(r["order"], r["at"])
    for r in rows("WorkCompleted", "OrderReopened"):
        done[r["order"]] = r["at"] if "code" in r else None
    for r in rows("MadeSafe", "FaultEnded"):
        safe[r.get("fault") or reported[r["order"]]["fault"]].append(r["at"])
    gone = {r["request"] for r in rows("RejectRequest", "RequestCancelled", "MergeDuplicate")}
    gone |= {r["id"] for r in rows("states") if r["kind"] == "0" and r["state"] in ("7", "8", "9")}
    gone = {order for order in gone if done.get(order) is None}
    gone |= {r["request"] for r in rows("RequestLost")} - {r["request"] for r in rows("RequestRegistered")}
    orders = [r for r in reported.values() if since <= r["at"] < until and r["request"] not in gone]
    real = [r for r in orders if r["actionable"] == "true"]
    normal, urgent = ([r for r in real if r["priority"] in levels] for levels in ("23", "1"))
    hours = [r for r in run["about_hours"] if r["service"] == told["service"]]
    service = clock([(float(r["opens_min"]), float(r["closes_min"])) for r in hours])

    def waits(among, instant, on=lambda t: t):
        times = [(r["at"], instant(r)) for r in among]
        return [(on(end if t is None else t) - on(at), t is not None) for at, t in times]

    response = waits(normal, lambda r: arrived.get(r["request"]), service)
    to_site = waits(urgent, lambda r: arrived.get(r["request"]))
    to_safe = waits(urgent, lambda r: next((t for t in sorted(safe[r["fault"]]) if t >= r["at"]), None))
    to_end = waits(orders, lambda r: done.get(r["request"]))
    yield from (("K-R1", mean(response)), ("K-R3", within(response, 60)), ("K-R6", mean(to_end)))
    yield "K-R4", mean(waits(normal, lambda r: arrived.get(r["request"])))
    yield from (("K-R6.24h", within(to_end, 1440)), ("K-E1", within(to_site, 30)), ("K-E2", within(to_safe, 120)))
    yield "K-E3", 100 - within(to_safe, 120)
    judged = [r for r in real if done.get(r["request"]) is not None and done[r["request"]] + MONTH <= end]
    visits = Counter(r["order"] for r in rows("OnSite"))
    visits.subtract(r["order"] for r in rows("NoAccess"))
    again = {r["order"] for r in rows("PartNeeded", "OrderReopened")}
    back = returns(rows("FaultOccurred"))
    fixed = [r for r in judged if visits[r["request"]] <= 1 and r["request"] not in again]
    yield "K-Q1", 100 * sum(not back(r["fault"], done[r["request"]]) for r in fixed) / len(judged)


def clock(hours):
    """Service minutes since the start, of an instant."""
    hours, served = sorted(hours), [0.0]
    for opens, closes in hours:
        served.append(served[-1] + closes - opens)

    def elapsed(t):
        k = bisect_right(hours, (t, float("inf")))
        return served[k] - max(0.0, hours[k - 1][1] - t) if k else 0.0

    return elapsed


def mean(waits):
    """Kaplan and Meier's, restricted to the longest wait seen: an open order has waited so far."""
    left, total, before = 1.0, 0.0, 0.0
    for k, (minutes, ended) in enumerate(sorted(waits, key=lambda wait: (wait[0], not wait[1]))):
        total, before = total + left * (minutes - before), minutes
        left *= 1.0 - ended / (len(waits) - k)
    return total


def within(waits, limit):
    """Share in time [%] of those in time or overdue."""
    judged = [ended and minutes <= limit for minutes, ended in waits if ended or minutes > limit]
    return 100 * sum(judged) / len(judged) if judged else float("nan")


def returns(faults):
    """Whether a fault came back within a month: the same asset, or the same root cause."""
    known = {r["fault"]: r for r in faults}

    def root(number):
        return root(known[number]["parent"]) if known[number]["parent"] in known else number

    def back(number, after):
        asset, cause = known[number]["asset"], root(number)
        recent = (r for r in faults if after < r["at"] <= after + MONTH)
        return any(r["asset"] == asset != "-1" or root(r["fault"]) == cause for r in recent)

    return back


def main(folder):
    runs = defaultdict(lambda: defaultdict(list))
    for path in sorted(Path(folder).glob("*_*.csv")):
        for row in csv.DictReader(path.open(encoding="utf-8")):
            runs[row["scenario"], row["rep"]][path.stem].append(row)
    for (scenario, rep), run in sorted(runs.items()):
        for kpi, value in figures(run):
            print(f"{scenario},{rep},{kpi},{value!r}")


if __name__ == "__main__":
    main(sys.argv[1])
