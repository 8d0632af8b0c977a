"""The nouns, kept in the records database: one Django app, one noun a file of `models/`."""
