"""Rules that keep one user's state from another's."""
