"""The review desk: doubtful items decided by a person."""
