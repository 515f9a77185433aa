"""Runs one scenario under many schedules, each of which can be repeated from a line of text.

What may differ from run to run is decided by the kit: how long a socket takes, which of two timers
that are due at one moment goes first, where a task is cancelled, where a thread is stopped. The
order in which asyncio runs what is ready is a promise, and is never touched.
Why: docs/decisions/0017-schedules.md.
"""
