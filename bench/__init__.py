"""How fast `pluribus` is, how much memory it takes, and how both grow with the code base."""
