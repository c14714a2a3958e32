"""Calibration of part demand: what kind of demand a store has, and which rules serve it for the least money.

A file of demand by part and month is read, its parts classified, every pair of a forecast and a replenishment rule played
over it, and judged by its cost at one fill rate over the last year.
"""
