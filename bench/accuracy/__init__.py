"""Precision and recall of every rule, measured by violations injected into real packages."""
