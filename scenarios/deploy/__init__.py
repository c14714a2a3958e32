"""From a scenario that won to what a controller loads: golden decisions recorded, evidence gathered."""
