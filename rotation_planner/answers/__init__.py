"""Answers about a plan: why, why not, and what if; each found by solving again where a look does not tell."""
