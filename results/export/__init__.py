"""Results for others: process-mining logs of a run's journal (XES, OCEL 2.0) by the standard library."""
