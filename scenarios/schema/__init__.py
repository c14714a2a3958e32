"""The form of scenario, measure and campus files: strict, with units in the names."""
