"""Figures for managers: pure functions over plain rows."""
