"""Limits. The name starts like that of a legacy module and is not it."""

MAX_CONNECTIONS = 100
