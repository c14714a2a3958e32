"""The HTTP door: observations in, decisions out, a feed of what was decided, and how the host is.

A request passes ``front`` (rate, token), then ``app`` (path and method), ``body`` and ``reading``
(bytes to observations), ``hands`` (threads that may block) and comes back as an ``answer``, or as a
``problem``. ``serve`` opens the door. Needs the extra ``http``, which is imported where it is used.
"""
