"""Supply: what the best order is, computed from demand, lead times and costs."""
