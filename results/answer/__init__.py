"""The answer to a planner's question: one page whose every number and verdict comes from the results."""
