"""The parts of RESULTS.md: each module's ``lines()`` words one benchmark's results, or tells nothing of them."""
