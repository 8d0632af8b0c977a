"""Figures in words, tables and charts: the report on paper, the pages on screen, and the files for other programs."""
