"""One way in: rules about the paths by which a concept is reached."""
