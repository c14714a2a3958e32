"""Asks the question: scenario files, experiments and the command line.

From the ground up: ``problems`` and ``library`` (files, and what is wrong with them) · ``schema`` (their form) ·
``campus`` (calendar, ways, shifts) · ``resolution`` (layers to one resolved scenario) · ``study`` (scenarios times
replications) · ``story`` (one run looked at closely) · ``trace``, ``calibration``, ``fit``, ``questions``,
``verify``, ``reference`` (what studies are made for) · ``cli``.
"""
