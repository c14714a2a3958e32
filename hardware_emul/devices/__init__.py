"""Devices, one file each: what they delay, double, lose or bend."""
