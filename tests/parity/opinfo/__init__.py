"""torch's own table of operations and samples, run on the engine."""
