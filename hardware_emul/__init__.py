"""What is noticed of the truth: devices between fact and event, late, lost, doubled or wrong."""
