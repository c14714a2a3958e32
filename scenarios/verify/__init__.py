"""Verification: the ordinary twin made degenerate until it is a model whose true values are known.

``truths`` reads what the books say, ``registry`` knows how each model is played or why not yet,
``verification`` plays and judges.
"""
