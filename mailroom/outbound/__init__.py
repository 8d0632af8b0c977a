"""The outgoing line: its stations, and `line.py`, which alone joins them to records and machines."""
