"""`pluribus fix` beside what maintainers did by hand."""
