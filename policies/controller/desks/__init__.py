"""Desks: one for each chapter of the work. A desk owns its events, updates the record, asks its rules."""
