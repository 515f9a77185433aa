"""What an event of unum costs beside others that do the same: `python -m bench.hub`."""
