"""An outsider's figures from an exported journal: ``python outsider.py FOLDER`` prints scenario,rep,kpi,value."""

import sys

import duckdb

FIGURES = r"""
CREATE TABLE journal AS SELECT *, regexp_extract(csv, 'journal_(\w+)', 1) AS event, scenario || ',' || rep AS run,
    "at" AS t, coalesce("order", request, if(kind = '0', id, NULL)) AS nr FROM '{0}/about_period.csv' JOIN
    (FROM read_csv('{0}/journal_*.csv', union_by_name = true, filename = csv) UNION ALL BY NAME SELECT NULL AS "into")
    USING (scenario, rep) WHERE "at" <= end_min;
CREATE TABLE hours AS SELECT scenario || ',' || rep AS run, opens_min, closes_min FROM '{0}/about_hours.csv';
CREATE TABLE asked AS FROM journal WHERE event = 'RequestReported';
CREATE TABLE seen AS SELECT run, coalesce(j.fault, a.fault) AS fault, j.event, j.t FROM journal j
    LEFT JOIN asked a USING (run, nr) WHERE j.event IN ('OnSite', 'MadeSafe', 'FaultEnded');
CREATE MACRO first(r, f, t0, ev) AS (SELECT min(t) FROM seen WHERE run = r AND fault = f AND t >= t0 AND event IN ev);
CREATE TABLE life AS SELECT run, nr, min(t) FILTER (event = 'OnSite') AS arrived, any_value("into") AS "into",
    arg_max_null(if(event = 'WorkCompleted', t, NULL), n) FILTER (event IN ('WorkCompleted', 'OrderReopened')) AS done,
    bool_or(event = 'RequestCancelled' OR state IN (7, 8)) OR (bool_or(event = 'RequestLost') AND
        NOT bool_or(event = 'RequestRegistered')) AS gone, NOT bool_or(event IN ('PartNeeded', 'OrderReopened')) AND
    count(*) FILTER (event = 'OnSite') - count(*) FILTER (event = 'NoAccess') <= 1 AS once FROM journal GROUP BY ALL;
CREATE TABLE orders AS SELECT a.*, once, coalesce(b.fault <> a.fault, false) AS misfiled,
    if(misfiled, first(a.run, a.fault, a.t, ['OnSite']), arrived) AS t_arr,
    if(misfiled, first(a.run, a.fault, a.t, ['FaultEnded']), done) AS t_comp,
    first(a.run, a.fault, a.t, ['MadeSafe', 'FaultEnded']) AS t_safe
    FROM asked a JOIN life USING (run, nr) LEFT JOIN asked b ON b.run = a.run AND b.nr = life."into"
    WHERE a.t >= a.from_min AND a.t < a.to_min AND (t_comp >= a.t OR (gone IS NOT TRUE AND (b.nr IS NULL OR misfiled)));
CREATE TABLE waits AS SELECT run, (t_arr IS NOT NULL)::INT AS ended, (SELECT sum(greatest(0,
    least(coalesce(t_arr, end_min), closes_min) - greatest(t, opens_min))) FROM hours WHERE hours.run = o.run) AS served
    FROM orders o WHERE actionable AND priority IN (2, 3);
CREATE TABLE faults AS WITH RECURSIVE up AS (SELECT run, fault, asset, t, fault AS root, parent FROM journal
    WHERE event = 'FaultOccurred' UNION ALL SELECT up.* REPLACE (p.fault AS root, p.parent AS parent) FROM up
    JOIN journal p ON p.run = up.run AND p.fault = up.parent AND p.event = 'FaultOccurred')
    SELECT run, fault, asset, t, min(root) AS root FROM up GROUP BY ALL;
CREATE MACRO share(since, till, stop, within) AS
    100 * avg(if(coalesce(till, stop) - since <= within, 1, 0)) FILTER (till IS NOT NULL OR stop - since > within);
SELECT run, 'K-R1', sum(open * (served - before)) FROM (SELECT run, served, lag(served, 1, 0) OVER w AS before,
    coalesce(product(1 - ended / at_risk) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 1) AS open
    FROM (SELECT *, count(*) OVER (PARTITION BY run ORDER BY served DESC, ended ROWS UNBOUNDED PRECEDING) AS at_risk
    FROM waits) WINDOW w AS (PARTITION BY run ORDER BY served, ended DESC)) GROUP BY run UNION ALL
SELECT run, 'K-R3', share(0, if(ended = 1, served, NULL), served, 60) FROM waits GROUP BY run UNION ALL
SELECT run, 'K-R6.24h', share(t, t_comp, end_min, 1440) FROM orders GROUP BY run UNION ALL SELECT run,
    'K-E3', 100 - share(t, t_safe, end_min, 120) FROM orders WHERE actionable AND priority = 1 GROUP BY run UNION ALL
SELECT run, 'K-Q1', 100 * avg(if(once AND NOT EXISTS (FROM faults m JOIN faults f USING (run) WHERE run = o.run AND
    m.fault = o.fault AND (f.root = m.root OR f.asset = nullif(m.asset, -1)) AND t_comp < f.t
    AND f.t <= t_comp + 43200), 1, 0)) FROM orders o WHERE actionable AND NOT misfiled AND t_comp + 43200 <= end_min
    GROUP BY run UNION ALL SELECT run, 'cost', sum(cny) FROM journal WHERE t >= from_min AND t < to_min GROUP BY run
"""
for row in duckdb.connect().execute(FIGURES.format(sys.argv[1])).fetchall():
    print(*row, sep=",")
