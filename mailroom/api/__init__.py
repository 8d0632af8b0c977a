"""The HTTP interface for other systems."""
