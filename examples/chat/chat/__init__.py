"""A chat with agents, as it looks after a year of growth."""
