"""What a live factory and what it gives out do, seen while they run; never imports `codebase`."""
