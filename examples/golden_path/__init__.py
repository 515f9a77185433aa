"""The way that everything else is for: sign in, ask, and watch an agent at work."""
