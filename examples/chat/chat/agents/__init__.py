"""Agents, and how they report to their users."""
