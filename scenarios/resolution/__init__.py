"""From scenario files to one resolved scenario: layers, checks, provenance, and what a world is made of it."""
