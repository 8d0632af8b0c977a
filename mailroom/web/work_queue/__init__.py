"""A team's post."""
