"""The dispatch reference model, run through the ordinary world, and the maker of its sample paths."""
