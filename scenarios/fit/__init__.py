"""Fitting today's practice to bands: free parameters moved until a simulated campus comes out as it is.

One idea a file: ``free`` (what may be moved, and how far) · ``space`` (a parameter and its values) ·
``bands`` (a bands file read and held to all of that) · ``objective`` (how far off, and what noise makes
of it) · ``search`` (ask and tell) · ``fitting`` (the recipe) · ``report`` and ``writing`` (what it leaves).
"""
