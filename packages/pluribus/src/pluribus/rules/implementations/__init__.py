"""One implementation: rules about who plays a concept's role."""
