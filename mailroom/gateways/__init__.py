"""The machines: one module each, fitted to the stations by shape."""
