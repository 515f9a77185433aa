"""Use cases: what a person can ask of pluribus, free of terminals."""
