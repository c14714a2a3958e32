"""Recipes by family: each file makes the twin degenerate for some models and says what it then gives."""
