"""Yearly rotation plans for the teachers of an education district."""

__version__ = "0.1.0"
