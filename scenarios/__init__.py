"""Asks the question: scenario files, experiments and the command line."""
