"""The print unit's day."""
