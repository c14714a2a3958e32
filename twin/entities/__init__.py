"""People and things of the campus: plain objects with explicit state."""
