"""What the planner costs in time and memory, measured: never part of the tests."""
