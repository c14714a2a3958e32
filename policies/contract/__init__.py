"""The waist of the hourglass: events in, commands out, and what a rule may see and be asked.

Standard library only. ``decisions`` is the one page that says everything a policy may be asked.
"""
