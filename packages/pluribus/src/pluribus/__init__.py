"""pluribus: find the many, keep the one."""
