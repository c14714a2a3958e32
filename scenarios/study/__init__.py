"""Scenarios times replications: what is run, by whom, where it is kept, and what may lie beside it."""
