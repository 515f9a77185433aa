"""One implementation: rules about who plays a concept's role."""

METHODS_THAT_NOMINATE = 2
"""Sets of fewer methods than this say nothing of a role."""
