"""Benchmarks: the dispatch reference beside its peers, the campus-year, decision latency, start-up."""
