"""One file a component: each holds a ``COMPONENT``."""
