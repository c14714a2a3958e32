"""The gate: whether a rule may take another's place, by limits that were stated beforehand."""
