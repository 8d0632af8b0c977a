"""The outgoing steps: each safe to repeat, testable without an engine."""
