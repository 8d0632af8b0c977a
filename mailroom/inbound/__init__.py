"""The incoming line: its stations, and `line.py`, which alone joins them to records and machines."""
