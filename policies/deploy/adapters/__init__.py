"""Adapters: worked examples of how a site's systems and the host hear each other (a CMMS, Home Assistant)."""
