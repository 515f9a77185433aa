"""Rules about what is sent, and whether it arrives."""
