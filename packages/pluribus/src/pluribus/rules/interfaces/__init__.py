"""Rules about what a concept's owner and its rivals take, and how they are called."""
