"""Precision and recall of every rule, measured by violations that are injected into real packages."""
