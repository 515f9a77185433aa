"""All that touches the outside: git and the file system."""
