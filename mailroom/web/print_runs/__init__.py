"""The print unit's desk for print runs: building, releasing, scanning off, printing again, closing."""
