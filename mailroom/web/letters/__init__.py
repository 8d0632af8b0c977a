"""The desk for letters going out: handing a mailing in, seeing how it stands, and why each letter goes as it does."""
