"""Builds the machines from the site and the environment, and introduces them to the lines. One module a room."""
