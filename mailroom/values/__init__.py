"""Frozen, self-checking values that travel between stations. No I/O, no clock, no framework."""
