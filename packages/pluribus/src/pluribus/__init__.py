"""pluribus: find the many, keep the one."""

__version__ = "0.1.0"

__all__ = ["__version__"]
