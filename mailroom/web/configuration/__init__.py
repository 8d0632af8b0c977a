"""The administrators' desk: what the council has set, changed where that is safe, and who may sign in."""
