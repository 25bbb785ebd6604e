"""The invented units of ``scenarios/``, rebuilt from a fixed seed: ``PYTHONPATH=tests python -m scenario_builders``."""
