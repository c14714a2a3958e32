"""The dispatch reference written for other engines, as their own documentation teaches."""
