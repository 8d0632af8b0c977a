"""The print unit's desk for returned mail, and the confirming of a return in review."""
