"""The host: a verified bundle decides in a process of its own, its record is kept, and what fails is replaced.

``service`` is what a door sees of it. Source: protocols 4.
"""
