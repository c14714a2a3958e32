"""One run looked at closely: the life of an order, a decision watched, two runs side by side."""
