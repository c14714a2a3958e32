"""A CMMS in the shape of Atlas, simulated: REST over real HTTP, on a virtual clock, with people who work.

``python -m hardware_emul.cmms --help``. It holds to rules of its own, as the real one does: a key, known
ids, statuses that follow one another, a PATCH that empties what it leaves out, nobody who starts what he or she was
not given. Its clock is the header ``Date``; ``POST /v1/advance {"seconds": n}`` moves it, or ``--speed`` does.
"""
